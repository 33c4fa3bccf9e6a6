#include "app/headless.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "app/complaint.h"
#include "app/experiment_file.h"
#include "app/plain_text.h"
#include "app/race_job.h"
#include "app/signals.h"

static void take_reports(RaceJob *job, PlainText *plain)
{
    RunReport report;
    metric_ring_clear_wakeup(race_job_ring(job));
    while (metric_ring_pop(race_job_ring(job), &report)) {
        plain_text_take(plain, &report);
    }
}

/* Sleep until the race or a signal has something to say; until the race has said its last word. */
static void take_until_over(RaceJob *job, PlainText *plain, int signal_fd)
{
    struct pollfd events[2] = {{.fd = metric_ring_wakeup_fd(race_job_ring(job)), .events = POLLIN},
                               {.fd = signal_fd, .events = POLLIN}};
    while (!plain->is_over) {
        poll(events, 2, -1);
        if ((events[1].revents & POLLIN) != 0) {
            const RunCommand stop = {.kind = RUN_COMMAND_STOP};
            signals_clear(signal_fd);
            command_queue_push(race_job_commands(job), &stop);
            puts("stopping after this step; saving");
            fflush(stdout);
        }
        take_reports(job, plain);
    }
}

int headless_follow(const ExperimentSpec *spec, RaceJob *job, int signal_fd)
{
    PlainText plain;
    Problem problem = {0};
    plain_text_init(&plain, spec, wall_clock_monotonic(), stdout);
    plain_text_begin(&plain, race_job_workers(job));
    take_until_over(job, &plain, signal_fd);
    if (race_job_wait(job, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    plain_text_table(&plain);
    return 0;
}

static int race_in_plain_text(const ExperimentSpec *spec, RaceJob *job, int signal_fd)
{
    Problem problem = {0};
    if (race_job_start(job, false, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    return headless_follow(spec, job, signal_fd);
}

static Status open_job(const CommandLine *line, ExperimentSpec *spec, RaceJob **job,
                       Problem *problem)
{
    char directory[PATH_MAX];
    if (line->resume != NULL) {
        return race_job_resume(line->resume, line->workers, spec, job, problem);
    }
    if (line->out != NULL) {
        snprintf(directory, sizeof directory, "%s", line->out);
    } else {
        default_run_directory(spec, directory, sizeof directory);
    }
    return race_job_open(spec, directory, line->workers, job, problem);
}

int headless_main(const CommandLine *line)
{
    ExperimentSpec spec;
    Problem problem = {0};
    RaceJob *job = NULL;
    int signal_fd = -1;
    if (line->resume == NULL && experiment_file_load(line, &spec, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    if (signals_open(&signal_fd) != STATUS_OK) {
        problem_describe(&problem, STATUS_OUT_OF_MEMORY,
                         "no descriptor for signals; too many files are open");
        return complain(&problem);
    }
    if (open_job(line, &spec, &job, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    int exit_status = race_in_plain_text(&spec, job, signal_fd);
    /* What failed in the race has been said; closing would only say it again. */
    if (race_job_close(job, false, &problem) != STATUS_OK && exit_status == 0) {
        exit_status = complain(&problem);
    }
    close(signal_fd);
    return exit_status;
}
