/* tui/line_plot.c -- survey the data, choose the axes, then paint from back to front. */
#include "tui/line_plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/axis_ticks.h"
#include "tui/plot_axes.h"

enum {
    RECT_MAX = 512,     /* rows and columns; no terminal is larger */
    FRAME_ROWS_MIN = 3, /* below these a chart is a few words */
    FRAME_COLUMNS_MIN = 8,
    GUTTER_COLUMNS_MIN = 4,
    INSIDE_COLUMNS_FOR_GUTTER = 16,
    INSIDE_ROWS_FOR_X_AXIS = 3,
    PLOT_COLUMNS_FOR_NAMES = 30, /* the end labels take what the curves can spare */
    PLOT_COLUMNS_FOR_VALUES = 14,
    NAME_COLUMNS_MAX = 14,
    VALUE_COLUMNS = 7,
    VALUE_DIGITS = 4,
    MARK_INTERVAL = 12, /* columns */
    MARKS_MAX = RECT_MAX / MARK_INTERVAL + 2,
    SAMPLES_MAX = 512,   /* raw points looked at for the percentiles, per line */
    RULE_GLYPH = 0x250A, /* dotted */
    RULE_HEAD_ROWS = 3,
    BORDER_TEXT_BYTES = 160,
    NUMBER_BYTES = 32
};

static const double LARGEST = 1e300; /* further out, a point is off any scale */
static const double SMALLEST = 1e-300;

/* What the data ask for. */
typedef struct Survey {
    double low; /* of all that has to be on the y axis */
    double high;
    double x_high;
    size_t drawable;
    size_t not_finite;
    size_t not_positive; /* on a log axis */
    size_t point_count;
} Survey;

/* Where everything goes; area is the inside of the axes. */
typedef struct Layout {
    CellRect area;
    int gutter_columns; /* y labels; 0 = neither labels nor axis */
    bool has_x_axis;
    int name_columns; /* of the end labels */
    bool has_end_labels;
} Layout;

/* Where a line's letters go, and its end. */
typedef struct LineTrace {
    Dot marks[MARKS_MAX];
    int mark_count;
    Dot end;
    bool has_end;
    double last_smoothed;
    double last_value; /* may be NaN or infinite */
} LineTrace;

typedef struct FrameGlyphs {
    int32_t top_left, top_right, bottom_left, bottom_right, horizontal, vertical;
} FrameGlyphs;

static bool is_ascii(const LinePlot *plot)
{
    return plot->is_frame_ascii || plot->glyphs == GLYPH_ASCII;
}

static FrameGlyphs frame_glyphs(const LinePlot *plot)
{
    if (is_ascii(plot)) {
        return (FrameGlyphs){'+', '+', '+', '+', plot->has_focus ? '=' : '-', '|'};
    }
    if (plot->has_focus) { /* heavy lines: focus can be seen without colour */
        return (FrameGlyphs){0x250F, 0x2513, 0x2517, 0x251B, 0x2501, 0x2503};
    }
    return (FrameGlyphs){0x250C, 0x2510, 0x2514, 0x2518, 0x2500, 0x2502};
}

