/* tui/plot_survey.h -- what the data of a chart ask for: the range of either axis, and what must be said of the rest. */
#ifndef TUI_PLOT_SURVEY_H
#define TUI_PLOT_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/line_plot.h"

/* Points from..end-1 of a line are in view. */
typedef struct PlotStretch {
    size_t from;
    size_t end;
} PlotStretch;

typedef struct PlotSurvey {
    double x_low; /* of the x axis; > 0 on a log axis */
    double x_high;
    double low; /* of all that has to be on the y axis; drawable, if drawable > 0 */
    double high;
    size_t drawable; /* values the y axis has a place for */
    size_t not_finite;
    size_t not_positive; /* on a log y axis */
    size_t before_log_x; /* on a log x axis: points at x <= 0 */
    size_t point_count;  /* in view */
    size_t most_values;  /* of one line in view, points given up included */
    PlotStretch stretches[PLOT_LINES_MAX];
} PlotSurvey;

/* A few look-ups a line, however many points it has. */
PlotSurvey plot_survey(const LinePlot *plot);

/* The x axis as it is labelled. */
AxisView plot_survey_axis_view(const LinePlot *plot, const PlotSurvey *survey);

/* The x axis without a window. */
PlotWindow plot_survey_whole(const LinePlot *plot);

/* What the y scale has a place for, as a span of values: false if nothing. */
bool plot_survey_drawable(AxisScale scale, const ValueSpan *span, double *low, double *high);

/* The same for one value. */
bool plot_survey_is_drawable(AxisScale scale, double value);

#endif
