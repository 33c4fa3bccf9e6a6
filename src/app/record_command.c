#include "app/record_command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/complaint.h"
#include "app/epoch_length.h"
#include "app/screen_folders.h"
#include "app/screen_print.h"
#include "app/signals.h"
#include "app/version.h"
#include "base/text.h"
#include "lab/race_state.h"
#include "optim/method_table.h"
#include "store/run_folders.h"
#include "tui/event_loop.h"
#include "tui/finals_table.h"
#include "tui/recorded_run.h"
#include "tui/reference_runs.h"

static bool is_directory(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Final numbers, a line each; experiments end otherwise. */
static bool is_table(const char *path)
{
    static const char ENDING[] = ".jsonl";
    const size_t size = strlen(path);
    return size > strlen(ENDING) && strcmp(path + size - strlen(ENDING), ENDING) == 0;
}

bool record_is_asked_for(const CommandLine *line)
{
    return line->input_count > 1 ||
           (line->input_count == 1 && (is_directory(line->input) || is_table(line->input)));
}

/* A record takes no steps. */
static Status refuse_race_options(const CommandLine *line, Problem *problem)
{
    const char *option = line->out != NULL     ? "--out"
                         : line->set_count > 0 ? "--set"
                         : line->steps > 0     ? "--steps"
                         : line->has_seed      ? "--seed"
                         : line->workers > 0   ? "--workers"
                         : line->is_paused     ? "--paused"
                         : line->is_kept       ? "--keep"
                                               : NULL;
    if (option == NULL) {
        return STATUS_OK;
    }
    return problem_describe(problem, STATUS_BAD_USAGE,
                            "%s is for a race; %s is a recorded run, which is only looked at",
                            option, line->input);
}

/* What was named, read whole. The table beside the runs gives page V what it compares with at equal passes; that it cannot is a note. */
static Status read_record(const RunFolders *folders, RecordedRun *run, Problem *problem)
{
    Problem why = {0};
    if (folders->count == 0) {
        TRY(finals_table_read(folders->finals, FINALS_RACES, method_table(), run, problem));
    } else {
        TRY(recorded_run_read((const char *const *)folders->paths, folders->count, method_table(),
                              run, problem));
    }
    if (folders->count > 0) {
        epoch_length_find(run->state);
    } else {
        snprintf(run->state->epoch_problem, sizeof run->state->epoch_problem,
                 "a table of final numbers does not say how long one is");
    }
    if (folders->finals != NULL &&
        reference_runs_add_controls(run->state, folders->finals, &why) != STATUS_OK) {
        lab_state_note(run->state, why.text);
    }
    return STATUS_OK;
}

static void name_record(const RunFolders *folders, char *out, size_t out_bytes)
{
    const char *first = folders->count > 0 ? folders->paths[0] : folders->finals;
    if (folders->count > 1) {
        snprintf(out, out_bytes, "%.*s and %zu more", PATH_MAX / 2, first, folders->count - 1);
    } else {
        snprintf(out, out_bytes, "%s", first);
    }
}

static int print_record(const CommandLine *line, const LabState *state, const char *name)
{
    char message[PATH_MAX + 32];
    snprintf(message, sizeof message, "recorded in %s", name);
    const ScreenWords words = {.theme = line->theme, .run_directory = name, .message = message};
    Problem problem = {0};
    if (screen_print(state, &words) != STATUS_OK) {
        problem_describe(&problem, STATUS_OUT_OF_MEMORY, "not enough memory for the picture");
        return complain(&problem);
    }
    return 0;
}

static int show_record(const CommandLine *line, LabState *state, const char *name)
{
    ScreenFolders folders;
    UserConfig config;
    Problem problem = {0};
    LabExit leaving = LAB_EXIT_SAVE;
    int signal_fd = -1;
    screen_folders_find(state->spec->name, &folders);
    user_config_read(folders.config, &config);
    const char *theme = line->theme != NULL ? line->theme : config.theme;
    if (signals_open(&signal_fd) != STATUS_OK) {
        problem_describe(&problem, STATUS_OUT_OF_MEMORY,
                         "no descriptor for signals; too many files are open");
        return complain(&problem);
    }
    const LabScreen screen = {.spec = state->spec,
                              .methods = method_table(),
                              .record = state,
                              .clock = wall_clock_monotonic(),
                              .version = TRAMLAB_VERSION,
                              .run_directory = name,
                              .theme_folders = {folders.user_themes, folders.bundled_themes, NULL},
                              .theme_name = theme[0] != '\0' ? theme : "default",
                              .config = &config,
                              .history_path = folders.history,
                              .view_path = folders.view,
                              .is_low = line->is_low,
                              .is_mouse_wanted = line->is_mouse,
                              .signal_fd = signal_fd};
    signals_reset_terminal_on_crash();
    const Status status = event_loop_run(&screen, &leaving, &problem);
    close(signal_fd);
    if (status == STATUS_TERMINAL_UNUSABLE) {
        complain(&problem);
        return print_record(line, state, name);
    }
    if (status != STATUS_OK && problem.text[0] == '\0') {
        problem_describe(&problem, status, "%s", status_sentence(status));
    }
    return status == STATUS_OK ? 0 : complain(&problem);
}

/* One frame is enough where nobody can press a key. */
static bool is_printed(const CommandLine *line)
{
    const char *terminal = getenv("TERM");
    const bool is_dumb = terminal == NULL || terminal[0] == '\0' || strcmp(terminal, "dumb") == 0;
    return line->is_once || line->is_plain || is_dumb || !isatty(STDIN_FILENO) ||
           !isatty(STDOUT_FILENO);
}

static int show_folders(const CommandLine *line, const RunFolders *folders)
{
    char name[PATH_MAX];
    Problem problem = {0};
    RecordedRun run;
    if (read_record(folders, &run, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    name_record(folders, name, sizeof name);
    const int exit_status =
        is_printed(line) ? print_record(line, run.state, name) : show_record(line, run.state, name);
    recorded_run_clear(&run);
    if (exit_status == 0 && line->input_count == 1 && race_state_is_there(line->input)) {
        char shown[PATH_MAX];
        text_clean(line->input, shown, sizeof shown, INT_MAX);
        printf("this run is not over; it can go on: tramlab --resume %s\n", shown);
    }
    return exit_status;
}

int record_main(const CommandLine *line)
{
    Problem problem = {0};
    RunFolders folders;
    if (refuse_race_options(line, &problem) != STATUS_OK ||
        run_folders_find(line->inputs, line->input_count, &folders, &problem) != STATUS_OK) {
        return complain(&problem);
    }
    const int exit_status = show_folders(line, &folders);
    run_folders_clear(&folders);
    return exit_status;
}
