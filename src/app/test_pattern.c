#include "app/test_pattern.h"

#include <math.h>
#include <string.h>

#include "tui/dot_canvas.h"

enum {
    CURVE_ROWS = 4,
    CURVE_COLUMN = 12,
    CURVE_COLUMNS = 50,
    SWATCHES_A_ROW = 4,
    SWATCH_COLUMNS = 16
};

static const double TURN = 6.283185307179586;

static int draw_curve(CellGrid *grid, int row, GlyphLevel level, const char *name)
{
    const DotCanvas canvas = {grid, {row, CURVE_COLUMN, CURVE_ROWS, CURVE_COLUMNS}, level};
    const DotBrush brush = {.role = ROLE_LANE_0, .mark = 'o'};
    const int width = dot_canvas_columns(&canvas);
    const int height = dot_canvas_rows(&canvas);
    Dot last = {0, height / 2};
    for (int column = 0; column < width; column++) {
        const double wave = sin(2.0 * TURN * column / width) * exp(-1.5 * column / width);
        const Dot dot = {column, (int)lround((1.0 - wave) * (height - 1) / 2.0)};
        dot_canvas_line(&canvas, last, dot, brush);
        last = dot;
    }
    cell_grid_text(grid, row, 0, CURVE_COLUMN, name, ROLE_TEXT);
    return row + CURVE_ROWS + 1;
}

static void draw_lanes(CellGrid *grid, int row, bool is_utf8)
{
    static const char MARKS[] = "ox*+.abc"; /* as on the charts */
    for (int lane = 0; lane < ROLE_LANE_COLOURS; lane++) {
        const int at = row + lane / SWATCHES_A_ROW;
        const int column = lane % SWATCHES_A_ROW * SWATCH_COLUMNS;
        const Role role = (Role)(ROLE_LANE_0 + lane);
        cell_grid_printf(grid, at, column, SWATCH_COLUMNS, role,
                         is_utf8 ? "\u2812\u2812\u2812%c\u2812\u2812\u2812 lane %d"
                                 : "---%c--- lane %d",
                         MARKS[lane], lane + 1);
    }
}

Status test_pattern_draw(bool is_utf8, CellGrid *grid)
{
    const int curves = is_utf8 ? 3 : 1;
    int row = 0;
    TRY(cell_grid_create(grid, curves * (CURVE_ROWS + 1) + ROLE_LANE_COLOURS / SWATCHES_A_ROW,
                         TEST_PATTERN_COLUMNS));
    if (is_utf8) {
        row = draw_curve(grid, row, GLYPH_BRAILLE, "braille");
        row = draw_curve(grid, row, GLYPH_BLOCK, "half blocks");
    }
    row = draw_curve(grid, row, GLYPH_ASCII, "ASCII");
    draw_lanes(grid, row, is_utf8);
    return STATUS_OK;
}
