/* optim/method_table.h -- every method as a row: what the screen, the files, the docs and the tests read. */
#ifndef OPTIM_METHOD_TABLE_H
#define OPTIM_METHOD_TABLE_H

#include <stdbool.h>

#include "optim/method.h"
#include "records/method_info.h"

/* All rows. Static storage. ANY THREAD. */
MethodList method_table(void);

/* The row of that id; NULL if there is none. */
const MethodInfo *method_find(const char *id);

/* True if the method reads this knob (METHOD_SHARED_KNOBS: always). *default_value receives the row's default,
 * or NaN for the shared ones, whose default is the experiment's. */
bool method_has_knob(const MethodInfo *method, KnobId knob, double *default_value);

/* The greatest value that this method takes of a knob: the row's, else the knob table's. */
double method_knob_maximum(const MethodInfo *method, KnobId knob);

#endif
