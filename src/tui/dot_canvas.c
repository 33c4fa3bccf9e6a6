/* tui/dot_canvas.c -- braille, half blocks and letters behind one call. */
#include "tui/dot_canvas.h"

#include <stdlib.h>

enum {
    BRAILLE_BLANK = 0x2800,
    BRAILLE_LAST = 0x28FF,
    BLOCK_UPPER = 0x2580,
    BLOCK_LOWER = 0x2584,
    BLOCK_FULL = 0x2588,
    MIDDLE_DOT = 0xB7
};

int glyph_level_dots_across(GlyphLevel level)
{
    return level == GLYPH_BRAILLE ? 2 : 1;
}

int glyph_level_dots_down(GlyphLevel level)
{
    return level == GLYPH_BRAILLE ? 4 : level == GLYPH_BLOCK ? 2 : 1;
}

int dot_canvas_columns(const DotCanvas *canvas)
{
    return canvas->area.columns * glyph_level_dots_across(canvas->level);
}

int dot_canvas_rows(const DotCanvas *canvas)
{
    return canvas->area.rows * glyph_level_dots_down(canvas->level);
}

/* Rows first..last of the cell. */
static int32_t braille_with(int32_t glyph, int first, int last, int column)
{
    static const uint8_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const bool is_braille = glyph >= BRAILLE_BLANK && glyph <= BRAILLE_LAST;
    glyph = is_braille ? glyph : BRAILLE_BLANK;
    for (int row = first; row <= last; row++) {
        glyph |= bits[row][column];
    }
    return glyph;
}

static int32_t block_with(int32_t glyph, int first, int last)
{
    const int32_t half = first == 0 ? BLOCK_UPPER : BLOCK_LOWER;
    const int32_t other = first == 0 ? BLOCK_LOWER : BLOCK_UPPER;
    return first != last || glyph == other || glyph == BLOCK_FULL ? BLOCK_FULL : half;
}

/* Dots first..last of a dot column, all in one cell and in the area. */
static void set_dots(const DotCanvas *canvas, int column, int first, int last, DotBrush brush)
{
    const int across = glyph_level_dots_across(canvas->level);
    const int down = glyph_level_dots_down(canvas->level);
    const int cell_row = canvas->area.row + first / down;
    const int cell_column = canvas->area.column + column / across;
    const Cell cell = cell_grid_at(canvas->grid, cell_row, cell_column);
    const int32_t before = cell.role == brush.role ? cell.glyph : ' ';
    int32_t glyph = brush.is_loose ? '.' : brush.mark;
    switch (canvas->level) {
    case GLYPH_BRAILLE:
        glyph = braille_with(before, first % down, last % down, column % across);
        break;
    case GLYPH_BLOCK:
        glyph = brush.is_loose ? MIDDLE_DOT : block_with(before, first % down, last % down);
        break;
    case GLYPH_ASCII:
    case GLYPH_LEVEL_COUNT:
        break;
    }
    if (glyph != before) {
        cell_grid_put(canvas->grid, cell_row, cell_column, glyph, brush.role);
    }
}

void dot_canvas_dot(const DotCanvas *canvas, int column, int row, DotBrush brush)
{
    if (column >= 0 && row >= 0 && column < dot_canvas_columns(canvas) &&
        row < dot_canvas_rows(canvas)) {
        set_dots(canvas, column, row, row, brush);
    }
}

/* Join braille dots into the cells of a column, straight in the grid: bars are most of what a chart of a long race draws. A cell that is
 * half of a wide glyph, or next to one, is left to cell_grid_put. */
static void join_braille(const DotCanvas *canvas, int column, int first, int last, Role role)
{
    static const uint8_t ABOVE[4][2] = {{0x47, 0xB8}, {0x46, 0xB0}, {0x44, 0xA0}, {0x40, 0x80}};
    static const uint8_t BELOW[4][2] = {{0x01, 0x08}, {0x03, 0x18}, {0x07, 0x38}, {0x47, 0xB8}};
    CellGrid *grid = canvas->grid;
    const int cell_column = canvas->area.column + column / 2;
    const int side = column % 2;
    if (cell_column < 0 || cell_column >= grid->columns) {
        return;
    }
    const bool is_last_column = cell_column + 1 == grid->columns;
    for (int row = first / 4; row <= last / 4; row++) {
        const int cell_row = canvas->area.row + row;
        if (cell_row < 0 || cell_row >= grid->rows) {
            continue;
        }
        const int from = row == first / 4 ? first % 4 : 0;
        const int to = row == last / 4 ? last % 4 : 3;
        Cell *cell = &grid->cells[(size_t)cell_row * (size_t)grid->columns + (size_t)cell_column];
        const bool is_kept =
            cell->role == role && cell->glyph >= BRAILLE_BLANK && cell->glyph <= BRAILLE_LAST;
        const int32_t glyph =
            (is_kept ? cell->glyph : BRAILLE_BLANK) | (ABOVE[from][side] & BELOW[to][side]);
        if (cell->glyph == 0 || (!is_last_column && cell[1].glyph == 0)) {
            cell_grid_put(grid, cell_row, cell_column, glyph, role);
        } else {
            *cell = (Cell){.glyph = glyph, .role = (uint8_t)role};
        }
    }
}

void dot_canvas_bar(const DotCanvas *canvas, int column, int top, int bottom, DotBrush brush)
{
    const int down = glyph_level_dots_down(canvas->level);
    const int rows = dot_canvas_rows(canvas);
    if (column < 0 || column >= dot_canvas_columns(canvas)) {
        return;
    }
    bottom = bottom < rows ? bottom : rows - 1;
    if (canvas->level == GLYPH_BRAILLE) {
        top = top > 0 ? top : 0;
        if (top <= bottom) {
            join_braille(canvas, column, top, bottom, brush.role);
        }
        return;
    }
    for (int first = top > 0 ? top : 0; first <= bottom;) {
        const int end = first - first % down + down; /* of this cell */
        const int last = end - 1 < bottom ? end - 1 : bottom;
        set_dots(canvas, column, first, last, brush);
        first = end;
    }
}

void dot_canvas_line(const DotCanvas *canvas, Dot from, Dot to, DotBrush brush)
{
    /* Bresenham: `error` is how far the dot is from the line, times the length. */
    const int across = abs(to.column - from.column);
    const int down = -abs(to.row - from.row);
    const int column_step = from.column < to.column ? 1 : -1;
    const int row_step = from.row < to.row ? 1 : -1;
    int error = across + down;
    for (;;) {
        dot_canvas_dot(canvas, from.column, from.row, brush);
        if (from.column == to.column && from.row == to.row) {
            return;
        }
        const int twice = 2 * error;
        if (twice >= down) {
            error += down;
            from.column += column_step;
        }
        if (twice <= across) {
            error += across;
            from.row += row_step;
        }
    }
}
