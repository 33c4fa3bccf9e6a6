#include "tui/ansi_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/role_style.h"

static const char NORMAL[] = "\033[m";

typedef struct AnsiPen {
    char (*sequences)[ROLE_STYLE_BYTES];
    const bool *is_plain;
    int colours;
    char *end;
    char style[ROLE_STYLE_BYTES]; /* in force */
} AnsiPen;

static void pen_style(AnsiPen *pen, const char *style)
{
    if (strcmp(pen->style, style) != 0) {
        const size_t size = strlen(style);
        memcpy(pen->end, style, size);
        pen->end += size;
        memcpy(pen->style, style, size + 1);
    }
}

static void pen_cell(AnsiPen *pen, Cell cell)
{
    char sequence[ROLE_STYLE_BYTES];
    if (cell.has_colours && pen->colours > 0) {
        role_style_colours(cell.ink, cell.paper, pen->colours, sequence);
        pen_style(pen, sequence);
    } else {
        pen_style(pen, pen->sequences[cell.role]);
    }
    pen->end += text_encode(cell.glyph, pen->end);
}

static void pen_row(AnsiPen *pen, const CellGrid *grid, int row)
{
    int columns = grid->columns;
    while (columns > 0) {
        const Cell cell = cell_grid_at(grid, row, columns - 1);
        if (cell.glyph != ' ' || cell.has_colours || !pen->is_plain[cell.role]) {
            break;
        }
        columns--;
    }
    for (int column = 0; column < columns; column++) {
        const Cell cell = cell_grid_at(grid, row, column);
        if (cell.glyph != 0) {
            pen_cell(pen, cell);
        }
    }
    pen_style(pen, NORMAL);
    *pen->end++ = '\n';
}

char *ansi_text(const CellGrid *grid, const Theme *theme, int colours)
{
    char sequences[ROLE_COUNT][ROLE_STYLE_BYTES];
    bool is_plain[ROLE_COUNT];
    const size_t rows = (size_t)grid->rows;
    const size_t row_bytes = (size_t)grid->columns * (ROLE_STYLE_BYTES + 4) + sizeof NORMAL + 1;
    char *text = malloc(rows * row_bytes + 1);
    if (text == NULL) {
        return NULL;
    }
    for (int role = 0; role < ROLE_COUNT; role++) {
        role_style_sequence(&theme->roles[role], colours, sequences[role]);
        is_plain[role] = role_style_is_plain(&theme->roles[role], colours);
    }
    AnsiPen pen = {.sequences = sequences, .is_plain = is_plain, .colours = colours, .end = text};
    memcpy(pen.style, NORMAL, sizeof NORMAL);
    for (int row = 0; row < grid->rows; row++) {
        pen_row(&pen, grid, row);
    }
    *pen.end = '\0';
    return text;
}
