/* tui/dot_canvas.h -- dots finer than cells, drawn straight into a CellGrid. */
#ifndef TUI_DOT_CANVAS_H
#define TUI_DOT_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/cell_grid.h"

/* How fine a chart can be drawn: braille (2x4 dots a cell), half blocks (1x2), plain ASCII marks (1x1). */
typedef enum GlyphLevel { GLYPH_BRAILLE, GLYPH_BLOCK, GLYPH_ASCII, GLYPH_LEVEL_COUNT } GlyphLevel;

int glyph_level_dots_across(GlyphLevel level); /* dots of one cell */
int glyph_level_dots_down(GlyphLevel level);

/* A part of a grid seen as dots; borrowed. Dot (0, 0) is at the top left of `area`. */
typedef struct DotCanvas {
    CellGrid *grid;
    CellRect area;
    GlyphLevel level;
} DotCanvas;

int dot_canvas_columns(const DotCanvas *canvas);
int dot_canvas_rows(const DotCanvas *canvas);

/* What draws: a line's role and its letter, or loose points (then a cell shows no more than '.' or a small dot, except in braille). */
typedef struct DotBrush {
    Role role;
    int32_t mark; /* the glyph at ASCII level */
    bool is_loose;
} DotBrush;

/* Set one dot. An opaque painter: dots of one role in a cell join; what another role drew there before is wiped, so that the colour
 * of a cell is true for every dot in it. Dots outside the area or the grid are left out. */
void dot_canvas_dot(const DotCanvas *canvas, int column, int row, DotBrush brush);

/* A dot row at a dot column; rows and columns of dots. */
typedef struct Dot {
    int column;
    int row;
} Dot;

/* Connected dots from one to the other, both included. */
void dot_canvas_line(const DotCanvas *canvas, Dot from, Dot to, DotBrush brush);

/* Dots of one column from row `top` down to row `bottom`, both included: as one by one, but by whole cells. */
void dot_canvas_bar(const DotCanvas *canvas, int column, int top, int bottom, DotBrush brush);

#endif
