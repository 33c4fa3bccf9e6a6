#include "app/race_job.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/version.h"
#include "base/wall_clock.h"
#include "kernels/gemm.h"
#include "lab/race_loop.h"
#include "lab/race_state.h"
#include "lab/spec_check.h"
#include "lab/worker.h"

struct RaceJob {
    const ExperimentSpec *spec;
    size_t workers;
    RunWriter *writer;
    MetricRing *ring;
    CommandQueue *commands;
    WorkerPool *pool;
    BackgroundThread *thread;
    bool is_started_paused;
    bool is_resumed;
    Status status; /* written by the race's thread, read after the join */
    Problem problem;
};

static Json *environment_of(const RaceJob *job)
{
    Json *environment = json_new_object();
    if (environment == NULL) {
        return NULL;
    }
    const bool is_complete = json_add_number(environment, "workers", (double)job->workers) &&
                             json_add_string(environment, "blas", gemm_library_description());
    if (!is_complete) {
        json_destroy(environment);
        return NULL;
    }
    return environment;
}

/* The run will save its weights there, and may delete them again: they must be its own. */
static Status refuse_foreign_models(const char *directory, Problem *problem)
{
    char path[PATH_MAX];
    struct stat about;
    snprintf(path, sizeof path, "%s/model", directory);
    if (lstat(path, &about) == 0) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "%s is there already and nothing is overwritten; name another "
                                "folder",
                                path);
    }
    return STATUS_OK;
}

static void give_up(RaceJob *job)
{
    command_queue_destroy(job->commands);
    metric_ring_destroy(job->ring);
    free(job);
}

/* All but the writer; NULL, with the problem told, when out of memory. */
static RaceJob *create_job(const ExperimentSpec *spec, size_t workers, Problem *problem)
{
    RaceJob *job = calloc(1, sizeof *job);
    if (job != NULL) {
        gemm_use_one_thread();
        job->spec = spec;
        job->workers = workers == 0 ? worker_count_of_machine() : workers;
        if (metric_ring_create(&job->ring) == STATUS_OK &&
            command_queue_create(&job->commands) == STATUS_OK) {
            return job;
        }
        give_up(job);
    }
    problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to start");
    return NULL;
}

static Status open_writer(RaceJob *job, const char *directory, Problem *problem)
{
    TRY(refuse_foreign_models(directory, problem));
    Json *environment = environment_of(job);
    if (environment == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory to start");
    }
    const Status status =
        run_writer_open(directory, job->spec, TRAMLAB_VERSION, environment, &job->writer, problem);
    json_destroy(environment);
    return status;
}

Status race_job_open(const ExperimentSpec *spec, const char *directory, size_t workers,
                     RaceJob **out, Problem *problem)
{
    *out = NULL;
    RaceJob *job = create_job(spec, workers, problem);
    if (job == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    const Status status = open_writer(job, directory, problem);
    if (status != STATUS_OK) {
        give_up(job);
        return status;
    }
    *out = job;
    return STATUS_OK;
}

Status race_job_resume(const char *directory, size_t workers, ExperimentSpec *spec, RaceJob **out,
                       Problem *problem)
{
    RunRecordBytes record = {0};
    *out = NULL;
    if (strlen(directory) >= SPEC_PATH_BYTES) {
        return problem_describe(problem, STATUS_FILE_UNREADABLE, "the run's path is too long");
    }
    TRY(race_state_read_spec(directory, spec, &record, problem));
    TRY(spec_check_methods(spec, problem));
    RaceJob *job = create_job(spec, workers, problem);
    if (job == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    job->is_resumed = true;
    const Status status = run_writer_reopen(directory, spec, record, &job->writer, problem);
    if (status != STATUS_OK) {
        give_up(job);
        return status;
    }
    *out = job;
    return STATUS_OK;
}

static void run_race(void *argument)
{
    RaceJob *job = argument;
    const RaceLoop loop = {.spec = job->spec,
                           .runner = worker_pool_runner(job->pool),
                           .clock = wall_clock_monotonic(),
                           .writer = job->writer,
                           .ring = job->ring,
                           .commands = job->commands,
                           .is_started_paused = job->is_started_paused,
                           .is_resumed = job->is_resumed};
    job->status = race_loop_run(&loop, &job->problem);
}

Status race_job_start(RaceJob *job, bool is_started_paused, Problem *problem)
{
    job->is_started_paused = is_started_paused;
    if (worker_pool_create(job->workers, &job->pool) != STATUS_OK ||
        background_thread_start(run_race, job, &job->thread) != STATUS_OK) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                "%zu threads cannot be started; try --workers 1", job->workers);
    }
    return STATUS_OK;
}

MetricRing *race_job_ring(const RaceJob *job)
{
    return job->ring;
}

CommandQueue *race_job_commands(const RaceJob *job)
{
    return job->commands;
}

size_t race_job_workers(const RaceJob *job)
{
    return job->workers;
}

Status race_job_wait(RaceJob *job, Problem *problem)
{
    background_thread_join(job->thread);
    job->thread = NULL;
    *problem = job->problem;
    return job->status;
}

bool race_job_has_record(const RaceJob *job)
{
    char path[PATH_MAX];
    struct stat about;
    snprintf(path, sizeof path, "%s/metrics.jsonl", run_writer_directory(job->writer));
    return stat(path, &about) == 0 && about.st_size > 0;
}

Status race_job_close(RaceJob *job, bool is_discarded, Problem *problem)
{
    if (job == NULL) {
        return STATUS_OK;
    }
    worker_pool_destroy(job->pool);
    const bool is_deleted = is_discarded || !race_job_has_record(job);
    const Status status = is_deleted ? run_writer_discard(job->writer, problem)
                                     : run_writer_close(job->writer, problem);
    command_queue_destroy(job->commands);
    metric_ring_destroy(job->ring);
    free(job);
    return status;
}
