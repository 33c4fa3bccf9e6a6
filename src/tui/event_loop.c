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

#include "tui/export_control.h"
#include "tui/frame_pacer.h"
#include "tui/job_signals.h"
#include "tui/lane_order.h"
#include "tui/lab_control.h"
#include "tui/link_meter.h"
#include "tui/mouse_control.h"
#include "tui/prompt.h"
#include "tui/stray_output.h"
#include "tui/terminal.h"
#include "tui/theme_folders.h"
#include "tui/view_bars.h"
#include "tui/view_lab.h"
#include "tui/view_memory.h"

static const double RESIZE_QUIET_SECONDS =
    0.05; /* a dragged window sends a storm of sizes: the last one counts */
static const double REPAINT_SECONDS = 0.25; /* a whole screen costs thousands of bytes */
static const double LINK_TEXT_SECONDS = 1.0;
/* Is the terminal ours again? A job that runs in the background gets no signal when it comes to the front. */
static const double AWAY_SECONDS = 0.25;
static const double LEAVING_SECONDS = 1.0; /* then no shell has taken it: there is none */
static const double SETTLE_SECONDS =
    0.25; /* after this much quiet the size is looked at once more */

enum { REPORTS_AT_ONCE = 8192, LOW_FRAMES_A_SECOND = 2 };

typedef enum LoopDescriptor {
    LOOP_KEYS,
    LOOP_RING,
    LOOP_SIGNALS,
    LOOP_JOB,
    LOOP_STRAY,
    LOOP_FRAME, /* the rest of one */
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
    ThemeList themes;
    Theme theme;                         /* the chosen one */
    char previewed[THEME_NAME_BYTES];    /* the one on the screen, while a name is being typed */
    char choices[COMMAND_CHOICES_BYTES]; /* what Tab found, shown in place of the hints */
    bool is_frame_due;                   /* something changed since the last frame */
    bool is_frame_urgent;                /* a key: draw now */
    bool is_terminal_lost;               /* hung up: no more keys, no more drawing */
    bool is_away;                        /* Ctrl-Z: the shell has the terminal, the race goes on */
    bool has_shell;                      /* while away: it has been seen to have it */
    double away_seconds;                 /* since when */
    bool is_leaving;                     /* leave as soon as the race is over */
    LabExit exit;
    JobSignals jobs;
    FramePacer pacer;
    LinkMeter meter;
    unsigned answers;       /* of the terminal, taken note of */
    double link_seconds;    /* when the link's text was last made */
    double repaint_seconds; /* when the whole screen was last written */
    double resize_seconds;  /* when the size was last seen to change; < 0 = not waiting */
    bool is_settled;
} Loop;

static double now_of(const Loop *loop)
{
    return wall_clock_seconds(loop->screen->clock);
}

static bool has_terminal(const Loop *loop)
{
    return !loop->is_terminal_lost && !loop->is_away;
}

/* At most once a second: digits that tick cost bytes too. */
static void tell_link(Loop *loop, double now)
{
    if (now - loop->link_seconds >= LINK_TEXT_SECONDS) {
        loop->link_seconds = now;
        link_meter_text(&loop->meter, &loop->pacer, now, loop->view.link);
        loop->view.is_link_slow = frame_pacer_is_stepped_down(&loop->pacer);
    }
}

static void draw_frame(Loop *loop)
{
    int cursor_row = 0;
    int cursor_column = -1;
    const double now = now_of(loop);
    const bool is_urgent = loop->is_frame_urgent;
    loop->is_frame_urgent = false;
    if (has_terminal(loop) && !terminal_takes_output(loop->terminal)) {
        /* Ctrl-S, or a link that is stuck: the frame stays due, and keys and signals are heard meanwhile. */
        frame_pacer_drawn(&loop->pacer, now, 0, is_urgent);
        return;
    }
    loop->is_frame_due = false;
    if (!has_terminal(loop)) {
        frame_pacer_drawn(&loop->pacer, now, 0, is_urgent);
        return;
    }
    tell_link(loop, now);
    view_state_clip_scroll(&loop->view, view_lab_draw(loop->state, &loop->view, &loop->grid));
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
    const size_t written = terminal_show(loop->terminal, &loop->grid, cursor_row, cursor_column,
                                         frame_pacer_asks(&loop->pacer));
    frame_pacer_drawn(&loop->pacer, now, written, is_urgent);
    link_meter_add(&loop->meter, now, written);
}

