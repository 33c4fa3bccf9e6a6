/* bench/bench_memory.c -- what fine-tuning GPT-2 small takes, lanes by lanes: predicted before the start, and resident. */
#include "bench/bench_sections.h"

#include <stdio.h>

#include "bench/program_run.h"

enum { LANES_MAX = 3 };

/* Lanes, and where a goal is set: what a machine of 8 GB has left beside its system. */
typedef struct LaneSet {
    const char *name;
    const char *methods[LANES_MAX + 1]; /* ended by NULL */
    double goal_gb;                     /* 0: none */
} LaneSet;

static const LaneSet LANE_SETS[] = {
    {"SAM", {"sam"}, 7.4},
    {"TRAM", {"tram-prev"}, 7.4},
    {"AdamW and TRAM", {"adamw", "tram-prev"}, 7.4},
    {"AdamW, SAM and TRAM", {"adamw", "sam", "tram-prev"}, 0.0},
};

static void describe_lanes(const LaneSet *set, char *text, size_t text_bytes)
{
    size_t used = 0;
    for (size_t i = 0; set->methods[i] != NULL && used < text_bytes; i++) {
        used += (size_t)snprintf(text + used, text_bytes - used, "%s{\"method\": \"%s\"}",
                                 i == 0 ? "" : ", ", set->methods[i]);
    }
}

/* As my-gpt2.json: 8 x 256 tokens a step, one window at a time. Random weights; the bundled tokenizer knows fewer tokens, which is allowed. */
static bool run_lanes(const BenchSetting *setting, size_t index, ProgramFigures *figures)
{
    char text[4096];
    char path[PATH_MAX];
    char lanes[256];
    char name[32];
    describe_lanes(&LANE_SETS[index], lanes, sizeof lanes);
    snprintf(name, sizeof name, "memory-%zu", index);
    snprintf(text, sizeof text,
             "{\"name\": \"gpt2-small\", \"model_config\": {\"model_type\": \"gpt2\", "
             "\"vocab_size\": 50257, \"n_positions\": 1024, \"n_embd\": 768, \"n_layer\": 12, "
             "\"n_head\": 12, \"activation_function\": \"gelu_new\", \"layer_norm_epsilon\": "
             "1e-5}, \"tokenizer\": \"%s/tokenizer.json\", \"data\": \"%s\", \"train_domains\": "
             "[\"wn-act\"], \"zero_shot_domains\": [\"jargon\"], \"max_steps\": %d, "
             "\"block_size\": 256, \"per_device_train_batch_size\": 1, "
             "\"gradient_accumulation_steps\": 8, \"probe_windows\": 1, \"eval_steps\": 0, "
             "\"eval_windows\": 1, \"max_eval_samples\": 1, \"lanes\": [%s]}",
             setting->spec.model, setting->spec.data, setting->is_quick ? 1 : 2, lanes);
    const ProgramPlan plan = {.experiment = path, .is_weighed = true};
    return program_write_experiment(setting, name, text, path) &&
           program_run_once(setting, plan, figures);
}

bool bench_memory(const BenchSetting *setting, BenchReport *report)
{
    if (!program_is_there()) {
        bench_report_skip(report, "memory", "the program itself",
                          "build/release/tramlab is not there; run make first");
        return true;
    }
    const size_t count = setting->is_quick ? 1 : sizeof LANE_SETS / sizeof *LANE_SETS;
    for (size_t i = 0; i < count; i++) {
        const LaneSet *set = &LANE_SETS[i];
        ProgramFigures figures;
        if (!run_lanes(setting, i, &figures)) {
            return false;
        }
        BenchRow row = {.section = "memory",
                        .goal = set->goal_gb > 0.0 ? GOAL_AT_MOST : GOAL_NONE,
                        .bound = set->goal_gb,
                        .figure = 1e-9 * figures.peak_bytes,
                        .unit = "GB",
                        .decimals = 1};
        snprintf(row.name, sizeof row.name, "memory: GPT-2 small, 8 x 256 tokens: %s", set->name);
        snprintf(row.note, sizeof row.note,
                 "most ever resident; predicted before the start: up to %.1f GB",
                 1e-9 * figures.predicted_bytes);
        bench_report_add(report, &row);
    }
    return true;
}
