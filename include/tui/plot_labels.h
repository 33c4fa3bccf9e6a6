/* tui/plot_labels.h -- what stands beside the lines of a chart, and what the cursor reads from them. */
#ifndef TUI_PLOT_LABELS_H
#define TUI_PLOT_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/plot_curve.h"

enum { PLOT_VALUE_COLUMNS = 7, PLOT_NUMBER_BYTES = 32 };

/* Always the same count of digits, so that a value does not change its width at every step: 0.5900, 12.34, 1234, 2.44e-4. */
void plot_labels_number(double value, char out[PLOT_NUMBER_BYTES]);

/* "@" and a place on the x axis as the axis writes it: a clock for seconds, x_unit counted. */
void plot_labels_place(const LinePlot *plot, double x, char out[PLOT_NUMBER_BYTES]);

/* Right of `area`, the inside of the axes. */
typedef struct PlotLabelPlace {
    CellRect area;
    int name_columns; /* 0 = no names */
} PlotLabelPlace;

/* Letter, name and value of each line at the height of its end; of the emphasised one with a '>'. Without room for all the others go
 * first. With a cursor the values are those at it. traces [line_count] */
void plot_labels_draw(const PlotSheet *sheet, const PlotLabelPlace *place, const PlotTrace *traces);

/* What the cursor reads from a line: its point nearest to the cursor. */
typedef struct PlotReading {
    bool is_there; /* there is a cursor, and the line has a point */
    double x;
    double raw;
    double smoothed;
} PlotReading;

PlotReading plot_labels_read(const PlotSheet *sheet, size_t line);

/* The cursor's vertical line; to be drawn behind the curves. */
void plot_labels_draw_cursor(const PlotSheet *sheet);

/* Each line's letter where the cursor reads it. */
void plot_labels_draw_readings(const PlotSheet *sheet);

/* The list of all lines' values at the cursor, on the side of the chart where the cursor is not; where there is no room, nothing. */
void plot_labels_draw_read_out(const PlotSheet *sheet, int name_columns);

#endif
