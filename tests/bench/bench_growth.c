/* bench/bench_growth.c -- does a step's time grow as its work does? */
#include "bench/bench_sections.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/step_rig.h"

enum { BASE, WIDE, LONG, LARGE, CASES, MANY_LANES = CASES, CONTENDERS, TOKENS_MAX = 32 * 256 + 1 };

static const CausalLmShape NARROW_SHAPE = {
    .V = 2048, .P = 256, .C = 128, .L = 4, .H = 4, .F = 512, .layer_norm_epsilon = 1e-5};
static const CausalLmShape WIDE_SHAPE = {
    .V = 2048, .P = 256, .C = 256, .L = 4, .H = 8, .F = 1024, .layer_norm_epsilon = 1e-5};

typedef struct GrowthCase {
    const char *name;
    const CausalLmShape *shape;
    size_t B;
    size_t T;
} GrowthCase;

static const GrowthCase GROWTH_CASES[CASES] = {
    [BASE] = {"C 128, T 128, B 16, 1 lane", &NARROW_SHAPE, 16, 128},
    [WIDE] = {"C doubled", &WIDE_SHAPE, 16, 128},
    [LONG] = {"T doubled", &NARROW_SHAPE, 16, 256},
    [LARGE] = {"B doubled", &NARROW_SHAPE, 32, 128}};

typedef struct Growth {
    StepRig rigs[CASES];
    RigLane lanes[CASES];
    RigLane second; /* on the base's rig */
    double operations[CONTENDERS];
    Timing timings[CONTENDERS];
    int32_t tokens[CASES][TOKENS_MAX];
} Growth;

static void step_both_lanes(void *growth)
{
    Growth *both = growth;
    rig_lane_step(&both->lanes[BASE]);
    rig_lane_step(&both->second);
}

static bool prepare(Growth *growth)
{
    for (size_t i = 0; i < CASES; i++) {
        const GrowthCase *growth_case = &GROWTH_CASES[i];
        StepRig *rig = &growth->rigs[i];
        const StepRigOptions options = {.shape = growth_case->shape,
                                        .batch =
                                            random_batch(growth_case->B, growth_case->T,
                                                         growth_case->shape->V, growth->tokens[i]),
                                        .micro_batch_count = 8,
                                        .workers = 1};
        if (!step_rig_init(rig, &options) ||
            !rig_lane_init(&growth->lanes[i], rig, "adamw", 0.0, 0.0)) {
            return false;
        }
        GemmTrace *trace = gemm_trace_record(&rig->runner, rig_lane_step, &growth->lanes[i]);
        if (trace == NULL) {
            return false;
        }
        growth->operations[i] = gemm_trace_operations(trace);
        gemm_trace_destroy(trace);
    }
    growth->operations[MANY_LANES] = 2.0 * growth->operations[BASE];
    return rig_lane_init(&growth->second, &growth->rigs[BASE], "adamw", 0.0, 0.0);
}

static void report_growth(const Growth *growth, size_t index, const char *name, BenchReport *report)
{
    const Timing *timing = &growth->timings[index];
    const double work = growth->operations[index] / growth->operations[BASE];
    const double time = timing_cpu_ratio(timing, &growth->timings[BASE]);
    BenchRow row = {.section = "growth", .figure = time / work, .decimals = 2};
    snprintf(row.name, sizeof row.name, "%s: growth of time / growth of work", name);
    snprintf(row.note, sizeof row.note,
             "%.2f steps/s instead of %.2f; CPU time x%.2f, work x%.2f; by wall time %.2f, fastest "
             "rounds %.2f",
             1.0 / timing_median(timing), 1.0 / timing_median(&growth->timings[BASE]), time, work,
             timing_ratio(timing, &growth->timings[BASE]) / work,
             timing_best_ratio(timing, &growth->timings[BASE]) / work);
    /* Growing less than the work does is no fault. */
    row = with_goal(row, GOAL_AT_MOST, 1.15);
    bench_report_add(report, &row);
}

bool bench_growth(const BenchSetting *setting, BenchReport *report)
{
    Growth *growth = calloc(1, sizeof *growth);
    const bool is_ready = growth != NULL && prepare(growth);
    if (is_ready) {
        Contender contenders[CONTENDERS] = {[MANY_LANES] = {step_both_lanes, growth, 1}};
        for (size_t i = 0; i < CASES; i++) {
            contenders[i] = (Contender){rig_lane_step, &growth->lanes[i], 1};
        }
        const InterleavePlan plan = {.rounds = setting->rounds, .warm_ups = 1};
        interleave(&plan, contenders, CONTENDERS, growth->timings);
        for (size_t i = WIDE; i < CASES; i++) {
            report_growth(growth, i, GROWTH_CASES[i].name, report);
        }
        report_growth(growth, MANY_LANES, "lanes doubled", report);
    }
    for (size_t i = 0; growth != NULL && i < CASES; i++) {
        rig_lane_clear(&growth->lanes[i]);
        step_rig_clear(&growth->rigs[i]);
    }
    if (growth != NULL) {
        rig_lane_clear(&growth->second);
    }
    free(growth);
    return is_ready;
}
