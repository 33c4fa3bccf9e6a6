/* bench/bench_parts.c -- the same AdamW step with its batch cut into 4, 8 and 16 parts. */
#include "bench/bench_sections.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/step_rig.h"

static const size_t PART_COUNTS[] = {8, 4, 16, 2};
enum { CASES = sizeof PART_COUNTS / sizeof *PART_COUNTS };

/* Cases of one worker, then those of two. */
typedef struct Parts {
    StepRig rigs[2 * CASES];
    RigLane lanes[2 * CASES];
    Timing timings[2 * CASES];
} Parts;

static bool prepare(const BenchSetting *setting, Parts *parts)
{
    for (size_t i = 0; i < (size_t)2 * CASES; i++) {
        const StepRigOptions options = {.shape = &setting->start.shape,
                                        .theta_0 = setting->start.theta_0,
                                        .batch = setting->batch,
                                        .micro_batch_count = PART_COUNTS[i % CASES],
                                        .workers = 1 + i / CASES};
        if (!step_rig_init(&parts->rigs[i], &options) ||
            !rig_lane_init(&parts->lanes[i], &parts->rigs[i], "adamw", 0.0, 0.0)) {
            return false;
        }
    }
    return true;
}

static void measure(const BenchSetting *setting, Parts *parts, BenchReport *report)
{
    Contender contenders[2 * CASES];
    for (size_t i = 0; i < (size_t)2 * CASES; i++) {
        contenders[i] = (Contender){rig_lane_step, &parts->lanes[i], 1 + i / CASES};
    }
    const InterleavePlan plan = {.rounds = setting->rounds, .warm_ups = 1};
    interleave(&plan, contenders, (size_t)2 * CASES, parts->timings);
    for (size_t i = 0; i < (size_t)2 * CASES; i++) {
        const size_t workers = 1 + i / CASES;
        char name[ROW_NAME_BYTES];
        if (i % CASES == 0) {
            continue; /* what the others are compared with */
        }
        snprintf(name, sizeof name, "AdamW step, %zu worker%s: %zu parts / %zu parts", workers,
                 workers == 1 ? "" : "s", PART_COUNTS[i % CASES], PART_COUNTS[0]);
        const BenchRow row =
            ratio_row("parts", name, &parts->timings[i], &parts->timings[i / CASES * CASES],
                      workers == 1 ? RATIO_OF_CPU_TIME : RATIO_OF_WALL_TIME);
        bench_report_add(report, &row);
    }
}

bool bench_parts(const BenchSetting *setting, BenchReport *report)
{
    Parts *parts = calloc(1, sizeof *parts);
    const bool is_ready = parts != NULL && prepare(setting, parts);
    if (is_ready) {
        measure(setting, parts, report);
    }
    for (size_t i = 0; parts != NULL && i < (size_t)2 * CASES; i++) {
        rig_lane_clear(&parts->lanes[i]);
        step_rig_clear(&parts->rigs[i]);
    }
    free(parts);
    return is_ready;
}
