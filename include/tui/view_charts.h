/* tui/view_charts.h -- one chart of all lanes. */
#ifndef TUI_VIEW_CHARTS_H
#define TUI_VIEW_CHARTS_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* Draw chart `chart` < CHART_COUNT with its rules; the focused lane on top. */
void view_charts_draw(const LabState *state, const ViewState *view, size_t chart, CellGrid *grid,
                      CellRect rect);

/* Where the x axis will end, so that it need not grow: known for steps, a guess by proportion for passes, unknown (0) for seconds. */
double view_charts_x_end(const LabState *state, SeriesAxis axis);

#endif
