#include "tui/event_loop.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "tui/lab_control.h"
#include "tui/prompt.h"
#include "tui/stray_output.h"
#include "tui/terminal.h"
#include "tui/view_bars.h"
#include "tui/view_lab.h"

static const double RESIZE_QUIET_SECONDS =
    0.05; /* a dragged window sends a storm of sizes: the last one counts */
static const double SETTLE_SECONDS =
    0.25; /* after this much quiet the size is looked at once more */

static const char *const THEME_NAMES[] = {"default", "light", "mono", "colour-blind", NULL};

enum { REPORTS_AT_ONCE = 8192 };

typedef enum LoopDescriptor {
    LOOP_KEYS,
    LOOP_RING,
    LOOP_SIGNALS,
    LOOP_STRAY,
    LOOP_DESCRIPTORS
} LoopDescriptor;

typedef struct Loop {
    const LabScreen *screen;
    LabState *state;
    ViewState view;
    LabControl control;
    Prompt prompt;
    StrayOutput stray;
    Terminal *terminal;
    CellGrid grid;
    char choices[COMMAND_CHOICES_BYTES]; /* what Tab found, shown in place of the hints */
    bool is_frame_due;                   /* something changed since the last frame */
    bool is_frame_urgent;                /* a key: draw now */
    bool is_terminal_lost;               /* hung up: no more keys, no more drawing */
    bool is_leaving;                     /* leave as soon as the race is over */
    LabExit exit;
    double last_frame_seconds;
    double resize_seconds; /* when the size was last seen to change; < 0 = not waiting */
    bool is_settled;
} Loop;

static double now_of(const Loop *loop)
{
    return wall_clock_seconds(loop->screen->clock);
}

static void draw_frame(Loop *loop)
{
    int cursor_row = 0;
    int cursor_column = -1;
    loop->is_frame_due = false;
    loop->is_frame_urgent = false;
    loop->last_frame_seconds = now_of(loop);
    if (loop->is_terminal_lost) {
        return;
    }
    view_lab_draw(loop->state, &loop->view, &loop->grid);
    if (loop->prompt.is_open) {
        const CellRect line = {loop->grid.rows > 1 ? loop->grid.rows - 2 : 0, 0, 1,
                               loop->grid.columns};
        const CellRect hint = {loop->grid.rows - 1, 0, 1, loop->grid.columns};
        cursor_row = line.row;
        cursor_column = view_bars_prompt(&loop->grid, line, prompt_prefix(&loop->prompt),
                                         prompt_text(&loop->prompt), prompt_point(&loop->prompt));
        if (hint.row != line.row) {
            cell_grid_fill(&loop->grid, hint, ' ', ROLE_DIM);
            cell_grid_text(&loop->grid, hint.row, 0, hint.columns,
                           loop->choices[0] != '\0' ? loop->choices
                                                    : "Enter does it, Tab completes, Esc leaves",
                           ROLE_DIM);
        }
    }
    terminal_show(loop->terminal, &loop->grid, cursor_row, cursor_column);
}

static bool is_readable(const char *path)
{
    return access(path, R_OK) == 0;
}

/* Path of a theme: the name itself if it is a path, else NAME.theme in the first folder that has it; false if none has. */
static bool find_theme(const LabScreen *screen, const char *name, char *path, size_t path_bytes)
{
    if (strchr(name, '/') != NULL) {
        snprintf(path, path_bytes, "%s", name);
        return true;
    }
    const size_t folder_count = sizeof screen->theme_folders / sizeof *screen->theme_folders;
    for (size_t i = 0; i < folder_count && screen->theme_folders[i] != NULL; i++) {
        snprintf(path, path_bytes, "%s/%s.theme", screen->theme_folders[i], name);
        if (is_readable(path)) {
            return true;
        }
    }
    return false;
}

static void load_theme(Loop *loop, const char *name)
{
    char path[PATH_MAX];
    Theme theme = theme_default();
    Problem problem = {0};
    const bool is_found = find_theme(loop->screen, name, path, sizeof path);
    if (!is_found && strcmp(name, "default") != 0) {
        view_state_say(&loop->view, ROLE_WARNING,
                       "no theme \"%s\"; there are default, light, mono, colour-blind, or a path",
                       name);
        return;
    }
    if (is_found && theme_load(path, &theme, &problem) != STATUS_OK) {
        view_state_say(&loop->view, ROLE_ERROR, "%s", problem.text);
        return;
    }
    terminal_set_theme(loop->terminal, &theme);
    snprintf(loop->view.theme, sizeof loop->view.theme, "%s", name);
    view_state_say(&loop->view, ROLE_TEXT, "theme: %s", name);
}

static void leave(Loop *loop, LabExit how)
{
    loop->is_leaving = true;
    loop->exit = how;
}

