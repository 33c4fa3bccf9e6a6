/* tui/chart_export.h -- a chart of the screen as a picture for files. */
#ifndef TUI_CHART_EXPORT_H
#define TUI_CHART_EXPORT_H

#include <stddef.h>

#include "base/status.h"
#include "records/chart_figure.h"
#include "tui/lab_state.h"
#include "tui/theme.h"
#include "tui/view_state.h"

/* Chart `chart` < CHART_COUNT as state and view have it: every point the screen has (the data outside the axes too), smoothed as there, the
 * axes' ranges and ticks those of the chart at full size, lanes in the theme's colours on a background they stand out from. Lanes without a
 * point are left out. Of several seeds the lines are means, with their bands.
 * picture  {0} before; the caller calls chart_figure_clear, also after a failure. STATUS_OUT_OF_MEMORY. Pure. */
Status chart_export(const LabState *state, const ViewState *view, size_t chart, const Theme *theme,
                    ChartFigure *picture);

/* The same in two parts, for callers with points of their own (a recorded run): everything that the data do not decide, with one empty series
 * for each lane of the state ... */
void chart_export_begin(const LabState *state, const ViewState *view, size_t chart,
                        const Theme *theme, ChartFigure *picture);
/* Append the points of a curve; band NULL: low and high are the values themselves. STATUS_OUT_OF_MEMORY. */
Status chart_export_points(const Series *from, const SeedBand *band, ChartSeries *series);
/* ... and, once the series have their points (`smoothed` is filled in here): smoothing, axes and notes. */
void chart_export_finish(const LabState *state, const ViewState *view, size_t chart,
                         ChartFigure *picture);

#endif
