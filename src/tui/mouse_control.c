#include "tui/mouse_control.h"

#include <string.h>

#include "tui/chart.h"
#include "tui/chart_control.h"
#include "tui/lane_knobs.h"
#include "tui/lane_order.h"
#include "tui/layout.h"
#include "tui/table_control.h"
#include "tui/view_table.h"

enum {
    MARK_COLUMNS = 4, /* a lane's mark stands this near to the left of its row */
    WHEEL_LINES = 3,  /* of a text, for a notch of the wheel */
    ROW_BYTES = 64,   /* of a row of knobs, as far as symbols stand in it */
    SYMBOL_COLUMNS = 24,
    DRAG_COLUMNS = 2 /* fewer are a hand that shakes */
};

static bool is_within(CellRect rect, const UiMouse *mouse)
{
    return mouse->row >= rect.row && mouse->row < rect.row + rect.rows &&
           mouse->column >= rect.column && mouse->column < rect.column + rect.columns;
}

/* The lane whose mark begins this row of the table; lane count if none does. */
static size_t lane_in_row(const LabState *state, const CellGrid *shown, CellRect table, int row)
{
    for (int column = 0; column < MARK_COLUMNS; column++) {
        const Cell cell = cell_grid_at(shown, row, table.column + column);
        const bool is_mark = (cell.role >= ROLE_LANE_0 && cell.role <= ROLE_LANE_7) ||
                             cell.role == ROLE_ERROR || cell.role == ROLE_DIM;
        const int32_t next = cell_grid_at(shown, row, table.column + column + 1).glyph;
        const bool is_alone = next == ' ' || next == VIEW_TABLE_PINNED || next == VIEW_TABLE_HIDDEN;
        for (size_t lane = 0; is_mark && is_alone && lane < state->lane_count; lane++) {
            if (cell.glyph == chart_lane_mark(lane)) {
                return lane;
            }
        }
    }
    return state->lane_count;
}

/* A recorded lane, with a letter of its own, cannot be chosen. */
static bool is_recorded_row(const CellGrid *shown, CellRect table, int row)
{
    for (int column = 0; column < MARK_COLUMNS; column++) {
        const Cell cell = cell_grid_at(shown, row, table.column + column);
        if (cell.glyph >= 'A' && cell.glyph <= 'Z' && cell.role == ROLE_DIM &&
            cell_grid_at(shown, row, table.column + column + 1).glyph == ' ') {
            return true;
        }
    }
    return false;
}

/* A lane may have a second line. */
static void choose_lane(LabControl *control, const CellGrid *shown, CellRect table, int row)
{
    for (int up = 0; !is_recorded_row(shown, table, row - up) && up < 2 && row - up > table.row;
         up++) {
        const size_t lane = lane_in_row(control->state, shown, table, row - up);
        if (lane < control->state->lane_count) {
            control->view->lane = lane;
            return;
        }
    }
}

/* On the mark itself, not on its second line. */
static void click_mark(LabControl *control, const CellGrid *shown, CellRect table,
                       const UiMouse *mouse)
{
    const size_t lane = lane_in_row(control->state, shown, table, mouse->row);
    if (lane < control->state->lane_count && mouse->column < table.column + MARK_COLUMNS) {
        table_control_hide(control, lane);
    }
}

/* Does `symbol` stand in the row as a word of its own? */
static bool has_symbol(const char *row, const char *symbol)
{
    const size_t size = strlen(symbol);
    for (const char *at = row; (at = strstr(at, symbol)) != NULL; at++) {
        if (at > row && at[-1] == ' ' && at[size] == ' ') {
            return true;
        }
    }
    return false;
}

/* ASCII of a row's left part, all else as '#', a space at the end. */
static void row_text(const CellGrid *shown, CellRect rect, int row, char out[ROW_BYTES])
{
    int columns = rect.columns < SYMBOL_COLUMNS ? rect.columns : SYMBOL_COLUMNS;
    for (int column = 0; column < columns; column++) {
        const int32_t glyph = cell_grid_at(shown, row, rect.column + column).glyph;
        out[column] = '#';
        if (glyph >= ' ' && glyph < 0x7F) {
            out[column] = (char)glyph;
        }
    }
    out[columns] = ' ';
    out[columns + 1] = '\0';
}

/* A knob may have its slider below. */
static void choose_knob(LabControl *control, const CellGrid *shown, CellRect knobs, int row)
{
    const LaneKnobList list =
        lane_knobs_list(control->state, control->view->lane, control->view->knob);
    for (int up = 0; up < 2 && row - up >= knobs.row; up++) {
        char text[ROW_BYTES];
        row_text(shown, knobs, row - up, text);
        for (size_t i = 0; i < list.count; i++) {
            if (has_symbol(text, knob_info(list.ids[i])->symbol)) {
                control->view->knob = list.ids[i];
                return;
            }
        }
    }
}

