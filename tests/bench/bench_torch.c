/* bench/bench_torch.c -- the same steps of the same model in PyTorch, turn and turn about with ours. */
#include "bench/bench_sections.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/step_rig.h"

static const char SECTION[] = "torch";
static const char PYTHON[] = "/usr/bin/python3";
static const char SCRIPT[] = "tests/bench/bench_torch.py";

static const struct TorchMethod {
    const char *id;
    double rho;
    double scale;
} METHODS[] = {{"adamw", 0.0, 0.0}, {"sam", 0.1, 0.0}, {"tram-prev", 0.5, 500.0}};

enum { METHOD_COUNT = sizeof METHODS / sizeof *METHODS };

/* A Python process that makes one step for each line it is sent, and answers with that step's loss. */
typedef struct Torch {
    pid_t process;
    FILE *to;
    FILE *from;
    char version[64];
    bool has_failed;
} Torch;

typedef struct TorchLane {
    Torch *torch;
    const char *method;
    double first_loss;
} TorchLane;

static void become_python(const BenchSetting *setting, const char *batch_path, size_t threads,
                          size_t blas_threads)
{
    char word[24];
    snprintf(word, sizeof word, "%zu", blas_threads);
    setenv("OPENBLAS_NUM_THREADS", word, 1);
    snprintf(word, sizeof word, "%zu", threads);
    setenv("OMP_NUM_THREADS", word, 1);
    execl(PYTHON, PYTHON, SCRIPT, setting->spec.model, batch_path, word, (char *)NULL);
    _exit(127);
}

static bool start_torch(const BenchSetting *setting, const char *batch_path, size_t threads,
                        size_t blas_threads, Torch *torch)
{
    int to[2];
    int from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) {
        return false;
    }
    torch->process = fork();
    if (torch->process == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        become_python(setting, batch_path, threads, blas_threads);
    }
    close(to[0]);
    close(from[1]);
    torch->to = fdopen(to[1], "w");
    torch->from = fdopen(from[0], "r");
    return torch->process > 0 && torch->to != NULL && torch->from != NULL &&
           fscanf(torch->from, "ready %63s", torch->version) == 1;
}

static void stop_torch(Torch *torch)
{
    if (torch->to != NULL) {
        fclose(torch->to); /* it ends with its input */
    }
    if (torch->from != NULL) {
        fclose(torch->from); /* nothing more is read */
    }
    if (torch->process > 0) {
        waitpid(torch->process, NULL, 0);
    }
}

static void step_torch(void *torch_lane)
{
    TorchLane *lane = torch_lane;
    double loss = (double)NAN;
    fprintf(lane->torch->to, "%s\n", lane->method);
    fflush(lane->torch->to);
    const bool is_answered = fscanf(lane->torch->from, "%lf", &loss) == 1;
    lane->torch->has_failed = lane->torch->has_failed || !is_answered;
    lane->first_loss = isnan(lane->first_loss) ? loss : lane->first_loss;
}

/* Our lanes and theirs with the same number of threads. */
typedef struct Match {
    StepRig rig;
    RigLane ours[METHOD_COUNT];
    Torch torch;
    TorchLane theirs[METHOD_COUNT];
    Timing timings[2 * METHOD_COUNT];
} Match;

static bool prepare_ours(const BenchSetting *setting, size_t threads, Match *match)
{
    const StepRigOptions options = {.shape = &setting->start.shape,
                                    .theta_0 = setting->start.theta_0,
                                    .batch = setting->batch,
                                    .micro_batch_count = (size_t)setting->spec.micro_batch_count,
                                    .workers = threads,
                                    .keeps_outputs = true};
    bool is_ready = step_rig_init(&match->rig, &options);
    for (size_t i = 0; i < METHOD_COUNT && is_ready; i++) {
        is_ready = rig_lane_init(&match->ours[i], &match->rig, METHODS[i].id, METHODS[i].rho,
                                 METHODS[i].scale);
    }
    return is_ready;
}

/* Both must have begun at the same loss, or it is not the same model. */
static bool is_same_model(const Match *match, size_t method, double our_first_loss)
{
    const double difference = fabs(match->theirs[method].first_loss - our_first_loss);
    if (!(difference < 1e-3)) {
        fprintf(stderr, "bench: %s begins at loss %.5f here, %.5f in PyTorch\n", METHODS[method].id,
                our_first_loss, match->theirs[method].first_loss);
        return false;
    }
    return true;
}

