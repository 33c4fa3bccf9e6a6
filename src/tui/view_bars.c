#include "tui/view_bars.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/key_map.h"
#include "tui/lane_order.h"
#include "tui/lane_words.h"
#include "tui/view_charts.h"
#include "tui/wrapped_text.h"

enum {
    LINE_BYTES = SPEC_PATH_BYTES + 512,
    STATUS_WIDE_COLUMNS = 100 /* below that the link goes before what a race does not change */
};

/* A line that is written from left to right. */
typedef struct Pen {
    CellGrid *grid;
    CellRect rect;
    int used;
} Pen;

static void pen_text(Pen *pen, Role role, const char *text)
{
    pen->used += cell_grid_text(pen->grid, pen->rect.row, pen->rect.column + pen->used,
                                pen->rect.columns - pen->used, text, role);
}

/* " | text" if all of it fits. */
static void pen_part(Pen *pen, Role role, const char *text)
{
    if (text[0] == '\0' || pen->used + 3 + text_columns(text) > pen->rect.columns) {
        return;
    }
    pen_text(pen, ROLE_STATUS, " | ");
    pen_text(pen, role, text);
}

static Role phase_role(LabPhase phase)
{
    switch (phase) {
    case LAB_LOADING:
    case LAB_EVALUATING:
    case LAB_RUNNING:
        return ROLE_RUNNING;
    case LAB_PAUSED:
    case LAB_STOPPED:
    case LAB_FINISHED:
        return ROLE_PAUSED;
    case LAB_FAILED:
    case LAB_BROKEN_OFF:
        return ROLE_ERROR;
    case LAB_PHASE_COUNT:
        break;
    }
    return ROLE_STATUS;
}

static void progress_text(const LabState *state, char *out, size_t out_bytes)
{
    char step[32];
    char end[32];
    text_number((double)state->step, 9, step, sizeof step);
    text_number(state->max_steps, 9, end, sizeof end);
    const double share = state->max_steps > 0.0 ? (double)state->step / state->max_steps : 0.0;
    snprintf(out, out_bytes, "step %s/%s %.0f%%", step, end, 100.0 * share);
}

/* "SAM catching up 34/120 (+2)": the first of those that do. */
static void catch_up_text(const LabState *state, char *out, size_t out_bytes)
{
    size_t first = SPEC_LANES_MAX;
    size_t others = 0;
    out[0] = '\0';
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (!lab_state_is_catching_up(state, lane)) {
            continue;
        }
        others += first < SPEC_LANES_MAX ? 1 : 0;
        /* The one that has begun, if others wait for their turn. */
        first = first == SPEC_LANES_MAX || state->lanes[lane].step > state->lanes[first].step
                    ? lane
                    : first;
    }
    if (first == SPEC_LANES_MAX) {
        return;
    }
    const LabLane *lane = &state->lanes[first];
    char more[32] = "";
    if (others > 0) {
        snprintf(more, sizeof more, " (+%zu)", others);
    }
    snprintf(out, out_bytes, "%.20s catching up %u/%u%s", lane->name, lane->step,
             lane->catch_up_step, more);
}

/* The pace jitters in the third digit; two are told, so that the line does not flicker over a slow link. */
static void pace_text(const LabState *state, char *rate, char *eta, size_t out_bytes)
{
    const double left = lab_state_seconds_left(state);
    char number[32];
    rate[0] = '\0';
    eta[0] = '\0';
    if (lab_state_rate(state) > 0.0) {
        text_number(lab_state_rate(state), 2, number, sizeof number);
        snprintf(rate, out_bytes, "%s steps/s", number);
    }
    if (left >= 0.0 && !lab_state_is_over(state)) {
        text_duration(left, number, sizeof number);
        snprintf(eta, out_bytes, "eta %s", number);
    }
}

/* "2 of 3 lanes": a chart must not look whole if it is not. */
static void undrawn_text(const LabState *state, const ViewState *view, char *out, size_t out_bytes)
{
    size_t lanes[SPEC_LANES_MAX];
    const size_t count = lab_state_lanes(state, lanes);
    const size_t undrawn = lane_order_count_undrawn(state, view);
    out[0] = '\0';
    if (undrawn > 0) {
        snprintf(out, out_bytes, "%zu of %zu lanes", count - undrawn, count);
    }
}

