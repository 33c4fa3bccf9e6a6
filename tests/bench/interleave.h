/* bench/interleave.h -- pieces of work timed in turn, so that a busy moment hits all of them alike. */
#ifndef TESTS_BENCH_INTERLEAVE_H
#define TESTS_BENCH_INTERLEAVE_H

#include <stddef.h>

enum { ROUNDS_MAX = 64 };

typedef struct Contender {
    void (*run)(void *context);
    void *context;
    size_t threads; /* that work at once; 0 = 1 */
} Contender;

/* Seconds of each round. */
typedef struct Timing {
    double wall[ROUNDS_MAX];
    double cpu[ROUNDS_MAX];    /* of all threads of this process */
    double waited[ROUNDS_MAX]; /* of all threads: ready to run, but other processes had the core */
    size_t count;
    size_t threads;
} Timing;

typedef struct InterleavePlan {
    size_t rounds;       /* 1..ROUNDS_MAX */
    size_t warm_ups;     /* rounds before, not timed */
    double rest_seconds; /* before each piece: lets other processes' spinning threads go to sleep */
} InterleavePlan;

/* Each round runs every contender once, in order; timings [count] out. */
void interleave(const InterleavePlan *plan, const Contender *contenders, size_t count,
                Timing *timings);

/* Median of `count` values, which are left alone; NaN if there are none. count <= ROUNDS_MAX. */
double median_of(const double *values, size_t count);

double timing_median(const Timing *timing);

/* Median over rounds of a / b, both taken in that round. */
double timing_ratio(const Timing *a, const Timing *b);
double timing_cpu_ratio(const Timing *a, const Timing *b);

/* The same without the time that threads waited for a core, on average: an estimate of what wall time says on a quiet machine. */
double timing_unhindered_ratio(const Timing *a, const Timing *b);

/* Ratio of the fastest rounds: what a quiet machine would show. */
double timing_best_ratio(const Timing *a, const Timing *b);

#endif
