/* app/experiment_guess.h -- an experiment for a user's data and model, with the reason for everything that was guessed. */
#ifndef APP_EXPERIMENT_GUESS_H
#define APP_EXPERIMENT_GUESS_H

#include <stddef.h>

#include "app/data_survey.h"
#include "app/model_survey.h"
#include "base/problem.h"

enum { GUESS_REPORT_BYTES = 8192 };

typedef struct ExperimentGuess {
    char *
        text; /* the file: JSON that experiment_spec_parse reads, each guess after a comment key ("_block_size") with its reason; owned */
    char report[GUESS_REPORT_BYTES]; /* the same for people: a line a guess */
} ExperimentGuess;

/* Guess from what the surveys found, without asking.
 * name   of the experiment: that of the folder, say; what a name may not hold is replaced
 * data   the folder as the file shall name it
 * lanes  the preset likewise
 * STATUS_BAD_VALUE: too little text to train on; STATUS_OUT_OF_MEMORY: *guess is all zero. The caller calls experiment_guess_clear. */
Status experiment_guess_make(const char *name, const char *data, const char *lanes,
                             const DataSurvey *survey, const ModelSurvey *model,
                             ExperimentGuess *guess, Problem *problem);
void experiment_guess_clear(ExperimentGuess *guess);

#endif
