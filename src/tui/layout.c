#include "tui/layout.h"

enum {
    FRAME_ROWS = 2,
    TABLE_HEAD_ROWS = 1,
    STRIPS_WIDE_COLUMNS = 96,
    KNOB_LINES = 3, /* on a small screen */
    KNOB_PANE_ROWS = FRAME_ROWS + 8,
    KNOB_PANE_LARGE_ROWS = FRAME_ROWS + 14,
    GRID_CHART_ROWS_MIN = 5,
    GRID_CHART_COLUMNS_MIN = 18
};

static int at_least(int value, int minimum)
{
    return value > minimum ? value : minimum;
}

static int at_most(int value, int maximum)
{
    return value < maximum ? value : maximum;
}

static ScreenSize size_for(int rows, int columns)
{
    if (rows < LAYOUT_ROWS_MIN || columns < LAYOUT_COLUMNS_MIN) {
        return SCREEN_TOO_SMALL;
    }
    if (rows >= 50 && columns >= 160) {
        return SCREEN_LARGE;
    }
    if (rows >= 30 && columns >= 100) {
        return SCREEN_MEDIUM;
    }
    return rows >= 22 && columns >= 80 ? SCREEN_SMALL : SCREEN_TINY;
}

/* Split `area` into `count` parts side by side and hand back part `index`; the last ones get what is left over. */
static CellRect part_of(CellRect area, int count, int index)
{
    const int first = area.columns * index / count;
    const int end = area.columns * (index + 1) / count;
    return (CellRect){area.row, area.column + first, area.rows, end - first};
}

static void place_small(Layout *layout, CellRect body, size_t focus, size_t lane_count)
{
    const int knob_rows = at_most(KNOB_LINES + (body.rows >= 30), body.rows);
    layout->knobs =
        (CellRect){body.row + body.rows - knob_rows, body.column, knob_rows, body.columns};
    int chart_rows = body.rows - knob_rows;
    const int table_rows = FRAME_ROWS + TABLE_HEAD_ROWS + (int)lane_count;
    if (chart_rows - table_rows >= 20) {
        chart_rows -= table_rows;
        layout->table = (CellRect){body.row + chart_rows, body.column, table_rows, body.columns};
    }
    const int strip_rows = at_least(chart_rows / 3, 5);
    const int big_rows = chart_rows - strip_rows;
    layout->charts[focus] = (CellRect){body.row, body.column, big_rows, body.columns};
    const CellRect strips = {body.row + big_rows, body.column, strip_rows, body.columns};
    const int strip_count = body.columns >= STRIPS_WIDE_COLUMNS ? 3 : 2;
    for (int i = 0; i < strip_count; i++) {
        layout->charts[(focus + 1 + (size_t)i) % CHART_COUNT] = part_of(strips, strip_count, i);
    }
}

static void place_tiny(Layout *layout, CellRect body, size_t focus)
{
    layout->charts[focus] = (CellRect){body.row, body.column, body.rows - 1, body.columns};
    layout->knobs = (CellRect){body.row + body.rows - 1, body.column, 1, body.columns};
}

/* Left column: table, knobs, events, from above; events get what is left and give way first. */
static void place_column(Layout *layout, CellRect column, size_t lane_count)
{
    const int lanes = (int)lane_count;
    const int events_rows_min = 4;
    const int knob_rows = column.rows >= 46 ? KNOB_PANE_LARGE_ROWS : KNOB_PANE_ROWS;
    const int above = column.rows - events_rows_min - knob_rows;
    int table_rows = FRAME_ROWS + TABLE_HEAD_ROWS + 2 * lanes;
    if (table_rows > above) {
        table_rows = at_most(FRAME_ROWS + TABLE_HEAD_ROWS + lanes, above);
    }
    layout->table = (CellRect){column.row, column.column, table_rows, column.columns};
    layout->knobs = (CellRect){column.row + table_rows, column.column, knob_rows, column.columns};
    const int used = table_rows + knob_rows;
    layout->events =
        (CellRect){column.row + used, column.column, column.rows - used, column.columns};
}

