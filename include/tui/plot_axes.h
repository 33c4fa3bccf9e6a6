/* tui/plot_axes.h -- values to dots, and the axes around them. */
#ifndef TUI_PLOT_AXES_H
#define TUI_PLOT_AXES_H

#include <stdbool.h>

#include "tui/axis_ticks.h"
#include "tui/dot_canvas.h"

/* The caller fills the first five; `canvas.area` is the inside of the axes. Borrowed: the canvas's grid. */
typedef struct PlotAxes {
    AxisTicks x; /* on a log axis, low > 0 */
    AxisTicks y;
    AxisScale x_scale; /* linear or log */
    AxisScale y_scale;
    DotCanvas canvas;
    /* plot_axes_measure's, as they are needed for every point: */
    double x_start;
    double x_extent;
    double y_top;
    double y_extent;
    int last_column; /* of dots */
    int last_row;
} PlotAxes;

void plot_axes_measure(PlotAxes *axes);

/* The dot column of any x; outside the axis it is the nearest end. */
int plot_axes_dot_column(const PlotAxes *axes, double x);

/* The dot row of a value; false, and *row untouched, if it is NaN or off the scale. */
bool plot_axes_dot_row(const PlotAxes *axes, double value, int *row);

/* The dot row of any value that the scale has a place for, though it may lie outside the range: then of the nearest end. */
int plot_axes_nearest_row(const PlotAxes *axes, double value);

/* How far along the x axis: 0 = low, 1 = high; outside it may lie beyond. Strictly rising. */
double plot_axes_way(const PlotAxes *axes, double x);

/* The cell of the grid that holds a dot. */
int plot_axes_cell_column(const PlotAxes *axes, int dot_column);
int plot_axes_cell_row(const PlotAxes *axes, int dot_row);

/* Draw the y axis into the column left of the area and its labels further left; the x axis into the row below, with labels up to
 * `end_column` (not included). A label that would touch another is left out. */
void plot_axes_draw_y(const PlotAxes *axes, bool is_ascii);
void plot_axes_draw_x(const PlotAxes *axes, bool is_ascii, bool has_corner, int end_column);

#endif
