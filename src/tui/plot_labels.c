/* tui/plot_labels.c -- numbers beside the lines, so that nobody has to measure a picture. */
#include "tui/plot_labels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/plot_frame.h"
#include "tui/view_frame.h"

enum { VALUE_DIGITS = 4, STEP_DIGITS = 9, EPOCH_DIGITS = 5 };

static const double SMALLEST = 1e-300;

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

void plot_labels_number(double value, char out[PLOT_NUMBER_BYTES])
{
    const double size = fabs(value);
    if (!isfinite(value) || size < SMALLEST) {
        text_number(value, VALUE_DIGITS, out, PLOT_NUMBER_BYTES);
    } else if (size >= 1e-3 && size < 1e5) {
        int decimals = VALUE_DIGITS - 1 - (int)floor(log10(size));
        decimals = decimals < 0 ? 0 : decimals;
        while (snprintf(out, PLOT_NUMBER_BYTES, "%.*f", decimals, value) > PLOT_VALUE_COLUMNS &&
               decimals > 0) {
            --decimals;
        }
    } else {
        for (int decimals = 2; decimals >= 0; --decimals) {
            (void)snprintf(out, PLOT_NUMBER_BYTES, "%.*e", decimals, value);
            drop_exponent_zeros(out);
            if (strlen(out) <= PLOT_VALUE_COLUMNS) {
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
static bool is_below(const PlotTrace *a, const PlotTrace *b)
{
    return a->end.row != b->end.row ? a->end.row > b->end.row : a->end_value < b->end_value;
}

/* Sorted from top to bottom. */
static size_t collect_labels(const LinePlot *plot, const PlotAxes *axes, const PlotTrace *traces,
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

/* The value beside a line: at the cursor if there is one, else its last. */
static double label_value(const PlotSheet *sheet, size_t line, const PlotTrace *trace)
{
    const PlotReading reading = plot_labels_read(sheet, line);
    if (reading.is_there) {
        return reading.smoothed;
    }
    return isfinite(trace->last_value) ? trace->end_value : trace->last_value;
}

void plot_labels_draw(const PlotSheet *sheet, const PlotLabelPlace *place, const PlotTrace *traces)
{
    const LinePlot *plot = sheet->plot;
    EndLabel labels[PLOT_LINES_MAX];
    size_t count = collect_labels(plot, sheet->axes, traces, labels);
    count = drop_labels(plot, labels, count, (size_t)place->area.rows);
    nudge_labels(labels, count, place->area.rows);
    CellGrid *grid = sheet->axes->canvas.grid;
    for (size_t i = 0; i < count; ++i) {
        const PlotLine *line = &plot->lines[labels[i].line];
        const int row = place->area.row + labels[i].row;
        int column = place->area.column + place->area.columns + 1;
        if (line->is_emphasised) {
            cell_grid_put(grid, row, column - 1, '>',
                          line->role); /* focus must not rest on colour */
        }
        cell_grid_put(grid, row, column, line->mark, line->role);
        column += 2;
        if (place->name_columns > 0) {
            cell_grid_text(grid, row, column, place->name_columns, line->label, line->role);
            column += place->name_columns + 1;
        }
        char number[PLOT_NUMBER_BYTES];
        plot_labels_number(label_value(sheet, labels[i].line, &traces[labels[i].line]), number);
        cell_grid_text(grid, row, column, PLOT_VALUE_COLUMNS, number, line->role);
    }
}

/* ---- the cursor -------------------------------------------------------------------------------------------------------- */

PlotReading plot_labels_read(const PlotSheet *sheet, size_t line)
{
    const LinePlot *plot = sheet->plot;
    const Series *series = plot->lines[line].series;
    if (!plot->cursor.is_on || series->count == 0) {
        return (PlotReading){.is_there = false};
    }
    const size_t index = series_nearest(series, plot->axis, plot->cursor.x);
    SeriesReader reader = series_reader(series, plot->smoothing);
    return (PlotReading){.is_there = true,
                         .x = series->points[index].x[plot->axis],
                         .raw = series->points[index].value,
                         .smoothed = series_reader_value(&reader, index)};
}

static bool is_in_view(const PlotAxes *axes, double x)
{
    return x >= axes->x.low && x <= axes->x.high;
}

void plot_labels_draw_cursor(const PlotSheet *sheet)
{
    const PlotAxes *axes = sheet->axes;
    const PlotCursor *cursor = &sheet->plot->cursor;
    const CellRect area = axes->canvas.area;
    if (!cursor->is_on || !is_in_view(axes, cursor->x)) {
        return;
    }
    const int column = plot_axes_cell_column(axes, plot_axes_dot_column(axes, cursor->x));
    for (int row = area.row; row < area.row + area.rows; ++row) {
        cell_grid_put(axes->canvas.grid, row, column,
                      plot_frame_is_ascii(sheet->plot) ? '|' : 0x2502, ROLE_TITLE);
    }
}

void plot_labels_draw_readings(const PlotSheet *sheet)
{
    const PlotAxes *axes = sheet->axes;
    for (size_t i = 0; i < sheet->plot->line_count; ++i) {
        const PlotReading reading = plot_labels_read(sheet, i);
        int row = 0;
        if (reading.is_there && is_in_view(axes, reading.x) &&
            plot_axes_dot_row(axes, reading.smoothed, &row)) {
            const int column = plot_axes_dot_column(axes, reading.x);
            cell_grid_put(axes->canvas.grid, plot_axes_cell_row(axes, row),
                          plot_axes_cell_column(axes, column), sheet->plot->lines[i].mark,
                          sheet->plot->lines[i].role);
        }
    }
}

void plot_labels_place(const LinePlot *plot, double x, char out[PLOT_NUMBER_BYTES])
{
    out[0] = '@';
    if (plot->axis == SERIES_AXIS_SECONDS) {
        text_duration(x, out + 1, PLOT_NUMBER_BYTES - 1);
    } else if (plot->x_unit > 0.0) {
        text_number(x / plot->x_unit, EPOCH_DIGITS, out + 1, PLOT_NUMBER_BYTES - 1);
    } else {
        text_number(x, STEP_DIGITS, out + 1, PLOT_NUMBER_BYTES - 1);
    }
}

static void draw_read_out_line(const PlotSheet *sheet, size_t index, int row, CellRect inside,
                               int name_columns)
{
    const LinePlot *plot = sheet->plot;
    const PlotLine *line = &plot->lines[index];
    CellGrid *grid = sheet->axes->canvas.grid;
    const PlotReading reading = plot_labels_read(sheet, index);
    char smoothed[PLOT_NUMBER_BYTES] = "-";
    char raw[PLOT_NUMBER_BYTES] = "-";
    char x[PLOT_NUMBER_BYTES] = "";
    if (reading.is_there) {
        plot_labels_number(reading.smoothed, smoothed);
        plot_labels_number(reading.raw, raw);
    }
    if (reading.is_there && reading.x != plot->cursor.x) { /* not measured there: the nearest */
        plot_labels_place(plot, reading.x, x);
    }
    const char pick = index == plot->cursor.picked_line ? '>' : ' ';
    cell_grid_printf(grid, row, inside.column, inside.columns, line->role, "%c%c ", pick,
                     line->mark);
    int column = inside.column + 3;
    cell_grid_text(grid, row, column, name_columns, line->label, line->role);
    column += name_columns + 1;
    cell_grid_text(grid, row, column, PLOT_VALUE_COLUMNS, smoothed, line->role);
    column += PLOT_VALUE_COLUMNS + 1;
    if (plot->smoothing > 0.0) {
        cell_grid_text(grid, row, column, PLOT_VALUE_COLUMNS, raw, line->raw_role);
        column += PLOT_VALUE_COLUMNS + 1;
    }
    cell_grid_text(grid, row, column, inside.column + inside.columns - column, x, ROLE_DIM);
}

enum { READ_OUT_X_COLUMNS = 8, READ_OUT_ROWS_MIN = 4 };

void plot_labels_draw_read_out(const PlotSheet *sheet, int name_columns)
{
    const LinePlot *plot = sheet->plot;
    const CellRect area = sheet->axes->canvas.area;
    CellGrid *grid = sheet->axes->canvas.grid;
    const int values = plot->smoothing > 0.0 ? 2 : 1;
    const int columns =
        2 + 3 + name_columns + 1 + values * (PLOT_VALUE_COLUMNS + 1) + READ_OUT_X_COLUMNS;
    const int head = plot->smoothing > 0.0 ? 1 : 0;
    int rows = 2 + head + (int)plot->line_count;
    rows = rows < area.rows ? rows : area.rows;
    if (!plot->cursor.is_on || !plot->cursor.has_read_out || rows < READ_OUT_ROWS_MIN ||
        columns + 2 > area.columns) {
        return;
    }
    /* On the side where the cursor is not. */
    const bool is_left = plot_axes_way(sheet->axes, plot->cursor.x) > 0.5;
    const CellRect box = {
        area.row, is_left ? area.column + 1 : area.column + area.columns - columns, rows, columns};
    char x[PLOT_NUMBER_BYTES];
    plot_labels_place(plot, plot->cursor.x, x);
    cell_grid_fill(grid, box, ' ', ROLE_POPUP);
    const CellRect inside = view_frame_draw(grid, box, x, ROLE_POPUP, plot_frame_is_ascii(plot));
    if (head > 0) {
        const int column = inside.column + 3 + name_columns + 1;
        cell_grid_text(grid, inside.row, column, PLOT_VALUE_COLUMNS, "smooth", ROLE_POPUP);
        cell_grid_text(grid, inside.row, column + PLOT_VALUE_COLUMNS + 1, PLOT_VALUE_COLUMNS, "raw",
                       ROLE_POPUP);
    }
    const int room = inside.rows - head;
    /* More lines than rows: those around the picked one. */
    const int picked = (int)plot->cursor.picked_line;
    const int most = (int)plot->line_count - room;
    int first = picked < (int)plot->line_count ? picked - room / 2 : 0;
    first = first > most ? most : first;
    first = first < 0 ? 0 : first;
    for (int i = 0; i < room && first + i < (int)plot->line_count; ++i) {
        draw_read_out_line(sheet, (size_t)first + (size_t)i, inside.row + head + i, inside,
                           name_columns);
    }
}
