#include "app/lab_command.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/complaint.h"
#include "app/experiment_file.h"
#include "app/headless.h"
#include "app/kept_race.h"
#include "app/preset_folders.h"
#include "app/race_job.h"
#include "app/screen_folders.h"
#include "app/signals.h"
#include "app/stand_in.h"
#include "app/user_folders.h"
#include "app/version.h"
#include "base/text.h"
#include "lab/race_state.h"
#include "optim/method_table.h"
#include "tui/event_loop.h"

/* Folders that the screen needs to know. */
typedef struct LabPaths {
    char run_directory[PATH_MAX];
    ScreenFolders folders;
} LabPaths;

/* What is followed on the screen. */
typedef struct LabRun {
    RaceJob *job;
    RunReader *past; /* of a run that goes on; else NULL */
    int signal_fd;
    pid_t stand_in; /* 0 = none */
} LabRun;

static void find_paths(const CommandLine *line, const ExperimentSpec *spec, LabPaths *paths)
{
    if (line->out != NULL || line->resume != NULL) {
        snprintf(paths->run_directory, sizeof paths->run_directory, "%s",
                 line->out != NULL ? line->out : line->resume);
    } else {
        default_run_directory(spec, paths->run_directory, sizeof paths->run_directory);
    }
    screen_folders_find(spec->name, &paths->folders);
}

/* The race runs already: only how it is told changes. */
static int go_on_in_plain_text(const CommandLine *line, const ExperimentSpec *spec, RaceJob *job,
                               int signal_fd, const Problem *why)
{
    complain(why);
    fputs("tramlab: going on in plain text\n", stderr);
    if (line->is_paused) {
        const RunCommand resume = {.kind = RUN_COMMAND_RESUME}; /* nobody could press the key */
        command_queue_push(race_job_commands(job), &resume);
    }
    return headless_follow(spec, job, signal_fd);
}

static int follow_on_screen(const CommandLine *line, const LabScreen *screen, RaceJob *job,
                            LabExit *leaving)
{
    Problem problem = {0};
    Problem race_problem = {0};
    if (race_job_start(job, line->is_paused, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    const Status screen_status = event_loop_run(screen, leaving, &problem);
    if (screen_status == STATUS_TERMINAL_UNUSABLE) {
        return go_on_in_plain_text(line, screen->spec, job, screen->signal_fd, &problem);
    }
    if (screen_status == STATUS_OK && *leaving == LAB_EXIT_KEPT) {
        kept_race_finish(job, screen->signal_fd);
    }
    if (screen_status != STATUS_OK) {
        const RunCommand stop = {.kind = RUN_COMMAND_STOP};
        command_queue_push(race_job_commands(job), &stop);
    }
    const Status race_status = race_job_wait(job, &race_problem);
    if (screen_status != STATUS_OK && problem.text[0] == '\0') {
        problem_describe(&problem, screen_status, "%s", status_sentence(screen_status));
    }
    if (screen_status != STATUS_OK) {
        return complain(&problem);
    }
    return race_status == STATUS_OK ? 0 : complain(&race_problem);
}

static int race_on_screen(const CommandLine *line, const ExperimentSpec *spec,
                          const LabPaths *paths, const LabRun *run, LabExit *leaving)
{
    PresetList presets = {0};
    UserConfig config;
    Problem mistake = {0};
    user_config_read(paths->folders.config, &config);
    const char *theme = line->theme != NULL ? line->theme : config.theme;
    if (preset_folders_read(line->input, &presets, &mistake) != STATUS_OK) {
        problem_describe(&mistake, STATUS_OUT_OF_MEMORY, "not enough memory for the presets");
    }
    const LabScreen screen = {
        .spec = spec,
        .methods = method_table(),
        .presets = presets,
        .notice = mistake.text,
        .past = run->past,
        .ring = race_job_ring(run->job),
        .commands = race_job_commands(run->job),
        .clock = wall_clock_monotonic(),
        .version = TRAMLAB_VERSION,
        .run_directory = paths->run_directory,
        .theme_folders = {paths->folders.user_themes, paths->folders.bundled_themes, NULL},
        .theme_name = theme[0] != '\0' ? theme : "default",
        .config = &config,
        .history_path = paths->folders.history,
        .view_path = paths->folders.view,
        .is_started_paused = line->is_paused,
        .is_low = line->is_low,
        .is_mouse_wanted = line->is_mouse,
        .is_kept = line->is_kept,
        .has_stand_in = run->stand_in > 0,
        .signal_fd = run->signal_fd};
    const int exit_status = follow_on_screen(line, &screen, run->job, leaving);
    preset_list_clear(&presets);
    return exit_status;
}

/* A run that goes on is shown with the lanes it began with: its record tells of the others. */
static Status open_stopped(const CommandLine *line, ExperimentSpec *spec, ExperimentSpec *shown,
                           LabRun *run, Problem *problem)
{
    TRY(race_job_resume(line->resume, line->workers, spec, &run->job, problem));
    TRY(run_reader_open(line->resume, &run->past, problem));
    *shown = *run_reader_spec(run->past);
    return STATUS_OK;
}

static Status open_run(const CommandLine *line, ExperimentSpec *spec, ExperimentSpec *shown,
                       LabRun *run, LabPaths *paths, Problem *problem)
{
    if (line->resume == NULL) {
        TRY(experiment_file_load(line, spec, problem));
        *shown = *spec;
    }
    find_paths(line, spec, paths);
    if (signals_open(&run->signal_fd) != STATUS_OK) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY,
                                "no descriptor for signals; too many files are open");
    }
    return line->resume != NULL
               ? open_stopped(line, spec, shown, run, problem)
               : race_job_open(spec, paths->run_directory, line->workers, &run->job, problem);
}