static void answer(Loop *loop, UiRequest request)
{
    switch (request) {
    case UI_REQUEST_NONE:
        return;
    case UI_REQUEST_PROMPT:
        loop->choices[0] = '\0';
        prompt_begin(&loop->prompt, loop->control.prefill);
        return;
    case UI_REQUEST_THEME:
        load_theme(loop, loop->control.wanted_theme);
        return;
    case UI_REQUEST_REPAINT:
        terminal_repaint(loop->terminal);
        return;
    case UI_REQUEST_SUSPEND:
        terminal_suspend(loop->terminal);
        return;
    case UI_REQUEST_LEAVE_SAVE:
        leave(loop, LAB_EXIT_SAVE);
        return;
    case UI_REQUEST_LEAVE_DISCARD:
        leave(loop, LAB_EXIT_DISCARD);
        return;
    }
}

static void complete(Loop *loop)
{
    CommandCompletion completion;
    command_complete(prompt_text(&loop->prompt), prompt_point(&loop->prompt), loop->state,
                     loop->view.lane, THEME_NAMES, &completion);
    prompt_insert(&loop->prompt, completion.insert);
    snprintf(loop->choices, sizeof loop->choices, "%s",
             completion.count == 0 ? "no completion" : completion.choices);
}

static void take_key(Loop *loop, UiKey key)
{
    loop->is_frame_due = true;
    loop->is_frame_urgent = true;
    if (!loop->prompt.is_open) {
        answer(loop, lab_control_key(&loop->control, key));
        return;
    }
    if (key == UI_KEY_TAB) {
        complete(loop);
        return;
    }
    loop->choices[0] = '\0';
    if (prompt_key(&loop->prompt, key)) {
        loop->view.message[0] = '\0';
        answer(loop, lab_control_line(&loop->control, loop->prompt.line));
    }
}

static void take_keys(Loop *loop)
{
    for (;;) {
        const UiKey key = terminal_read_key(loop->terminal);
        if (key == UI_KEY_NONE) {
            return;
        }
        take_key(loop, key);
    }
}

static void take_reports(Loop *loop)
{
    RunReport report;
    metric_ring_clear_wakeup(loop->screen->ring);
    for (int i = 0; i < REPORTS_AT_ONCE && metric_ring_pop(loop->screen->ring, &report); i++) {
        lab_control_report(&loop->control, &report);
        loop->is_frame_due = true;
    }
    loop->state->dropped = metric_ring_dropped(loop->screen->ring);
}

/* The lane whose scale is the story of the screen, else the last one. */
static size_t first_focus(const LabState *state)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (state->lanes[lane].knobs[KNOB_SCALE].is_available) {
            return lane;
        }
    }
    return state->lane_count > 0 ? state->lane_count - 1 : 0;
}

static void take_signal(Loop *loop)
{
    struct signalfd_siginfo info;
    if (read(loop->screen->signal_fd, &info, sizeof info) == (ssize_t)sizeof info &&
        info.ssi_signo == SIGHUP) {
        loop->is_terminal_lost = true;
    }
    lab_control_stop(&loop->control);
    leave(loop, LAB_EXIT_SAVE);
    loop->is_frame_due = true;
}

static void take_stray(Loop *loop)
{
    while (stray_output_next(&loop->stray)) {
        lab_state_note(loop->state, loop->stray.line);
        loop->is_frame_due = true;
    }
}

static void follow_size(Loop *loop)
{
    int rows = 0;
    int columns = 0;
    if (loop->is_terminal_lost || !terminal_follow_size(loop->terminal)) {
        return;
    }
    terminal_size(loop->terminal, &rows, &columns);
    CellGrid grid = {0};
    if (cell_grid_create(&grid, rows, columns) == STATUS_OK) {
        cell_grid_destroy(&loop->grid);
        loop->grid = grid;
    }
    loop->resize_seconds = now_of(loop);
    loop->is_frame_due = true;
}

/* Seconds until the next frame may be drawn; 0 = now. */
static double frame_delay(Loop *loop)
{
    const double now = now_of(loop);
    if (loop->resize_seconds >= 0.0) {
        const double quiet = now - loop->resize_seconds;
        if (quiet < RESIZE_QUIET_SECONDS) {
            return RESIZE_QUIET_SECONDS - quiet;
        }
        loop->resize_seconds = -1.0;
        return 0.0;
    }
    const double wait = terminal_frame_seconds(loop->terminal) - (now - loop->last_frame_seconds);
    return loop->is_frame_urgent || wait < 0.0 ? 0.0 : wait;
}

/* How long poll may sleep: until the next frame if one is due, else as long as nothing happens (once briefly, so that a change of
 * size whose signal another thread swallowed is seen). */
static int sleep_ms(Loop *loop)
{
    if (loop->is_frame_due) {
        return (int)(frame_delay(loop) * 1000.0) + 1;
    }
    if (!loop->is_settled) {
        return (int)(SETTLE_SECONDS * 1000.0);
    }
    return -1;
}

/* While a frame waits for its time, reports wait with it: a fast race would wake us at every step for nothing. */
static int ring_descriptor(const Loop *loop)
{
    return loop->is_frame_due ? -1 : metric_ring_wakeup_fd(loop->screen->ring);
}