static int clamp_int(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* Of a value that is not negative. */
static int round_to_int(double value)
{
    return (int)(value + 0.5);
}

/* ---- the data -------------------------------------------------------------------------------------------------------- */

static bool is_drawable(PlotScale scale, double value)
{
    return fabs(value) <= LARGEST && (scale == PLOT_SCALE_LINEAR || value >= SMALLEST);
}

static void include_value(Survey *survey, double value)
{
    survey->low = fmin(survey->low, value);
    survey->high = fmax(survey->high, value);
    ++survey->drawable;
}

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The 1st and 99th percentile of the raw values: single spikes may leave the picture (and are counted), the bulk may not. */
static void include_raw_bulk(const LinePlot *plot, const Series *series, Survey *survey)
{
    double samples[SAMPLES_MAX];
    size_t count = 0;
    const size_t stride = (series->count + SAMPLES_MAX - 1) / SAMPLES_MAX;
    for (size_t i = 0; i < series->count; i += stride) {
        if (is_drawable(plot->y_scale, series->points[i].value)) {
            samples[count++] = series->points[i].value;
        }
    }
    if (count > 0) {
        qsort(samples, count, sizeof *samples, compare_doubles);
        const size_t cut = (count - 1) / 100;
        include_value(survey, samples[cut]);
        include_value(survey, samples[count - 1 - cut]);
    }
}

static void survey_line(const LinePlot *plot, const Series *series, Survey *survey)
{
    SeriesMean mean = series_mean_start(plot->smoothing);
    for (size_t i = 0; i < series->count; ++i) {
        const SeriesPoint *point = &series->points[i];
        const double x = point->x[plot->axis];
        const double smoothed = series_mean_next(&mean, point->value);
        if (!isfinite(point->value) || !isfinite(x)) {
            ++survey->not_finite;
            continue;
        }
        survey->x_high = fmax(survey->x_high, x);
        if (plot->y_scale == PLOT_SCALE_LOG && point->value <= 0.0) {
            ++survey->not_positive;
        }
        if (is_drawable(plot->y_scale, smoothed)) {
            include_value(survey, smoothed);
        }
    }
    survey->point_count += series->count;
    if (plot->smoothing > 0.0) {
        include_raw_bulk(plot, series, survey);
    }
}

static Survey survey_lines(const LinePlot *plot)
{
    Survey survey = {.low = INFINITY, .high = -INFINITY};
    for (size_t i = 0; i < plot->line_count; ++i) {
        survey_line(plot, plot->lines[i].series, &survey);
    }
    return survey;
}

/* Append-only: the whole of a run that keeps to its plan, else doubling; a chart that scrolls would cost a full repaint a frame. */
static double x_range_end(const LinePlot *plot, double x_high)
{
    if (plot->x_end > 0.0 && isfinite(plot->x_end) && x_high <= plot->x_end) {
        return plot->x_end;
    }
    double end = 1.0;
    while (end < x_high) {
        end *= 2.0;
    }
    return fmin(end, LARGEST);
}

static AxisTicks y_ticks(const LinePlot *plot, const Survey *survey, int rows)
{
    AxisTicks ticks;
    if (plot->y_scale == PLOT_SCALE_LOG) {
        axis_ticks_log(survey->low, survey->high, rows / 2, &ticks);
    } else {
        axis_ticks_linear(survey->low, survey->high, rows / 2, &ticks);
    }
    return ticks;
}

/* ---- frame ----------------------------------------------------------------------------------------------------------- */

static void draw_frame(const LinePlot *plot, CellGrid *grid, CellRect rect)
{
    const FrameGlyphs glyphs = frame_glyphs(plot);
    const Role role = plot->has_focus ? ROLE_FRAME_FOCUS : ROLE_FRAME;
    const int bottom = rect.row + rect.rows - 1;
    const int right = rect.column + rect.columns - 1;
    for (int column = rect.column + 1; column < right; ++column) {
        cell_grid_put(grid, rect.row, column, glyphs.horizontal, role);
        cell_grid_put(grid, bottom, column, glyphs.horizontal, role);
    }
    for (int row = rect.row + 1; row < bottom; ++row) {
        cell_grid_put(grid, row, rect.column, glyphs.vertical, role);
        cell_grid_put(grid, row, right, glyphs.vertical, role);
    }
    cell_grid_put(grid, rect.row, rect.column, glyphs.top_left, role);
    cell_grid_put(grid, rect.row, right, glyphs.top_right, role);
    cell_grid_put(grid, bottom, rect.column, glyphs.bottom_left, role);
    cell_grid_put(grid, bottom, right, glyphs.bottom_right, role);
}

/* " text " into a border, cut to `columns`; returns the columns used. */
static int draw_border_text(CellGrid *grid, int row, int column, int columns, const char *text,
                            Role role)
{
    if (*text == '\0' || columns < 3) {
        return 0;
    }
    cell_grid_put(grid, row, column, ' ', role);
    const int used = cell_grid_text(grid, row, column + 1, columns - 2, text, role);
    cell_grid_put(grid, row, column + 1 + used, ' ', role);
    return used + 2;
}

static void draw_title(const LinePlot *plot, CellGrid *grid, CellRect rect)
{
    const int room = rect.columns - 4;
    const int used =
        draw_border_text(grid, rect.row, rect.column + 2, room, plot->title, ROLE_TITLE);
    (void)draw_border_text(grid, rect.row, rect.column + 2 + used, room - used, plot->note,
                           ROLE_DIM);
}

/* At the right end of a border, over whatever is there: what is not shown must at least be said. */
static void draw_warning(CellGrid *grid, CellRect rect, int row, const char *long_text,
                         const char *short_text)
{
    const int room = rect.columns - 2;
    const char *text = text_columns(long_text) + 2 <= room * 2 / 3 ? long_text : short_text;
    int columns = text_columns(text) + 2;
    columns = columns > room ? room : columns;
    (void)draw_border_text(grid, row, rect.column + rect.columns - 1 - columns, columns, text,
                           ROLE_WARNING);
}

static void append_text(char text[BORDER_TEXT_BYTES], const char *separator, const char *addition)
{
    const size_t length = strlen(text);
    (void)snprintf(text + length, BORDER_TEXT_BYTES - length, "%s%s", length > 0 ? separator : "",
                   addition);
}

static void append_count(char long_text[BORDER_TEXT_BYTES], char short_text[BORDER_TEXT_BYTES],
                         size_t count, const char *what, const char *short_what)
{
    if (count > 0) {
        char words[NUMBER_BYTES * 2];
        (void)snprintf(words, sizeof words, "%zu %s %s", count, count == 1 ? "pt" : "pts", what);
        append_text(long_text, ", ", words);
        (void)snprintf(words, sizeof words, "%s%zu", short_what, count);
        append_text(short_text, " ", words);
    }
}

/* What the bottom border says of points that no axis could show. */
static void append_gaps(char long_text[BORDER_TEXT_BYTES], char short_text[BORDER_TEXT_BYTES],
                        const Survey *survey)
{
    append_count(long_text, short_text, survey->not_positive, "<= 0", "<=0:");
    append_count(long_text, short_text, survey->not_finite, "not finite", "nan:");
}

static void draw_warnings(const LinePlot *plot, const Survey *survey, const PlotAxes *axes,
                          CellGrid *grid, CellRect rect)
{
    size_t above = 0;
    size_t below = 0;
    for (size_t line = 0; line < plot->line_count; ++line) {
        const Series *series = plot->lines[line].series;
        for (size_t i = 0; i < series->count; ++i) {
            const double value = series->points[i].value;
            above += isfinite(value) && value > axes->y.high;
            below += isfinite(value) && value < axes->y.low &&
                     !(plot->y_scale == PLOT_SCALE_LOG && value <= 0.0);
        }
    }
    char number[NUMBER_BYTES];
    char words[NUMBER_BYTES * 2];
    char long_text[BORDER_TEXT_BYTES] = "";
    char short_text[BORDER_TEXT_BYTES] = "";
    if (above > 0) {
        text_number(axes->y.high, VALUE_DIGITS, number, sizeof number);
        (void)snprintf(long_text, sizeof long_text, "^ %zu %s > %s", above,
                       above == 1 ? "pt" : "pts", number);
        (void)snprintf(short_text, sizeof short_text, "^%zu", above);
        draw_warning(grid, rect, rect.row, long_text, short_text);
    }
    long_text[0] = short_text[0] = '\0';
    if (below > 0) {
        text_number(axes->y.low, VALUE_DIGITS, number, sizeof number);
        (void)snprintf(long_text, sizeof long_text, "v %zu %s < %s", below,
                       below == 1 ? "pt" : "pts", number);
        (void)snprintf(words, sizeof words, "v%zu", below);
        append_text(short_text, " ", words);
    }
    append_gaps(long_text, short_text, survey);
    draw_warning(grid, rect, rect.row + rect.rows - 1, long_text, short_text);
}

/* ---- layout ------------------------------------------------------------------------------------------------------------ */

static int widest_name(const LinePlot *plot)
{
    int widest = 0;
    for (size_t i = 0; i < plot->line_count; ++i) {
        const int columns = text_columns(plot->lines[i].label);
        widest = columns > widest ? columns : widest;
    }
    return widest > NAME_COLUMNS_MAX ? NAME_COLUMNS_MAX : widest;
}

static int widest_label(const AxisTicks *ticks)
{
    int widest = GUTTER_COLUMNS_MIN;
    for (size_t i = 0; i < ticks->count; ++i) {
        const int columns = (int)strlen(ticks->ticks[i].label);
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

/* Sizes depend on names, range and rectangle only, never on the latest values: the curves must not jump sideways. */
static Layout lay_out(const LinePlot *plot, const AxisTicks *y, CellRect frame)
{
    Layout layout = {0};
    CellRect area = {frame.row + 1, frame.column + 1, frame.rows - 2, frame.columns - 2};
    if (area.rows >= INSIDE_ROWS_FOR_X_AXIS) {
        layout.has_x_axis = true;
        --area.rows;
    }
    const int gutter = widest_label(y);
    if (area.columns >= INSIDE_COLUMNS_FOR_GUTTER && area.columns >= 2 * (gutter + 1)) {
        layout.gutter_columns = gutter;
        area.column += gutter + 1;
        area.columns -= gutter + 1;
    }
    const int name_columns = widest_name(plot);
    const int with_values = 3 + VALUE_COLUMNS; /* blank, mark, blank, value */
    const int with_names = with_values + name_columns + 1;
    if (area.columns - with_names >= PLOT_COLUMNS_FOR_NAMES) {
        layout.has_end_labels = true;
        layout.name_columns = name_columns;
        area.columns -= with_names;
    } else if (area.columns - with_values >= PLOT_COLUMNS_FOR_VALUES) {
        layout.has_end_labels = true;
        area.columns -= with_values;
    }
    layout.area = area;
    return layout;
}

/* ---- rules ----------------------------------------------------------------------------------------------------------- */

static int rule_column(const LinePlot *plot, const PlotAxes *axes, size_t rule)
{
    const double x = plot->rules[rule].x[plot->axis];
    if (!(x >= 0.0 && x <= axes->x.high)) {
        return -1;
    }
    return plot_axes_cell_column(axes, plot_axes_dot_column(axes, x));
}

static void draw_rules(const LinePlot *plot, const PlotAxes *axes)
{
    const CellRect area = axes->canvas.area;
    for (size_t i = 0; i < plot->rule_count; ++i) {
        const int column = rule_column(plot, axes, i);
        for (int row = area.row; column >= 0 && row < area.row + area.rows; ++row) {
            cell_grid_put(axes->canvas.grid, row, column, is_ascii(plot) ? ':' : RULE_GLYPH,
                          ROLE_RULE);
        }
    }
}

static bool is_digit_near(const CellGrid *grid, int row, int from, int end)
{
    for (int column = from; column < end; ++column) {
        const Cell cell = cell_grid_at(grid, row, column);
        if (cell.role == ROLE_RULE && cell.glyph >= '0' && cell.glyph <= '9') {
            return true;
        }
    }
    return false;
}

/* Rules close together stack their numbers downwards. */
static void draw_rule_numbers(const LinePlot *plot, const PlotAxes *axes)
{
    const CellRect area = axes->canvas.area;
    const int last_row = area.row + clamp_int(area.rows, 1, RULE_HEAD_ROWS) - 1;
    for (size_t i = 0; i < plot->rule_count; ++i) {
        const int head = rule_column(plot, axes, i);
        if (head < 0) {
            continue;
        }
        char number[NUMBER_BYTES];
        const int columns = snprintf(number, sizeof number, "%d", plot->rules[i].number);
        const int column = clamp_int(head, area.column, area.column + area.columns - columns);
        int row = area.row;
        while (row < last_row &&
               is_digit_near(axes->canvas.grid, row, column - 1, column + columns + 1)) {
            ++row;
        }
        cell_grid_text(axes->canvas.grid, row, column, area.column + area.columns - column, number,
                       ROLE_RULE);
    }
}

/* ---- lines ----------------------------------------------------------------------------------------------------------- */

static void draw_raw_points(const LinePlot *plot, const PlotLine *line, const PlotAxes *axes)
{
    const DotBrush brush = {.role = line->raw_role, .mark = '.', .is_loose = true};
    for (size_t i = 0; i < line->series->count; ++i) {
        const SeriesPoint *point = &line->series->points[i];
        int row = 0;
        if (isfinite(point->x[plot->axis]) && plot_axes_dot_row(axes, point->value, &row)) {
            dot_canvas_dot(&axes->canvas, plot_axes_dot_column(axes, point->x[plot->axis]), row,
                           brush);
        }
    }
}

/* Draws a line dot column by dot column: within one, only its extremes are painted, so 100,000 points cost no more dots than the
 * chart has, and no spike is lost. */
typedef struct Pen {
    const PlotAxes *axes;
    DotBrush brush;
    Dot last;
    int low_row; /* of this dot column */
    int high_row;
    bool is_down;
    int next_mark; /* cell column of the next letter, from the left of the area */
    int mark_interval;
    LineTrace *trace;
} Pen;

static void pen_lift(Pen *pen)
{
    if (pen->is_down) {
        const Dot from = {.column = pen->last.column, .row = pen->low_row};
        const Dot to = {.column = pen->last.column, .row = pen->high_row};
        dot_canvas_line(&pen->axes->canvas, from, to, pen->brush);
        pen->is_down = false;
    }
}

/* Letters on the way from one dot to another. */
static void pen_note_marks(Pen *pen, Dot from, Dot to)
{
    const int across = glyph_level_dots_across(pen->axes->canvas.level);
    while (pen->next_mark * across < from.column) { /* passed in a gap */
        pen->next_mark += pen->mark_interval;
    }
    while (pen->next_mark * across <= to.column && pen->trace->mark_count < MARKS_MAX) {
        const int column = pen->next_mark * across;
        const double way = to.column > from.column
                               ? (double)(column - from.column) / (to.column - from.column)
                               : 0.0;
        const int row = round_to_int(from.row + way * (to.row - from.row));
        pen->trace->marks[pen->trace->mark_count++] = (Dot){.column = column, .row = row};
        pen->next_mark += pen->mark_interval;
    }
}

static void pen_move(Pen *pen, Dot to)
{
    if (pen->is_down && pen->last.column == to.column) {
        pen->low_row = to.row < pen->low_row ? to.row : pen->low_row;
        pen->high_row = to.row > pen->high_row ? to.row : pen->high_row;
    } else {
        const Dot from = pen->is_down ? pen->last : to;
        pen_lift(pen);
        dot_canvas_line(&pen->axes->canvas, from, to, pen->brush);
        pen_note_marks(pen, from, to);
        pen->low_row = pen->high_row = to.row;
    }
    pen->last = to;
    pen->is_down = true;
    pen->trace->end = to;
    pen->trace->has_end = true;
}

static void draw_curve(const LinePlot *plot, size_t index, const PlotAxes *axes, LineTrace *trace)
{
    const PlotLine *line = &plot->lines[index];
    const int lines = (int)plot->line_count;
    const int interval = MARK_INTERVAL > lines ? MARK_INTERVAL : lines;
    /* Staggered, so that lanes on top of each other show their letters in turn. */
    const int first_mark = (int)index * interval / lines + interval / (2 * lines);
    Pen pen = {.axes = axes, .trace = trace, .next_mark = first_mark, .mark_interval = interval};
    pen.brush = (DotBrush){.role = line->role, .mark = line->mark};
    SeriesMean mean = series_mean_start(plot->smoothing);
    for (size_t i = 0; i < line->series->count; ++i) {
        const SeriesPoint *point = &line->series->points[i];
        Dot dot = {0};
        const double smoothed = series_mean_next(&mean, point->value);
        if (isfinite(point->x[plot->axis]) && plot_axes_dot_row(axes, smoothed, &dot.row)) {
            dot.column = plot_axes_dot_column(axes, point->x[plot->axis]);
            pen_move(&pen, dot);
            trace->last_smoothed = smoothed;
        } else {
            pen_lift(&pen);
        }
        trace->last_value = smoothed;
    }
    pen_lift(&pen);
}

static void draw_letter(const PlotAxes *axes, Dot dot, const PlotLine *line)
{
    cell_grid_put(axes->canvas.grid, plot_axes_cell_row(axes, dot.row),
                  plot_axes_cell_column(axes, dot.column), line->mark, line->role);
}

static void draw_letters(const PlotLine *line, const PlotAxes *axes, const LineTrace *trace)
{
    for (int i = 0; i < trace->mark_count; ++i) {
        draw_letter(axes, trace->marks[i], line);
    }
    if (trace->has_end) {
        draw_letter(axes, trace->end, line);
    }
}

/* Line numbers from back to front: as given, the emphasised ones last. */
static void order_lines(const LinePlot *plot, size_t order[PLOT_LINES_MAX])
{
    size_t count = 0;
    for (int is_front = 0; is_front <= 1; ++is_front) {
        for (size_t i = 0; i < plot->line_count; ++i) {
            if (plot->lines[i].is_emphasised == (is_front == 1)) {
                order[count++] = i;
            }
        }
    }
}

/* ---- end labels ------------------------------------------------------------------------------------------------------ */

/* 2.44e-04 as 2.44e-4: three columns are a lot in a margin. */
static void drop_exponent_zeros(char *number)
{
    char *exponent = strchr(number, 'e');
    if (exponent == NULL) {
        return;
    }
    char *digits = exponent + 1;
    char *out = digits;
    if (*digits == '-') {
        ++out;
    }
    ++digits; /* printf always writes the sign */
    while (*digits == '0' && digits[1] != '\0') {
        ++digits;
    }
    memmove(out, digits, strlen(digits) + 1);
}

/* Always the same count of digits, so that a value does not change its width at every step: 0.5900, 12.34, 1234, 2.44e-4. */
static void short_number(double value, char out[NUMBER_BYTES])
{
    const double size = fabs(value);
    if (!isfinite(value) || size < SMALLEST) {
        text_number(value, VALUE_DIGITS, out, NUMBER_BYTES);
    } else if (size >= 1e-3 && size < 1e5) {
        int decimals = VALUE_DIGITS - 1 - (int)floor(log10(size));
        decimals = decimals < 0 ? 0 : decimals;
        while (snprintf(out, NUMBER_BYTES, "%.*f", decimals, value) > VALUE_COLUMNS &&
               decimals > 0) {
            --decimals;
        }
    } else {
        for (int decimals = 2; decimals >= 0; --decimals) {
            (void)snprintf(out, NUMBER_BYTES, "%.*e", decimals, value);
            drop_exponent_zeros(out);
            if (strlen(out) <= VALUE_COLUMNS) {
                break;
            }
        }
    }
}

typedef struct EndLabel {
    size_t line;
    int row; /* from the top of the area */
} EndLabel;

/* By the end's dot row, then by value. */
static bool is_below(const LineTrace *a, const LineTrace *b)
{
    return a->end.row != b->end.row ? a->end.row > b->end.row : a->last_smoothed < b->last_smoothed;
}

/* Sorted from top to bottom. */
static size_t collect_labels(const LinePlot *plot, const PlotAxes *axes, const LineTrace *traces,
                             EndLabel *labels)
{
    size_t count = 0;
    for (size_t i = 0; i < plot->line_count; ++i) {
        if (!traces[i].has_end) {
            continue;
        }
        size_t place = count++;
        while (place > 0 && is_below(&traces[labels[place - 1].line], &traces[i])) {
            labels[place] = labels[place - 1];
            --place;
        }
        labels[place] = (EndLabel){
            .line = i, .row = traces[i].end.row / glyph_level_dots_down(axes->canvas.level)};
    }
    return count;
}

/* More labels than rows: the ones not emphasised go first, from the bottom up. */
static size_t drop_labels(const LinePlot *plot, EndLabel *labels, size_t count, size_t rows)
{
    for (size_t i = count; i > 0 && count > rows; --i) {
        if (!plot->lines[labels[i - 1].line].is_emphasised) {
            memmove(&labels[i - 1], &labels[i], (count - i) * sizeof *labels);
            --count;
        }
    }
    return count < rows ? count : rows;
}

/* Push apart: down from the top, then up from the bottom. */
static void nudge_labels(EndLabel *labels, size_t count, int rows)
{
    for (size_t i = 1; i < count; ++i) {
        const int free_row = labels[i - 1].row + 1;
        labels[i].row = labels[i].row < free_row ? free_row : labels[i].row;
    }
    int free_row = rows - 1;
    for (size_t i = count; i > 0; --i) {
        labels[i - 1].row = labels[i - 1].row > free_row ? free_row : labels[i - 1].row;
        free_row = labels[i - 1].row - 1;
    }
}

static void draw_end_labels(const LinePlot *plot, const PlotAxes *axes, const Layout *layout,
                            const LineTrace *traces)
{
    EndLabel labels[PLOT_LINES_MAX];
    size_t count = collect_labels(plot, axes, traces, labels);
    count = drop_labels(plot, labels, count, (size_t)layout->area.rows);
    nudge_labels(labels, count, layout->area.rows);
    CellGrid *grid = axes->canvas.grid;
    for (size_t i = 0; i < count; ++i) {
        const PlotLine *line = &plot->lines[labels[i].line];
        const LineTrace *trace = &traces[labels[i].line];
        const int row = layout->area.row + labels[i].row;
        int column = layout->area.column + layout->area.columns + 1;
        if (line->is_emphasised) {
            cell_grid_put(grid, row, column - 1, '>',
                          line->role); /* focus must not rest on colour */
        }
        cell_grid_put(grid, row, column, line->mark, line->role);
        column += 2;
        if (layout->name_columns > 0) {
            cell_grid_text(grid, row, column, layout->name_columns, line->label, line->role);
            column += layout->name_columns + 1;
        }
        char number[NUMBER_BYTES];
        short_number(isfinite(trace->last_value) ? trace->last_smoothed : trace->last_value,
                     number);
        cell_grid_text(grid, row, column, VALUE_COLUMNS, number, line->role);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

static void draw_lines(const LinePlot *plot, const PlotAxes *axes, const Layout *layout)
{
    LineTrace traces[PLOT_LINES_MAX] = {0};
    size_t order[PLOT_LINES_MAX] = {0};
    order_lines(plot, order);
    draw_rules(plot, axes);
    for (size_t i = 0; plot->smoothing > 0.0 && i < plot->line_count; ++i) {
        draw_raw_points(plot, &plot->lines[order[i]], axes);
    }
    draw_rule_numbers(plot, axes);
    for (size_t i = 0; i < plot->line_count; ++i) {
        draw_curve(plot, order[i], axes, &traces[order[i]]);
    }
    for (size_t i = 0; i < plot->line_count; ++i) {
        draw_letters(&plot->lines[order[i]], axes, &traces[order[i]]);
    }
    if (layout->has_end_labels) {
        draw_end_labels(plot, axes, layout, traces);
    }
}

static void draw_nothing_yet(const Survey *survey, CellGrid *grid, CellRect rect)
{
    const char *words = "waiting for the first value";
    if (survey->not_positive > 0) {
        words = "no value > 0 to show on a log axis";
    } else if (survey->point_count > 0) {
        words = "no finite value to show";
    }
    const int room = rect.columns - 2;
    const int columns = text_columns(words);
    const int indent = columns < room ? (room - columns) / 2 : 0;
    cell_grid_text(grid, rect.row + rect.rows / 2, rect.column + 1 + indent, room, words, ROLE_DIM);
    char long_text[BORDER_TEXT_BYTES] = "";
    char short_text[BORDER_TEXT_BYTES] = "";
    append_gaps(long_text, short_text, survey);
    draw_warning(grid, rect, rect.row + rect.rows - 1, long_text, short_text);
}

/* Too small for a frame: the title, and per line its letter and value, as far as there is room. */
static void draw_words(const LinePlot *plot, CellGrid *grid, CellRect rect)
{
    const char *title = *plot->title != '\0' ? plot->title : ".";
    int row = rect.row;
    int used = cell_grid_text(grid, row, rect.column, rect.columns, title, ROLE_TITLE);
    for (size_t i = 0; i < plot->line_count; ++i) {
        const PlotLine *line = &plot->lines[i];
        if (line->series->count == 0) {
            continue;
        }
        SeriesMean mean = series_mean_start(plot->smoothing);
        double last = 0.0;
        for (size_t k = 0; k < line->series->count; ++k) {
            last = series_mean_next(&mean, line->series->points[k].value);
        }
        if (row + 1 < rect.row + rect.rows) {
            ++row;
            used = 0;
        } else {
            ++used; /* the last row takes what is left over */
        }
        char number[NUMBER_BYTES];
        short_number(last, number);
        used += cell_grid_printf(grid, row, rect.column + used, rect.columns - used, line->role,
                                 "%c %s", line->mark, number);
    }
}

void line_plot_draw(const LinePlot *plot, CellGrid *grid, CellRect rect)
{
    if (rect.rows < 1 || rect.columns < 1) {
        return;
    }
    rect.rows = clamp_int(rect.rows, 1, RECT_MAX);
    rect.columns = clamp_int(rect.columns, 1, RECT_MAX);
    cell_grid_fill(grid, rect, ' ', ROLE_TEXT);
    if (rect.rows < FRAME_ROWS_MIN || rect.columns < FRAME_COLUMNS_MIN) {
        draw_words(plot, grid, rect);
        return;
    }
    draw_frame(plot, grid, rect);
    draw_title(plot, grid, rect);
    const Survey survey = survey_lines(plot);
    if (survey.drawable == 0) {
        draw_nothing_yet(&survey, grid, rect);
        return;
    }
    PlotAxes axes = {.is_log = plot->y_scale == PLOT_SCALE_LOG,
                     .y = y_ticks(plot, &survey, rect.rows - 2)};
    const Layout layout = lay_out(plot, &axes.y, rect);
    axes.canvas = (DotCanvas){.grid = grid, .area = layout.area, .level = plot->glyphs};
    const AxisLabels labels =
        plot->axis == SERIES_AXIS_SECONDS ? AXIS_LABELS_CLOCK : AXIS_LABELS_COUNT;
    axis_ticks_from_zero(x_range_end(plot, survey.x_high), layout.area.columns / 8, labels,
                         &axes.x);
    plot_axes_measure(&axes);
    draw_lines(plot, &axes, &layout);
    if (layout.gutter_columns > 0) {
        plot_axes_draw_y(&axes, is_ascii(plot));
    }
    if (layout.has_x_axis) {
        plot_axes_draw_x(&axes, is_ascii(plot), layout.gutter_columns > 0,
                         rect.column + rect.columns - 1);
    }
    draw_warnings(plot, &survey, &axes, grid, rect);
}
