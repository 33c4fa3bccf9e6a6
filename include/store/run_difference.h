/* store/run_difference.h -- where the experiments of two recorded runs differ. */
#ifndef STORE_RUN_DIFFERENCE_H
#define STORE_RUN_DIFFERENCE_H

#include <stdbool.h>

#include "base/json.h"

enum { RUN_DIFFERENCE_KEY_BYTES = 128, RUN_DIFFERENCE_VALUE_BYTES = 64 };

/* One key and what either run has there, cut to fit; "nothing" where it has no such key. Clean text. */
typedef struct RunDifference {
    char key[RUN_DIFFERENCE_KEY_BYTES]; /* "max_steps", "lanes.TRAM.rho", "train_domains.2" */
    char first[RUN_DIFFERENCE_VALUE_BYTES];
    char second[RUN_DIFFERENCE_VALUE_BYTES];
} RunDifference;

/* The first key in which two runs differ ("experiment" of run.json, in the order of the first), the seed excepted: false, with *out
 * untouched, if they are seeds of one experiment. `model`, `data` and `tokenizer` are the same if both lead to one place now: a relative
 * path from the first folder above its run's directory (`directories`) in which it leads anywhere, or from where we are; paths that lead nowhere, if they are
 * but two spellings ("a/b", "./a//b/"). Elements of arrays are compared in their order; those with a name are called by it. */
bool run_difference_find(const Json *first, const Json *second, const char *const directories[2],
                         RunDifference *out);

#endif