static void wait_and_take(Loop *loop)
{
    struct pollfd descriptors[LOOP_DESCRIPTORS] = {
        [LOOP_KEYS] = {.fd = loop->is_terminal_lost ? -1 : STDIN_FILENO, .events = POLLIN},
        [LOOP_RING] = {.fd = ring_descriptor(loop), .events = POLLIN},
        [LOOP_SIGNALS] = {.fd = loop->screen->signal_fd, .events = POLLIN},
        [LOOP_STRAY] = {.fd = loop->stray.pipe_read, .events = POLLIN},
    };
    const int ready = poll(descriptors, LOOP_DESCRIPTORS, sleep_ms(loop));
    loop->is_settled = ready == 0;
    follow_size(loop);
    take_reports(loop); /* whatever woke us: more than REPORTS_AT_ONCE may have been waiting */
    if (ready <= 0) {
        return; /* time for a frame, or a signal (a new size) */
    }
    if ((descriptors[LOOP_SIGNALS].revents & POLLIN) != 0) {
        take_signal(loop);
    }
    if ((descriptors[LOOP_KEYS].revents & POLLIN) != 0) {
        take_keys(loop);
    }
    if ((descriptors[LOOP_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
        loop->is_terminal_lost = true;
        lab_control_stop(&loop->control);
        leave(loop, LAB_EXIT_SAVE);
    }
    if ((descriptors[LOOP_STRAY].revents & POLLIN) != 0) {
        take_stray(loop);
    }
}

static void run_loop(Loop *loop)
{
    draw_frame(loop);
    take_reports(loop);
    while (!loop->is_leaving || !lab_state_is_over(loop->state)) {
        if (loop->is_leaving) {
            lab_control_stop(&loop->control); /* again if the queue was full */
        }
        if (loop->is_frame_due && frame_delay(loop) <= 0.0) {
            draw_frame(loop);
        }
        wait_and_take(loop);
    }
}

static Status begin(Loop *loop, Problem *problem)
{
    const LabScreen *screen = loop->screen;
    int rows = 0;
    int columns = 0;
    terminal_choose_locale();
    prompt_init(&loop->prompt, screen->history_path);
    TRY(lab_state_create(screen->spec, screen->methods, &loop->state));
    loop->state->presets = screen->presets;
    if (screen->notice != NULL && screen->notice[0] != '\0') {
        lab_state_note(loop->state, screen->notice);
    }
    TRY(terminal_open(&loop->terminal, problem));
    stray_output_begin(&loop->stray);
    view_state_init(&loop->view, screen->version, screen->run_directory);
    loop->view.lane = first_focus(loop->state);
    loop->view.is_utf8 = terminal_is_utf8(loop->terminal);
    loop->view.glyphs = terminal_glyphs(loop->terminal);
    loop->control = (LabControl){.state = loop->state,
                                 .view = &loop->view,
                                 .commands = screen->commands,
                                 .clock = screen->clock,
                                 .theme_names = THEME_NAMES};
    load_theme(loop, screen->theme_name);
    if (loop->view.message_role == ROLE_TEXT) {
        loop->view.message[0] = '\0'; /* a theme that was found needs no word */
    }
    if (screen->is_started_paused) {
        view_state_say(&loop->view, ROLE_PAUSED, "started paused: n makes one step, Space goes on");
    }
    if (terminal_notice(loop->terminal)[0] != '\0') {
        view_state_say(&loop->view, ROLE_WARNING, "%s", terminal_notice(loop->terminal));
    }
    terminal_size(loop->terminal, &rows, &columns);
    return cell_grid_create(&loop->grid, rows, columns);
}

Status event_loop_run(const LabScreen *screen, LabExit *exit, Problem *problem)
{
    Loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    loop->screen = screen;
    loop->resize_seconds = -1.0;
    loop->stray = (StrayOutput){.saved_stdout = -1, .saved_stderr = -1, .pipe_read = -1};
    const Status status = begin(loop, problem);
    if (status == STATUS_OK) {
        run_loop(loop);
        *exit = loop->exit;
    }
    terminal_close(loop->terminal);
    stray_output_end(&loop->stray);
    /* A history that cannot be kept is no reason to call the run a failure. */
    (void)prompt_finish(&loop->prompt);
    cell_grid_destroy(&loop->grid);
    lab_state_destroy(loop->state);
    free(loop);
    return status;
}

void event_loop_reset_terminal_in_crash(void)
{
    static const char RESET[] = "\033[?2026l\033[0m\033[?1l\033>\033[?25h\033[?1049l\r\n";
    /* stdout leads into our own pipe while the screen is up, so the terminal is asked for by name. */
    const int opened = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);
    const int descriptor = opened >= 0 ? opened : STDIN_FILENO;
    if (!isatty(descriptor)) {
        return;
    }
    struct termios modes;
    if (tcgetattr(descriptor, &modes) == 0) {
        modes.c_iflag |= ICRNL | IXON | BRKINT;
        modes.c_oflag |= OPOST | ONLCR;
        modes.c_lflag |= ICANON | ECHO | ECHOE | ECHOK | ISIG | IEXTEN;
        tcsetattr(descriptor, TCSANOW, &modes);
    }
    if (write(descriptor, RESET, sizeof RESET - 1) < 0) {
        return; /* nothing is left to be done */
    }
}
