#include "app/kept_race.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void leave_the_terminal(void)
{
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere >= 0) {
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        close(nowhere);
    }
}

static bool is_last_word(const RunReport *report)
{
    const RunEventKind kind = report->as.event.kind;
    return report->kind == RUN_REPORT_EVENT &&
           (kind == RUN_EVENT_FINISHED || kind == RUN_EVENT_STOPPED || kind == RUN_EVENT_FAILED);
}

/* True once the last word was among them. */
static bool take_reports(RaceJob *job)
{
    RunReport report;
    bool is_over = false;
    metric_ring_clear_wakeup(race_job_ring(job));
    while (metric_ring_pop(race_job_ring(job), &report)) {
        is_over = is_over || is_last_word(&report);
    }
    return is_over;
}

static void take_signals(RaceJob *job, int signal_fd)
{
    struct signalfd_siginfo info;
    while (read(signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo != SIGHUP) {
            const RunCommand stop = {.kind = RUN_COMMAND_STOP};
            command_queue_push(race_job_commands(job), &stop);
        }
    }
}

void kept_race_finish(RaceJob *job, int signal_fd)
{
    const RunCommand resume = {.kind = RUN_COMMAND_RESUME};
    struct pollfd events[2] = {{.fd = metric_ring_wakeup_fd(race_job_ring(job)), .events = POLLIN},
                               {.fd = signal_fd, .events = POLLIN}};
    leave_the_terminal();
    command_queue_push(race_job_commands(job), &resume);
    while (!take_reports(job)) {
        poll(events, 2, -1);
        take_signals(job, signal_fd);
    }
}
