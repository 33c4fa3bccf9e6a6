/* tui/screen_painter.h -- the shortest bytes we know that turn one picture into another on an ECMA-48 terminal. */
#ifndef TUI_SCREEN_PAINTER_H
#define TUI_SCREEN_PAINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/cell_grid.h"
#include "tui/role_style.h"
#include "tui/theme.h"

/* What painting needs to know of the terminal. */
typedef struct PaintTerminal {
    int colours; /* 256, 16, 8 or 0 */
    bool is_utf8;
    bool has_erase_characters; /* CSI n X */
    bool can_stop_at_edge;     /* CSI ? 7 l: writing in the last column leaves the cursor there */
} PaintTerminal;

/* Places of one style side by side: drawn in one go. */
typedef struct PaintStroke {
    uint32_t first; /* index in `grouped` */
    uint32_t count;
    int row;
    int column;
    bool is_drawn;
} PaintStroke;

typedef struct ScreenPainter {
    PaintTerminal terminal;
    char sequences[ROLE_COUNT][ROLE_STYLE_BYTES];
    size_t sequence_bytes[ROLE_COUNT];
    uint8_t styles[ROLE_COUNT]; /* the first role that looks the same */
    bool is_plain[ROLE_COUNT];  /* role_style_is_plain */
    uint32_t *changed;          /* places in the grid, by row; owned, as the others are */
    uint32_t *grouped;          /* the same, by style */
    uint32_t
        *nearest; /* the same, by style and then each stroke after the one that it is near to */
    PaintStroke *strokes; /* of one style at a time */
    size_t changed_count;
    size_t capacity; /* places there is room for */
    char *bytes;     /* what screen_painter_paint made, owned */
    size_t size;
    size_t bytes_capacity;
} ScreenPainter;

/* The painter is zero or was initialized before. */
void screen_painter_init(ScreenPainter *painter, PaintTerminal terminal, const Theme *theme);
void screen_painter_clear(ScreenPainter *painter);

/* Put into painter->bytes[0..size) what makes a terminal that shows `shown` show `wanted`, both of one size; is_full: whatever it shows, it is erased
 * first. size is 0 if nothing differs. Starts from any cursor and style; leaves the cursor anywhere. Without UTF-8 every glyph beyond ASCII is '?'.
 * A whole screen is drawn with the edge as a stop, if the terminal can; afterwards it wraps again, as terminals do.
 * Cells are drawn row by row, or style by style and then by nearness, whichever is shorter.
 * STATUS_OUT_OF_MEMORY: size is 0. */
Status screen_painter_paint(ScreenPainter *painter, const CellGrid *shown, const CellGrid *wanted,
                            bool is_full);

#endif
