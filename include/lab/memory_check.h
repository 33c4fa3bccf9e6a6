/* lab/memory_check.h -- say what a race takes, and refuse, with the figures, one that would only swap. */
#ifndef LAB_MEMORY_CHECK_H
#define LAB_MEMORY_CHECK_H

#include <stddef.h>

#include "base/problem.h"

enum { MEMORY_TEXT_BYTES = 120 };

/* In bytes. */
typedef struct MemoryNeed {
    double weights; /* theta_0, which is there already when the rest is asked for */
    double lanes;   /* weights, moments and scratch */
    double engine;  /* activations, outputs, gradients of micro-batches */
} MemoryNeed;

/* Is there room for what the lanes and the engine will take? STATUS_OUT_OF_MEMORY says what is needed, what is free, and what would help. */
Status memory_check(const MemoryNeed *need, Problem *problem);

/* The same for a lane that joins later. */
Status memory_check_lane(double lane_bytes, Problem *problem);

/* What a race takes in all, for people; "" where it is too little to speak of (less than a GB). */
void memory_describe(const MemoryNeed *need, char text[MEMORY_TEXT_BYTES]);

#endif
