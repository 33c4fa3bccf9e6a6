/* bench/bench_program.c -- the program as users start it: is it slowed by being watched, how soon is it there, how much does it take. */
#include "bench/bench_sections.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/program_run.h"
#include "lab/worker.h"

static const char SECTION[] = "program";
static const char DEFAULT_EXPERIMENT[] = "sample-runs/experiments/cross-domain.json";

enum { LANES_IN_MEMORY_ROW = 12 };

static bool bench_watching(const BenchSetting *setting, BenchReport *report)
{
    char text[4096];
    char path[PATH_MAX];
    const int steps = setting->is_quick ? 5 : 40;
    double headless[ROUNDS_MAX];
    double ratios[ROUNDS_MAX];
    /* One lane, no evaluations on the way: as many samples and frames for the work as there can be. */
    snprintf(text, sizeof text,
             "{\"name\": \"watched\", \"model\": \"%s\", \"data\": \"%s\", \"train_domains\": "
             "[\"wn-act\"], \"zero_shot_domains\": [], \"max_steps\": %d, \"probe_steps\": 0, "
             "\"eval_steps\": 0, \"eval_windows\": 1, \"probe_windows\": 1, \"lanes\": "
             "[{\"name\": \"Watched\", \"method\": \"adamw\"}]}",
             setting->spec.model, setting->spec.data, steps);
    if (!program_write_experiment(setting, "watched", text, path)) {
        return false;
    }
    for (size_t i = 0; i < setting->rounds; i++) {
        ProgramFigures figures[2];
        for (size_t k = 0; k < 2; k++) {
            /* Each comes first in turn. */
            const bool is_on_screen = (i + k) % 2 == 1;
            const ProgramPlan plan = {
                .experiment = path, .frame_text = "Watched", .is_on_screen = is_on_screen};
            if (!program_run_once(setting, plan, &figures[is_on_screen ? 1 : 0])) {
                return false;
            }
        }
        headless[i] = steps / figures[0].race_seconds;
        ratios[i] = figures[0].race_seconds / figures[1].race_seconds;
    }
    BenchRow row = {.section = "program",
                    .name = "steps/s watched in a 120x40 terminal / headless",
                    .goal = GOAL_AT_LEAST,
                    .bound = 0.98,
                    .figure = median_of(ratios, setting->rounds),
                    .decimals = 3};
    snprintf(row.note, sizeof row.note, "AdamW, %d steps, %zu workers: headless %.2f steps/s",
             steps, worker_count_of_machine(), median_of(headless, setting->rounds));
    bench_report_add(report, &row);
    return true;
}

static bool bench_start(const BenchSetting *setting, BenchReport *report)
{
    double frames[ROUNDS_MAX];
    double steps[ROUNDS_MAX];
    const ProgramPlan plan = {.experiment = DEFAULT_EXPERIMENT,
                              .frame_text = "AdamW",
                              .is_on_screen = true,
                              .ends_at_first_step = true};
    for (size_t i = 0; i < setting->rounds; i++) {
        ProgramFigures figures;
        if (!program_run_once(setting, plan, &figures)) {
            return false;
        }
        frames[i] = 1e3 * figures.first_frame_seconds;
        steps[i] = 1e3 * figures.first_step_seconds;
    }
    BenchRow row = {.section = "program",
                    .name = "first frame after start, default experiment",
                    .goal = GOAL_AT_MOST,
                    .bound = 100.0,
                    .figure = median_of(frames, setting->rounds),
                    .unit = "ms"};
    snprintf(row.note, sizeof row.note, "from exec to the bytes at the terminal");
    bench_report_add(report, &row);
    row.bound = 300.0;
    row.figure = median_of(steps, setting->rounds);
    snprintf(row.name, sizeof row.name, "first training step after start, default experiment");
    snprintf(row.note, sizeof row.note,
             "from exec to its line in metrics.jsonl; theta_0 is evaluated before");
    bench_report_add(report, &row);
    return true;
}

