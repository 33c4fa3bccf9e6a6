/* app/epoch_length.h -- how many steps an epoch has, for records of versions that did not say so. */
#ifndef APP_EPOCH_LENGTH_H
#define APP_EPOCH_LENGTH_H

#include "tui/lab_state.h"

/* If the record does not say how long an epoch is: load what its experiment names, as it is now, and count. A note tells the count and that
 * it was counted, or *state keeps the reason why there is none (epoch_problem). */
void epoch_length_find(LabState *state);

#endif
