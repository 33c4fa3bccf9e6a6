/* tui/plot_curve.h -- one line of a chart, column of dots by column of dots. */
#ifndef TUI_PLOT_CURVE_H
#define TUI_PLOT_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/line_plot.h"
#include "tui/plot_axes.h"
#include "tui/plot_survey.h"

enum {
    PLOT_MARKS_MAX = 48,
    PLOT_GAPS_MAX = 32,
    PLOT_COLUMNS_MAX = 1024 /* of dots: 512 cells of braille */
};

/* Where a line's letters go, where it breaks off, and its end. */
typedef struct PlotTrace {
    Dot marks[PLOT_MARKS_MAX];
    int mark_count;
    Dot gaps[PLOT_GAPS_MAX]; /* at each: a value that is not finite */
    int gap_count;
    Dot lows[PLOT_GAPS_MAX]; /* on a log axis, at each: a value <= 0 */
    int low_count;
    double first_gap_x; /* of the first value that is not finite, if gap_count > 0 */
    Dot end;
    bool has_end;
    double end_value;  /* smoothed, at `end` */
    double last_value; /* the same of the last point in view; may be NaN or infinite */
} PlotTrace;

/* Of a dense chart: the columns of dots with points of a line, from left to right. */
typedef struct PlotColumn {
    int column;
    bool has_gap; /* values in it are not finite */
    bool has_low; /* values in it are <= 0 */
    size_t end;   /* behind its last point */
    double mean;  /* NaN without a finite value */
} PlotColumn;

typedef struct PlotColumns {
    PlotColumn at[PLOT_COLUMNS_MAX];
    size_t count;
} PlotColumns;

/* What all lines of a chart are drawn with; borrowed. */
typedef struct PlotSheet {
    const LinePlot *plot;
    const PlotSurvey *survey;
    const PlotAxes *axes;
    PlotColumns *columns; /* [line_count]; filled and read in a dense chart only */
    /* many points a dot column: lines are means or smoothed, before smallest to largest value */
    bool is_dense;
} PlotSheet;

/* The points behind a line: loose dots, or in a dense chart a bar from the smallest to the largest of each column. Of a line with a band
 * the band, hatched; of a reference nothing. In a dense chart this fills the line's columns, which plot_curve_draw reads: call it for every line. */
void plot_curve_draw_behind(const PlotSheet *sheet, size_t line);

/* The line itself, in a dense chart after what is behind it; *trace out. Letters are left to the caller, who paints them last. */
void plot_curve_draw(const PlotSheet *sheet, size_t line, PlotTrace *trace);

/* True if so many points are in view that a column of dots holds several. */
bool plot_curve_is_dense(const PlotSurvey *survey, const PlotAxes *axes);

#endif
