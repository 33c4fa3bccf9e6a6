/* tui/cell_grid.h -- a picture of the screen: cells of (glyph, role), without any terminal. */
#ifndef TUI_CELL_GRID_H
#define TUI_CELL_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* What a cell means; the theme turns it into colour and attributes. X(id, name) -- names as in theme files. */
#define ROLE_TABLE(X)                                                                              \
    X(ROLE_TEXT, "text")                                                                           \
    X(ROLE_DIM, "dim")     /* secondary text */                                                    \
    X(ROLE_TITLE, "title") /* chart titles, program name */                                        \
    X(ROLE_FRAME, "frame")                                                                         \
    X(ROLE_FRAME_FOCUS, "frame-focus")                                                             \
    X(ROLE_AXIS, "axis")                                                                           \
    X(ROLE_RULE, "rule")     /* vertical rule of a knob change */                                  \
    X(ROLE_KEY, "key")       /* a key's name in hints */                                           \
    X(ROLE_STATUS, "status") /* the top line */                                                    \
    X(ROLE_RUNNING, "running")                                                                     \
    X(ROLE_PAUSED, "paused")                                                                       \
    X(ROLE_WARNING, "warning")                                                                     \
    X(ROLE_ERROR, "error")                                                                         \
    X(ROLE_KNOB, "knob")                                                                           \
    X(ROLE_KNOB_FOCUS, "knob-focus")                                                               \
    X(ROLE_POPUP, "popup")                                                                         \
    X(ROLE_PROMPT, "prompt")                                                                       \
    X(ROLE_LANE_0, "lane-1")                                                                       \
    X(ROLE_LANE_1, "lane-2")                                                                       \
    X(ROLE_LANE_2, "lane-3")                                                                       \
    X(ROLE_LANE_3, "lane-4")                                                                       \
    X(ROLE_LANE_4, "lane-5")                                                                       \
    X(ROLE_LANE_5, "lane-6")                                                                       \
    X(ROLE_LANE_6, "lane-7")                                                                       \
    X(ROLE_LANE_7, "lane-8")                                                                       \
    X(ROLE_RAW_0, "raw-1")                                                                         \
    X(ROLE_RAW_1, "raw-2")                                                                         \
    X(ROLE_RAW_2, "raw-3")                                                                         \
    X(ROLE_RAW_3, "raw-4")                                                                         \
    X(ROLE_RAW_4, "raw-5")                                                                         \
    X(ROLE_RAW_5, "raw-6")                                                                         \
    X(ROLE_RAW_6, "raw-7")                                                                         \
    X(ROLE_RAW_7, "raw-8")                                                                         \
    X(ROLE_BETTER_1, "better-1") /* than the baseline: a little */                                 \
    X(ROLE_BETTER_2, "better-2")                                                                   \
    X(ROLE_BETTER_3, "better-3") /* much */                                                        \
    X(ROLE_WORSE_1, "worse-1")                                                                     \
    X(ROLE_WORSE_2, "worse-2")                                                                     \
    X(ROLE_WORSE_3, "worse-3")

#define ROLE_ENUMERATOR(id, name) id,
typedef enum Role { ROLE_TABLE(ROLE_ENUMERATOR) ROLE_COUNT } Role;
#undef ROLE_ENUMERATOR
/* Lane i uses ROLE_LANE_0 + i % 8, its dim raw points ROLE_RAW_0 + i % 8. */
enum { ROLE_LANE_COLOURS = 8 };

typedef struct Cell {
    int32_t glyph; /* one code point of width 1 or 2; 0 = the right half of a wide glyph */
    uint8_t role;  /* Role */
    /* Part of a picture, whose colours are data and no theme's: xterm-256 numbers of the glyph and of what is behind it. A terminal
     * without colours shows the role. */
    bool has_colours;
    uint8_t ink;
    uint8_t paper;
} Cell;

typedef struct CellGrid {
    Cell *cells; /* [rows, columns], owned */
    int rows;
    int columns;
} CellGrid;

typedef struct CellRect {
    int row;
    int column;
    int rows;
    int columns;
} CellRect;

/* Rows and columns >= 1; all cells are spaces of ROLE_TEXT. STATUS_OUT_OF_MEMORY leaves *grid zero. */
Status cell_grid_create(CellGrid *grid, int rows, int columns);
void cell_grid_destroy(CellGrid *grid);
void cell_grid_clear(CellGrid *grid);

/* Everything below clips at the grid's edges and may be called with any coordinates, negative and empty included. */
void cell_grid_put(CellGrid *grid, int row, int column, int32_t glyph, Role role);
/* Two pixels of a picture, one above the other, as half a block: xterm-256 colours 16..255. The glyph is chosen so that the brighter
 * one can be seen in a copy without colours too. */
void cell_grid_put_pixels(CellGrid *grid, int row, int column, uint8_t upper, uint8_t lower);
/* UTF-8 text, cleaned (no control character survives), at most `columns` wide; returns the columns used. */
int cell_grid_text(CellGrid *grid, int row, int column, int columns, const char *text, Role role);
/* A sentence or a title, which must not look whole where it is not: what does not fit gives way to "..", if there are six columns. */
int cell_grid_sentence(CellGrid *grid, int row, int column, int columns, const char *text,
                       Role role);
int cell_grid_printf(CellGrid *grid, int row, int column, int columns, Role role,
                     const char *format, ...) __attribute__((format(printf, 6, 7)));
void cell_grid_fill(CellGrid *grid, CellRect rect, int32_t glyph, Role role);
Cell cell_grid_at(const CellGrid *grid, int row, int column); /* a space outside the grid */

/* The picture as text: rows of UTF-8 with trailing spaces cut, each ended by '\n'; heap, caller frees; NULL when out of memory. */
char *cell_grid_to_text(const CellGrid *grid);

#endif
