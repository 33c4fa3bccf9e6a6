#include "tui/lab_control.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/export_control.h"
#include "tui/chart_control.h"
#include "tui/knob_control.h"
#include "tui/lane_control.h"
#include "tui/lane_knobs.h"
#include "tui/lane_order.h"
#include "tui/table_control.h"

static const double INTERRUPT_AGAIN_SECONDS = 2.0;

enum { PAGE_LINES = 10, STRIP_DOMAINS = 5, METHOD_LINES_MAX = 150 };

static void toggle_pause(LabControl *control)
{
    const bool is_paused = control->state->phase == LAB_PAUSED;
    if (knob_control_send(control,
                          (RunCommand){.kind = is_paused ? RUN_COMMAND_RESUME : RUN_COMMAND_PAUSE,
                                       .lane = LANE_ALL})) {
        view_state_say(control->view, ROLE_TEXT, "%s",
                       is_paused ? "going on" : "pausing after this step");
    }
}

static void send_steps(LabControl *control, uint64_t count)
{
    if (knob_control_send(
            control, (RunCommand){.kind = RUN_COMMAND_STEP, .lane = LANE_ALL, .count = count})) {
        view_state_say(control->view, ROLE_TEXT, "%llu step%s, then pause",
                       (unsigned long long)count, count == 1 ? "" : "s");
    }
}

static void send_max_steps(LabControl *control, uint64_t count)
{
    if (count > 100000000) {
        view_state_say(control->view, ROLE_WARNING, "steps must lie between 1 and 100000000");
    } else if (knob_control_send(control, (RunCommand){.kind = RUN_COMMAND_SET_MAX_STEPS,
                                                       .lane = LANE_ALL,
                                                       .count = count})) {
        view_state_say(control->view, ROLE_TEXT, "%llu steps in all: asked",
                       (unsigned long long)count);
    }
}

void lab_control_stop(LabControl *control)
{
    if (control->view->is_leaving) {
        return;
    }
    if (lab_state_is_over(control->state)) {
        control->view->is_leaving = true;
        return;
    }
    /* Not leaving if the queue was full: the caller may try again. */
    control->view->is_leaving =
        knob_control_send(control, (RunCommand){.kind = RUN_COMMAND_STOP, .lane = LANE_ALL});
    if (control->view->is_leaving) {
        view_state_say(control->view, ROLE_PAUSED, "finishing the step and saving");
    }
}

static void say_applied(LabControl *control, const RunEvent *event)
{
    char value[32];
    char step[32];
    lane_knobs_value_text(event->knob, event->value, 6, value, sizeof value);
    text_number((double)event->step, 9, step, sizeof step);
    const char *lane = event->lane < control->state->lane_count
                           ? control->state->lanes[event->lane].name
                           : "all lanes";
    view_state_say(control->view, ROLE_KNOB, "%s = %s for %s: applied @%s",
                   knob_info(event->knob)->key, value, lane, step);
}

/* To look at what happened, rewind it or take the lane out while the others wait. */
static void pause_on_divergence(LabControl *control, const RunEvent *event)
{
    char step[32];
    char pause[KEY_NAMES_BYTES];
    if (!control->pauses_on_divergence || control->has_paused_on_divergence ||
        event->lane >= control->state->lane_count || control->state->phase == LAB_PAUSED ||
        !knob_control_send(control, (RunCommand){.kind = RUN_COMMAND_PAUSE, .lane = LANE_ALL})) {
        return;
    }
    control->has_paused_on_divergence = true;
    text_number((double)event->step, 9, step, sizeof step);
    key_map_first_key(control->view->keys, UI_ACTION_PAUSE, pause);
    view_state_say(control->view, ROLE_ERROR,
                   "%s diverged at step %s: the race is paused; %s goes on without it",
                   control->state->lanes[event->lane].name, step, pause);
}

