/* optim/schedule.h -- the learning rate of a step. */
#ifndef OPTIM_SCHEDULE_H
#define OPTIM_SCHEDULE_H

#include <stdint.h>

typedef enum ScheduleKind {
    SCHEDULE_CONSTANT,
    SCHEDULE_LINEAR,
    SCHEDULE_POLYNOMIAL,
    SCHEDULE_COSINE
} ScheduleKind;

typedef struct Schedule {
    ScheduleKind kind;
    uint64_t warmup_steps; /* W */
    uint64_t max_steps;    /* S */
    double lr_end;         /* where polynomial and cosine end; never above the peak */
    double power;
} Schedule;

/* Learning rate of step t = 1, 2, ... for a given peak:
 *     warm-up         peak * t / W                                            for t <= W
 *     polynomial      lr_end + (peak - lr_end) * (1 - (t-W)/(S-W))^power      (EQUATIONS 1, after Hugging Face)
 *     linear          the same with power 1 and lr_end 0
 *     cosine          lr_end + (peak - lr_end) * (1 + cos(pi (t-W)/(S-W))) / 2
 * From step S on it stays at the end value. Pure. DIFFERS from Hugging Face in counting steps from 1, so the first step is not wasted at rate 0. */
double schedule_learning_rate(const Schedule *schedule, double peak, uint64_t t);

#endif