/* "6.1 kB/s 84 ms": without the frames a second, where there is little room. */
static void short_link(const char *link, char *out, size_t out_bytes)
{
    const char *end = strstr(link, " ms ");
    end = end != NULL ? end + 3 : link + strlen(link);
    snprintf(out, out_bytes, "%.*s", (int)(end - link), link);
}

void view_bars_status(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    Pen pen = {grid, rect, 0};
    char text[SPEC_PATH_BYTES + 16];
    char rate[64];
    char eta[64];
    cell_grid_fill(grid, rect, ' ', ROLE_STATUS);
    const bool is_wide = rect.columns >= STATUS_WIDE_COLUMNS;
    snprintf(text, sizeof text, "tramlab%s%s", is_wide ? " " : "", is_wide ? view->version : "");
    pen_text(&pen, ROLE_TITLE, text);
    pen_part(&pen, phase_role(state->phase),
             view->is_leaving && !lab_state_is_over(state) ? "STOPPING"
                                                           : lab_state_phase_word(state->phase));
    if (state->phase == LAB_LOADING) {
        pen_part(&pen, ROLE_STATUS, state->phase_text);
    }
    pen_part(&pen, ROLE_STATUS, state->is_recorded ? "recorded" : "");
    progress_text(state, text, sizeof text);
    pen_part(&pen, ROLE_STATUS, text);
    catch_up_text(state, text, sizeof text);
    pen_part(&pen, ROLE_PAUSED, text);
    pace_text(state, rate, eta, sizeof rate);
    pen_part(&pen, ROLE_STATUS, rate);
    pen_part(&pen, ROLE_STATUS, eta);
    if (lab_state_is_over(state)) {
        char quit[KEY_NAMES_BYTES];
        char words[KEY_NAMES_BYTES + 8];
        key_map_first_key(view->keys, UI_ACTION_QUIT, quit);
        snprintf(words, sizeof words, "%s leaves", quit);
        pen_part(&pen, ROLE_KEY, quit[0] != '\0' ? words : "");
    }
    if (state->dropped > 0) {
        snprintf(text, sizeof text, "%llu samples not drawn", (unsigned long long)state->dropped);
        pen_part(&pen, ROLE_WARNING, text);
    }
    /* While nothing runs it would tell of what was. */
    const bool has_link = state->phase == LAB_RUNNING || state->phase == LAB_EVALUATING;
    if (has_link && view->is_link_slow) {
        pen_part(&pen, ROLE_WARNING, view->link);
    }
    undrawn_text(state, view, text, sizeof text);
    pen_part(&pen, ROLE_WARNING, text);
    if (has_link && !view->is_link_slow && !is_wide) {
        short_link(view->link, text, sizeof text);
        pen_part(&pen, ROLE_STATUS, text);
    }
    snprintf(text, sizeof text, "x: %s", view_state_axis_name(view_state_axis(view)));
    pen_part(&pen, ROLE_STATUS, text);
    if (state->seed_count > 0) {
        snprintf(text, sizeof text, "%zu seeds", state->seed_count);
    } else {
        snprintf(text, sizeof text, "seed %.0f", state->spec->seed);
    }
    pen_part(&pen, ROLE_STATUS, text);
    if (has_link && !view->is_link_slow && is_wide) {
        pen_part(&pen, ROLE_STATUS, view->link);
    }
    pen_part(&pen, ROLE_STATUS, state->spec->name);
    pen_part(&pen, ROLE_STATUS, view->run_directory);
}

/* At the spaces, as far as there are rows; the last one says if more would follow. */
static void draw_wrapped(CellGrid *grid, CellRect rect, const char *text, Role role)
{
    for (int row = 0; row < rect.rows && *text != '\0'; row++) {
        char line[LINE_BYTES];
        const char *next = text;
        const size_t bytes = wrapped_text_line(text, rect.columns, &next);
        /* Cut in the middle of a word where no row follows: more of it can be read. */
        snprintf(line, sizeof line, "%.*s", (int)(row + 1 < rect.rows ? bytes : strlen(text)),
                 text);
        cell_grid_sentence(grid, rect.row + row, rect.column, rect.columns, line, role);
        text = next;
    }
}

bool view_bars_has_message(const LabState *state, const ViewState *view)
{
    return view->message[0] != '\0' || view->is_removal_open || state->is_out_of_memory ||
           lab_state_is_over(state);
}

