/* base/wall_clock.c -- the machine's clocks behind WallClock. */
#include "base/wall_clock.h"

#include <stddef.h>
#include <time.h>

static double seconds_of(clockid_t id)
{
    struct timespec now = {0};
    /* Cannot fail: both clocks exist on every Linux. */
    (void)clock_gettime(id, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double monotonic_seconds(void *context)
{
    (void)context;
    return seconds_of(CLOCK_MONOTONIC);
}

WallClock wall_clock_monotonic(void)
{
    return (WallClock){.seconds = monotonic_seconds, .context = NULL};
}

double wall_clock_seconds(WallClock clock)
{
    return clock.seconds(clock.context);
}

double wall_clock_date_seconds(void)
{
    return seconds_of(CLOCK_REALTIME);
}
