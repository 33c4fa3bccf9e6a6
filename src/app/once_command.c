#include "app/once_command.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/complaint.h"
#include "app/experiment_file.h"
#include "app/race_job.h"
#include "app/screen_print.h"
#include "app/signals.h"
#include "optim/method_table.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

static void take_reports(RaceJob *job, LabState *state)
{
    RunReport report;
    metric_ring_clear_wakeup(race_job_ring(job));
    while (metric_ring_pop(race_job_ring(job), &report)) {
        lab_state_take(state, &report);
    }
    state->dropped = metric_ring_dropped(race_job_ring(job));
}

static void take_until_over(RaceJob *job, LabState *state, int signal_fd)
{
    struct pollfd events[2] = {{.fd = metric_ring_wakeup_fd(race_job_ring(job)), .events = POLLIN},
                               {.fd = signal_fd, .events = POLLIN}};
    while (!lab_state_is_over(state)) {
        poll(events, 2, -1);
        if ((events[1].revents & POLLIN) != 0) {
            const RunCommand stop = {.kind = RUN_COMMAND_STOP};
            signals_clear(signal_fd);
            command_queue_push(race_job_commands(job), &stop);
        }
        take_reports(job, state);
    }
}

static Status print_screen(const CommandLine *line, const LabState *state)
{
    char message[VIEW_MESSAGE_BYTES];
    snprintf(message, sizeof message, "%s%s",
             line->out != NULL ? "record: " : "no record was kept; --out DIR keeps one",
             line->out != NULL ? line->out : "");
    return screen_print(state, &(ScreenWords){.theme = line->theme,
                                              .run_directory = line->out != NULL ? line->out : "",
                                              .message = message});
}

static int race_and_print(const CommandLine *line, const ExperimentSpec *spec, RaceJob *job,
                          int signal_fd)
{
    Problem problem = {0};
    LabState *state = NULL;
    if (lab_state_create(spec, method_table(), &state) != STATUS_OK) {
        problem_describe(&problem, STATUS_OUT_OF_MEMORY, "not enough memory");
        return complain(&problem);
    }
    int exit_status = 1;
    if (race_job_start(job, false, &problem) != STATUS_OK) {
        complain(&problem);
    } else {
        take_until_over(job, state, signal_fd);
        if (race_job_wait(job, &problem) != STATUS_OK) {
            exit_status = complain(&problem);
        } else if (print_screen(line, state) != STATUS_OK) {
            problem_describe(&problem, STATUS_OUT_OF_MEMORY, "not enough memory for the picture");
            exit_status = complain(&problem);
        } else {
            exit_status = 0;
        }
    }
    lab_state_destroy(state);
    return exit_status;
}

/* Where the record goes: --out, or a folder of its own that is deleted in the end. */
static Status choose_directory(const CommandLine *line, char folder[PATH_MAX], Problem *problem)
{
    const char *place = getenv("TMPDIR");
    if (line->out != NULL) {
        snprintf(folder, PATH_MAX, "%s", line->out);
        return STATUS_OK;
    }
    snprintf(folder, PATH_MAX, "%s/tramlab-once-XXXXXX",
             place != NULL && place[0] == '/' ? place : "/tmp");
    if (mkdtemp(folder) == NULL) {
        return problem_describe(problem, STATUS_FILE_UNWRITABLE,
                                "%s: no folder can be made there; give --out DIR", folder);
    }
    return STATUS_OK;
}

static int run_in(const CommandLine *line, const ExperimentSpec *spec, const char *folder,
                  int signal_fd)
{
    Problem problem = {0};
    RaceJob *job = NULL;
    if (race_job_open(spec, folder, line->workers, &job, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    const int exit_status = race_and_print(line, spec, job, signal_fd);
    const bool is_closed = race_job_close(job, line->out == NULL, &problem) == STATUS_OK;
    return is_closed || exit_status != 0 ? exit_status : complain(&problem);
}

int once_main(const CommandLine *line)
{
    ExperimentSpec spec;
    Problem problem = {0};
    char folder[PATH_MAX];
    int signal_fd = -1;
    if (experiment_file_load(line, &spec, &problem) != STATUS_OK ||
        choose_directory(line, folder, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    if (signals_open(&signal_fd) != STATUS_OK) {
        problem_describe(&problem, STATUS_OUT_OF_MEMORY,
                         "no descriptor for signals; too many files are open");
        return complain(&problem);
    }
    const int exit_status = run_in(line, &spec, folder, signal_fd);
    if (line->out == NULL) {
        rmdir(folder); /* gone already with the record in it, unless that was never begun */
    }
    close(signal_fd);
    return exit_status;
}
