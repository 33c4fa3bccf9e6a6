#include "optim/schedule.h"

#include <math.h>

static double remaining_fraction(const Schedule *schedule, uint64_t t)
{
    if (t >= schedule->max_steps) {
        return 0.0;
    }
    return 1.0 - (double)(t - schedule->warmup_steps) /
                     (double)(schedule->max_steps - schedule->warmup_steps);
}

double schedule_learning_rate(const Schedule *schedule, double peak, uint64_t t)
{
    if (t <= schedule->warmup_steps) {
        return peak * (double)t / (double)schedule->warmup_steps;
    }
    const double end = fmin(schedule->lr_end, peak);
    const double remaining = remaining_fraction(schedule, t);
    switch (schedule->kind) {
    case SCHEDULE_CONSTANT:
        return peak;
    case SCHEDULE_LINEAR:
        return peak * remaining;
    case SCHEDULE_POLYNOMIAL:
        return end + (peak - end) * pow(remaining, schedule->power);
    case SCHEDULE_COSINE:
        return end + (peak - end) * 0.5 * (1.0 + cos(M_PI * (1.0 - remaining)));
    }
    return peak;
}
