/* tui/line_plot.h -- one chart drawn into a rectangle of cells. */
#ifndef TUI_LINE_PLOT_H
#define TUI_LINE_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/cell_grid.h"
#include "tui/dot_canvas.h"
#include "tui/series.h"

typedef enum PlotScale { PLOT_SCALE_LINEAR, PLOT_SCALE_LOG } PlotScale;

enum { PLOT_LINES_MAX = 24, PLOT_RULES_MAX = 64 };

/* One lane's line. All pointers are borrowed for the call. */
typedef struct PlotLine {
    const Series *series;
    const char *label;  /* the lane's name */
    char mark;          /* the lane's letter mark, so that lines are told apart without colour */
    Role role;          /* of the line */
    Role raw_role;      /* of the dim raw points behind a smoothed line */
    bool is_emphasised; /* the focused lane: drawn last, on top */
} PlotLine;

/* A vertical rule: something changed at this x (one number per axis). */
typedef struct PlotRule {
    double x[SERIES_AXIS_COUNT];
    int number; /* shown at its head, 1.. */
} PlotRule;

typedef struct LinePlot {
    const char *title;
    const char *note; /* right of the title, dim: unit, "log y"; may be "" */
    PlotLine lines[PLOT_LINES_MAX];
    size_t line_count;
    PlotRule rules[PLOT_RULES_MAX];
    size_t rule_count;
    SeriesAxis axis;
    PlotScale y_scale;
    /* expected end of the x axis (max_steps, say); 0 = unknown: next power of two of the data */
    double x_end;
    double smoothing; /* weight of the causal mean, 0 = raw only */
    GlyphLevel glyphs;
    bool has_focus;      /* frame drawn in ROLE_FRAME_FOCUS */
    bool is_frame_ascii; /* frame of + - | instead of box characters */
} LinePlot;

/* Draw frame, title, axes with nice ticks, rules, raw points, lines with marks and end labels (label and last value).
 * The x range is append-only: fixed until the data reach its end, then doubled. Values that cannot be drawn (NaN, infinite, <= 0 on a log
 * scale) are gaps, counted in the frame ("2 pts not finite", "3 pts <= 0"). Without data it says "waiting for the first value".
 * Any rectangle down to 1x1 draws something. Pure: the same plot gives the same cells. */
void line_plot_draw(const LinePlot *plot, CellGrid *grid, CellRect rect);

#endif