void lab_control_report(LabControl *control, const RunReport *report)
{
    lab_state_take(control->state, report);
    if (report->kind != RUN_REPORT_EVENT) {
        return;
    }
    const RunEvent *event = &report->as.event;
    if (event->kind == RUN_EVENT_COMMAND_REFUSED) {
        char text[RUN_EVENT_TEXT_BYTES];
        text_clean(event->text, text, sizeof text, RUN_EVENT_TEXT_BYTES);
        view_state_say(control->view, ROLE_WARNING, "%s", text);
    } else if (event->kind == RUN_EVENT_KNOB_APPLIED && (size_t)event->knob < KNOB_COUNT &&
               (event->command & ~KNOB_HISTORY_UNDO_BIT) == control->last_command) {
        say_applied(control, event);
    } else if (event->kind == RUN_EVENT_DIVERGED) {
        pause_on_divergence(control, event);
    } else if (event->kind == RUN_EVENT_LANE_ADDED || event->kind == RUN_EVENT_LANE_REMOVED) {
        lane_control_report(control, event);
    } else if ((event->kind == RUN_EVENT_PAUSED || event->kind == RUN_EVENT_RESUMED) &&
               control->view->message_role == ROLE_TEXT) {
        control->view->message[0] = '\0'; /* "pausing ..." has come true: the status line says so */
    }
}

static UiRequest ask_to_quit(LabControl *control)
{
    if (lab_state_is_over(control->state)) {
        return UI_REQUEST_LEAVE_SAVE;
    }
    if (control->view->is_leaving) {
        view_state_say(control->view, ROLE_PAUSED, "the race is finishing its step; one moment");
        return UI_REQUEST_NONE;
    }
    control->view->is_quit_open = true;
    return UI_REQUEST_NONE;
}

static UiRequest interrupt(LabControl *control)
{
    const double now = wall_clock_seconds(control->clock);
    const bool is_again =
        control->is_interrupted && now - control->interrupt_seconds <= INTERRUPT_AGAIN_SECONDS;
    control->is_interrupted = true;
    control->interrupt_seconds = now;
    if (is_again || lab_state_is_over(control->state)) {
        return ask_to_quit(control);
    }
    if (control->state->phase != LAB_PAUSED) {
        toggle_pause(control);
    }
    view_state_say(control->view, ROLE_PAUSED,
                   "pausing; Ctrl-C again within 2 s asks whether to leave");
    return UI_REQUEST_NONE;
}

static void toggle_page(ViewState *view, ViewPage page, size_t chart)
{
    const bool is_there = view->page == page && (page != VIEW_PAGE_CHART || view->chart == chart);
    view->page = is_there ? VIEW_PAGE_LAB : page;
    view->chart = view->page == VIEW_PAGE_LAB && chart >= CHART_COUNT ? 0 : chart;
    view->event_scroll = 0;
    view->config_scroll = 0;
    view->method_scroll = 0;
    view->strip_scroll = 0;
    view->wall_scroll = 0;
}

static void set_smoothing(ViewState *view, double smoothing)
{
    view->smoothing = smoothing;
    if (smoothing > 0.0) {
        view_state_say(view, ROLE_TEXT,
                       "loss smoothed by a causal mean of weight %g; raw points stay, dim",
                       smoothing);
    } else {
        view_state_say(view, ROLE_TEXT, "loss not smoothed");
    }
}

static void set_glyphs(ViewState *view, GlyphLevel glyphs)
{
    if (!view->is_utf8 && glyphs != GLYPH_ASCII) {
        view_state_say(view, ROLE_WARNING,
                       "this terminal's locale shows ASCII only (try LANG=C.UTF-8)");
        return;
    }
    view->glyphs = glyphs;
    view_state_say(view, ROLE_TEXT, "glyphs: %s", view_state_glyphs_name(glyphs));
}