static bool play(const BenchSetting *setting, Match *match)
{
    Contender contenders[2 * METHOD_COUNT];
    bool is_same = true;
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        double loss = (double)NAN;
        match->theirs[i] = (TorchLane){&match->torch, METHODS[i].id, (double)NAN};
        contenders[2 * i] = (Contender){rig_lane_step, &match->ours[i], match->rig.options.workers};
        contenders[2 * i + 1] = (Contender){step_torch, &match->theirs[i], 1};
        rig_lane_step(&match->ours[i]);
        step_torch(&match->theirs[i]);
        (void)metric_sample_get(&match->ours[i].sample, METRIC_LOSS, &loss);
        is_same = is_same_model(match, i, loss) && is_same;
    }
    /* OpenMP and OpenBLAS threads go on spinning for a while after a product. */
    const InterleavePlan plan = {.rounds = setting->rounds, .warm_ups = 1, .rest_seconds = 0.06};
    if (is_same) {
        interleave(&plan, contenders, (size_t)2 * METHOD_COUNT, match->timings);
    }
    return is_same && !match->torch.has_failed;
}

static void report_match(const Match *match, size_t threads, size_t blas_threads,
                         BenchReport *report)
{
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        const Timing *ours = &match->timings[2 * i];
        const Timing *theirs = &match->timings[2 * i + 1];
        BenchRow row = {.section = "torch",
                        .goal = GOAL_AT_LEAST,
                        .bound = threads == 1 ? 1.8 : 2.7,
                        .figure = timing_ratio(theirs, ours),
                        .unit = "x",
                        .decimals = 2};
        snprintf(row.name, sizeof row.name, "%s faster than PyTorch, %zu thread%s%s", METHODS[i].id,
                 threads, threads == 1 ? "" : "s",
                 threads == 1        ? ""
                 : blas_threads == 1 ? " (its BLAS 1)"
                                     : " (its BLAS too)");
        snprintf(row.note, sizeof row.note, "PyTorch %s %.0f ms, ours %.0f ms; fastest rounds %.2f",
                 match->torch.version, 1e3 * timing_median(theirs), 1e3 * timing_median(ours),
                 timing_best_ratio(theirs, ours));
        bench_report_add(report, &row);
    }
}

static bool bench_threads(const BenchSetting *setting, const char *batch_path, size_t threads,
                          size_t blas_threads, BenchReport *report)
{
    Match *match = calloc(1, sizeof *match);
    const bool is_done = match != NULL &&
                         start_torch(setting, batch_path, threads, blas_threads, &match->torch) &&
                         prepare_ours(setting, threads, match) && play(setting, match);
    if (is_done) {
        report_match(match, threads, blas_threads, report);
    }
    for (size_t i = 0; match != NULL && i < METHOD_COUNT; i++) {
        rig_lane_clear(&match->ours[i]);
    }
    if (match != NULL) {
        stop_torch(&match->torch);
        step_rig_clear(&match->rig);
    }
    free(match);
    return is_done;
}

/* Inputs, then targets, as int32. */
static bool write_batch(const BenchSetting *setting, char path[PATH_MAX])
{
    const size_t count = setting->batch.B * setting->batch.T;
    const int length = snprintf(path, PATH_MAX, "%s/batch.i32", setting->folder);
    FILE *file = length < PATH_MAX ? fopen(path, "wb") : NULL;
    if (file == NULL) {
        return false;
    }
    const bool is_written =
        fwrite(setting->inputs, sizeof *setting->inputs, count, file) == count &&
        fwrite(setting->targets, sizeof *setting->targets, count, file) == count;
    return fclose(file) == 0 && is_written;
}

bool bench_torch(const BenchSetting *setting, BenchReport *report)
{
    char path[PATH_MAX];
    if (system("/usr/bin/python3 -c 'import torch' > /dev/null 2>&1") != 0) {
        bench_report_skip(report, SECTION, "AdamW, SAM and TRAM faster than PyTorch",
                          "PyTorch is not there; to compare: apt-get install python3-torch");
        return true;
    }
    return write_batch(setting, path) && bench_threads(setting, path, 1, 1, report) &&
           bench_threads(setting, path, 2, 1, report) && bench_threads(setting, path, 2, 2, report);
}
