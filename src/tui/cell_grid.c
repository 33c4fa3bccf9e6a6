/* tui/cell_grid.c -- cells, and the care that wide glyphs need. */
#include "tui/cell_grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/theme.h"

enum { PRINTF_BYTES = 2048, GLYPH_UNPRINTABLE = '?', SENTENCE_COLUMNS_MIN = 6 };

static const Cell BLANK = {.glyph = ' ', .role = ROLE_TEXT};

Status cell_grid_create(CellGrid *grid, int rows, int columns)
{
    *grid = (CellGrid){0};
    if (rows < 1 || columns < 1) {
        return STATUS_BAD_VALUE;
    }
    Cell *cells = NULL;
    const size_t count = (size_t)rows * (size_t)columns; /* two ints: fits size_t */
    if (count <= SIZE_MAX / sizeof *cells) {
        cells = malloc(count * sizeof *cells);
    }
    if (cells == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    *grid = (CellGrid){.cells = cells, .rows = rows, .columns = columns};
    cell_grid_clear(grid);
    return STATUS_OK;
}

void cell_grid_destroy(CellGrid *grid)
{
    if (grid != NULL) {
        free(grid->cells);
        *grid = (CellGrid){0};
    }
}

void cell_grid_clear(CellGrid *grid)
{
    const size_t count = (size_t)grid->rows * (size_t)grid->columns;
    for (size_t i = 0; i < count; ++i) {
        grid->cells[i] = BLANK;
    }
}

static bool is_inside(const CellGrid *grid, int row, int column)
{
    return row >= 0 && row < grid->rows && column >= 0 && column < grid->columns;
}

static Cell *cell_of(const CellGrid *grid, int row, int column)
{
    return &grid->cells[(size_t)row * (size_t)grid->columns + (size_t)column];
}

static bool is_control(int32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point > 0x10FFFF;
}

/* Columns a glyph takes; most of the screen is ASCII, box drawing, blocks and braille, all of width 1. */
static int glyph_columns(int32_t glyph)
{
    if (glyph < 0x7F || (glyph >= 0x2500 && glyph < 0x25A0) ||
        (glyph >= 0x2800 && glyph < 0x2900)) {
        return 1;
    }
    return text_code_point_columns(glyph);
}

/* Half a wide glyph must not stay behind when the other half is overwritten. */
static void split_wide_glyph(CellGrid *grid, int row, int column)
{
    Cell *cell = cell_of(grid, row, column);
    if (cell->glyph == 0 && column > 0) {
        cell_of(grid, row, column - 1)->glyph = ' ';
    }
    if (column + 1 < grid->columns && cell_of(grid, row, column + 1)->glyph == 0) {
        cell_of(grid, row, column + 1)->glyph = ' ';
    }
}

static void put_half(CellGrid *grid, int row, int column, int32_t glyph, Role role)
{
    if (is_inside(grid, row, column)) {
        split_wide_glyph(grid, row, column);
        *cell_of(grid, row, column) = (Cell){.glyph = glyph, .role = (uint8_t)role};
    }
}

void cell_grid_put(CellGrid *grid, int row, int column, int32_t glyph, Role role)
{
    if (column < -1 || column >= grid->columns) {
        return;
    }
    int width = is_control(glyph) ? 0 : glyph_columns(glyph);
    if (width == 0) {
        glyph = GLYPH_UNPRINTABLE;
        width = 1;
    }
    if (width == 1) {
        put_half(grid, row, column, glyph, role);
        return;
    }
    if (is_inside(grid, row, column) && is_inside(grid, row, column + 1)) {
        put_half(grid, row, column, glyph, role);
        put_half(grid, row, column + 1, ' ', role); /* frees what stood there ... */
        cell_of(grid, row, column + 1)->glyph = 0;  /* ... and then joins the pair */
    } else {
        put_half(grid, row, column, ' ',
                 role); /* cut in two by the edge: neither half can be shown */
        put_half(grid, row, column + 1, ' ', role);
    }
}

static int brightness_of(int colour)
{
    int rgb[3];
    theme_rgb_of_256(colour, rgb);
    return 3 * rgb[0] + 6 * rgb[1] + rgb[2];
}

void cell_grid_put_pixels(CellGrid *grid, int row, int column, uint8_t upper, uint8_t lower)
{
    enum { UPPER_HALF = 0x2580, LOWER_HALF = 0x2584, FULL = 0x2588, BRIGHT = 1275 };
    const int above = brightness_of(upper);
    const int below = brightness_of(lower);
    const bool is_upper = above >= below;
    int32_t glyph = is_upper ? UPPER_HALF : LOWER_HALF;
    if (above >= BRIGHT && below >= BRIGHT && upper == lower) {
        glyph = FULL;
    } else if (above < BRIGHT && below < BRIGHT && upper == lower) {
        glyph = ' ';
    }
    if (is_inside(grid, row, column)) {
        put_half(grid, row, column, glyph, ROLE_TEXT);
        Cell *cell = cell_of(grid, row, column);
        cell->has_colours = true;
        cell->ink = is_upper ? upper : lower;
        cell->paper = is_upper ? lower : upper;
    }
}

int cell_grid_text(CellGrid *grid, int row, int column, int columns, const char *text, Role role)
{
    size_t left = strlen(text);
    int used = 0;
    while (left > 0) {
        int32_t glyph = -1;
        const size_t length = text_decode(text, left, &glyph);
        text += length;
        left -= length;
        if (is_control(glyph)) {
            glyph = GLYPH_UNPRINTABLE;
        }
        const int width = glyph_columns(glyph);
        if (width == 0) {
            continue; /* a cell holds one code point: combining and direction marks are left out */
        }
        if (width > columns - used) {
            break;
        }
        if (column <= INT32_MAX - used) {
            cell_grid_put(grid, row, column + used, glyph, role);
        }
        used += width;
    }
    return used;
}

int cell_grid_sentence(CellGrid *grid, int row, int column, int columns, const char *text,
                       Role role)
{
    static const char CUT[] = "..";
    const int cut_columns = (int)sizeof CUT - 1;
    if (text_columns(text) <= columns || columns < SENTENCE_COLUMNS_MIN) {
        return cell_grid_text(grid, row, column, columns, text, role);
    }
    int used = cell_grid_text(grid, row, column, columns - cut_columns, text, role);
    while (used > 0 && cell_grid_at(grid, row, column + used - 1).glyph == ' ') {
        used--;
    }
    return used + cell_grid_text(grid, row, column + used, columns - used, CUT, role);
}

/* printf may have cut a code point in two; leave whole ones only. */
static void drop_cut_code_point(char *text)
{
    size_t length = strlen(text);
    size_t start = length;
    while (start > 0 && length - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
        --start;
    }
    if (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0xC0) {
        text[start - 1] = '\0';
    }
}

int cell_grid_printf(CellGrid *grid, int row, int column, int columns, Role role,
                     const char *format, ...)
{
    char text[PRINTF_BYTES] = "";
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof text) {
        drop_cut_code_point(text);
    }
    return cell_grid_text(grid, row, column, columns, text, role);
}