/* The chart under the mouse; VIEW_CHARTS_MAX if there is none. */
static size_t chart_under(const Layout *layout, const UiMouse *mouse)
{
    for (size_t chart = 0; chart < VIEW_CHARTS_MAX; chart++) {
        if (layout->charts[chart].rows > 0 && is_within(layout->charts[chart], mouse)) {
            return chart;
        }
    }
    return VIEW_CHARTS_MAX;
}

static void press(LabControl *control, const CellGrid *shown, const Layout *layout,
                  const UiMouse *mouse)
{
    const size_t chart = chart_under(layout, mouse);
    control->is_chart_pressed = chart < VIEW_CHARTS_MAX;
    if (control->is_chart_pressed) {
        control->was_chart_focused = control->view->chart == chart;
        control->pressed_column = mouse->column;
        control->view->chart = chart;
    }
    if (is_within(layout->table, mouse)) {
        choose_lane(control, shown, layout->table, mouse->row);
        click_mark(control, shown, layout->table, mouse);
    }
    if (is_within(layout->finals, mouse)) {
        choose_lane(control, shown, layout->finals, mouse->row);
    }
    if (is_within(layout->strip, mouse)) {
        choose_lane(control, shown, layout->strip, mouse->row);
    }
    if (is_within(layout->knobs, mouse)) {
        choose_knob(control, shown, layout->knobs, mouse->row);
    }
}

/* What was pressed is known by now: dragged, or clicked on once more. */
static void release(LabControl *control, const Layout *layout, const UiMouse *mouse)
{
    const size_t chart = chart_under(layout, mouse);
    if (!control->is_chart_pressed || chart != control->view->chart) {
        control->is_chart_pressed = false;
        return;
    }
    control->is_chart_pressed = false;
    const int way = mouse->column - control->pressed_column;
    if (way >= DRAG_COLUMNS || way <= -DRAG_COLUMNS) {
        chart_control_drag(control, layout->charts[chart], control->pressed_column, mouse->column);
    } else if (control->was_chart_focused) {
        chart_control_point(control, layout->charts[chart], mouse->column);
    }
}

/* The keys do the same. */
static void turn_wheel(LabControl *control, const Layout *layout, const UiMouse *mouse)
{
    const bool is_down = mouse->kind == UI_MOUSE_WHEEL_DOWN;
    const ViewPage page = control->view->page;
    const size_t chart = chart_under(layout, mouse);
    const bool is_list =
        control->view->is_help_open || page == VIEW_PAGE_EVENTS || page == VIEW_PAGE_CONFIG;
    if (is_list) {
        for (int line = 0; line < WHEEL_LINES; line++) {
            (void)lab_control_key(control, is_down ? UI_KEY_DOWN : UI_KEY_UP);
        }
    } else if (page == VIEW_PAGE_METHODS || is_within(layout->knobs, mouse)) {
        (void)lab_control_key(control, is_down ? UI_KEY_DOWN : UI_KEY_UP);
    } else if (is_within(layout->strip, mouse) || is_within(layout->wall, mouse)) {
        (void)lab_control_key(control, is_down ? UI_KEY_PAGE_DOWN : UI_KEY_PAGE_UP);
    } else if (is_within(layout->table, mouse)) {
        (void)lab_control_key(control, is_down ? UI_KEY_RIGHT : UI_KEY_LEFT);
    } else if (chart < VIEW_CHARTS_MAX) {
        chart_control_turn_wheel(control, chart, !is_down, layout->charts[chart], mouse->column);
    }
}

void mouse_control_take(LabControl *control, const CellGrid *shown, const UiMouse *mouse)
{
    const ViewState *view = control->view;
    size_t lanes[SPEC_LANES_MAX];
    Layout layout = layout_for(shown->rows, shown->columns, view->page, view->chart,
                               lane_order(control->state, view, lanes));
    if (view->is_quit_open || view->is_removal_open || layout.size == SCREEN_TOO_SMALL) {
        return;
    }
    if (view->page == VIEW_PAGE_GRID) {
        (void)layout_place_grid(&layout, view->grid_rows, view->grid_columns, view->chart);
    }
    if (mouse->kind == UI_MOUSE_PRESS && !view->is_help_open) {
        press(control, shown, &layout, mouse);
    } else if (mouse->kind == UI_MOUSE_RELEASE && !view->is_help_open) {
        release(control, &layout, mouse);
    } else if (mouse->kind == UI_MOUSE_WHEEL_UP || mouse->kind == UI_MOUSE_WHEEL_DOWN) {
        turn_wheel(control, &layout, mouse);
    }
}
