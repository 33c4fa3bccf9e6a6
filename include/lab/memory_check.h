/* lab/memory_check.h -- refuse, with the figures, a race that would only swap. */
#ifndef LAB_MEMORY_CHECK_H
#define LAB_MEMORY_CHECK_H

#include "base/problem.h"

/* Is there room for what the lanes and the engine (activations, outputs, gradients of micro-batches) will take? STATUS_OUT_OF_MEMORY says what is
 * needed, what is free, and what would help. */
Status memory_check(double lane_bytes, double engine_bytes, Problem *problem);

#endif