static bool bench_lanes_memory(const BenchSetting *setting, BenchReport *report)
{
    static const char *const METHODS[] = {"adamw", "sam", "tram-prev"};
    char text[8192];
    char path[PATH_MAX];
    int used = snprintf(text, sizeof text,
                        "{\"name\": \"lanes\", \"model\": \"%s\", \"data\": \"%s\", "
                        "\"train_domains\": [\"sotu-1861-1912\"], \"zero_shot_domains\": "
                        "[\"moby-dick\"], \"max_steps\": 2, \"probe_steps\": 1, \"eval_steps\": 1, "
                        "\"eval_windows\": 5, \"lanes\": [",
                        setting->spec.model, setting->spec.data);
    for (int i = 0; i < LANES_IN_MEMORY_ROW; i++) {
        used += snprintf(text + used, sizeof text - (size_t)used,
                         "%s{\"name\": \"L%d\", \"method\": \"%s\"}", i == 0 ? "" : ", ", i,
                         METHODS[i % 3]);
    }
    snprintf(text + used, sizeof text - (size_t)used, "]}");
    ProgramFigures figures;
    const ProgramPlan plan = {.experiment = path, .is_weighed = true};
    if (!program_write_experiment(setting, "lanes", text, path) ||
        !program_run_once(setting, plan, &figures)) {
        return false;
    }
    BenchRow row = {.section = "program",
                    .name = "memory: race of 12 lanes of the bundled model",
                    .goal = GOAL_AT_MOST,
                    .bound = 350.0,
                    .figure = 1e-6 * figures.peak_bytes,
                    .unit = "MB"};
    snprintf(row.note, sizeof row.note,
             "most ever resident, %zu workers; a weights-sized vector is %.1f MB",
             worker_count_of_machine(), 1e-6 * (double)(setting->start.table.size * sizeof(Real)));
    bench_report_add(report, &row);
    return true;
}

/* GPT-2 small, random weights; the bundled tokenizer knows fewer tokens, which is allowed. */
static bool bench_gpt2_memory(const BenchSetting *setting, BenchReport *report)
{
    static const double WEIGHTS = 124439808.0;
    char text[4096];
    char path[PATH_MAX];
    snprintf(text, sizeof text,
             "{\"name\": \"gpt2-small\", \"model_config\": {\"model_type\": \"gpt2\", "
             "\"vocab_size\": 50257, \"n_positions\": 1024, \"n_embd\": 768, \"n_layer\": 12, "
             "\"n_head\": 12, \"activation_function\": \"gelu_new\", \"layer_norm_epsilon\": "
             "1e-5}, \"tokenizer\": \"%s/tokenizer.json\", \"data\": \"%s\", \"train_domains\": "
             "[\"wn-act\"], \"zero_shot_domains\": [], \"max_steps\": 2, \"block_size\": 256, "
             "\"per_device_train_batch_size\": 1, \"micro_batch_count\": 1, \"probe_steps\": 0, "
             "\"probe_windows\": 1, \"eval_steps\": 0, \"eval_windows\": 1, \"lanes\": "
             "[{\"name\": \"AdamW\", \"method\": \"adamw\"}]}",
             setting->spec.model, setting->spec.data);
    ProgramFigures figures;
    const ProgramPlan plan = {
        .experiment = path, .is_weighed = true, .ends_at_first_step = true, .workers = 1};
    if (!program_write_experiment(setting, "gpt2-small", text, path) ||
        !program_run_once(setting, plan, &figures)) {
        return false;
    }
    BenchRow row = {.section = "program",
                    .name = "memory: GPT-2 small (T 256, B 1), AdamW",
                    .goal = GOAL_AT_MOST,
                    .bound = round(1e-6 * 4.5 * 4.0 * WEIGHTS + 1000.0),
                    .figure = 1e-6 * figures.peak_bytes,
                    .unit = "MB"};
    snprintf(row.note, sizeof row.note,
             "most ever resident after a step; goal 4.5 n floats + 1 GB, n = %.1f million",
             1e-6 * WEIGHTS);
    bench_report_add(report, &row);
    return true;
}

bool bench_program(const BenchSetting *setting, BenchReport *report)
{
    if (!program_is_there()) {
        bench_report_skip(report, SECTION, "the program itself",
                          "build/release/tramlab is not there; run make first");
        return true;
    }
    return bench_start(setting, report) && bench_watching(setting, report) &&
           bench_lanes_memory(setting, report) && bench_gpt2_memory(setting, report);
}
