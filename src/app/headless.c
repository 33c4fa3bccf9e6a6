#include "app/headless.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/bounded_output.h"
#include "app/complaint.h"
#include "app/experiment_file.h"
#include "app/plain_text.h"
#include "app/race_job.h"
#include "app/signals.h"

/* Who asked for the end does not want to wait for a reader who sleeps. */
enum { PATIENCE_AFTER_SIGNAL_MS = 1000 };

/* What the race is told with. */
typedef struct Teller {
    BoundedOutput output;
    PlainText plain;
    int signal_fd;
    bool was_signalled;
} Teller;

static void take_reports(RaceJob *job, PlainText *plain)
{
    RunReport report;
    metric_ring_clear_wakeup(race_job_ring(job));
    while (metric_ring_pop(race_job_ring(job), &report)) {
        plain_text_take(plain, &report);
    }
}

static void take_signal(RaceJob *job, Teller *teller)
{
    const RunCommand stop = {.kind = RUN_COMMAND_STOP};
    signals_clear(teller->signal_fd);
    teller->was_signalled = true;
    command_queue_push(race_job_commands(job), &stop);
    fputs("stopping after this step; saving\n", teller->output.stream);
}

/* Sleep until the race, a signal or the reader has something to say; until the race has said its last word. */
static void take_until_over(RaceJob *job, Teller *teller)
{
    enum { RACE, SIGNAL, READER, EVENT_COUNT };
    struct pollfd events[EVENT_COUNT] = {
        [RACE] = {.fd = metric_ring_wakeup_fd(race_job_ring(job)), .events = POLLIN},
        [SIGNAL] = {.fd = teller->signal_fd, .events = POLLIN},
        [READER] = {.events = POLLOUT}};
    while (!teller->plain.is_over) {
        bounded_output_pump(&teller->output);
        events[READER].fd = bounded_output_wanted(&teller->output);
        poll(events, EVENT_COUNT, -1);
        if ((events[SIGNAL].revents & POLLIN) != 0) {
            take_signal(job, teller);
        }
        take_reports(job, &teller->plain);
    }
}

/* The race is over and recorded: now there is time for the reader. */
static void wait_for_reader(Teller *teller)
{
    teller->was_signalled =
        teller->was_signalled || !bounded_output_flush(&teller->output, teller->signal_fd, -1);
    if (teller->was_signalled) {
        (void)bounded_output_flush(&teller->output, -1, PATIENCE_AFTER_SIGNAL_MS);
    }
}

static int follow(RaceJob *job, Teller *teller)
{
    Problem problem = {0};
    plain_text_begin(&teller->plain, race_job_workers(job));
    take_until_over(job, teller);
    const Status status = race_job_wait(job, &problem);
    wait_for_reader(teller);
    if (status != STATUS_OK) {
        return complain(&problem);
    }
    plain_text_table(&teller->plain);
    wait_for_reader(teller);
    return 0;
}

int headless_follow(const ExperimentSpec *spec, RaceJob *job, int signal_fd)
{
    Problem problem = {0};
    Teller *teller = calloc(1, sizeof *teller);
    if (teller == NULL || bounded_output_open(&teller->output, STDOUT_FILENO) != STATUS_OK) {
        const RunCommand stop = {.kind = RUN_COMMAND_STOP};
        free(teller);
        command_queue_push(race_job_commands(job), &stop);
        (void)race_job_wait(job, &problem);
        problem_describe(&problem, STATUS_OUT_OF_MEMORY, "not enough memory to tell of the race");
        return complain(&problem);
    }
    teller->signal_fd = signal_fd;
    plain_text_init(&teller->plain, spec, wall_clock_monotonic(), teller->output.stream);
    const int exit_status = follow(job, teller);
    bounded_output_close(&teller->output);
    free(teller);
    return exit_status;
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
