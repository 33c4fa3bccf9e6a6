/* tui/plot_curve.c -- a column of dots shows the extremes of its points: a million cost no more dots than the chart has, and no spike is
 * lost. */
#include "tui/plot_curve.h"

#include <math.h>

enum {
    MARK_INTERVAL = 12, /* columns */
    DENSE_POINTS = 8    /* a dot column: the line would be a solid band */
};

/* Of a value that is not negative. */
static int round_to_int(double value)
{
    return (int)(value + 0.5);
}

bool plot_curve_is_dense(const PlotSurvey *survey, const PlotAxes *axes)
{
    return survey->most_values / DENSE_POINTS > (size_t)axes->last_column;
}

/* ---- columns ----------------------------------------------------------------------------------------------------------- */

/* Walks over the columns of dots that hold points of a line, from left to right. */
typedef struct ColumnWalk {
    const PlotSheet *sheet;
    const Series *series;
    SeriesReader reader; /* of the values the walker wants */
    size_t from;         /* this column's points: from..end-1 */
    size_t end;
    size_t last; /* behind the last point in view */
    int column;
} ColumnWalk;

static ColumnWalk walk_start(const PlotSheet *sheet, size_t line, double weight)
{
    const PlotStretch stretch = sheet->survey->stretches[line];
    const Series *series = sheet->plot->lines[line].series;
    return (ColumnWalk){.sheet = sheet,
                        .series = series,
                        .reader = series_reader(series, weight),
                        .end = stretch.from,
                        .last = stretch.end};
}

static int column_of(const ColumnWalk *walk, size_t point)
{
    return plot_axes_dot_column(walk->sheet->axes,
                                walk->series->points[point].x[walk->sheet->plot->axis]);
}

