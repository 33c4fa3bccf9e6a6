/* base/wall_clock.h -- time, passed in so that tests can fake it. */
#ifndef BASE_WALL_CLOCK_H
#define BASE_WALL_CLOCK_H

typedef struct WallClock {
    double (*seconds)(void *context); /* monotonic, from an arbitrary origin */
    void *context;
} WallClock;

/* The machine's monotonic clock. ANY THREAD. */
WallClock wall_clock_monotonic(void);

double wall_clock_seconds(WallClock clock);

/* Seconds since the epoch, for dates in files only. */
double wall_clock_date_seconds(void);

#endif