/* A terminal that is stopped (Ctrl-S) or stuck would keep us from ending. */
static bool is_heard(void)
{
    enum { PATIENCE_MS = 1000 };
    struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&ready, 1, PATIENCE_MS) != 0;
}

/* Close the record, or delete it, and say where it is. */
static int close_run(const LabRun *run, const LabPaths *paths, LabExit leaving, int exit_status)
{
    Problem problem = {0};
    const bool is_discarded = leaving == LAB_EXIT_DISCARD;
    const bool is_kept = !is_discarded && race_job_has_record(run->job);
    const bool is_closed = race_job_close(run->job, is_discarded, &problem) == STATUS_OK;
    if (!is_closed && exit_status == 0) {
        return complain(&problem);
    }
    char shown[PATH_MAX];
    text_clean(paths->run_directory, shown, sizeof shown, INT_MAX);
    if (!is_heard()) {
        return exit_status;
    }
    if (is_closed && (is_kept || is_discarded)) {
        printf("%s %s\n", is_kept ? "the run is in" : "discarded", shown);
    }
    if (is_closed && is_kept && race_state_is_there(paths->run_directory)) {
        printf("it can go on: tramlab --resume %s\n", shown);
    }
    return exit_status;
}

static int lab_on_terminal(const CommandLine *line)
{
    ExperimentSpec spec; /* as the race has it by now */
    ExperimentSpec shown;
    LabPaths paths;
    Problem problem = {0};
    LabRun run = {.signal_fd = -1, .stand_in = stand_in_begin()};
    LabExit leaving = LAB_EXIT_SAVE;
    int exit_status = 0;
    if (open_run(line, &spec, &shown, &run, &paths, &problem) != STATUS_OK) {
        exit_status = complain(&problem);
    } else {
        signals_reset_terminal_on_crash();
        exit_status = race_on_screen(line, &shown, &paths, &run, &leaving);
    }
    if (run.job != NULL) {
        exit_status = close_run(&run, &paths, leaving, exit_status);
    }
    run_reader_close(run.past);
    if (run.signal_fd >= 0) {
        close(run.signal_fd);
    }
    stand_in_leave(run.stand_in);
    return exit_status;
}

int lab_main(const CommandLine *line)
{
    const char *terminal = getenv("TERM");
    const bool is_dumb = terminal == NULL || terminal[0] == '\0' || strcmp(terminal, "dumb") == 0;
    if (!line->is_plain && !is_dumb && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        return lab_on_terminal(line);
    }
    return headless_main(line);
}
