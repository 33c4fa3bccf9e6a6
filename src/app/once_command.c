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
#include "app/signals.h"
#include "app/user_folders.h"
#include "app/version.h"
#include "base/text.h"
#include "optim/method_table.h"
#include "tui/ansi_text.h"
#include "tui/lab_state.h"
#include "tui/terminal_facts.h"
#include "tui/theme_folders.h"
#include "tui/user_config.h"
#include "tui/view_lab.h"

enum { ROWS_DEFAULT = 24, COLUMNS_DEFAULT = 80, SIZE_MAX_CELLS = 1000 };

/* A whole number from the environment within 1..SIZE_MAX_CELLS, else `otherwise`. */
static int size_of(const char *variable, int otherwise)
{
    uint64_t value = 0;
    const char *text = getenv(variable);
    return text != NULL && text_parse_u64(text, &value) && value >= 1 && value <= SIZE_MAX_CELLS
               ? (int)value
               : otherwise;
}

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

/* The first lane with a trust region, as the lab opens. */
static size_t lane_in_focus(const LabState *state)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (state->lanes[lane].knobs[KNOB_SCALE].is_available) {
            return lane;
        }
    }
    return state->lane_count > 0 ? state->lane_count - 1 : 0;
}

/* A theme with a mistake is told and not used. */
static Theme chosen_theme(const char *name)
{
    char own[PATH_MAX];
    char bundled[PATH_MAX];
    Problem problem = {0};
    Theme theme = theme_default();
    user_config_path("themes", own, sizeof own);
    if (bundled_path("themes", bundled, sizeof bundled, &problem) != STATUS_OK) {
        bundled[0] = '\0';
    }
    const char *const folders[] = {own, bundled, NULL};
    if (theme_folders_load(folders, name, &theme, &problem) != STATUS_OK) {
        complain(&problem);
    }
    return theme;
}

/* What the user's file says of how a screen looks. */
static void read_config(UserConfig *config)
{
    char path[PATH_MAX];
    user_config_path("config", path, sizeof path);
    user_config_read(path, config);
    for (size_t i = 0; i < config->mistake_count && i < USER_CONFIG_NOTICES_MAX; i++) {
        complain(&config->notices[i]);
    }
}

static Status print_screen(const CommandLine *line, const LabState *state)
{
    TerminalFacts facts;
    ViewState view;
    UserConfig config;
    CellGrid grid = {0};
    read_config(&config);
    terminal_facts_look(&facts);
    view_state_init(&view, TRAMLAB_VERSION, line->out != NULL ? line->out : "");
    view_state_reset_charts(&view, state->spec);
    view.lane = lane_in_focus(state);
    view.is_utf8 = facts.is_utf8;
    view.keys = &config.keys;
    view.glyphs = config.has_glyphs && facts.is_utf8 ? config.glyphs : facts.glyphs;
    view_state_say(&view, ROLE_TEXT, "%s%s",
                   line->out != NULL ? "record: " : "no record was kept; --out DIR keeps one",
                   view.run_directory);
    const char *name = line->theme != NULL ? line->theme : config.theme;
    const Theme theme = chosen_theme(name[0] != '\0' ? name : "default");
    const int rows = size_of("LINES", facts.rows > 0 ? facts.rows : ROWS_DEFAULT);
    const int columns = size_of("COLUMNS", facts.columns > 0 ? facts.columns : COLUMNS_DEFAULT);
    TRY(cell_grid_create(&grid, rows, columns));
    view_lab_draw(state, &view, &grid);
    const bool is_coloured =
        isatty(STDOUT_FILENO) && facts.drawn_as[0] != '\0' && facts.colours > 0;
    char *text = is_coloured ? ansi_text(&grid, &theme, facts.colours) : cell_grid_to_text(&grid);
    cell_grid_destroy(&grid);
    if (text == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    fputs(text, stdout);
    free(text);
    return STATUS_OK;
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
