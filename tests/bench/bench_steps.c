/* bench/bench_steps.c -- whole steps against the matrix products in them, against AdamW's, and on two workers. */
#include "bench/bench_sections.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/step_rig.h"
#include "optim/method_table.h"

static const char SECTION[] = "steps";

/* What a method may cost at most, in AdamW steps. */
static const struct MethodCost {
    const char *id;
    double bound;
    double rho; /* 0: the method's default */
    double scale;
} METHOD_COSTS[] = {{"sam", 2.05, 0.1, 0.0},
                    {"tram-prev", 2.38, 0.5, 500.0},
                    {"tram-x", 2.38, 0.0, 0.0},
                    {"trpo", 1.38, 0.0, 0.0}};

enum {
    METHOD_COST_COUNT = sizeof METHOD_COSTS / sizeof *METHOD_COSTS,
    ADAMW_1 = 0,
    PRODUCTS_1,
    ADAMW_2,
    PRODUCTS_2,
    FIRST_METHOD,
    CONTENDER_COUNT = FIRST_METHOD + METHOD_COST_COUNT
};

typedef struct Steps {
    StepRig rigs[2];
    RigLane adamw[2];
    GemmTrace *traces[2];
    GemmReplay replays[2];
    RigLane methods[METHOD_COST_COUNT]; /* on one worker; of methods that are there */
    size_t method_of[METHOD_COST_COUNT];
    size_t method_count;
    Timing timings[CONTENDER_COUNT];
} Steps;

static bool prepare_workers(const BenchSetting *setting, Steps *steps, size_t index)
{
    const StepRigOptions options = {.shape = &setting->start.shape,
                                    .theta_0 = setting->start.theta_0,
                                    .batch = setting->batch,
                                    .micro_batch_count = (size_t)setting->spec.micro_batch_count,
                                    .workers = index + 1,
                                    .keeps_outputs = true};
    StepRig *rig = &steps->rigs[index];
    if (!step_rig_init(rig, &options) ||
        !rig_lane_init(&steps->adamw[index], rig, "adamw", 0.0, 0.0)) {
        return false;
    }
    steps->traces[index] = gemm_trace_record(&rig->runner, rig_lane_step, &steps->adamw[index]);
    steps->replays[index] =
        (GemmReplay){.trace = steps->traces[index], .runner = rig->runner.inner};
    return steps->traces[index] != NULL;
}

static bool prepare(const BenchSetting *setting, BenchReport *report, Steps *steps)
{
    for (size_t i = 0; i < 2; i++) {
        if (!prepare_workers(setting, steps, i)) {
            return false;
        }
    }
    for (size_t i = 0; i < METHOD_COST_COUNT; i++) {
        const struct MethodCost *cost = &METHOD_COSTS[i];
        if (method_find(cost->id) == NULL) {
            char name[ROW_NAME_BYTES];
            snprintf(name, sizeof name, "%s step / AdamW step", cost->id);
            bench_report_skip(report, SECTION, name, "there is no such method yet");
            continue;
        }
        steps->method_of[steps->method_count] = i;
        if (!rig_lane_init(&steps->methods[steps->method_count++], &steps->rigs[0], cost->id,
                           cost->rho, cost->scale)) {
            return false;
        }
    }
    return true;
}

static void measure(const BenchSetting *setting, Steps *steps)
{
    Contender contenders[CONTENDER_COUNT] = {
        [ADAMW_1] = {rig_lane_step, &steps->adamw[0], 1},
        [PRODUCTS_1] = {gemm_replay_run, &steps->replays[0], 1},
        [ADAMW_2] = {rig_lane_step, &steps->adamw[1], 2},
        [PRODUCTS_2] = {gemm_replay_run, &steps->replays[1], 2}};
    for (size_t i = 0; i < steps->method_count; i++) {
        contenders[FIRST_METHOD + i] = (Contender){rig_lane_step, &steps->methods[i], 1};
    }
    /* Two warm-ups: a trust region's first step has no step before it and does less. */
    const InterleavePlan plan = {.rounds = setting->rounds, .warm_ups = 2};
    interleave(&plan, contenders, FIRST_METHOD + steps->method_count, steps->timings);
}

static void report_products(const Steps *steps, BenchReport *report)
{
    const Timing *products = &steps->timings[PRODUCTS_1];
    const double operations = gemm_trace_operations(steps->traces[0]);
    BenchRow row = {.section = "steps",
                    .name = "matrix products of an AdamW step, 1 worker",
                    .figure = 1e-9 * operations / median_of(products->cpu, products->count),
                    .unit = "GFLOP/s",
                    .decimals = 1};
    snprintf(row.note, sizeof row.note, "%.2f GFLOP in %zu calls", 1e-9 * operations,
             gemm_trace_calls(steps->traces[0]));
    bench_report_add(report, &row);
}

static void report_all(const Steps *steps, BenchReport *report)
{
    const Timing *timings = steps->timings;
    report_products(steps, report);
    BenchRow row = ratio_row(SECTION, "AdamW step, 1 worker / its matrix products",
                             &timings[ADAMW_1], &timings[PRODUCTS_1], RATIO_OF_CPU_TIME);
    row = with_goal(row, GOAL_AT_MOST, 1.25);
    bench_report_add(report, &row);
    row = ratio_row(SECTION, "AdamW step, 2 workers / its matrix products", &timings[ADAMW_2],
                    &timings[PRODUCTS_2], RATIO_OF_WALL_TIME);
    row = with_goal_on_two_cores(row, GOAL_AT_MOST, 1.35);
    bench_report_add(report, &row);
    row = ratio_row(SECTION, "AdamW step: 2 workers faster than 1", &timings[ADAMW_1],
                    &timings[ADAMW_2], RATIO_OF_WALL_TIME);
    row = with_goal_on_two_cores(row, GOAL_AT_LEAST, 1.85);
    bench_report_add(report, &row);
    for (size_t i = 0; i < steps->method_count; i++) {
        const struct MethodCost *cost = &METHOD_COSTS[steps->method_of[i]];
        char name[ROW_NAME_BYTES];
        snprintf(name, sizeof name, "%s step / AdamW step, 1 worker", cost->id);
        row = ratio_row(SECTION, name, &timings[FIRST_METHOD + i], &timings[ADAMW_1],
                        RATIO_OF_CPU_TIME);
        row = with_goal(row, GOAL_AT_MOST, cost->bound);
        bench_report_add(report, &row);
    }
}

bool bench_steps(const BenchSetting *setting, BenchReport *report)
{
    Steps *steps = calloc(1, sizeof *steps);
    const bool is_ready = steps != NULL && prepare(setting, report, steps);
    if (is_ready) {
        measure(setting, steps);
        report_all(steps, report);
    }
    for (size_t i = 0; steps != NULL && i < steps->method_count; i++) {
        rig_lane_clear(&steps->methods[i]);
    }
    for (size_t i = 0; steps != NULL && i < 2; i++) {
        rig_lane_clear(&steps->adamw[i]);
        gemm_trace_destroy(steps->traces[i]);
        step_rig_clear(&steps->rigs[i]);
    }
    free(steps);
    return is_ready;
}
