#include "tui/view_methods.h"

#include <stdio.h>
#include <string.h>

#include "tui/lane_knobs.h"
#include "tui/lane_request.h"
#include "tui/view_frame.h"
#include "tui/wrapped_text.h"

enum {
    LIST_COLUMNS = 28,
    LIST_WIDE_COLUMNS = 54, /* with names */
    WIDE_FROM_COLUMNS = 110,
    ID_COLUMNS = 16,
    COST_COLUMNS = 8,
    LINE_BYTES = 1024,
    KNOB_INDENT = 4,
    FOOT_ROWS = 2
};

/* Writes line after line; those scrolled past or below the frame are only counted. */
typedef struct MethodPen {
    CellGrid *grid;
    CellRect rect;
    int scroll;
    int line;
} MethodPen;

static void pen_line(MethodPen *pen, int indent, Role role, const char *text, size_t bytes)
{
    const int row = pen->line - pen->scroll;
    pen->line++;
    if (row >= 0 && row < pen->rect.rows) {
        cell_grid_printf(pen->grid, pen->rect.row + row, pen->rect.column + indent,
                         pen->rect.columns - indent, role, "%.*s", (int)bytes, text);
    }
}

/* As many lines as the text needs; an empty text is one empty line. */
static void pen_text(MethodPen *pen, int indent, Role role, const char *text)
{
    const int columns = pen->rect.columns - indent > 1 ? pen->rect.columns - indent : 1;
    do {
        const char *next = text;
        const size_t bytes = wrapped_text_line(text, columns, &next);
        pen_line(pen, indent, role, text, bytes);
        text = next;
    } while (*text != '\0');
}

/* Equations hold their parts between ";  ": one line each. */
static void pen_equation(MethodPen *pen, const char *equation)
{
    while (*equation != '\0') {
        const char *end = strstr(equation, ";  ");
        const size_t size = end != NULL ? (size_t)(end - equation) : strlen(equation);
        char part[LINE_BYTES];
        snprintf(part, sizeof part, "%.*s", (int)size, equation);
        pen_text(pen, 2, ROLE_TITLE, part);
        equation += size;
        equation += strspn(equation, "; ");
    }
}

static void pen_cost(MethodPen *pen, const MethodInfo *method)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line,
             "%g forward + %g backward passes a step; one backward is two forward: %g (AdamW: 3)",
             method->forward_passes, method->backward_passes,
             method->forward_passes + 2.0 * method->backward_passes);
    pen_text(pen, 0, ROLE_TEXT, line);
    if (method->state_vectors > 0.0) {
        snprintf(line, sizeof line, "Keeps %g more vector%s of the size of the weights.",
                 method->state_vectors, method->state_vectors > 1.0 ? "s" : "");
        pen_text(pen, 0, ROLE_TEXT, line);
    }
    if (method->is_control) {
        pen_text(pen, 0, ROLE_WARNING,
                 "A control: names the lane whose d it follows (key follow).");
    }
}

static void pen_lanes(MethodPen *pen, const LabState *state, const MethodInfo *method)
{
    char line[LINE_BYTES];
    size_t used = (size_t)snprintf(line, sizeof line, "In this race:");
    const size_t empty = used;
    for (size_t i = 0; i < state->lane_count && used < sizeof line; i++) {
        if (lab_state_has_lane(state, i) && state->lanes[i].info == method) {
            used += (size_t)snprintf(line + used, sizeof line - used, "  %c %s", chart_lane_mark(i),
                                     state->lanes[i].name);
        }
    }
    if (used > empty) {
        pen_text(pen, 0, ROLE_TEXT, line);
    }
}

static void pen_knob(MethodPen *pen, KnobId id, const MethodKnob *own)
{
    const KnobInfo *info = knob_info(id);
    const double maximum = own != NULL && own->maximum > 0.0 ? own->maximum : info->maximum;
    char value[64] = "the experiment's";
    char range[256];
    char line[LINE_BYTES];
    if (own != NULL) {
        lane_knobs_value_text(id, own->default_value, 6, value, sizeof value);
    }
    lane_knobs_range_text(id, maximum, range, sizeof range);
    if (info->choices != NULL) {
        snprintf(line, sizeof line, "%s = %s", info->key, value);
        pen_text(pen, 0, ROLE_KNOB, line);
        snprintf(line, sizeof line, "of %s", range);
        pen_text(pen, KNOB_INDENT, ROLE_DIM, line);
    } else {
        snprintf(line, sizeof line, "%s = %s   %s%s%s", info->key, value, range,
                 info->unit[0] != '\0' ? "; unit " : "", info->unit);
        pen_text(pen, 0, ROLE_KNOB, line);
    }
    pen_text(pen, KNOB_INDENT, ROLE_TEXT,
             own != NULL && own->meaning != NULL ? own->meaning : info->meaning);
}

static void pen_method(MethodPen *pen, const LabState *state, const MethodInfo *method)
{
    pen_text(pen, 0, ROLE_TEXT, method->summary != NULL ? method->summary : "");
    pen_equation(pen, method->equation != NULL ? method->equation : "");
    pen_text(pen, 0, ROLE_DIM, method->paper != NULL ? method->paper : "");
    pen_cost(pen, method);
    pen_lanes(pen, state, method);
    pen_text(pen, 0, ROLE_TITLE, "Knobs, with default and range");
    for (size_t i = 0; i < method->knob_count; i++) {
        pen_knob(pen, method->knobs[i].id, &method->knobs[i]);
    }
    for (size_t i = 0; i < METHOD_SHARED_KNOB_COUNT; i++) {
        pen_knob(pen, METHOD_SHARED_KNOBS[i], NULL);
    }
}

