/* tui/layout.h -- where everything stands on a screen of any size. */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include <stddef.h>

#include "tui/cell_grid.h"
#include "tui/chart.h"
#include "tui/view_state.h"

enum { LAYOUT_ROWS_MIN = 16, LAYOUT_COLUMNS_MIN = 60 };

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
    CellRect charts[CHART_COUNT];
    CellRect table;
    CellRect knobs;
    CellRect events;
    CellRect methods;
    CellRect details;
    CellRect words;   /* what limits the radius */
    CellRect message; /* answers, and the prompt */
    CellRect hint;    /* keys */
} Layout;

/* Pure. `focus` < CHART_COUNT is the big chart of a small screen and the only one of a page of one chart. */
Layout layout_for(int rows, int columns, ViewPage page, size_t focus, size_t lane_count);

#endif