static void show_metric(LabControl *control, uint16_t metric)
{
    ViewState *view = control->view;
    view->chart_metrics[view->chart] = metric;
    if (metric < METRIC_FIXED_COUNT) {
        view_state_say(view, ROLE_TEXT, "chart %zu: %s: %s", view->chart + 1,
                       metric_info((MetricId)metric)->name, metric_info((MetricId)metric)->meaning);
    } else {
        view_state_say(view, ROLE_TEXT, "chart %zu: %s", view->chart + 1,
                       chart_face(control->state->spec, metric).title);
    }
}

static bool is_in_another_chart(const ViewState *view, uint16_t metric)
{
    const size_t count = view->page == VIEW_PAGE_GRID
                             ? (size_t)view->grid_rows * (size_t)view->grid_columns
                             : CHART_COUNT;
    for (size_t chart = 0; chart < count; chart++) {
        if (chart != view->chart && view->chart_metrics[chart] == metric) {
            return true;
        }
    }
    return false;
}

/* The next metric that has been measured and is not in another chart. */
static void cycle_metric(LabControl *control, int direction)
{
    ViewState *view = control->view;
    uint16_t metric = view->chart_metrics[view->chart];
    for (int i = 0; i < METRIC_ID_MAX; i++) {
        metric = (uint16_t)((metric + (direction > 0 ? 1 : METRIC_ID_MAX - 1)) % METRIC_ID_MAX);
        if (chart_can_show(metric) && lab_state_has_metric(control->state, metric) &&
            !is_in_another_chart(view, metric)) {
            show_metric(control, metric);
            return;
        }
    }
    view_state_say(view, ROLE_WARNING,
                   lab_state_is_over(control->state) ? "nothing else was measured"
                                                     : "nothing else has been measured yet");
}

static UiRequest next_theme(LabControl *control)
{
    size_t next = 0;
    for (size_t i = 0; control->theme_names[i] != NULL; i++) {
        if (strcmp(control->theme_names[i], control->view->theme) == 0 &&
            control->theme_names[i + 1] != NULL) {
            next = i + 1;
        }
    }
    snprintf(control->wanted_theme, sizeof control->wanted_theme, "%s", control->theme_names[next]);
    return UI_REQUEST_THEME;
}

static void move_lane(LabControl *control, int direction)
{
    size_t lanes[SPEC_LANES_MAX];
    const size_t count = lane_order(control->state, control->view, lanes);
    size_t place = 0; /* count = all lanes */
    while (place < count && lanes[place] != control->view->lane) {
        place++;
    }
    place = (place + (size_t)(direction > 0 ? 1 : count)) % (count + 1);
    control->view->lane = place < count ? lanes[place] : VIEW_ALL_LANES;
}