/* "a adds it at theta_0, A where SAM stands; it follows TRAM." -- at most two lines at the foot of the page. */
static void foot_text(const LabState *state, const ViewState *view, const MethodInfo *method,
                      char *out, size_t out_bytes)
{
    const size_t leader = lane_request_leader(state, view->lane);
    const bool has_focus = lab_state_has_lane(state, view->lane);
    size_t used = (size_t)snprintf(out, out_bytes, "a adds it at theta_0%s%s",
                                   has_focus ? "; A as a copy of " : "",
                                   has_focus ? state->lanes[view->lane].name : "");
    if (method->is_control && used < out_bytes) {
        snprintf(out + used, out_bytes - used, "; it follows %s",
                 leader < SPEC_LANES_MAX ? state->lanes[leader].name : "a lane with a d: none yet");
    }
}

/* Hands back how many rows it took. */
static int draw_foot(const char *text, CellGrid *grid, CellRect inside)
{
    const int columns = inside.columns > 1 ? inside.columns : 1;
    const char *next = text;
    const size_t first = wrapped_text_line(text, columns, &next);
    const int rows = *next == '\0' ? 1 : FOOT_ROWS;
    if (inside.rows < FOOT_ROWS + 1) {
        return 0;
    }
    const int row = inside.row + inside.rows - rows;
    cell_grid_printf(grid, row, inside.column, columns, ROLE_KEY, "%.*s", (int)first, text);
    if (rows > 1) {
        cell_grid_text(grid, row + 1, inside.column, columns, next, ROLE_KEY);
    }
    return rows;
}

static void draw_row(const MethodInfo *method, bool has_focus, bool has_name, CellGrid *grid,
                     CellRect row)
{
    const Role role = has_focus ? ROLE_KNOB_FOCUS : ROLE_TEXT;
    char cost[32];
    snprintf(cost, sizeof cost, "%g+%g", method->forward_passes, method->backward_passes);
    cell_grid_put(grid, row.row, row.column, has_focus ? '>' : ' ', role);
    cell_grid_text(grid, row.row, row.column + 1, ID_COLUMNS, method->id, role);
    if (has_name) {
        cell_grid_text(grid, row.row, row.column + 1 + ID_COLUMNS,
                       row.columns - 1 - ID_COLUMNS - COST_COLUMNS, method->name, ROLE_DIM);
    }
    cell_grid_text(grid, row.row, row.column + row.columns - COST_COLUMNS + 1, COST_COLUMNS - 1,
                   cost, ROLE_DIM);
}

static void draw_list(const LabState *state, const ViewState *view, size_t focus, CellGrid *grid,
                      CellRect rect)
{
    char title[64];
    snprintf(title, sizeof title, "Methods %zu/%zu, fwd+bwd", focus + 1, state->methods.count);
    const CellRect inside =
        view_frame_draw(grid, rect, title, ROLE_FRAME_FOCUS, view_state_is_ascii(view));
    const size_t rows = inside.rows > 0 ? (size_t)inside.rows : 0;
    const size_t first = focus >= rows ? focus - rows + 1 : 0;
    for (size_t i = 0; i < rows && first + i < state->methods.count; i++) {
        draw_row(&state->methods.methods[first + i], first + i == focus,
                 rect.columns >= LIST_WIDE_COLUMNS, grid,
                 (CellRect){inside.row + (int)i, inside.column, 1, inside.columns});
    }
}

int view_methods_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    if (state->methods.count == 0) {
        (void)view_frame_draw(grid, rect, "Methods: none", ROLE_FRAME, view_state_is_ascii(view));
        return 0;
    }
    const size_t last = state->methods.count - 1;
    const size_t focus = view->method < last ? view->method : last;
    const MethodInfo *method = &state->methods.methods[focus];
    const int left = rect.columns >= WIDE_FROM_COLUMNS ? LIST_WIDE_COLUMNS : LIST_COLUMNS;
    draw_list(state, view, focus, grid, (CellRect){rect.row, rect.column, rect.rows, left});
    const CellRect right = {rect.row, rect.column + left, rect.rows, rect.columns - left};
    /* Drawn once to count its lines, with nowhere to write to. */
    CellRect inside = {right.row + 1, right.column + 2, right.rows - 2, right.columns - 4};
    char foot[LINE_BYTES];
    foot_text(state, view, method, foot, sizeof foot);
    inside.rows -= draw_foot(foot, grid, inside);
    MethodPen counter = {grid, {inside.row, inside.column, 0, inside.columns}, 0, 0};
    pen_method(&counter, state, method);
    const int most = counter.line > inside.rows && inside.rows > 0 ? counter.line - inside.rows : 0;
    const int scroll = view->method_scroll < most ? view->method_scroll : most;
    char title[LINE_BYTES];
    snprintf(title, sizeof title, "%s%s", method->name,
             scroll < most ? "  (PgDn: more)"
             : most > 0    ? "  (PgUp: back)"
                           : "");
    (void)view_frame_draw(grid, right, title, ROLE_FRAME, view_state_is_ascii(view));
    MethodPen pen = {grid, inside, scroll, 0};
    pen_method(&pen, state, method);
    return most;
}