static Role message_words(const LabState *state, const ViewState *view, char *out, size_t out_bytes)
{
    out[0] = '\0';
    if (view->is_removal_open && lab_state_has_lane(state, view->lane)) {
        snprintf(out, out_bytes, "remove %s? y/n   (its record stays in the run)",
                 state->lanes[view->lane].name);
        return ROLE_WARNING;
    }
    if (view->message[0] != '\0') {
        snprintf(out, out_bytes, "%s", view->message);
        return view->message_role;
    }
    if (state->phase == LAB_FAILED) {
        snprintf(out, out_bytes, "%s", state->phase_text);
        return ROLE_ERROR;
    }
    if (state->is_out_of_memory) {
        snprintf(out, out_bytes,
                 "not enough memory for the charts: points are missing (the run file has them)");
        return ROLE_WARNING;
    }
    if (lab_state_is_over(state)) {
        char quit[KEY_NAMES_BYTES];
        key_map_first_key(view->keys, UI_ACTION_QUIT, quit);
        snprintf(out, out_bytes,
                 state->is_recorded
                     ? "A recorded run: look around as long as you like. %s leaves. %s"
                     : "The race is over; look around as long as you like. %s leaves. "
                       "Record: %s",
                 quit, view->run_directory);
    }
    return ROLE_PAUSED;
}

bool view_bars_message_is_long(const LabState *state, const ViewState *view, int columns)
{
    char words[LINE_BYTES];
    const Role role = message_words(state, view, words, sizeof words);
    const bool is_passing = view->message[0] != '\0' || role == ROLE_ERROR;
    return is_passing && text_columns(words) > columns;
}

void view_bars_message(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    char words[LINE_BYTES];
    const Role role = message_words(state, view, words, sizeof words);
    draw_wrapped(grid, rect, words, role);
}

/* As the line of hints has it. */
static void short_key(const ViewState *view, UiAction action, char out[KEY_NAMES_BYTES])
{
    key_map_first_key(view->keys, action, out);
    if (strcmp(out, "Space") == 0) {
        snprintf(out, KEY_NAMES_BYTES, "Spc");
    }
}

/* "[]": both ways of turning a knob in one hint. */
static void knob_keys(const ViewState *view, UiAction down, UiAction up,
                      char out[2 * KEY_NAMES_BYTES])
{
    char first[KEY_NAMES_BYTES];
    char second[KEY_NAMES_BYTES];
    short_key(view, down, first);
    short_key(view, up, second);
    snprintf(out, 2 * KEY_NAMES_BYTES, "%s%s%s", first,
             strlen(first) > 1 && second[0] != '\0' ? " " : "", second);
}

/* An action without a key has no hint. */
static void pen_hint(Pen *pen, const char *key, const char *hint, int reserve)
{
    if (key[0] == '\0') {
        return;
    }
    const int columns = text_columns(key) + 1 + text_columns(hint) + (pen->used > 0 ? 2 : 0);
    if (pen->used + columns + reserve > pen->rect.columns) {
        return;
    }
    pen_text(pen, ROLE_TEXT, pen->used > 0 ? "  " : "");
    pen_text(pen, ROLE_KEY, key);
    pen_text(pen, ROLE_DIM, " ");
    pen_text(pen, ROLE_DIM, hint);
}

static void pen_cursor_hints(Pen *pen)
{
    pen_hint(pen, "h l", "move", 0);
    pen_hint(pen, ", .", "one point", 0);
    pen_hint(pen, "k j", "pick lane", 0);
    pen_hint(pen, "Enter", "focus it", 0);
    pen_hint(pen, "+ -", "zoom", 0);
    pen_hint(pen, "Esc", "leave", 0);
    pen_hint(pen, "Home End", "first, newest", 0);
}

static bool is_hinted(const LabState *state, const KeyBinding *binding)
{
    const bool is_steering =
        binding->group == KEY_GROUP_RUN ||
        (binding->group == KEY_GROUP_KNOBS && binding->action != UI_ACTION_LANE_NEXT);
    return binding->hint[0] != '\0' && binding->action != UI_ACTION_HELP &&
           !(state->is_recorded && is_steering);
}

