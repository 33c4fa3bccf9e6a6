/* tui/plot_frame.h -- the frame of a chart: title, and what of the data is not in the picture. */
#ifndef TUI_PLOT_FRAME_H
#define TUI_PLOT_FRAME_H

#include <stdbool.h>

#include "tui/line_plot.h"
#include "tui/plot_axes.h"
#include "tui/plot_survey.h"

/* Where the first value that is not finite was met, and in which line. */
typedef struct PlotGapNote {
    bool is_known;
    double x;
    const char *label; /* borrowed */
} PlotGapNote;

/* True if the frame is made of + - |. */
bool plot_frame_is_ascii(const LinePlot *plot);

/* Frame, title and note. At least 3 rows and 8 columns. */
void plot_frame_draw(const LinePlot *plot, CellGrid *grid, CellRect rect);

/* Mark and name of every line in the lower border: "o AdamW  x SAM", the names cut to as many columns as fit, three or more; where not even that
 * fits, of the emphasised line alone. Nothing where a caption stands. */
void plot_frame_draw_legend(const LinePlot *plot, CellGrid *grid, CellRect rect);

/* In the upper border how many values lie above the y axis, in the lower one how many below it, and those that no axis could show.
 * `axes` NULL: nothing could be drawn; `gap` NULL: not looked for. */
void plot_frame_draw_warnings(const LinePlot *plot, const PlotSurvey *survey, const PlotAxes *axes,
                              const PlotGapNote *gap, CellGrid *grid, CellRect rect);

#endif
