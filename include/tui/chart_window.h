/* tui/chart_window.h -- which part of the x axis is in view after a zoom or a pan: pure. */
#ifndef TUI_CHART_WINDOW_H
#define TUI_CHART_WINDOW_H

#include <stdbool.h>

#include "tui/line_plot.h"

/* Everything below: `whole` is the axis without a window, 0 <= low < high; `now` the window, high <= low = whole; on a log axis
 * whole.low > 0 and steps are ratios. A window never leaves the whole; one as wide as the whole is handed back as {0, 0}. */

/* What is in view. */
PlotWindow chart_window_view(PlotWindow now, PlotWindow whole);

/* The x that lies `way` (0 to 1) along what is in view. */
double chart_window_at(PlotWindow now, PlotWindow whole, double way, bool is_log);

/* `factor` times as wide around `centre`, which keeps its place on the screen; not narrower than 1e-6 of the whole. */
PlotWindow chart_window_zoom(PlotWindow now, PlotWindow whole, double centre, double factor,
                             bool is_log);

/* Moved by `share` of its width (negative: to the left), as far as the whole reaches. */
PlotWindow chart_window_pan(PlotWindow now, PlotWindow whole, double share, bool is_log);

/* As wide, where the newest point is: moved by quarters of its width, so that most frames draw on the same axis. On a linear scale also on
 * a log axis. */
PlotWindow chart_window_follow(PlotWindow now, PlotWindow whole, double newest);

/* Moved, if it must be, so that x is in view. */
PlotWindow chart_window_reach(PlotWindow now, PlotWindow whole, double x, bool is_log);

#endif
