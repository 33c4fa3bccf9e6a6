/* bench/bench_gpt2.c -- a step of GPT-2 small's shape against its matrix products. */
#include "bench/bench_sections.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/step_rig.h"

enum { T_GPT2 = 256 };

static const CausalLmShape GPT2_SMALL = {
    .V = 50257, .P = 1024, .C = 768, .L = 12, .H = 12, .F = 3072, .layer_norm_epsilon = 1e-5};

bool bench_gpt2(const BenchSetting *setting, BenchReport *report)
{
    int32_t tokens[T_GPT2 + 1];
    StepRig rig = {0};
    RigLane lane = {0};
    Timing timings[2];
    const StepRigOptions options = {.shape = &GPT2_SMALL,
                                    .batch = random_batch(1, T_GPT2, GPT2_SMALL.V, tokens),
                                    .micro_batch_count = 1,
                                    .workers = 1};
    const bool is_ready =
        step_rig_init(&rig, &options) && rig_lane_init(&lane, &rig, "adamw", 0.0, 0.0);
    GemmTrace *trace = is_ready ? gemm_trace_record(&rig.runner, rig_lane_step, &lane) : NULL;
    if (trace != NULL) {
        GemmReplay replay = {.trace = trace, .runner = rig.runner.inner};
        const Contender contenders[2] = {{rig_lane_step, &lane, 1}, {gemm_replay_run, &replay, 1}};
        const InterleavePlan plan = {.rounds = setting->is_quick ? 1 : 7,
                                     .warm_ups = setting->is_quick ? 0 : 1};
        interleave(&plan, contenders, 2, timings);
        BenchRow row = ratio_row("gpt2", "GPT-2 small (T 256, B 1): AdamW step / its products",
                                 &timings[0], &timings[1], RATIO_OF_CPU_TIME);
        row = with_goal(row, GOAL_AT_MOST, 1.15);
        bench_report_add(report, &row);
    }
    const bool is_done = trace != NULL;
    gemm_trace_destroy(trace);
    rig_lane_clear(&lane);
    step_rig_clear(&rig);
    return is_done;
}
