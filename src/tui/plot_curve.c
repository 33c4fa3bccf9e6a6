/* tui/plot_curve.c -- a column of dots shows the extremes of its points: a million cost no more dots than the chart has, and no spike is
 * lost. */
#include "tui/plot_curve.h"

#include <math.h>
#include <stdint.h>

enum {
    MARK_INTERVAL = 12, /* columns */
    DENSE_POINTS = 8,   /* a dot column: the line would be a solid band */
    CUTS_A_COLUMN = 3
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

/* Walks over the columns of dots that hold points of a line, from left to right. In a dense chart it cuts between columns at whole blocks
 * of the pyramid, at most a third of a column of dots behind where the cut belongs: then no block has to be read in parts. */
typedef struct ColumnWalk {
    const PlotSheet *sheet;
    const Series *series;
    SeriesReader reader; /* of the values the walker wants */
    size_t from;         /* this column's points: from..end-1 */
    size_t end;
    size_t last;  /* behind the last point in view */
    size_t block; /* points between places to cut at; 1 = anywhere */
    int column;
} ColumnWalk;

/* On a log axis columns differ too much in width. */
static size_t block_for(const PlotSheet *sheet, const Series *series, PlotStretch stretch)
{
    if (!sheet->is_dense || sheet->plot->is_x_log || series->pyramid.count < series->count) {
        return 1;
    }
    const size_t most =
        (stretch.end - stretch.from) / CUTS_A_COLUMN / (size_t)(sheet->axes->last_column + 1);
    size_t block = VALUE_PYRAMID_LEAF;
    while (block * VALUE_PYRAMID_FACTOR <= most) {
        block *= VALUE_PYRAMID_FACTOR;
    }
    return block <= most ? block : 1;
}

static ColumnWalk walk_start(const PlotSheet *sheet, size_t line, double weight)
{
    const PlotStretch stretch = sheet->survey->stretches[line];
    const Series *series = sheet->plot->lines[line].series;
    return (ColumnWalk){.sheet = sheet,
                        .series = series,
                        .reader = series_reader(series, weight),
                        .end = stretch.from,
                        .last = stretch.end,
                        .block = block_for(sheet, series, stretch)};
}

static int column_of(const ColumnWalk *walk, size_t point)
{
    return plot_axes_dot_column(walk->sheet->axes,
                                series_x(walk->series, walk->sheet->plot->axis, point));
}

/* Block `index` starts in this column. */
static bool is_inside(const ColumnWalk *walk, size_t index, size_t block)
{
    return index * block < walk->last && column_of(walk, index * block) <= walk->column;
}

/* The first block of this many points that does not start in the column; looked for around `guess`, for neighbours are about as wide. */
static size_t first_outside(const ColumnWalk *walk, size_t block, size_t guess)
{
    const size_t first = walk->from / block + 1;
    size_t low = guess > first ? guess : first;
    size_t high = low;
    size_t step = 1;
    if (is_inside(walk, low, block)) {
        for (high = low + 1; is_inside(walk, high, block); high += step) {
            low = high;
            step *= 2;
        }
    } else {
        for (; low >= first && !is_inside(walk, low, block);
             low = low - first + 1 > step ? low - step : first - 1) {
            high = low;
            step *= 2;
        }
    }
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (is_inside(walk, middle, block)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

/* On to the next column with points; false behind the last one. */
static bool walk_on(ColumnWalk *walk)
{
    if (walk->end >= walk->last) {
        return false;
    }
    const size_t width = walk->end > walk->from ? walk->end - walk->from : 1;
    walk->from = walk->end;
    walk->column = column_of(walk, walk->from);
    size_t block = walk->block;
    size_t outside = first_outside(walk, block, (walk->from + width) / block);
    if (block > 1 && outside == walk->from / block + 1) { /* a block may hold several columns */
        block = 1;
        outside = first_outside(walk, block, walk->from + 1);
    }
    walk->end = outside * block < walk->last ? outside * block : walk->last;
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

/* Each column's bar, unless the line has a band in its place or is another run's; what the line needs of the column is kept. */
static void draw_bars(const PlotSheet *sheet, size_t line, DotBrush brush)
{
    const PlotLine *from = &sheet->plot->lines[line];
    const bool has_bars = from->band == NULL && !from->is_reference;
    PlotColumns *columns = &sheet->columns[line];
    ColumnWalk walk = walk_start(sheet, line, 0.0);
    columns->count = 0;
    while (columns->count < PLOT_COLUMNS_MAX && walk_on(&walk)) {
        const ValueSpan span = series_reader_span(&walk.reader, walk.from, walk.end);
        if (has_bars) {
            paint_span(sheet, walk.column, &span, brush);
        }
        columns->at[columns->count++] =
            (PlotColumn){.column = walk.column,
                         .has_gap = span.not_finite > 0,
                         .has_low = span.not_positive > 0,
                         .end = walk.end,
                         .mean = span.count > 0 ? span.mean : (double)NAN};
    }
}

/* ---- the band ---------------------------------------------------------------------------------------------------------- */

/* Edges of a band at a column of dots, which may lie outside the chart. */
typedef struct BandEdges {
    bool is_there;
    int column;
    int top;
    int bottom;
    bool is_seen; /* some of it lies on the y axis */
} BandEdges;

/* Every second dot: lines and other bands can be seen through it. */
static void hatch(const PlotAxes *axes, int column, int top, int bottom, DotBrush brush)
{
    for (int row = top + ((top + column) & 1); row <= bottom; row += 2) {
        dot_canvas_dot(&axes->canvas, column, row, brush);
    }
}

static BandEdges edges_of(const PlotAxes *axes, double x, double low, double high)
{
    const double column = plot_axes_way(axes, x) * axes->last_column;
    BandEdges edges = {.is_there = false};
    if (!plot_survey_is_drawable(axes->y_scale, high) || isnan(low) ||
        !(fabs(column) <= INT16_MAX)) {
        return edges;
    }
    edges.is_there = true;
    edges.column = (int)lround(column);
    edges.top = plot_axes_nearest_row(axes, high);
    /* On a log axis a band that reaches 0 goes on to the bottom. */
    edges.bottom = plot_survey_is_drawable(axes->y_scale, low) ? plot_axes_nearest_row(axes, low)
                                                               : axes->last_row;
    edges.is_seen = high >= axes->y.low && low <= axes->y.high;
    return edges;
}

/* Columns between two points, both edges straight. */
static void hatch_between(const PlotAxes *axes, BandEdges from, BandEdges to, DotBrush brush)
{
    const int first = from.column + 1 > 0 ? from.column + 1 : 0;
    const int end = to.column < axes->last_column + 1 ? to.column : axes->last_column + 1;
    for (int column = first; column < end && (from.is_seen || to.is_seen); ++column) {
        const double way = (double)(column - from.column) / (to.column - from.column);
        hatch(axes, column, (int)lround(from.top + way * (to.top - from.top)),
              (int)lround(from.bottom + way * (to.bottom - from.bottom)), brush);
    }
}

/* Point by point, by columns where there are many of them; the points beside those in view lead to the edges. */
static void draw_band(const PlotSheet *sheet, size_t line, DotBrush brush)
{
    const PlotAxes *axes = sheet->axes;
    const SeedBand *band = sheet->plot->lines[line].band;
    SeriesReader low = series_reader(&band->low, sheet->plot->smoothing);
    SeriesReader high = series_reader(&band->high, sheet->plot->smoothing);
    ColumnWalk walk = walk_start(sheet, line, 0.0);
    const PlotStretch stretch = sheet->survey->stretches[line];
    const size_t count = walk.series->count;
    BandEdges before = {.is_there = false};
    for (size_t i = stretch.from > 0 ? stretch.from - 1 : 0; i < count && i <= stretch.end;) {
        const bool is_inside = i >= stretch.from && i < stretch.end;
        const size_t end = is_inside && walk_on(&walk) ? walk.end : i + 1;
        const ValueSpan least = series_reader_span(&low, i, end);
        const ValueSpan most = series_reader_span(&high, i, end);
        const bool is_whole = least.not_finite == 0 && most.not_finite == 0;
        const BandEdges here =
            is_whole
                ? edges_of(axes, series_x(walk.series, sheet->plot->axis, i), least.low, most.high)
                : (BandEdges){.is_there = false};
        if (before.is_there && here.is_there) {
            hatch_between(axes, before, here, brush);
        }
        if (here.is_there && here.is_seen) {
            hatch(axes, here.column, here.top, here.bottom, brush);
        }
        before = here;
        i = end;
    }
}

void plot_curve_draw_behind(const PlotSheet *sheet, size_t line)
{
    const PlotLine *from = &sheet->plot->lines[line];
    const DotBrush brush = {.role = from->raw_role, .mark = '.', .is_loose = true};
    if (sheet->is_dense) {
        draw_bars(sheet, line, brush);
    }
    if (from->band != NULL && !from->is_reference) {
        draw_band(sheet, line, brush);
    }
    if (sheet->is_dense || from->band != NULL || from->is_reference) {
        return;
    }
    ColumnWalk walk = walk_start(sheet, line, 0.0);
    while (walk_on(&walk)) {
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

/* The same at a value that a log axis has no place for; of neighbouring columns in the first. */
static void note_low(const ColumnWalk *walk, Pen *pen)
{
    PlotTrace *trace = pen->trace;
    const int count = trace->low_count;
    if (pen->axes->y_scale == AXIS_SCALE_LOG && count < PLOT_GAPS_MAX &&
        (count == 0 || (pen->is_down && walk->column > trace->lows[count - 1].column + 1))) {
        trace->lows[trace->low_count++] = (Dot){.column = walk->column, .row = pen->axes->last_row};
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

/* The line through the means of the columns. Smoothed values next to each other are so close that their bars touch without being
 * joined. What is told at the end is the last value, not a mean. */
static void draw_dense(const PlotSheet *sheet, size_t line, Pen *pen)
{
    const PlotColumns *columns = &sheet->columns[line];
    ColumnWalk walk = walk_start(sheet, line, sheet->plot->smoothing);
    for (size_t i = 0; i < columns->count; ++i) {
        const PlotColumn *column = &columns->at[i];
        ValueSpan span = {.mean = column->mean};
        walk.column = column->column;
        walk.from = walk.end;
        walk.end = column->end;
        if (column->has_gap) {
            note_gap(&walk, pen);
        }
        if (column->has_low) {
            note_low(&walk, pen);
        }
        if (sheet->plot->smoothing > 0.0) {
            span = series_reader_span(&walk.reader, walk.from, walk.end);
            paint_span(sheet, walk.column, &span, pen->brush);
        }
        if (!isnan(column->mean) && plot_survey_is_drawable(pen->axes->y_scale, span.mean)) {
            pen_to(pen, walk.column, span.mean);
        } else {
            pen->is_down = false;
        }
    }
    if (columns->count > 0) {
        const double last = series_reader_value(&walk.reader, walk.end - 1);
        pen->trace->last_value = last;
        pen->trace->end_value = isfinite(last) ? last : pen->trace->end_value;
    }
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
    if (sheet->is_dense) {
        draw_dense(sheet, line, &pen);
        return;
    }
    ColumnWalk walk = walk_start(sheet, line, sheet->plot->smoothing);
    const PlotStretch stretch = sheet->survey->stretches[line];
    if (stretch.from > 0 && stretch.from < stretch.end) {
        draw_to_edge(&walk, stretch.from - 1, 0.0, &pen);
    }
    while (walk_on(&walk)) {
        const ValueSpan span = series_reader_span(&walk.reader, walk.from, walk.end);
        if (span.not_finite > 0) {
            note_gap(&walk, &pen);
        }
        if (span.not_positive > 0) {
            note_low(&walk, &pen);
        }
        draw_column(&walk, &span, &pen);
    }
    if (stretch.from < stretch.end && stretch.end < walk.series->count) {
        draw_to_edge(&walk, stretch.end - 1, 1.0, &pen);
    }
}
