/* lab/radius_history.h -- the radii d that a lane has used, step by step, for the controls that follow it. */
#ifndef LAB_RADIUS_HISTORY_H
#define LAB_RADIUS_HISTORY_H

#include <stddef.h>

#include "base/status.h"
#include "records/metric_sample.h"

/* All zero is an empty history. */
typedef struct RadiusHistory {
    double *d;       /* [count] of steps 1, 2, ...; owned */
    size_t count;    /* steps */
    size_t capacity; /* grows by doubling */
} RadiusHistory;

/* Make room for `steps` steps in all, so that appending them allocates nothing. STATUS_OUT_OF_MEMORY leaves it as it was. */
Status radius_history_reserve(RadiusHistory *history, size_t steps);

/* Append the radius of the next step: METRIC_RADIUS of its sample; a step without one has used radius 0.
 * STATUS_OUT_OF_MEMORY leaves it as it was. */
Status radius_history_append(RadiusHistory *history, const MetricSample *sample);

/* Replace `history` by a copy of `from`. STATUS_OUT_OF_MEMORY leaves it as it was. */
Status radius_history_copy(RadiusHistory *history, const RadiusHistory *from);

void radius_history_clear(RadiusHistory *history);

#endif
