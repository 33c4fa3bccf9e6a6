/* tui/line_plot.h -- one chart drawn into a rectangle of cells. */
#ifndef TUI_LINE_PLOT_H
#define TUI_LINE_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/axis_ticks.h"
#include "tui/cell_grid.h"
#include "tui/dot_canvas.h"
#include "tui/seed_band.h"
#include "tui/series.h"

enum { PLOT_LINES_MAX = 24, PLOT_RULES_MAX = 64 };

/* One lane's line. All pointers are borrowed for the call. */
typedef struct PlotLine {
    const Series *series;
    const SeedBand
        *band; /* around it, in place of raw points; NULL: none. It has the points of the series */
    const char *label;   /* the lane's name */
    char mark;           /* the lane's letter mark, so that lines are told apart without colour */
    Role role;           /* of the line */
    Role raw_role;       /* of the dim raw points behind a line */
    bool is_emphasised;  /* the focused lane: drawn last, on top */
    bool has_broken_off; /* the lane has diverged: a '!' stands at its end */
    bool is_reference;   /* of another run: a line only, behind all others */
} PlotLine;

/* A vertical rule: something changed at this x (one number per axis). */
typedef struct PlotRule {
    double x[SERIES_AXIS_COUNT];
    int number; /* shown at its head, 1.. */
} PlotRule;

/* Which values the y axis is made for; those left outside are counted in the frame. */
typedef enum PlotRange {
    PLOT_RANGE_LINES, /* all of the lines, and the bulk of raw points behind them: one in a hundred or so may lie outside */
    PLOT_RANGE_ALL,   /* every value */
    PLOT_RANGE_BULK,  /* the bulk of the values: single spikes may leave the picture */
    PLOT_RANGE_COUNT
} PlotRange;

/* The part of the x axis in view; high <= low (or all but no extent): all of it. */
typedef struct PlotWindow {
    double low;
    double high;
} PlotWindow;

/* A vertical line to read values at: of each line the point nearest to x. */
typedef struct PlotCursor {
    bool is_on;
    double x;           /* on the plot's axis */
    bool has_read_out;  /* list raw and smoothed values of all lines */
    size_t picked_line; /* marked in the list; line_count = none */
} PlotCursor;

typedef struct LinePlot {
    const char *title;
    const char *note;    /* right of the title, dim: unit, "log y"; may be "" */
    const char *caption; /* in the lower border, dim; NULL or "" = none */
    const char *empty;   /* why there is no point; NULL or "": none has come yet */
    PlotLine lines[PLOT_LINES_MAX];
    size_t line_count;
    PlotRule rules[PLOT_RULES_MAX];
    size_t rule_count;
    SeriesAxis axis;
    double x_unit; /* labels count in it (steps in an epoch, say); 0 = 1 */
    AxisScale y_scale;
    bool is_x_log; /* points at x <= 0 are left out, and counted in the frame */
    PlotRange range;
    PlotWindow window;
    /* The window moves on with the newest point: the y axis then takes in what has just left it, unless it gains more than a quarter
     * without, so that it expands at once and shrinks rarely. */
    bool is_following;
    /* expected end of the x axis (max_steps, say); 0 = unknown: next power of two of the data */
    double x_end;
    /* first x of the race above zero, where a log x axis begins; 0 = unknown: that of the data */
    double x_start;
    double smoothing; /* weight of the causal mean, 0 = raw only */
    GlyphLevel glyphs;
    PlotCursor cursor;
    bool has_zero_line; /* zero is on the y axis, and drawn: for differences */
    bool has_focus;     /* frame drawn in ROLE_FRAME_FOCUS */
    bool has_legend; /* where names have no room beside the lines, they stand in the lower border */
    bool is_frame_ascii; /* frame of + - | instead of box characters */
} LinePlot;

/* Draw frame, title, axes with nice ticks, rules, raw points, lines with marks and end labels (label and last value).
 * The x range is append-only: fixed until the data reach its end, then doubled. Values that cannot be drawn (NaN, infinite, <= 0 on a log
 * scale) are gaps, counted in the frame ("2 pts not finite, first at 40", "3 pts <= 0"); a line that breaks off at one has a '!' there, at one <= 0 on a log
 * axis a 'v' at the bottom;
 * values off the range are counted there, too ("^ 3 pts > 12.4"). Where many points share a column of dots, a line without smoothing is
 * their mean, before the range from smallest to largest. Without data it says "waiting for the first value".
 * Any rectangle down to 1x1 draws something. The same plot gives the same cells; its cost follows the size of the picture, not the
 * count of points. UI THREAD (see series_reader). */
void line_plot_draw(const LinePlot *plot, CellGrid *grid, CellRect rect);

/* How far along the x axis that the same call would draw column `column` of the screen lies, 0 to 1; false if it lies beside the
 * axis, or there is none. UI THREAD. */
bool line_plot_way_at(const LinePlot *plot, CellRect rect, int column, double *way);

#endif
