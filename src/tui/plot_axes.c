/* tui/plot_axes.c -- one place that knows which dot a value is. */
#include "tui/plot_axes.h"

#include <math.h>
#include <string.h>

#include "tui/cell_grid.h"

typedef struct AxisGlyphs {
    int32_t corner, horizontal, vertical, x_tick, y_tick;
} AxisGlyphs;

static AxisGlyphs axis_glyphs(bool is_ascii)
{
    if (is_ascii) {
        return (AxisGlyphs){'+', '-', '|', '+', '+'};
    }
    return (AxisGlyphs){0x2514, 0x2500, 0x2502, 0x2534, 0x2524};
}

/* Of a value that is not negative. */
static int round_to_int(double value)
{
    return (int)(value + 0.5);
}

static double position(AxisScale scale, double unit, double value)
{
    switch (scale) {
    case AXIS_SCALE_LOG:
        return log10(value);
    case AXIS_SCALE_SYMLOG:
        return copysign(log1p(fabs(value) / unit), value);
    case AXIS_SCALE_LINEAR:
    case AXIS_SCALE_COUNT:
        break;
    }
    return value / 2.0; /* half: high - low must not overflow */
}

void plot_axes_measure(PlotAxes *axes)
{
    const AxisTicks *y = &axes->y;
    axes->x_start = position(axes->x_scale, 1.0, axes->x.low);
    axes->x_extent = position(axes->x_scale, 1.0, axes->x.high) - axes->x_start;
    axes->y_top = position(axes->y_scale, y->unit, y->high);
    axes->y_extent = axes->y_top - position(axes->y_scale, y->unit, y->low);
    axes->last_column = dot_canvas_columns(&axes->canvas) - 1;
    axes->last_row = dot_canvas_rows(&axes->canvas) - 1;
}

double plot_axes_way(const PlotAxes *axes, double x)
{
    if (axes->x_scale == AXIS_SCALE_LOG && x <= 0.0) {
        return -INFINITY;
    }
    return (position(axes->x_scale, 1.0, x) - axes->x_start) / axes->x_extent;
}

int plot_axes_dot_column(const PlotAxes *axes, double x)
{
    const double way = plot_axes_way(axes, x);
    return way > 0.0 ? round_to_int((way < 1.0 ? way : 1.0) * axes->last_column) : 0;
}

int plot_axes_nearest_row(const PlotAxes *axes, double value)
{
    const double inside = value < axes->y.low    ? axes->y.low
                          : value > axes->y.high ? axes->y.high
                                                 : value;
    const double way =
        (axes->y_top - position(axes->y_scale, axes->y.unit, inside)) / axes->y_extent;
    return round_to_int(way * axes->last_row);
}

bool plot_axes_dot_row(const PlotAxes *axes, double value, int *row)
{
    if (!(value >= axes->y.low && value <= axes->y.high)) { /* NaN too */
        return false;
    }
    *row = plot_axes_nearest_row(axes, value);
    return true;
}

int plot_axes_cell_column(const PlotAxes *axes, int dot_column)
{
    return axes->canvas.area.column + dot_column / glyph_level_dots_across(axes->canvas.level);
}

int plot_axes_cell_row(const PlotAxes *axes, int dot_row)
{
    return axes->canvas.area.row + dot_row / glyph_level_dots_down(axes->canvas.level);
}

static int tick_row(const PlotAxes *axes, size_t tick)
{
    int row = 0;
    (void)plot_axes_dot_row(axes, axes->y.ticks[tick].value, &row); /* a tick is on the scale */
    return plot_axes_cell_row(axes, row);
}

/* In a low chart only every second, third, ... tick has a row of its own. */
static size_t tick_stride(const PlotAxes *axes)
{
    size_t stride = 1;
    for (size_t i = 0; i + stride < axes->y.count;) {
        if (tick_row(axes, i) == tick_row(axes, i + stride)) {
            ++stride;
            i = 0;
        } else {
            i += stride;
        }
    }
    return stride;
}

void plot_axes_draw_y(const PlotAxes *axes, bool is_ascii)
{
    CellGrid *grid = axes->canvas.grid;
    const CellRect area = axes->canvas.area;
    const AxisGlyphs glyphs = axis_glyphs(is_ascii);
    for (int row = 0; row < area.rows; ++row) {
        cell_grid_put(grid, area.row + row, area.column - 1, glyphs.vertical, ROLE_AXIS);
    }
    const size_t stride = tick_stride(axes);
    for (size_t i = 0; i < axes->y.count; i += stride) {
        const int row = tick_row(axes, i);
        const char *label = axes->y.ticks[i].label;
        const int columns = (int)strlen(label);
        cell_grid_text(grid, row, area.column - 1 - columns, columns, label, ROLE_AXIS);
        cell_grid_put(grid, row, area.column - 1, glyphs.y_tick, ROLE_AXIS);
    }
}

/* One tick: its glyph, and its label right of it or, at the right edge, left of it. Returns the first column still free. */
static int draw_x_tick(const PlotAxes *axes, const AxisTick *tick, int free_column, int end_column,
                       int32_t glyph)
{
    const CellRect area = axes->canvas.area;
    const int row = area.row + area.rows;
    const int column = plot_axes_cell_column(axes, plot_axes_dot_column(axes, tick->value));
    const int columns = (int)strlen(tick->label);
    if (column < free_column) {
        return free_column;
    }
    if (column == area.column) { /* the corner is the tick */
        return column + 1 +
               cell_grid_text(axes->canvas.grid, row, column, end_column - column, tick->label,
                              ROLE_AXIS);
    }
    cell_grid_put(axes->canvas.grid, row, column, glyph, ROLE_AXIS);
    if (column + 1 + columns <= end_column) {
        cell_grid_text(axes->canvas.grid, row, column + 1, columns, tick->label, ROLE_AXIS);
        return column + 2 + columns;
    }
    if (column - columns >= free_column) {
        cell_grid_text(axes->canvas.grid, row, column - columns, columns, tick->label, ROLE_AXIS);
    }
    return column + 1;
}

void plot_axes_draw_x(const PlotAxes *axes, bool is_ascii, bool has_corner, int end_column)
{
    CellGrid *grid = axes->canvas.grid;
    const CellRect area = axes->canvas.area;
    const AxisGlyphs glyphs = axis_glyphs(is_ascii);
    const int row = area.row + area.rows;
    for (int column = area.column; column < area.column + area.columns; ++column) {
        cell_grid_put(grid, row, column, glyphs.horizontal, ROLE_AXIS);
    }
    if (has_corner) {
        cell_grid_put(grid, row, area.column - 1, glyphs.corner, ROLE_AXIS);
    }
    int free_column = area.column;
    for (size_t i = 0; i < axes->x.count; ++i) {
        free_column = draw_x_tick(axes, &axes->x.ticks[i], free_column, end_column, glyphs.x_tick);
    }
}