static int clipped(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

static void move_knob(LabControl *control, int direction)
{
    ViewState *view = control->view;
    const LaneKnobList list = lane_knobs_list(control->state, view->lane, view->knob);
    const size_t place = lane_knobs_place(&list, view->knob);
    view->knob = list.ids[(place + (direction > 0 ? 1 : list.count - 1)) % list.count];
    knob_control_explain(control);
}

static void move_method(LabControl *control, int direction)
{
    const size_t count = control->state->methods.count;
    if (count > 0) {
        control->view->method = (control->view->method + (direction > 0 ? 1 : count - 1)) % count;
        control->view->method_scroll = 0;
    }
}

/* j and k: a line of events, a lane of the table, a method, else a knob. */
static void move_row(LabControl *control, int direction)
{
    ViewState *view = control->view;
    switch (view->page) {
    case VIEW_PAGE_EVENTS:
        view->event_scroll = clipped(view->event_scroll + direction, LAB_EVENTS_KEPT);
        return;
    case VIEW_PAGE_TABLE:
    case VIEW_PAGE_FINALS:
    case VIEW_PAGE_STRIP:
    case VIEW_PAGE_WALL:
        move_lane(control, direction);
        return;
    case VIEW_PAGE_CONFIG:
        view->config_scroll = clipped(view->config_scroll + direction, KNOB_COUNT);
        return;
    case VIEW_PAGE_METHODS:
        move_method(control, direction);
        return;
    case VIEW_PAGE_LAB:
    case VIEW_PAGE_CHART:
    case VIEW_PAGE_GRID:
    case VIEW_PAGE_COUNT:
        move_knob(control, direction);
        return;
    }
}

static void move_page(ViewState *view, int direction)
{
    if (view->page == VIEW_PAGE_CONFIG) {
        view->config_scroll = clipped(view->config_scroll + direction * PAGE_LINES, KNOB_COUNT);
    } else if (view->page == VIEW_PAGE_EVENTS) {
        view->event_scroll = clipped(view->event_scroll + direction * PAGE_LINES, LAB_EVENTS_KEPT);
    } else if (view->page == VIEW_PAGE_METHODS) {
        view->method_scroll =
            clipped(view->method_scroll + direction * PAGE_LINES, METHOD_LINES_MAX);
    } else if (view->page == VIEW_PAGE_STRIP) {
        view->strip_scroll =
            clipped(view->strip_scroll + direction * STRIP_DOMAINS, SPEC_DOMAINS_MAX);
    } else if (view->page == VIEW_PAGE_WALL) {
        view->wall_scroll = clipped(view->wall_scroll + direction, SPEC_DOMAINS_MAX);
    } else {
        view_state_say(view, ROLE_DIM, "this page does not scroll");
    }
}

/* The page opens at the method of the lane in focus. */
static void open_methods(LabControl *control)
{
    ViewState *view = control->view;
    toggle_page(view, VIEW_PAGE_METHODS, view->chart);
    for (size_t i = 0; i < control->state->methods.count; i++) {
        if (view->lane < control->state->lane_count &&
            control->state->lanes[view->lane].info == &control->state->methods.methods[i]) {
            view->method = i;
        }
    }
}

static void move_chart(ViewState *view, int direction)
{
    const bool is_grid = view->page == VIEW_PAGE_GRID || view->is_grid_behind;
    const size_t count =
        is_grid ? (size_t)view->grid_rows * (size_t)view->grid_columns : CHART_COUNT;
    view->chart = (view->chart + (direction > 0 ? 1 : count - 1)) % count;
}

static void focus_knob(LabControl *control, KnobId knob)
{
    control->view->knob = knob;
    knob_control_explain(control);
}

static void act_on_knobs(LabControl *control, UiAction action)
{
    if (action == UI_ACTION_KNOB_DOWN || action == UI_ACTION_KNOB_UP) {
        knob_control_notch(control, action == UI_ACTION_KNOB_UP ? 1 : -1);
    } else if (action == UI_ACTION_KNOB_TENTH || action == UI_ACTION_KNOB_TENFOLD) {
        knob_control_tenfold(control, action == UI_ACTION_KNOB_TENFOLD ? 1 : -1);
    } else if (action == UI_ACTION_KNOB_PREVIOUS || action == UI_ACTION_KNOB_NEXT) {
        move_row(control, action == UI_ACTION_KNOB_NEXT ? 1 : -1);
    } else if (action == UI_ACTION_LANE_PREVIOUS || action == UI_ACTION_LANE_NEXT) {
        move_lane(control, action == UI_ACTION_LANE_NEXT ? 1 : -1);
    } else if (action == UI_ACTION_KNOB_RHO) {
        focus_knob(control, KNOB_RHO);
    } else if (action == UI_ACTION_KNOB_SCALE) {
        focus_knob(control, KNOB_SCALE);
    } else if (action == UI_ACTION_KNOB_LEARNING_RATE) {
        focus_knob(control, KNOB_LEARNING_RATE);
    } else if (action == UI_ACTION_UNDO) {
        knob_control_undo(control);
    } else if (action == UI_ACTION_REDO) {
        knob_control_redo(control);
    }
}

static void act_on_charts(LabControl *control, UiAction action)
{
    ViewState *view = control->view;
    if (action >= UI_ACTION_CHART_1 && action <= UI_ACTION_CHART_4) {
        toggle_page(view, VIEW_PAGE_CHART, (size_t)action - UI_ACTION_CHART_1);
    } else if (action == UI_ACTION_CHART_NEXT || action == UI_ACTION_CHART_PREVIOUS) {
        move_chart(view, action == UI_ACTION_CHART_NEXT ? 1 : -1);
    } else if (action == UI_ACTION_TABLE) {
        toggle_page(view, VIEW_PAGE_TABLE, view->chart);
    } else if (action == UI_ACTION_FINALS) {
        toggle_page(view, VIEW_PAGE_FINALS, view->chart);
    } else if (action == UI_ACTION_CONFIG) {
        toggle_page(view, VIEW_PAGE_CONFIG, view->chart);
    } else if (action == UI_ACTION_EVENTS) {
        toggle_page(view, VIEW_PAGE_EVENTS, view->chart);
    } else if (action == UI_ACTION_METHODS) {
        open_methods(control);
    } else if (action == UI_ACTION_STRIP) {
        toggle_page(view, VIEW_PAGE_STRIP, view->chart);
    } else if (action == UI_ACTION_WALL) {
        toggle_page(view, VIEW_PAGE_WALL, view->chart);
    } else if (action == UI_ACTION_METRIC_NEXT || action == UI_ACTION_METRIC_PREVIOUS) {
        cycle_metric(control, action == UI_ACTION_METRIC_NEXT ? 1 : -1);
    } else if (action == UI_ACTION_PAGE_UP || action == UI_ACTION_PAGE_DOWN) {
        move_page(view, action == UI_ACTION_PAGE_DOWN ? 1 : -1);
    } else if (action == UI_ACTION_ZOOM_IN) {
        view->is_grid_behind = view->is_grid_behind || view->page == VIEW_PAGE_GRID;
        view->page = VIEW_PAGE_CHART;
    } else if (action == UI_ACTION_ZOOM_OUT) {
        chart_control_leave_page(view);
    } else if (action == UI_ACTION_RESET_LAYOUT && view->window.high > view->window.low) {
        view->window = (PlotWindow){.low = 0.0, .high = 0.0};
        view->is_window_following = false;
    } else if (action == UI_ACTION_RESET_LAYOUT) {
        view->is_grid_behind = false;
        view->page = VIEW_PAGE_LAB;
        view->chart = 0;
        view_state_reset_charts(view, control->state->spec);
    } else if (action == UI_ACTION_AXIS) {
        chart_control_turn_axis(control);
    } else if (action == UI_ACTION_SMOOTH_LESS || action == UI_ACTION_SMOOTH_MORE) {
        set_smoothing(view, view_state_smoothing_notch(view->smoothing,
                                                       action == UI_ACTION_SMOOTH_MORE ? 1 : -1));
    }
}

/* Methods are picked on their page. */
static void pick_method(LabControl *control, bool is_copy)
{
    if (control->view->page == VIEW_PAGE_METHODS) {
        lane_control_pick(control, is_copy);
    } else {
        open_methods(control);
    }
}

static void act_on_race(LabControl *control, UiAction action)
{
    if (action == UI_ACTION_PAUSE) {
        toggle_pause(control);
    } else if (action == UI_ACTION_STEP_ONE) {
        send_steps(control, 1);
    } else if (action == UI_ACTION_STEP_TEN) {
        send_steps(control, 10);
    } else if (action == UI_ACTION_LANE_ADD || action == UI_ACTION_LANE_COPY) {
        pick_method(control, action == UI_ACTION_LANE_COPY);
    } else if (action == UI_ACTION_LANE_REMOVE) {
        lane_control_ask_removal(control);
    }
}

static UiRequest set_mouse(LabControl *control, bool is_on)
{
    control->view->has_mouse = is_on;
    view_state_say(control->view, ROLE_TEXT, "%s",
                   is_on ? "mouse on: click to choose, wheel to zoom; Shift selects text"
                         : "mouse off: the terminal selects text");
    return UI_REQUEST_MOUSE;
}

/* Actions that ask something of the terminal's owner; UI_REQUEST_NONE for all others. */
static UiRequest act_on_screen(LabControl *control, UiAction action)
{
    ViewState *view = control->view;
    if (action == UI_ACTION_QUIT) {
        return ask_to_quit(control);
    }
    if (action == UI_ACTION_INTERRUPT) {
        return interrupt(control);
    }
    if (action == UI_ACTION_FILTER) {
        table_control_prefill(control);
        return UI_REQUEST_PROMPT;
    }
    if (action == UI_ACTION_COMMAND || action == UI_ACTION_KNOB_EXACT) {
        control->prefill[0] = '\0';
        if (action == UI_ACTION_KNOB_EXACT) {
            knob_control_prefill(control);
        }
        return UI_REQUEST_PROMPT;
    }
    if (action == UI_ACTION_THEME) {
        return next_theme(control);
    }
    if (action == UI_ACTION_MOUSE) {
        return set_mouse(control, !view->has_mouse);
    }
    if (action == UI_ACTION_HELP) {
        view->is_help_open = true;
        view->help_scroll = 0;
    } else if (action == UI_ACTION_EXPORT) {
        export_control_ask(control);
    } else if (action == UI_ACTION_GLYPHS) {
        set_glyphs(view, (GlyphLevel)((view->glyphs + 1) % GLYPH_LEVEL_COUNT));
    }
    return action == UI_ACTION_REPAINT   ? UI_REQUEST_REPAINT
           : action == UI_ACTION_SUSPEND ? UI_REQUEST_SUSPEND
                                         : UI_REQUEST_NONE;
}

static UiRequest quit_key(LabControl *control, UiKey key)
{
    if (key == UI_KEY_ESCAPE || key == 'c' || key == 'q' || key == 'n') {
        control->view->is_quit_open = false;
    } else if (key == 's' || key == 'k') {
        control->view->is_quit_open = false;
        lab_control_stop(control);
        if (!control->view->is_leaving) {
            return UI_REQUEST_NONE;
        }
        return key == 's' ? UI_REQUEST_LEAVE_SAVE : UI_REQUEST_LEAVE_DISCARD;
    }
    return UI_REQUEST_NONE;
}

static UiRequest help_key(LabControl *control, UiKey key)
{
    ViewState *view = control->view;
    const UiAction action = key_map_action(view->keys, key);
    int lines = 0;
    if (key == 'j' || key == UI_KEY_DOWN) {
        lines = 1;
    } else if (key == 'k' || key == UI_KEY_UP) {
        lines = -1;
    } else if (key == UI_KEY_PAGE_DOWN || key == ' ') {
        lines = PAGE_LINES;
    } else if (key == UI_KEY_PAGE_UP) {
        lines = -PAGE_LINES;
    } else if (key == UI_KEY_HOME) {
        view->help_scroll = 0;
    } else if (key == UI_KEY_CTRL_C || key == UI_KEY_CTRL_Z) {
        view->is_help_open = false;
        return act_on_screen(control, action);
    } else if (key == UI_KEY_ESCAPE || key == UI_KEY_ENTER || action == UI_ACTION_HELP ||
               action == UI_ACTION_QUIT) {
        view->is_help_open = false;
    }
    view->help_scroll += lines;
    view->help_scroll = view->help_scroll < 0     ? 0
                        : view->help_scroll > 200 ? 200
                                                  : view->help_scroll;
    return UI_REQUEST_NONE;
}

/* Keys that ask something of the race; the page of methods can be read without one. */
static bool is_for_race(const LabControl *control, UiAction action)
{
    static const UiAction ACTIONS[] = {
        UI_ACTION_PAUSE,      UI_ACTION_STEP_ONE, UI_ACTION_STEP_TEN,   UI_ACTION_LANE_REMOVE,
        UI_ACTION_KNOB_DOWN,  UI_ACTION_KNOB_UP,  UI_ACTION_KNOB_TENTH, UI_ACTION_KNOB_TENFOLD,
        UI_ACTION_KNOB_EXACT, UI_ACTION_UNDO,     UI_ACTION_REDO};
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
        if (ACTIONS[i] == action) {
            return true;
        }
    }
    return control->view->page == VIEW_PAGE_METHODS &&
           (action == UI_ACTION_LANE_ADD || action == UI_ACTION_LANE_COPY);
}

