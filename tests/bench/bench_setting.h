/* bench/bench_setting.h -- what all sections of the benchmark measure on: the bundled model, the default experiment, how often. */
#ifndef TESTS_BENCH_BENCH_SETTING_H
#define TESTS_BENCH_BENCH_SETTING_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "bench/bench_report.h"
#include "bench/interleave.h"
#include "data/token_batch.h"
#include "lab/model_folder.h"
#include "records/experiment_spec.h"

typedef struct BenchSetting {
    ExperimentSpec spec; /* the default experiment, with 16 windows a batch */
    ModelStart start;    /* its model */
    int32_t *inputs;     /* its first batch, [B, T] */
    int32_t *targets;
    TokenBatch batch;
    size_t rounds; /* 7 or more, unless quick */
    bool is_quick;
    char folder[PATH_MAX]; /* of this run, for files; deleted at the end */
} BenchSetting;

/* Called in the repository's folder. False: the problem says why. The caller calls bench_setting_close. */
bool bench_setting_open(BenchSetting *setting, bool is_quick, Problem *problem);
void bench_setting_close(BenchSetting *setting);

/* A batch of random tokens below V. tokens [B * T + 1] out; the batch points into it. */
TokenBatch random_batch(size_t B, size_t T, size_t V, int32_t *tokens);

/* What a ratio is taken of. */
typedef enum RatioBasis {
    RATIO_OF_CPU_TIME, /* one thread on either side: the same as wall time, but deaf to other processes */
    RATIO_OF_WALL_TIME /* several threads: waiting for each other counts */
} RatioBasis;

/* Fill a row from two timings of the same rounds: a / b, and what it was made from. */
BenchRow ratio_row(const char *section, const char *name, const Timing *a, const Timing *b,
                   RatioBasis basis);

/* The row with a goal; the second one only where two workers have a core each. */
BenchRow with_goal(BenchRow row, RowGoal goal, double bound);
BenchRow with_goal_on_two_cores(BenchRow row, RowGoal goal, double bound);

#endif