void view_bars_hint(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    Pen pen = {grid, rect, 0};
    char help[KEY_NAMES_BYTES];
    char quit[KEY_NAMES_BYTES];
    short_key(view, UI_ACTION_HELP, help);
    short_key(view, UI_ACTION_QUIT, quit);
    const int help_and_quit = 2 + text_columns(help) + 5 + 2 + text_columns(quit) + 5;
    size_t count = 0;
    const KeyBinding *bindings = key_map_bindings(&count);
    if (view_charts_has_cursor(view)) {
        pen_cursor_hints(&pen);
        return;
    }
    if (view->page != VIEW_PAGE_LAB) {
        pen_hint(&pen, "Esc", "back", help_and_quit);
    }
    if (state->is_recorded) {
        char finals[KEY_NAMES_BYTES];
        short_key(view, UI_ACTION_FINALS, finals);
        pen_hint(&pen, finals, "finals", help_and_quit);
    }
    for (size_t i = 0; i < count; i++) {
        char keys[2 * KEY_NAMES_BYTES];
        if (!is_hinted(state, &bindings[i])) {
            continue;
        }
        if (bindings[i].action == UI_ACTION_KNOB_UP) {
            knob_keys(view, UI_ACTION_KNOB_DOWN, UI_ACTION_KNOB_UP, keys);
        } else if (bindings[i].action == UI_ACTION_KNOB_TENFOLD) {
            knob_keys(view, UI_ACTION_KNOB_TENTH, UI_ACTION_KNOB_TENFOLD, keys);
        } else {
            short_key(view, bindings[i].action, keys);
        }
        pen_hint(&pen, keys, bindings[i].hint, help_and_quit);
    }
    pen_hint(&pen, help, "help", 0);
    pen_hint(&pen, quit, "quit", 0);
}

/* "o AdamW  x SAM  * TRAM", in rows: the charts of a grid have no room for names. */
static void draw_legend(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    size_t lanes[SPEC_LANES_MAX];
    const size_t count = lab_state_lanes(state, lanes);
    int row = 0;
    int used = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t lane = lanes[i];
        if (!lane_order_draws(state, view, lane)) {
            continue;
        }
        const int columns = 2 + text_columns(state->lanes[lane].name);
        if (used > 0 && used + columns > rect.columns) {
            row++;
            used = 0;
        }
        if (row >= rect.rows) {
            return;
        }
        cell_grid_printf(grid, rect.row + row, rect.column + used, rect.columns - used,
                         (Role)(ROLE_LANE_0 + (int)(lane % ROLE_LANE_COLOURS)), "%c %s",
                         chart_lane_mark(lane), state->lanes[lane].name);
        used += columns + 2;
    }
}

void view_bars_words(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    size_t lanes[SPEC_LANES_MAX];
    const size_t count = lab_state_lanes(state, lanes);
    size_t lane = view->lane;
    if (view->page == VIEW_PAGE_GRID) {
        draw_legend(state, view, grid, rect);
        return;
    }
    for (size_t i = 0; lane >= state->lane_count && i < count; i++) {
        if (state->lanes[lanes[i]].knobs[KNOB_SCALE].is_available) {
            lane = lanes[i];
        }
    }
    if (lane >= state->lane_count && count > 0) {
        lane = lanes[0];
    }
    char words[LANE_WORDS_BYTES];
    if (count > 0) {
        lane_words_limit_sentence(state, lane, words, sizeof words);
        const Role role = (Role)(ROLE_LANE_0 + (int)(lane % ROLE_LANE_COLOURS));
        draw_wrapped(grid, rect, words, role);
    }
}

int view_bars_prompt(CellGrid *grid, CellRect rect, const char *prefix, const char *text,
                     size_t point)
{
    cell_grid_fill(grid, rect, ' ', ROLE_PROMPT);
    const int prefix_columns =
        cell_grid_text(grid, rect.row, rect.column, rect.columns, prefix, ROLE_PROMPT);
    const size_t size = strlen(text);
    const size_t end = point < size ? point : size;
    size_t start = 0;
    int before = 0;
    for (size_t i = 0; i < end;) {
        int32_t code_point = 0;
        i += text_decode(text + i, size - i, &code_point);
        before += code_point < 0 ? 1 : text_code_point_columns(code_point);
    }
    while (start < end && prefix_columns + before >= rect.columns) {
        int32_t code_point = 0;
        start += text_decode(text + start, size - start, &code_point);
        before -= code_point < 0 ? 1 : text_code_point_columns(code_point);
    }
    cell_grid_text(grid, rect.row, rect.column + prefix_columns, rect.columns - prefix_columns,
                   text + start, ROLE_PROMPT);
    return rect.column + prefix_columns + before;
}
