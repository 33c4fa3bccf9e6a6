/* tui/view_charts.h -- one chart of all lanes. */
#ifndef TUI_VIEW_CHARTS_H
#define TUI_VIEW_CHARTS_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/reference_runs.h"
#include "tui/view_state.h"

enum { CHART_WORDS_BYTES = 256 };

/* A chart as a plot; `plot` points into the rest and into the state. */
typedef struct ChartPicture {
    LinePlot plot;
    /* whose line it is; SPEC_LANES_MAX: of several lanes; beyond: of a reference */
    size_t lanes[PLOT_LINES_MAX];
    char labels[PLOT_LINES_MAX][REFERENCE_LABEL_BYTES]; /* of references */
    const char *name;                                   /* the title without its number */
    char title[CHART_WORDS_BYTES];
    char note[CHART_WORDS_BYTES];
    char caption[CHART_WORDS_BYTES];
} ChartPicture;

/* Chart `chart` < VIEW_CHARTS_MAX with its rules; the focused lane on top; what is computed for it brought up to date. */
void view_charts_picture(const LabState *state, const ViewState *view, size_t chart,
                         ChartPicture *out);

/* has_legend: it says whose the marks are, in its border if there is no room beside the lines. */
void view_charts_draw(const LabState *state, const ViewState *view, size_t chart, bool has_legend,
                      CellGrid *grid, CellRect rect);

/* The cursor is on, and the page has charts. */
bool view_charts_has_cursor(const ViewState *view);

/* With a cursor: what it reads from the focused chart's lines, in one line, the picked lane first. */
void view_charts_draw_readings(const LabState *state, const ViewState *view, CellGrid *grid,
                               CellRect rect);

/* The lane of the differences: view->baseline, or the first one in the race whose method is AdamW, or the first one; SPEC_LANES_MAX without
 * a lane. */
size_t view_charts_baseline(const LabState *state, const ViewState *view);

#endif