static void place_four(Layout *layout, CellRect area)
{
    const int top_rows = area.rows - area.rows / 2;
    for (size_t chart = 0; chart < CHART_COUNT; chart++) {
        const bool is_top = chart < 2;
        const CellRect row = {is_top ? area.row : area.row + top_rows, area.column,
                              is_top ? top_rows : area.rows - top_rows, area.columns};
        layout->charts[chart] = part_of(row, 2, (int)(chart % 2));
    }
}

static void place_wide(Layout *layout, CellRect body, size_t lane_count)
{
    const bool is_large = layout->size == SCREEN_LARGE;
    const int left = is_large ? 48 : at_most(at_least(body.columns / 3, 38), 48);
    const int right = is_large ? 44 : 0;
    place_column(layout, (CellRect){body.row, body.column, body.rows, left}, lane_count);
    place_four(layout,
               (CellRect){body.row, body.column + left, body.rows, body.columns - left - right});
    if (is_large) {
        layout->details =
            (CellRect){body.row, body.column + body.columns - right, body.rows, right};
    }
}

static void place_page(Layout *layout, CellRect body, ViewPage page, size_t focus)
{
    switch (page) {
    case VIEW_PAGE_LAB:
        break;
    case VIEW_PAGE_CHART:
        place_tiny(layout, body, focus);
        break;
    case VIEW_PAGE_TABLE:
        layout->table = body;
        break;
    case VIEW_PAGE_EVENTS:
        layout->events = body;
        break;
    case VIEW_PAGE_METHODS:
        layout->methods = body;
        break;
    case VIEW_PAGE_FINALS:
        layout->finals = body;
        break;
    case VIEW_PAGE_STRIP:
        layout->strip = body;
        break;
    case VIEW_PAGE_WALL:
        layout->wall = body;
        break;
    case VIEW_PAGE_CONFIG:
        layout->config = body;
        break;
    case VIEW_PAGE_GRID: /* its own call knows the grid's size */
    case VIEW_PAGE_COUNT:
        break;
    }
}

Layout layout_for(int rows, int columns, ViewPage page, size_t focus, size_t lane_count)
{
    Layout layout = {.size = size_for(rows, columns)};
    if (layout.size == SCREEN_TOO_SMALL) {
        return layout;
    }
    layout.status = (CellRect){0, 0, 1, columns};
    layout.words = (CellRect){rows - 3, 0, 1, columns};
    layout.message = (CellRect){rows - 2, 0, 1, columns};
    layout.hint = (CellRect){rows - 1, 0, 1, columns};
    const CellRect body = {1, 0, rows - 4, columns};
    if (page != VIEW_PAGE_LAB) {
        place_page(&layout, body, page, focus);
    } else if (layout.size == SCREEN_TINY) {
        place_tiny(&layout, body, focus);
    } else if (layout.size == SCREEN_SMALL) {
        place_small(&layout, body, focus, lane_count);
    } else {
        place_wide(&layout, body, lane_count);
    }
    return layout;
}

int layout_place_grid(Layout *layout, int grid_rows, int grid_columns, size_t focus)
{
    const CellRect body = {layout->status.row + 1, 0, layout->words.row - layout->status.row - 1,
                           layout->status.columns};
    const int rows = at_least(at_most(grid_rows, body.rows / GRID_CHART_ROWS_MIN), 1);
    const int columns = at_least(at_most(grid_columns, body.columns / GRID_CHART_COLUMNS_MIN), 1);
    const int count = rows * columns;
    const size_t first = focus / (size_t)count * (size_t)count;
    int placed = 0;
    for (int i = 0; i < count && first + (size_t)i < VIEW_CHARTS_MAX; i++) {
        const int top = body.rows * (i / columns) / rows;
        const int bottom = body.rows * (i / columns + 1) / rows;
        const CellRect row = {body.row + top, body.column, bottom - top, body.columns};
        layout->charts[first + (size_t)i] = part_of(row, columns, i % columns);
        placed++;
    }
    return placed;
}
