/* tui/plot_rules.h -- the vertical rules of a chart, and their numbers. */
#ifndef TUI_PLOT_RULES_H
#define TUI_PLOT_RULES_H

#include "tui/line_plot.h"
#include "tui/plot_axes.h"

/* A line of dots from top to bottom at each rule in view; to be drawn behind the curves. */
void plot_rules_draw(const LinePlot *plot, const PlotAxes *axes);

/* Their numbers at their heads, over everything. Rules in one column share a label ("2,3", "2-5"); where labels would touch, they go one row
 * down, and those that still find no room join the one to their left: every number can be read. */
void plot_rules_draw_numbers(const LinePlot *plot, const PlotAxes *axes);

#endif
