#include "bench/bench_setting.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "lab/text_task.h"
#include "lab/worker.h"

/* More than the experiment's: the figures of a step are of this many windows. */
enum { BATCH_WINDOWS = 16 };

static const char EXPERIMENT[] = "sample-runs/experiments/cross-domain.json";

static Status fill_batch(BenchSetting *setting, Problem *problem)
{
    const size_t B = (size_t)setting->spec.batch_size;
    const size_t T = (size_t)setting->spec.block_size;
    TextTask task;
    TRY(text_task_load(&setting->spec, setting->start.tokenizer, &task, problem));
    setting->inputs = calloc(B * T, sizeof *setting->inputs);
    setting->targets = calloc(B * T, sizeof *setting->targets);
    setting->batch = (TokenBatch){B, T, setting->inputs, setting->targets};
    const bool is_complete = setting->inputs != NULL && setting->targets != NULL;
    if (is_complete) {
        batch_sampler_fill(task.sampler, 0, setting->inputs, setting->targets);
    }
    text_task_clear(&task);
    return is_complete
               ? STATUS_OK
               : problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for a batch");
}

/* Experiments that the sections write lie elsewhere, so the paths must not depend on the folder. */
static Status make_absolute(char path[SPEC_PATH_BYTES], Problem *problem)
{
    char absolute[PATH_MAX];
    if (realpath(path, absolute) == NULL || strlen(absolute) >= SPEC_PATH_BYTES) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE, "%s is not there", path);
    }
    memcpy(path, absolute, strlen(absolute) + 1);
    return STATUS_OK;
}

static Status load(BenchSetting *setting, Problem *problem)
{
    TRY(experiment_spec_read(EXPERIMENT, &setting->spec, problem));
    setting->spec.batch_size = BATCH_WINDOWS;
    TRY(make_absolute(setting->spec.model, problem));
    TRY(make_absolute(setting->spec.data, problem));
    TRY(model_start_load(&setting->spec, &setting->start, problem));
    return fill_batch(setting, problem);
}

bool bench_setting_open(BenchSetting *setting, bool is_quick, Problem *problem)
{
    memset(setting, 0, sizeof *setting);
    setting->is_quick = is_quick;
    setting->rounds = is_quick ? 1 : 9;
    if (load(setting, problem) != STATUS_OK) {
        bench_setting_close(setting);
        return false;
    }
    snprintf(setting->folder, sizeof setting->folder, "/tmp/tramlab-bench-XXXXXX");
    if (mkdtemp(setting->folder) == NULL) {
        problem_describe(problem, STATUS_FILE_UNWRITABLE, "no folder can be made in /tmp");
        setting->folder[0] = '\0';
        bench_setting_close(setting);
        return false;
    }
    return true;
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

void bench_setting_close(BenchSetting *setting)
{
    if (setting->folder[0] != '\0') {
        (void)nftw(setting->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    }
    model_start_clear(&setting->start);
    free(setting->inputs);
    free(setting->targets);
    memset(setting, 0, sizeof *setting);
}

TokenBatch random_batch(size_t B, size_t T, size_t V, int32_t *tokens)
{
    Random random = random_stream(1, RANDOM_STREAM_PROBES, 0);
    for (size_t i = 0; i <= B * T; i++) {
        tokens[i] = (int32_t)random_below(&random, V);
    }
    return (TokenBatch){.B = B, .T = T, .inputs = tokens, .targets = tokens + 1};
}

BenchRow ratio_row(const char *section, const char *name, const Timing *a, const Timing *b,
                   RatioBasis basis)
{
    const bool is_wall = basis == RATIO_OF_WALL_TIME;
    BenchRow row = {.figure = is_wall ? timing_ratio(a, b) : timing_cpu_ratio(a, b), .decimals = 2};
    snprintf(row.section, sizeof row.section, "%s", section);
    snprintf(row.name, sizeof row.name, "%s", name);
    snprintf(row.note, sizeof row.note,
             "%.1f / %.1f ms; by %s time %.2f, by %s time %.2f, fastest rounds %.2f, without "
             "waiting for a core %.2f",
             1e3 * timing_median(a), 1e3 * timing_median(b), is_wall ? "wall" : "CPU", row.figure,
             is_wall ? "CPU" : "wall", is_wall ? timing_cpu_ratio(a, b) : timing_ratio(a, b),
             timing_best_ratio(a, b), timing_unhindered_ratio(a, b));
    return row;
}

BenchRow with_goal(BenchRow row, RowGoal goal, double bound)
{
    row.goal = goal;
    row.bound = bound;
    return row;
}

BenchRow with_goal_on_two_cores(BenchRow row, RowGoal goal, double bound)
{
    if (worker_count_of_machine() >= 2) {
        return with_goal(row, goal, bound);
    }
    snprintf(row.note, sizeof row.note, "the machine has one core: no goal");
    return row;
}