/* Says so, and is true, where there is no race to ask. */
static bool is_refused(LabControl *control, bool is_for_the_race)
{
    if (!control->state->is_recorded || !is_for_the_race) {
        return false;
    }
    view_state_say(control->view, ROLE_WARNING, "this is a recorded run: nothing to change in it");
    return true;
}

/* A key that does nothing says so: else one would wait for what it does. */
static void say_unbound(ViewState *view, UiKey key)
{
    char name[KEY_NAMES_BYTES];
    char help[KEY_NAMES_BYTES];
    key_map_key_name(key, name);
    key_map_first_key(view->keys, UI_ACTION_HELP, help);
    if (name[0] != '\0') {
        view_state_say(view, ROLE_DIM, "%s does nothing here%s%s%s", name,
                       help[0] != '\0' ? "; " : "", help, help[0] != '\0' ? " lists the keys" : "");
    }
}

UiRequest lab_control_key(LabControl *control, UiKey key)
{
    ViewState *view = control->view;
    if (view->is_quit_open) {
        return quit_key(control, key);
    }
    if (view->is_help_open) {
        return help_key(control, key);
    }
    view->message[0] = '\0';
    if (view->is_removal_open) {
        lane_control_answer(control, key);
        return UI_REQUEST_NONE;
    }
    if (control->is_export_open) {
        return export_control_answer(control, key);
    }
    if (chart_control_cursor_key(control, key)) {
        return UI_REQUEST_NONE;
    }
    const UiAction action = key_map_action(view->keys, key);
    if (action == UI_ACTION_NONE) {
        say_unbound(view, key);
        return UI_REQUEST_NONE;
    }
    if (is_refused(control, is_for_race(control, action))) {
        return UI_REQUEST_NONE;
    }
    act_on_race(control, action);
    act_on_knobs(control, action);
    act_on_charts(control, action);
    chart_control_act(control, action);
    table_control_act(control, action);
    return act_on_screen(control, action);
}