static void load_theme(Loop *loop, const char *name)
{
    Theme theme;
    Problem problem = {0};
    const Status status = theme_folders_load(loop->screen->theme_folders, name, &theme, &problem);
    if (status != STATUS_OK) {
        view_state_say(&loop->view, status == STATUS_BAD_FORMAT ? ROLE_ERROR : ROLE_WARNING, "%s",
                       problem.text);
        return;
    }
    terminal_set_theme(loop->terminal, &theme);
    loop->theme = theme;
    snprintf(loop->previewed, sizeof loop->previewed, "%s", theme.name);
    snprintf(loop->view.theme, sizeof loop->view.theme, "%s", name);
    view_state_say(&loop->view, ROLE_TEXT, "theme: %s", name);
}

/* The theme that is being typed is shown while it stands there; without one, the chosen one comes back. */
static void preview_theme(Loop *loop)
{
    static const char COMMAND[] = "theme ";
    const char *line = loop->prompt.is_open ? prompt_text(&loop->prompt) : "";
    Theme theme = loop->theme;
    Problem ignored = {0};
    line += strspn(line, ": ");
    if (strncmp(line, COMMAND, sizeof COMMAND - 1) == 0 && line[sizeof COMMAND - 1] != '\0') {
        (void)theme_folders_load(loop->screen->theme_folders, line + sizeof COMMAND - 1, &theme,
                                 &ignored);
    }
    if (strcmp(theme.name, loop->previewed) != 0) {
        snprintf(loop->previewed, sizeof loop->previewed, "%s", theme.name);
        terminal_set_theme(loop->terminal, &theme);
    }
}

/* Not more often than a storm of sizes may, however long the key is held down. */
static void repaint(Loop *loop)
{
    terminal_repaint(loop->terminal);
    loop->resize_seconds = now_of(loop) - RESIZE_QUIET_SECONDS;
}

static void suspend(Loop *loop)
{
    if (loop->screen->has_stand_in) {
        terminal_leave(loop->terminal);
        loop->is_away = true;
        loop->has_shell = false;
        loop->away_seconds = now_of(loop);
        return;
    }
    terminal_suspend(loop->terminal);
    job_signals_forget_continue(); /* the shell's fg has woken us by one */
}

/* Nothing tells for sure that the user is back: that the terminal is ours does, once a shell had it, or after a while in which none took it. */
static void come_back(Loop *loop)
{
    loop->has_shell = loop->has_shell || !terminal_is_ours();
    const bool was_left = loop->has_shell || now_of(loop) - loop->away_seconds > LEAVING_SECONDS;
    if (was_left && terminal_is_ours()) {
        loop->is_away = false;
        terminal_resume(loop->terminal);
        loop->is_frame_due = true;
    }
}

static void take_job_signal(Loop *loop)
{
    const int signal_number = job_signals_next(&loop->jobs);
    if (loop->is_away) {
        loop->has_shell = loop->has_shell || signal_number == SIGCONT;
        return;
    }
    if (signal_number == 0 || loop->is_terminal_lost) {
        return;
    }
    if (signal_number == SIGTSTP) {
        suspend(loop);
    } else {
        terminal_resume(loop->terminal); /* it was stopped where nobody could know */
    }
    loop->is_frame_due = true;
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
    case UI_REQUEST_EXPORT:
        export_control_write(&loop->control, &loop->theme, &loop->grid);
        return;
    case UI_REQUEST_REPAINT:
        repaint(loop);
        return;
    case UI_REQUEST_MOUSE:
        terminal_set_mouse(loop->terminal, loop->view.has_mouse);
        return;
    case UI_REQUEST_SUSPEND:
        suspend(loop);
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
                     loop->view.lane, loop->themes.pointers, &completion);
    prompt_insert(&loop->prompt, completion.insert);
    snprintf(loop->choices, sizeof loop->choices, "%s",
             completion.count == 0 ? "no completion" : completion.choices);
}