static int clipped_end(int start, int length, int limit)
{
    const int64_t end = (int64_t)start + length;
    return end > limit ? limit : (int)end;
}

void cell_grid_fill(CellGrid *grid, CellRect rect, int32_t glyph, Role role)
{
    if (rect.rows <= 0 || rect.columns <= 0) {
        return;
    }
    const int row_end = clipped_end(rect.row, rect.rows, grid->rows);
    const int column_end = clipped_end(rect.column, rect.columns, grid->columns);
    const int width = is_control(glyph) || glyph_columns(glyph) != 2 ? 1 : 2;
    for (int row = rect.row < 0 ? 0 : rect.row; row < row_end; ++row) {
        int column = rect.column < 0 ? 0 : rect.column;
        for (; column + width <= column_end; column += width) {
            cell_grid_put(grid, row, column, glyph, role);
        }
        if (column < column_end) {
            cell_grid_put(grid, row, column, ' ', role); /* no room for another wide glyph */
        }
    }
}

Cell cell_grid_at(const CellGrid *grid, int row, int column)
{
    return is_inside(grid, row, column) ? *cell_of(grid, row, column) : BLANK;
}

char *cell_grid_to_text(const CellGrid *grid)
{
    const size_t row_bytes =
        (size_t)grid->columns * 4 + 1; /* four bytes is the longest code point */
    if (row_bytes > (SIZE_MAX - 1) / (size_t)(grid->rows > 0 ? grid->rows : 1)) {
        return NULL;
    }
    char *text = malloc(row_bytes * (size_t)grid->rows + 1);
    if (text == NULL) {
        return NULL;
    }
    char *end = text;
    for (int row = 0; row < grid->rows; ++row) {
        char *visible_end = end;
        for (int column = 0; column < grid->columns; ++column) {
            const int32_t glyph = cell_of(grid, row, column)->glyph;
            if (glyph != 0) {
                end += text_encode(glyph, end);
                visible_end = glyph == ' ' ? visible_end : end;
            }
        }
        end = visible_end;
        *end++ = '\n';
    }
    *end = '\0';
    return text;
}