static void execute_view(LabControl *control, const Command *command)
{
    if (command->kind == COMMAND_AXIS) {
        chart_control_set_axis(control, command->axis);
    } else if (command->kind == COMMAND_SMOOTH) {
        set_smoothing(control->view, command->value);
    } else if (command->kind == COMMAND_GLYPHS) {
        set_glyphs(control->view, command->glyphs);
    } else if (command->kind == COMMAND_LOG) {
        chart_control_act(control, UI_ACTION_LOG);
    } else if (command->kind == COMMAND_CHART) {
        show_metric(control, command->metric);
    } else if (command->kind == COMMAND_CONFIG && control->view->page != VIEW_PAGE_CONFIG) {
        toggle_page(control->view, VIEW_PAGE_CONFIG, control->view->chart);
    } else if (command->kind == COMMAND_METHODS && control->view->page != VIEW_PAGE_METHODS) {
        open_methods(control);
    } else if (command->kind == COMMAND_STRIP && control->view->page != VIEW_PAGE_STRIP) {
        toggle_page(control->view, VIEW_PAGE_STRIP, control->view->chart);
    } else if (command->kind == COMMAND_WALL && control->view->page != VIEW_PAGE_WALL) {
        toggle_page(control->view, VIEW_PAGE_WALL, control->view->chart);
    }
}