static void type_in_prompt(Loop *loop, UiKey key)
{
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

/* What was pasted only ever goes into an open command line, and does not leave it: nobody pastes keys. */
static bool is_to_be_ignored(const Loop *loop, const UiInput *input)
{
    const bool is_text = input->key >= ' ' && input->key < UI_KEY_FIRST_SPECIAL;
    return (input->is_pasted && !(loop->prompt.is_open && is_text)) ||
           (input->key == UI_KEY_MOUSE && loop->prompt.is_open);
}

static void take_input(Loop *loop, const UiInput *input)
{
    const UiKey key = input->key;
    if (is_to_be_ignored(loop, input)) {
        return;
    }
    loop->is_frame_due = true;
    loop->is_frame_urgent = true;
    if (key == UI_KEY_MOUSE) {
        mouse_control_take(&loop->control, &loop->grid, &input->mouse);
        return;
    }
    if (!loop->prompt.is_open) {
        answer(loop, lab_control_key(&loop->control, key));
        return;
    }
    type_in_prompt(loop, key);
    preview_theme(loop);
}

static void take_answers(Loop *loop)
{
    const unsigned answers = terminal_answers(loop->terminal);
    if (answers != loop->answers) {
        loop->answers = answers;
        frame_pacer_answer(&loop->pacer, now_of(loop));
    }
}

static void take_keys(Loop *loop)
{
    UiInput input;
    while (
        terminal_read(loop->terminal, now_of(loop), frame_pacer_is_waiting(&loop->pacer), &input)) {
        take_input(loop, &input);
    }
    take_answers(loop);
}

static void take_reports(Loop *loop)
{
    RunReport report;
    if (loop->screen->ring == NULL) {
        return;
    }
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

static void lose_terminal(Loop *loop)
{
    if (loop->is_terminal_lost) {
        return; /* the signal and the descriptor both say so */
    }
    loop->is_terminal_lost = true;
    if (loop->screen->is_kept && !loop->is_leaving && !lab_state_is_over(loop->state)) {
        leave(loop, LAB_EXIT_KEPT);
    } else {
        lab_control_stop(&loop->control);
        loop->is_leaving = true;
    }
}

static void take_signal(Loop *loop)
{
    struct signalfd_siginfo info;
    if (read(loop->screen->signal_fd, &info, sizeof info) == (ssize_t)sizeof info &&
        info.ssi_signo == SIGHUP) {
        lose_terminal(loop);
        return;
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
    if (!has_terminal(loop) || !terminal_follow_size(loop->terminal)) {
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
        const double quiet = RESIZE_QUIET_SECONDS - (now - loop->resize_seconds);
        const double apart = REPAINT_SECONDS - (now - loop->repaint_seconds);
        if (quiet > 0.0 || apart > 0.0) {
            return quiet > apart ? quiet : apart;
        }
        loop->resize_seconds = -1.0;
        loop->repaint_seconds = now;
        return 0.0;
    }
    return frame_pacer_delay(&loop->pacer, now, loop->is_frame_urgent);
}

static double sooner(double a, double b)
{
    return a < 0.0 ? b : b < 0.0 || a < b ? a : b;
}

/* How long poll may sleep: until the next frame if one is due or a part of a key is to be given up, else as long as nothing
 * happens (once briefly, so that a change of size whose signal another thread swallowed is seen). */
static int sleep_ms(Loop *loop)
{
    double wait = loop->is_frame_due ? frame_delay(loop) : loop->is_settled ? -1.0 : SETTLE_SECONDS;
    if (has_terminal(loop)) {
        wait = sooner(wait, terminal_key_wait_seconds(loop->terminal, now_of(loop)));
    } else if (loop->is_away) {
        wait = sooner(wait, AWAY_SECONDS);
    }
    return wait < 0.0 ? -1 : (int)(wait * 1000.0) + 1;
}

/* While a frame waits for its time, reports wait with it: a fast race would wake us at every step for nothing. */
static int ring_descriptor(const Loop *loop)
{
    return loop->is_frame_due || loop->screen->ring == NULL
               ? -1
               : metric_ring_wakeup_fd(loop->screen->ring);
}

static void wait_and_take(Loop *loop)
{
    struct pollfd descriptors[LOOP_DESCRIPTORS] = {
        [LOOP_KEYS] = {.fd = loop->is_terminal_lost ? -1 : STDIN_FILENO,
                       .events = loop->is_away ? 0 : POLLIN},
        [LOOP_RING] = {.fd = ring_descriptor(loop), .events = POLLIN},
        [LOOP_SIGNALS] = {.fd = loop->screen->signal_fd, .events = POLLIN},
        [LOOP_JOB] = {.fd = loop->jobs.descriptor, .events = POLLIN},
        [LOOP_STRAY] = {.fd = loop->stray.pipe_read, .events = POLLIN},
        [LOOP_FRAME] = {.fd = has_terminal(loop) ? terminal_output_wanted(loop->terminal) : -1,
                        .events = POLLOUT},
    };
    const int ready = poll(descriptors, LOOP_DESCRIPTORS, sleep_ms(loop));
    loop->is_settled = ready == 0;
    follow_size(loop);
    take_reports(loop); /* whatever woke us: more than REPORTS_AT_ONCE may have been waiting */
    if (loop->is_away) {
        come_back(loop);
    }
    if (ready <= 0) {
        if (has_terminal(loop)) {
            take_keys(loop); /* a lone Esc that was held back */
        }
        return; /* time for a frame, or a signal (a new size) */
    }
    if ((descriptors[LOOP_SIGNALS].revents & POLLIN) != 0) {
        take_signal(loop);
    }
    if ((descriptors[LOOP_KEYS].revents & POLLIN) != 0) {
        take_keys(loop);
    }
    if ((descriptors[LOOP_KEYS].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
        lose_terminal(loop);
    }
    if ((descriptors[LOOP_JOB].revents & POLLIN) != 0) {
        take_job_signal(loop);
    }
    if ((descriptors[LOOP_STRAY].revents & POLLIN) != 0) {
        take_stray(loop);
    }
    if (descriptors[LOOP_FRAME].revents != 0) {
        (void)terminal_takes_output(loop->terminal);
    }
}

static void set_title(Loop *loop)
{
    char title[SPEC_NAME_BYTES + 16];
    snprintf(title, sizeof title, "tramlab: %s", loop->screen->spec->name);
    terminal_set_title(loop->terminal, title);
}

static void take_past(Loop *loop)
{
    RunReport report;
    while (loop->screen->past != NULL && run_reader_next(loop->screen->past, &report)) {
        lab_state_take(loop->state, &report);
    }
}

static void tell_started_paused(Loop *loop)
{
    char step[KEY_NAMES_BYTES];
    char pause[KEY_NAMES_BYTES];
    key_map_first_key(loop->view.keys, UI_ACTION_STEP_ONE, step);
    key_map_first_key(loop->view.keys, UI_ACTION_PAUSE, pause);
    view_state_say(&loop->view, ROLE_PAUSED, "started paused: %s makes one step, %s goes on", step,
                   pause);
}

/* Each mistake in the list of events, the first one below the charts as well. */
static void tell_mistakes(Loop *loop, const UserConfig *config)
{
    const size_t mistakes = config->mistake_count;
    for (size_t i = 0; i < mistakes && i < USER_CONFIG_NOTICES_MAX; i++) {
        lab_state_note(loop->state, config->notices[i].text);
    }
    if (mistakes == 1) {
        view_state_say(&loop->view, ROLE_WARNING, "%s", config->notices[0].text);
    } else if (mistakes > 1) {
        view_state_say(&loop->view, ROLE_WARNING, "%zu mistakes; the first: %s", mistakes,
                       config->notices[0].text);
    }
}

/* What the user's file says of the screen; a word on the command line goes before it. */
static void obey_config(Loop *loop)
{
    const LabScreen *screen = loop->screen;
    const UserConfig *config = screen->config;
    const bool is_low = screen->is_low || (config != NULL && config->low == USER_CHOICE_ON);
    int frames = terminal_frames_a_second(loop->terminal);
    bool has_mouse = screen->is_mouse_wanted || !terminal_is_remote(loop->terminal);
    if (config != NULL) {
        loop->view.keys = &config->keys;
        loop->control.pauses_on_divergence = config->pause_on_divergence == USER_CHOICE_ON;
        loop->view.glyphs =
            config->has_glyphs && loop->view.is_utf8 ? config->glyphs : loop->view.glyphs;
        if (config->sync == USER_CHOICE_OFF) {
            terminal_leave_sync_out(loop->terminal);
        }
        frames = config->frames_a_second > 0 ? config->frames_a_second : frames;
        has_mouse = screen->is_mouse_wanted || config->mouse == USER_CHOICE_ON ||
                    (has_mouse && config->mouse != USER_CHOICE_OFF);
    }
    loop->view.has_mouse = has_mouse;
    frame_pacer_init(&loop->pacer, is_low ? LOW_FRAMES_A_SECOND : frames);
}

static bool has_view_path(const Loop *loop)
{
    return loop->screen->view_path != NULL && loop->screen->view_path[0] != '\0';
}

/* A damaged file is worth a line, no more. */
static void recall_view(Loop *loop)
{
    Problem problem = {0};
    if (has_view_path(loop) && view_memory_load(loop->screen->view_path, loop->state, &loop->view,
                                                &problem) != STATUS_OK) {
        lab_state_note(loop->state, problem.text);
    }
}

/* After the first frame: reading them takes its time. One that is gone is worth a line. */
static void recall_references(Loop *loop)
{
    Problem problem = {0};
    if (!has_view_path(loop)) {
        return;
    }
    view_memory_open_references(loop->screen->view_path, loop->state, &problem);
    if (problem.text[0] != '\0') {
        view_state_say(&loop->view, ROLE_WARNING, "%s", problem.text);
    }
    loop->is_frame_due = true;
}

/* What was chosen another day must not be taken for all there is. */
static void tell_undrawn(Loop *loop)
{
    char key[KEY_NAMES_BYTES];
    size_t lanes[SPEC_LANES_MAX];
    const LaneFilter *filter = &loop->view.filter;
    const size_t count = lab_state_lanes(loop->state, lanes);
    const size_t undrawn = lane_order_count_undrawn(loop->state, &loop->view);
    if (undrawn == 0) {
        return;
    }
    if (filter->count > 0) {
        key_map_first_key(loop->view.keys, UI_ACTION_FILTER, key);
        view_state_say(&loop->view, ROLE_WARNING,
                       "as last time, only %zu of %zu lanes are shown: filter \"%s\" (%s and an "
                       "empty line: all)",
                       count - undrawn, count, filter->text, key);
    } else {
        key_map_first_key(loop->view.keys, UI_ACTION_HIDE, key);
        view_state_say(&loop->view, ROLE_WARNING,
                       "as last time, only %zu of %zu lanes are shown: %s shows the one in focus",
                       count - undrawn, count, key);
    }
    lab_state_note(loop->state, loop->view.message);
}

/* That it cannot be kept is no reason to call the run a failure. */
static void keep_view(const Loop *loop)
{
    Problem ignored = {0};
    if (has_view_path(loop)) {
        (void)view_memory_save(loop->screen->view_path, loop->state, &loop->view, &ignored);
    }
}

static void run_loop(Loop *loop)
{
    draw_frame(loop);
    recall_references(loop);
    take_reports(loop);
    while (!loop->is_leaving || (loop->exit != LAB_EXIT_KEPT && !lab_state_is_over(loop->state))) {
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
    loop->state = screen->record;
    if (loop->state == NULL) {
        TRY(lab_state_create(screen->spec, screen->methods, &loop->state));
    }
    loop->state->presets = screen->presets;
    take_past(loop);
    if (screen->notice != NULL && screen->notice[0] != '\0') {
        lab_state_note(loop->state, screen->notice);
    }
    TRY(terminal_open(&loop->terminal, problem));
    stray_output_begin(&loop->stray);
    view_state_init(&loop->view, screen->version, screen->run_directory);
    view_state_reset_charts(&loop->view, screen->spec);
    loop->view.lane = first_focus(loop->state);
    loop->view.page = view_state_first_page(loop->state);
    recall_view(loop);
    loop->view.is_utf8 = terminal_is_utf8(loop->terminal);
    loop->view.glyphs = terminal_glyphs(loop->terminal);
    loop->view.colours = terminal_colours(loop->terminal);
    loop->control = (LabControl){.state = loop->state,
                                 .view = &loop->view,
                                 .commands = screen->commands,
                                 .clock = screen->clock,
                                 .theme_names = loop->themes.pointers};
    theme_folders_list(screen->theme_folders, &loop->themes);
    loop->theme = theme_default();
    load_theme(loop, screen->theme_name);
    if (loop->view.message_role == ROLE_TEXT) {
        loop->view.message[0] = '\0'; /* a theme that was found needs no word */
    }
    obey_config(loop);
    if (screen->is_started_paused) {
        tell_started_paused(loop);
    }
    if (screen->config != NULL) {
        tell_mistakes(loop, screen->config);
    }
    tell_undrawn(loop);
    if (terminal_notice(loop->terminal)[0] != '\0') {
        view_state_say(&loop->view, ROLE_WARNING, "%s", terminal_notice(loop->terminal));
    }
    terminal_set_mouse(loop->terminal, loop->view.has_mouse);
    set_title(loop);
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
    loop->repaint_seconds = -REPAINT_SECONDS;
    loop->stray = (StrayOutput){.saved_stdout = -1, .saved_stderr = -1, .pipe_read = -1};
    job_signals_begin(&loop->jobs);
    const Status status = begin(loop, problem);
    if (status == STATUS_OK) {
        run_loop(loop);
        *exit = loop->exit;
        keep_view(loop);
    }
    terminal_close(loop->terminal);
    job_signals_end(&loop->jobs);
    stray_output_end(&loop->stray);
    /* A history that cannot be kept is no reason to call the run a failure. */
    (void)prompt_finish(&loop->prompt);
    cell_grid_destroy(&loop->grid);
    view_state_clear(&loop->view);
    if (screen->record == NULL) {
        lab_state_destroy(loop->state);
    }
    free(loop);
    return status;
}

void event_loop_reset_terminal_in_crash(void)
{
    static const char RESET[] = "\033[?2026l\033[?1006l\033[?1000l\033[?2004l\033[0m"
                                "\033[?1l\033>\033[?25h\033[23;2t\033[?1049l\r\n";
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
