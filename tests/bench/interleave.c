#include "bench/interleave.h"

#include <assert.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds_on(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Seconds that this process's threads have stood in the queue for a core so far; 0 where the kernel does not say. */
static double seconds_waited(void)
{
    double total = 0.0;
    DIR *tasks = opendir("/proc/self/task");
    const struct dirent *task = NULL;
    while (tasks != NULL && (task = readdir(tasks)) != NULL) {
        char path[320];
        unsigned long long nanoseconds = 0;
        snprintf(path, sizeof path, "/proc/self/task/%s/schedstat", task->d_name);
        FILE *file = task->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (file == NULL) {
            continue;
        }
        if (fscanf(file, "%*u %llu", &nanoseconds) == 1) {
            total += 1e-9 * (double)nanoseconds;
        }
        fclose(file); /* read-only: nothing to lose */
    }
    if (tasks != NULL) {
        closedir(tasks);
    }
    return total;
}

static void rest(double seconds)
{
    const double whole = floor(seconds);
    const struct timespec pause = {.tv_sec = (time_t)whole,
                                   .tv_nsec = (long)(1e9 * (seconds - whole))};
    if (seconds > 0.0) {
        nanosleep(&pause, NULL);
    }
}

static void time_once(const Contender *contender, Timing *timing, size_t round)
{
    const double waited = seconds_waited();
    const double wall = seconds_on(CLOCK_MONOTONIC);
    const double cpu = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
    contender->run(contender->context);
    timing->cpu[round] = seconds_on(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    timing->wall[round] = seconds_on(CLOCK_MONOTONIC) - wall;
    timing->waited[round] = seconds_waited() - waited;
}

void interleave(const InterleavePlan *plan, const Contender *contenders, size_t count,
                Timing *timings)
{
    assert(plan->rounds >= 1 && plan->rounds <= ROUNDS_MAX);
    for (size_t i = 0; i < plan->warm_ups * count; i++) {
        contenders[i % count].run(contenders[i % count].context);
    }
    for (size_t i = 0; i < count; i++) {
        timings[i].count = plan->rounds;
        timings[i].threads = contenders[i].threads == 0 ? 1 : contenders[i].threads;
    }
    for (size_t round = 0; round < plan->rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            rest(plan->rest_seconds);
            time_once(&contenders[i], &timings[i], round);
        }
    }
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

double median_of(const double *values, size_t count)
{
    double sorted[ROUNDS_MAX];
    assert(count <= ROUNDS_MAX);
    if (count == 0) {
        return (double)NAN;
    }
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare);
    return count % 2 == 1 ? sorted[count / 2] : 0.5 * (sorted[count / 2 - 1] + sorted[count / 2]);
}

double timing_median(const Timing *timing)
{
    return median_of(timing->wall, timing->count);
}

static double ratio_median(const double *a, const double *b, size_t count)
{
    double ratios[ROUNDS_MAX];
    for (size_t i = 0; i < count; i++) {
        ratios[i] = a[i] / b[i];
    }
    return median_of(ratios, count);
}

double timing_ratio(const Timing *a, const Timing *b)
{
    return ratio_median(a->wall, b->wall, a->count);
}

double timing_cpu_ratio(const Timing *a, const Timing *b)
{
    return ratio_median(a->cpu, b->cpu, a->count);
}

double timing_unhindered_ratio(const Timing *a, const Timing *b)
{
    double left[ROUNDS_MAX];
    double right[ROUNDS_MAX];
    for (size_t i = 0; i < a->count; i++) {
        left[i] = a->wall[i] - a->waited[i] / (double)a->threads;
        right[i] = b->wall[i] - b->waited[i] / (double)b->threads;
    }
    return ratio_median(left, right, a->count);
}

static double fastest(const Timing *timing)
{
    double best = timing->wall[0];
    for (size_t i = 1; i < timing->count; i++) {
        best = timing->wall[i] < best ? timing->wall[i] : best;
    }
    return best;
}

double timing_best_ratio(const Timing *a, const Timing *b)
{
    return fastest(a) / fastest(b);
}
