/* tui/layout.h -- where everything stands on a screen of any size. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include <stddef.h>

#include "tui/cell_grid.h"
#include "tui/chart.h"
#include "tui/view_state.h"

enum { LAYOUT_ROWS_MIN = 10, LAYOUT_COLUMNS_MIN = 40 };

/* TINY: one chart and one knob line. SMALL: one big chart, strips, knob lines. MEDIUM: lane table, knobs and events beside four charts.
 * LARGE: also every number of the focused lane. */
typedef enum ScreenSize {
    SCREEN_TOO_SMALL,
    SCREEN_TINY,
    SCREEN_SMALL,
    SCREEN_MEDIUM,
    SCREEN_LARGE
} ScreenSize;

/* A rectangle of no rows is not shown. Rectangles never overlap and lie on the screen. */
typedef struct Layout {
    ScreenSize size;
    CellRect status;
    CellRect charts[VIEW_CHARTS_MAX];
    CellRect table;
    CellRect knobs;
    CellRect events;
    CellRect methods;
    CellRect finals;
    CellRect strip;
    CellRect wall;
    CellRect config;
    CellRect details;
    CellRect words;   /* what limits the radius */
    CellRect message; /* answers, and the prompt */
    CellRect hint;    /* keys */
} Layout;

/* Pure. `focus` is the big chart of a small screen (< CHART_COUNT there) and the only one of a page of one chart. */
Layout layout_for(int rows, int columns, ViewPage page, size_t focus, size_t lane_count);

/* Put a grid of charts in the layout of VIEW_PAGE_GRID: those of the grid's size that hold `focus`. Where a chart would have fewer than 18
 * columns or 5 rows, the grid has fewer. Returns how many charts there are. */
int layout_place_grid(Layout *layout, int grid_rows, int grid_columns, size_t focus);

#endif