/* On to the next column with points; false behind the last one. */
static bool walk_on(ColumnWalk *walk)
{
    if (walk->end >= walk->last) {
        return false;
    }
    /* Leaps as long as the column before was, then doubling: neighbours hold about as many points. */
    size_t leap = walk->end > walk->from ? walk->end - walk->from : 1;
    walk->from = walk->end;
    walk->column = column_of(walk, walk->from);
    size_t inside = walk->from;
    while (walk->last - inside > leap && column_of(walk, inside + leap) <= walk->column) {
        inside += leap;
        leap *= 2;
    }
    size_t outside = walk->last - inside > leap ? inside + leap : walk->last;
    while (outside - inside > 1) {
        const size_t middle = inside + (outside - inside) / 2;
        if (column_of(walk, middle) <= walk->column) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    walk->end = outside;
    return true;
}

/* From row to row of the part of a span that is on the y axis. */
static void paint_span(const PlotSheet *sheet, int column, const ValueSpan *span, DotBrush brush)
{
    const PlotAxes *axes = sheet->axes;
    double low = 0.0;
    double high = 0.0;
    if (plot_survey_drawable(axes->y_scale, span, &low, &high) && high >= axes->y.low &&
        low <= axes->y.high) {
        dot_canvas_bar(&axes->canvas, column, plot_axes_nearest_row(axes, high),
                       plot_axes_nearest_row(axes, low), brush);
    }
}

void plot_curve_draw_behind(const PlotSheet *sheet, size_t line)
{
    const PlotLine *from = &sheet->plot->lines[line];
    const DotBrush brush = {.role = from->raw_role, .mark = '.', .is_loose = true};
    ColumnWalk walk = walk_start(sheet, line, 0.0);
    while (walk_on(&walk)) {
        if (sheet->is_dense) {
            const ValueSpan span = series_reader_span(&walk.reader, walk.from, walk.end);
            paint_span(sheet, walk.column, &span, brush);
            continue;
        }
        for (size_t i = walk.from; i < walk.end; ++i) {
            int row = 0;
            if (plot_axes_dot_row(sheet->axes, walk.series->points[i].value, &row)) {
                dot_canvas_dot(&sheet->axes->canvas, walk.column, row, brush);
            }
        }
    }
}

/* ---- the line ---------------------------------------------------------------------------------------------------------- */

typedef struct Pen {
    const PlotAxes *axes;
    DotBrush brush;
    Dot last;
    bool is_down;   /* `last` and its value are there */
    bool is_inside; /* that value lies on the y axis */
    int next_mark;  /* cell column of the next letter, from the left of the area */
    int mark_interval;
    PlotTrace *trace;
} Pen;

/* Letters on the way from one dot to another. */
static void note_marks(Pen *pen, Dot from, Dot to)
{
    const int across = glyph_level_dots_across(pen->axes->canvas.level);
    while (pen->next_mark * across < from.column) { /* passed in a gap */
        pen->next_mark += pen->mark_interval;
    }
    while (pen->next_mark * across <= to.column && pen->trace->mark_count < PLOT_MARKS_MAX) {
        const int column = pen->next_mark * across;
        const double way = to.column > from.column
                               ? (double)(column - from.column) / (to.column - from.column)
                               : 0.0;
        const int row = round_to_int(from.row + way * (to.row - from.row));
        pen->trace->marks[pen->trace->mark_count++] = (Dot){.column = column, .row = row};
        pen->next_mark += pen->mark_interval;
    }
}

/* To a value that the scale has a place for; what lies outside the range is not drawn, but the line to it is. */
static void pen_to(Pen *pen, int column, double value)
{
    const PlotAxes *axes = pen->axes;
    const bool is_inside = value >= axes->y.low && value <= axes->y.high;
    const Dot to = {.column = column, .row = plot_axes_nearest_row(axes, value)};
    if (is_inside || (pen->is_down && pen->is_inside)) {
        const Dot from = pen->is_down ? pen->last : to;
        dot_canvas_line(&axes->canvas, from, to, pen->brush);
        note_marks(pen, from, to);
        pen->trace->end = to;
        pen->trace->end_value = value;
        pen->trace->has_end = true;
    }
    pen->last = to;
    pen->is_down = true;
    pen->is_inside = is_inside;
}

/* The line stops at a value that is not finite: remember where. */
static void note_gap(const ColumnWalk *walk, Pen *pen)
{
    PlotTrace *trace = pen->trace;
    if (trace->gap_count == 0) {
        size_t i = walk->from;
        while (i + 1 < walk->end && isfinite(walk->series->points[i].value)) {
            ++i;
        }
        trace->first_gap_x = walk->series->points[i].x[walk->sheet->plot->axis];
    }
    if (trace->gap_count < PLOT_GAPS_MAX && (trace->gap_count == 0 || pen->is_down)) {
        const int row = pen->is_down ? pen->last.row : pen->axes->last_row;
        trace->gaps[trace->gap_count++] = (Dot){.column = walk->column, .row = row};
    }
}

static void draw_column(ColumnWalk *walk, const ValueSpan *span, Pen *pen)
{
    const AxisScale scale = pen->axes->y_scale;
    const double first = series_reader_value(&walk->reader, walk->from);
    const double last = series_reader_value(&walk->reader, walk->end - 1);
    if (plot_survey_is_drawable(scale, first)) {
        pen_to(pen, walk->column, first);
    } else {
        pen->is_down = false;
    }
    paint_span(walk->sheet, walk->column, span, pen->brush);
    if (!plot_survey_is_drawable(scale, last)) {
        pen->is_down = false;
    } else if (walk->end - walk->from > 1) {
        pen->is_down = false; /* the bar is there: no line through it */
        pen_to(pen, walk->column, last);
    }
    pen->trace->last_value = last;
}

/* Dense and not smoothed: the mean of the column, as one value. What is told at its end is the last value all the same. */
static void draw_mean(const ColumnWalk *walk, const ValueSpan *span, Pen *pen)
{
    const double last = walk->series->points[walk->end - 1].value;
    if (span->count > 0 && plot_survey_is_drawable(pen->axes->y_scale, span->mean)) {
        pen_to(pen, walk->column, span->mean);
        pen->trace->end_value = isfinite(last) ? last : span->mean;
    } else {
        pen->is_down = false;
    }
    pen->trace->last_value = last;
}

/* Where the line between point `index` and the next one crosses the left (way 0) or right (way 1) edge of the window. */
static void draw_to_edge(ColumnWalk *walk, size_t index, double edge, Pen *pen)
{
    const PlotAxes *axes = pen->axes;
    const SeriesPoint *points = walk->series->points;
    const SeriesAxis axis = walk->sheet->plot->axis;
    const double left = plot_axes_way(axes, points[index].x[axis]);
    const double right = plot_axes_way(axes, points[index + 1].x[axis]);
    const double from = series_reader_value(&walk->reader, index);
    const double to = series_reader_value(&walk->reader, index + 1);
    if (!isfinite(left) || !(right > left) || !plot_survey_is_drawable(axes->y_scale, from) ||
        !plot_survey_is_drawable(axes->y_scale, to)) {
        return;
    }
    const double share = (edge - left) / (right - left);
    const int from_row = plot_axes_nearest_row(axes, from);
    const int to_row = plot_axes_nearest_row(axes, to);
    const Dot dot = {.column = round_to_int(edge * axes->last_column),
                     .row = round_to_int(from_row + share * (to_row - from_row))};
    const Dot start = pen->is_down ? pen->last : dot;
    dot_canvas_line(&axes->canvas, start, dot, pen->brush);
    pen->last = dot;
    pen->is_down = true;
    pen->is_inside = true;
}

static Pen pen_for(const PlotSheet *sheet, size_t index, PlotTrace *trace)
{
    const PlotLine *line = &sheet->plot->lines[index];
    const int lines = (int)sheet->plot->line_count;
    const int interval = MARK_INTERVAL > lines ? MARK_INTERVAL : lines;
    /* Staggered, so that lanes on top of each other show their letters in turn. */
    const int first_mark = (int)index * interval / lines + interval / (2 * lines);
    return (Pen){.axes = sheet->axes,
                 .brush = {.role = line->role, .mark = line->mark},
                 .next_mark = first_mark,
                 .mark_interval = interval,
                 .trace = trace};
}

void plot_curve_draw(const PlotSheet *sheet, size_t line, PlotTrace *trace)
{
    *trace = (PlotTrace){0};
    Pen pen = pen_for(sheet, line, trace);
    ColumnWalk walk = walk_start(sheet, line, sheet->plot->smoothing);
    const PlotStretch stretch = sheet->survey->stretches[line];
    const bool is_mean = sheet->is_dense && sheet->plot->smoothing <= 0.0;
    if (stretch.from > 0 && stretch.from < stretch.end && !is_mean) {
        draw_to_edge(&walk, stretch.from - 1, 0.0, &pen);
    }
    while (walk_on(&walk)) {
        const ValueSpan span = series_reader_span(&walk.reader, walk.from, walk.end);
        if (span.not_finite > 0) {
            note_gap(&walk, &pen);
        }
        if (is_mean) {
            draw_mean(&walk, &span, &pen);
        } else {
            draw_column(&walk, &span, &pen);
        }
    }
    if (stretch.from < stretch.end && stretch.end < walk.series->count && !is_mean) {
        draw_to_edge(&walk, stretch.end - 1, 1.0, &pen);
    }
}