static void execute_pause(LabControl *control, bool is_pause_wanted)
{
    const bool is_paused = control->state->phase == LAB_PAUSED;
    if (is_pause_wanted != is_paused) {
        toggle_pause(control);
    } else {
        view_state_say(control->view, ROLE_WARNING, "the race %s paused",
                       is_paused ? "is already" : "is not");
    }
}

static void execute_lanes(LabControl *control, const Command *command)
{
    if (command->kind == COMMAND_ADD) {
        lane_control_add(control, &command->request);
    } else if (command->kind == COMMAND_REMOVE) {
        lane_control_remove(control, command->lane);
    } else if (command->kind == COMMAND_PRESET) {
        lane_control_add_preset(control, command->preset);
    }
}

static void execute_steps(LabControl *control, const Command *command)
{
    if (command->kind == COMMAND_STEP) {
        send_steps(control, command->count);
    } else if (command->kind == COMMAND_STEPS) {
        send_max_steps(control, command->count);
    } else if (command->kind == COMMAND_STEPS_MORE) {
        send_max_steps(control, command->count > 100000000
                                    ? UINT64_MAX
                                    : (uint64_t)control->state->max_steps + command->count);
    }
}

static UiRequest execute(LabControl *control, const Command *command)
{
    switch (command->kind) {
    case COMMAND_SET:
        knob_control_set(control, command->lane, command->knob, command->value);
        return UI_REQUEST_NONE;
    case COMMAND_PAUSE:
    case COMMAND_RESUME:
        execute_pause(control, command->kind == COMMAND_PAUSE);
        return UI_REQUEST_NONE;
    case COMMAND_ADD:
    case COMMAND_REMOVE:
    case COMMAND_PRESET:
        execute_lanes(control, command);
        return UI_REQUEST_NONE;
    case COMMAND_STEP:
    case COMMAND_STEPS:
    case COMMAND_STEPS_MORE:
        execute_steps(control, command);
        return UI_REQUEST_NONE;
    case COMMAND_AXIS:
    case COMMAND_SMOOTH:
    case COMMAND_GLYPHS:
    case COMMAND_LOG:
    case COMMAND_CHART:
    case COMMAND_METHODS:
    case COMMAND_STRIP:
    case COMMAND_WALL:
    case COMMAND_PLOT:
    case COMMAND_DIFF:
    case COMMAND_BASELINE:
    case COMMAND_GRID:
    case COMMAND_LAST:
    case COMMAND_OPEN:
    case COMMAND_CLOSE:
    case COMMAND_SORT:
    case COMMAND_FILTER:
    case COMMAND_PIN:
    case COMMAND_HIDE:
    case COMMAND_CONFIG:
        chart_control_execute(control, command);
        table_control_execute(control, command);
        execute_view(control, command);
        return UI_REQUEST_NONE;
    case COMMAND_THEME:
        snprintf(control->wanted_theme, sizeof control->wanted_theme, "%s", command->text);
        return UI_REQUEST_THEME;
    case COMMAND_MOUSE:
        return set_mouse(control, command->is_on);
    case COMMAND_WRITE:
    case COMMAND_REPLACE:
        control->is_export_replacing = command->kind == COMMAND_REPLACE;
        snprintf(control->export_path, sizeof control->export_path, "%s", command->text);
        return UI_REQUEST_EXPORT;
    case COMMAND_HELP:
        return act_on_screen(control, UI_ACTION_HELP);
    case COMMAND_QUIT:
        return ask_to_quit(control);
    }
    return UI_REQUEST_NONE;
}

UiRequest lab_control_line(LabControl *control, const char *line)
{
    if (line[strspn(line, ": \t")] == '\0') {
        return UI_REQUEST_NONE;
    }
    Command command = {0};
    Problem problem = {0};
    if (is_refused(control, command_is_for_race(line))) {
        return UI_REQUEST_NONE;
    }
    if (command_parse(line, control->state, control->view->lane, &command, &problem) != STATUS_OK) {
        view_state_say(control->view, ROLE_ERROR, "%s", problem.text);
        return UI_REQUEST_NONE;
    }
    return execute(control, &command);
}
