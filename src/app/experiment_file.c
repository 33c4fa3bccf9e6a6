#include "app/experiment_file.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lab/spec_check.h"

static void folder_of_program(char out[PATH_MAX])
{
    const ssize_t length = readlink("/proc/self/exe", out, PATH_MAX - 1);
    out[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(out, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
}

/* The path without ".." in it, as a person wants to read it; false if nothing readable is there. */
static bool resolve(const char *path, char *out, size_t out_bytes)
{
    char resolved[PATH_MAX];
    if (access(path, R_OK) != 0 || realpath(path, resolved) == NULL) {
        return false;
    }
    return snprintf(out, out_bytes, "%s", resolved) < (int)out_bytes;
}

Status bundled_path(const char *relative, char *out, size_t out_bytes, Problem *problem)
{
    static const char *const PLACES[] = {"../..", "../share/tramlab"};
    char program[PATH_MAX];
    char path[PATH_MAX];
    folder_of_program(program);
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        const int length = snprintf(path, sizeof path, "%s/%s/%s", program, PLACES[i], relative);
        if (length > 0 && (size_t)length < sizeof path && resolve(path, out, out_bytes)) {
            return STATUS_OK;
        }
    }
    if (resolve(relative, out, out_bytes)) {
        return STATUS_OK;
    }
    return problem_describe(
        problem, STATUS_FILE_UNREADABLE,
        "%s: not found beside the program, in its share folder, or here; give a path", relative);
}

static Status set_number(ExperimentSpec *spec, const char *key, uint64_t value, Problem *problem)
{
    char assignment[64];
    snprintf(assignment, sizeof assignment, "%s=%llu", key, (unsigned long long)value);
    return experiment_spec_set(spec, assignment, problem);
}

/* A quick look with few steps must not fail on the file's longer warm-up. */
static Status set_steps(ExperimentSpec *spec, uint64_t steps, Problem *problem)
{
    if (spec->warmup_steps > (double)steps) {
        fprintf(stderr, "tramlab: note: warmup_steps %.0f shortened to --steps %llu\n",
                spec->warmup_steps, (unsigned long long)steps);
        TRY(set_number(spec, "warmup_steps", steps, problem));
    }
    return set_number(spec, "max_steps", steps, problem);
}

Status experiment_file_override(const CommandLine *line, ExperimentSpec *spec, Problem *problem)
{
    if (line->steps > 0) {
        TRY(set_steps(spec, line->steps, problem));
    }
    return line->has_seed ? set_number(spec, "seed", line->seed, problem) : STATUS_OK;
}

Status experiment_file_read(const char *path, ExperimentSpec *spec, Problem *problem)
{
    const Status status = experiment_spec_read(path, spec, problem);
    if (status == STATUS_FILE_UNREADABLE || status == STATUS_BAD_FORMAT) {
        problem->status = STATUS_BAD_VALUE;
        return STATUS_BAD_VALUE;
    }
    return status;
}

Status experiment_file_load(const CommandLine *line, ExperimentSpec *spec, Problem *problem)
{
    ExperimentSpec loaded;
    char path[PATH_MAX];
    if (line->input != NULL) {
        snprintf(path, sizeof path, "%s", line->input);
    } else {
        TRY(bundled_path("sample-runs/experiments/cross-domain.json", path, sizeof path, problem));
    }
    TRY(experiment_file_read(path, &loaded, problem));
    for (size_t i = 0; i < line->set_count; i++) {
        TRY(experiment_spec_set(&loaded, line->sets[i], problem));
    }
    TRY(experiment_file_override(line, &loaded, problem));
    Problem inner = {0};
    const Status status = spec_check_methods(&loaded, &inner);
    if (status != STATUS_OK) {
        return problem_describe(problem, status, "%s: %s", path, inner.text);
    }
    *spec = loaded;
    return STATUS_OK;
}

void default_run_directory(const ExperimentSpec *spec, char *out, size_t out_bytes)
{
    char date[32];
    struct tm local;
    const time_t now = time(NULL);
    localtime_r(&now, &local);
    strftime(date, sizeof date, "%Y%m%d-%H%M%S", &local);
    snprintf(out, out_bytes, "runs/%s-%s", spec->name, date);
}
