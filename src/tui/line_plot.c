/* tui/line_plot.c -- survey the data, choose the axes, then paint from back to front. */
#include "tui/line_plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/plot_axes.h"
#include "tui/plot_curve.h"
#include "tui/plot_frame.h"
#include "tui/plot_labels.h"
#include "tui/plot_rules.h"
#include "tui/plot_survey.h"

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
    ZERO_GLYPH = 0x2504,
    NUMBER_BYTES = 32
};

/* Where everything goes; area is the inside of the axes. */
typedef struct Layout {
    CellRect area;
    int gutter_columns; /* y labels; 0 = neither labels nor axis */
    bool has_x_axis;
    int name_columns; /* of the end labels */
    bool has_end_labels;
} Layout;

static int clamp_int(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static AxisTicks y_ticks(const LinePlot *plot, const PlotSurvey *survey, int rows)
{
    AxisTicks ticks = {0};
    switch (plot->y_scale) {
    case AXIS_SCALE_LOG:
        axis_ticks_log(survey->low, survey->high, rows / 2, &ticks);
        break;
    case AXIS_SCALE_SYMLOG:
        axis_ticks_symlog(survey->low, survey->high, rows / 2, &ticks);
        break;
    case AXIS_SCALE_LINEAR:
    case AXIS_SCALE_COUNT:
        axis_ticks_linear(survey->low, survey->high, rows / 2, &ticks);
        break;
    }
    return ticks;
}

static AxisTicks x_ticks(const LinePlot *plot, const PlotSurvey *survey, int columns)
{
    AxisTicks ticks = {0};
    const AxisView view = plot_survey_axis_view(plot, survey);
    axis_ticks_x(&view, columns / 8, &ticks);
    return ticks;
}

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
    const int with_values = 3 + PLOT_VALUE_COLUMNS; /* blank, mark, blank, value */
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

/* ---- lines ----------------------------------------------------------------------------------------------------------- */

static void draw_zero_line(const LinePlot *plot, const PlotAxes *axes)
{
    const CellRect area = axes->canvas.area;
    int row = 0;
    if (!plot->has_zero_line || !plot_axes_dot_row(axes, 0.0, &row)) {
        return;
    }
    for (int column = area.column; column < area.column + area.columns; ++column) {
        cell_grid_put(axes->canvas.grid, plot_axes_cell_row(axes, row), column,
                      plot_frame_is_ascii(plot) ? '-' : ZERO_GLYPH, ROLE_AXIS);
    }
}

static void draw_letter(const PlotAxes *axes, Dot dot, int32_t glyph, Role role)
{
    cell_grid_put(axes->canvas.grid, plot_axes_cell_row(axes, dot.row),
                  plot_axes_cell_column(axes, dot.column), glyph, role);
}

static void draw_letters(const PlotLine *line, const PlotAxes *axes, const PlotTrace *trace)
{
    for (int i = 0; i < trace->mark_count; ++i) {
        draw_letter(axes, trace->marks[i], line->mark, line->role);
    }
    if (trace->has_end) {
        draw_letter(axes, trace->end, line->mark, line->role);
    }
}

/* Where a line breaks off: no letter of another lane may hide that. */
static void draw_breaks(const PlotLine *line, const PlotAxes *axes, const PlotTrace *trace)
{
    if (trace->has_end && line->has_broken_off) {
        draw_letter(axes, trace->end, '!', ROLE_ERROR);
    }
    for (int i = 0; i < trace->low_count; ++i) {
        draw_letter(axes, trace->lows[i], 'v', ROLE_WARNING);
    }
    for (int i = 0; i < trace->gap_count; ++i) {
        draw_letter(axes, trace->gaps[i], '!', ROLE_ERROR);
    }
}

/* 0: behind, 2: in front */
static int depth_of(const PlotLine *line)
{
    return line->is_emphasised ? 2 : line->is_reference ? 0 : 1;
}

/* Line numbers from back to front: as given, references first, the emphasised ones last. */
static void order_lines(const LinePlot *plot, size_t order[PLOT_LINES_MAX])
{
    size_t count = 0;
    for (int depth = 0; depth <= 2; ++depth) {
        for (size_t i = 0; i < plot->line_count; ++i) {
            if (depth_of(&plot->lines[i]) == depth) {
                order[count++] = i;
            }
        }
    }
}

/* What stands behind the lines that have a band, or behind the others. */
static void draw_behind(const PlotSheet *sheet, const size_t order[PLOT_LINES_MAX], bool has_band)
{
    const LinePlot *plot = sheet->plot;
    for (size_t i = 0; i < plot->line_count; ++i) {
        const PlotLine *line = &plot->lines[order[i]];
        /* In a dense chart even a line that has nothing behind it needs its columns. */
        const bool is_needed =
            sheet->is_dense || (!line->is_reference && (has_band || plot->smoothing > 0.0));
        if ((line->band != NULL) == has_band && is_needed) {
            plot_curve_draw_behind(sheet, order[i]);
        }
    }
}

static void draw_lines(const PlotSheet *sheet, const Layout *layout, PlotTrace *traces)
{
    const LinePlot *plot = sheet->plot;
    size_t order[PLOT_LINES_MAX] = {0};
    order_lines(plot, order);
    draw_behind(sheet, order, true); /* a band must not hide where 0 is */
    draw_zero_line(plot, sheet->axes);
    plot_rules_draw(plot, sheet->axes);
    draw_behind(sheet, order, false);
    plot_labels_draw_cursor(sheet);
    for (size_t i = 0; i < plot->line_count; ++i) {
        plot_curve_draw(sheet, order[i], &traces[order[i]]);
    }
    for (size_t i = 0; i < plot->line_count; ++i) {
        draw_letters(&plot->lines[order[i]], sheet->axes, &traces[order[i]]);
    }
    for (size_t i = 0; i < plot->line_count; ++i) {
        draw_breaks(&plot->lines[i], sheet->axes, &traces[i]);
    }
    plot_rules_draw_numbers(plot, sheet->axes);
    plot_labels_draw_readings(sheet);
    if (layout->has_end_labels) {
        const PlotLabelPlace place = {.area = layout->area, .name_columns = layout->name_columns};
        plot_labels_draw(sheet, &place, traces);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

static PlotGapNote gap_note(const LinePlot *plot, const PlotTrace *traces)
{
    PlotGapNote note = {.is_known = false};
    for (size_t i = 0; i < plot->line_count; ++i) {
        if (traces[i].gap_count > 0 && (!note.is_known || traces[i].first_gap_x < note.x)) {
            note = (PlotGapNote){
                .is_known = true, .x = traces[i].first_gap_x, .label = plot->lines[i].label};
        }
    }
    return note;
}

static void draw_nothing_yet(const LinePlot *plot, const PlotSurvey *survey, CellGrid *grid,
                             CellRect rect)
{
    const char *words = "waiting for the first value";
    if (survey->not_positive > 0) {
        words = "no value > 0 to show on a log axis";
    } else if (survey->point_count > 0) {
        words = "no finite value to show";
    } else if (plot->window.high > plot->window.low) {
        words = "no value in this part: 0 shows all";
    } else if (plot->empty != NULL && plot->empty[0] != '\0') {
        words = plot->empty;
    }
    const int room = rect.columns - 2;
    const int columns = text_columns(words);
    const int indent = columns < room ? (room - columns) / 2 : 0;
    cell_grid_text(grid, rect.row + rect.rows / 2, rect.column + 1 + indent, room, words, ROLE_DIM);
    plot_frame_draw_warnings(plot, survey, NULL, NULL, grid, rect);
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
        SeriesReader reader = series_reader(line->series, plot->smoothing);
        const double last = series_reader_value(&reader, line->series->count - 1);
        if (row + 1 < rect.row + rect.rows) {
            ++row;
            used = 0;
        } else {
            ++used; /* the last row takes what is left over */
        }
        char number[NUMBER_BYTES];
        plot_labels_number(last, number);
        used += cell_grid_printf(grid, row, rect.column + used, rect.columns - used, line->role,
                                 "%c %s", line->mark, number);
    }
}

/* Axes in a rectangle that has room for them; all but their canvas and what is measured on it. */
static PlotAxes axes_of(const LinePlot *plot, const PlotSurvey *survey, CellRect rect)
{
    return (PlotAxes){.x_scale = plot->is_x_log ? AXIS_SCALE_LOG : AXIS_SCALE_LINEAR,
                      .y_scale = plot->y_scale,
                      .y = y_ticks(plot, survey, rect.rows - 2)};
}

bool line_plot_way_at(const LinePlot *plot, CellRect rect, int column, double *way)
{
    if (rect.rows < FRAME_ROWS_MIN || rect.columns < FRAME_COLUMNS_MIN) {
        return false;
    }
    const PlotSurvey survey = plot_survey(plot);
    if (survey.drawable == 0) {
        return false;
    }
    const PlotAxes axes = axes_of(plot, &survey, rect);
    const CellRect area = lay_out(plot, &axes.y, rect).area;
    if (column < area.column || column >= area.column + area.columns) {
        return false;
    }
    *way = (column - area.column + 0.5) / area.columns;
    return true;
}

static void draw_picture(const LinePlot *plot, const PlotSurvey *survey, CellGrid *grid,
                         CellRect rect)
{
    PlotAxes axes = axes_of(plot, survey, rect);
    const Layout layout = lay_out(plot, &axes.y, rect);
    axes.canvas = (DotCanvas){.grid = grid, .area = layout.area, .level = plot->glyphs};
    axes.x = x_ticks(plot, survey, layout.area.columns);
    plot_axes_measure(&axes);
    PlotColumns columns[PLOT_LINES_MAX]; /* each is written before it is read */
    const PlotSheet sheet = {.plot = plot,
                             .survey = survey,
                             .axes = &axes,
                             .columns = columns,
                             .is_dense = plot_curve_is_dense(survey, &axes)};
    PlotTrace traces[PLOT_LINES_MAX] = {0};
    draw_lines(&sheet, &layout, traces);
    if (layout.gutter_columns > 0) {
        plot_axes_draw_y(&axes, plot_frame_is_ascii(plot));
    }
    if (layout.has_x_axis) {
        plot_axes_draw_x(&axes, plot_frame_is_ascii(plot), layout.gutter_columns > 0,
                         rect.column + rect.columns - 1);
    }
    plot_labels_draw_read_out(&sheet, widest_name(plot));
    if (plot->has_legend && layout.name_columns == 0) {
        plot_frame_draw_legend(plot, grid, rect);
    }
    const PlotGapNote gap = gap_note(plot, traces);
    plot_frame_draw_warnings(plot, survey, &axes, &gap, grid, rect);
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
    plot_frame_draw(plot, grid, rect);
    const PlotSurvey survey = plot_survey(plot);
    if (survey.drawable == 0) {
        draw_nothing_yet(plot, &survey, grid, rect);
    } else {
        draw_picture(plot, &survey, grid, rect);
    }
}
