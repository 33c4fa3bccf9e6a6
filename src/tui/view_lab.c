#include "tui/view_lab.h"

#include <limits.h>
#include <stdio.h>

#include "tui/lane_order.h"
#include "tui/layout.h"
#include "tui/view_bars.h"
#include "tui/view_charts.h"
#include "tui/view_config.h"
#include "tui/view_details.h"
#include "tui/view_events.h"
#include "tui/view_finals.h"
#include "tui/view_help.h"
#include "tui/view_knobs.h"
#include "tui/view_methods.h"
#include "tui/view_quit.h"
#include "tui/view_strip.h"
#include "tui/view_table.h"
#include "tui/view_wall.h"
#include "tui/wrapped_text.h"

static void draw_too_small(CellGrid *grid)
{
    char text[80];
    snprintf(text, sizeof text, "%dx%d is the smallest size; this is %dx%d", LAYOUT_COLUMNS_MIN,
             LAYOUT_ROWS_MIN, grid->columns, grid->rows);
    const char *line = text;
    for (int row = (grid->rows - 1) / 2; *line != '\0' && row < grid->rows; row++) {
        const char *next = NULL;
        const size_t bytes = wrapped_text_line(line, grid->columns, &next);
        cell_grid_printf(grid, row, 0, grid->columns, ROLE_WARNING, "%.*s", (int)bytes, line);
        line = next;
    }
}

/* Hands back the largest useful scroll of the page: at most one of its panes scrolls. */
static int draw_panes(const LabState *state, const ViewState *view, const Layout *layout,
                      CellGrid *grid)
{
    int most = 0;
    const size_t focus = view->page == VIEW_PAGE_LAB ? view->chart % CHART_COUNT : view->chart;
    for (size_t chart = 0; chart < VIEW_CHARTS_MAX; chart++) {
        if (layout->charts[chart].rows > 0) {
            /* Where no table tells whose marks they are, one chart does. */
            view_charts_draw(state, view, chart, layout->table.rows == 0 && chart == focus, grid,
                             layout->charts[chart]);
        }
    }
    if (layout->table.rows > 0) {
        view_table_draw(state, view, grid, layout->table);
    }
    if (layout->knobs.rows > 0) {
        view_knobs_draw(state, view, grid, layout->knobs);
    }
    if (layout->events.rows > 0) {
        most = view_events_draw(state, view, grid, layout->events);
    }
    if (layout->methods.rows > 0) {
        most = view_methods_draw(state, view, grid, layout->methods);
    }
    if (layout->finals.rows > 0) {
        view_finals_draw(state, view, grid, layout->finals);
    }
    if (layout->strip.rows > 0) {
        most = view_strip_draw(state, view, grid, layout->strip);
    }
    if (layout->wall.rows > 0) {
        most = view_wall_draw(state, view, grid, layout->wall);
    }
    if (layout->config.rows > 0) {
        most = view_config_draw(state, view, grid, layout->config);
    }
    if (layout->details.rows > 0) {
        view_details_draw(state, view, grid, layout->details);
    }
    return most;
}

/* They lend each other their rows: what was asked for last must be read to its end. */
static void draw_words_and_message(const LabState *state, const ViewState *view,
                                   const Layout *layout, CellGrid *grid)
{
    CellRect words = layout->words;
    CellRect message = layout->message;
    if (view_charts_has_cursor(view)) {
        view_charts_draw_readings(state, view, grid, words);
    } else if (view_bars_message_is_long(state, view, message.columns)) {
        message.row -= words.rows;
        message.rows += words.rows;
    } else {
        words.rows += view_bars_has_message(state, view) ? 0 : message.rows;
        view_bars_words(state, view, grid, words);
    }
    view_bars_message(state, view, grid, message);
}

int view_lab_draw(const LabState *state, const ViewState *view, CellGrid *grid)
{
    cell_grid_clear(grid);
    size_t lanes[SPEC_LANES_MAX];
    Layout layout =
        layout_for(grid->rows, grid->columns, view->page,
                   view->page == VIEW_PAGE_LAB ? view->chart % CHART_COUNT : view->chart,
                   lane_order(state, view, lanes));
    if (layout.size == SCREEN_TOO_SMALL) {
        draw_too_small(grid);
        return INT_MAX; /* what is scrolled past is kept until it can be seen again */
    }
    if (view->page == VIEW_PAGE_GRID) {
        (void)layout_place_grid(&layout, view->grid_rows, view->grid_columns, view->chart);
    }
    int most = 0;
    if (view->is_help_open) {
        most = view_help_draw(view, grid);
    } else {
        most = draw_panes(state, view, &layout, grid);
        view_bars_status(state, view, grid, layout.status);
        draw_words_and_message(state, view, &layout, grid);
        view_bars_hint(state, view, grid, layout.hint);
    }
    if (view->is_quit_open) {
        view_quit_draw(view, grid);
    }
    return most;
}
