/* tests/tui/role_map.h -- what a picture's colours stand for, as text: a line a row, and the digests of the picture in colours. Include cmocka.h first. */
#ifndef TESTS_TUI_ROLE_MAP_H
#define TESTS_TUI_ROLE_MAP_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cell_grid.h"

/* By role: text dim title ..., lanes A-H, their raw points a-h, better x y z, worse X Y Z. */
static const char ROLE_LETTERS[] = ".,!-+|:^=><?*kKp$ABCDEFGHabcdefghxyzXYZ";
_Static_assert(sizeof ROLE_LETTERS == ROLE_COUNT + 1, "a letter a role");
static const char PIXEL_LETTER = '#'; /* its colours are a picture's, not a theme's */

static inline char role_letter(const CellGrid *grid, int row, int column)
{
    const Cell cell = cell_grid_at(grid, row, column);
    return cell.has_colours ? PIXEL_LETTER : ROLE_LETTERS[cell.role];
}

/* "12+.3A": twelve cells of frame-focus, one of text, three of lane 1; text at the end is left out. */
static inline void print_role_row(FILE *out, const CellGrid *grid, int row)
{
    int columns = grid->columns;
    while (columns > 0 && role_letter(grid, row, columns - 1) == ROLE_LETTERS[ROLE_TEXT]) {
        columns--;
    }
    for (int column = 0; column < columns;) {
        const char letter = role_letter(grid, row, column);
        int count = 0;
        while (column < columns && role_letter(grid, row, column) == letter) {
            count++;
            column++;
        }
        (void)(count > 1 ? fprintf(out, "%d%c", count, letter) : fputc(letter, out));
    }
    (void)fputc('\n', out);
}

static inline bool has_same_roles(const CellGrid *grid, int row, int other)
{
    for (int column = 0; column < grid->columns; column++) {
        if (role_letter(grid, row, column) != role_letter(grid, other, column)) {
            return false;
        }
    }
    return true;
}

/* FNV-1a of a text. */
static inline uint64_t text_digest(const char *text)
{
    uint64_t digest = 14695981039346656037U;
    for (; *text != '\0'; text++) {
        digest = (digest ^ (uint8_t)*text) * 1099511628211U;
    }
    return digest;
}

static inline void print_role_legend(FILE *out)
{
#define ROLE_WORD(id, name) name,
    static const char *const NAMES[] = {ROLE_TABLE(ROLE_WORD)};
#undef ROLE_WORD
    for (int role = 0; role < ROLE_COUNT; role++) {
        (void)fprintf(out, "%c %s%s", ROLE_LETTERS[role], NAMES[role],
                      role % 10 == 9 || role + 1 == ROLE_COUNT ? "\n" : "  ");
    }
    (void)fprintf(out, "%c a picture's own colours; a line of \" is as the one above\n\n",
                  PIXEL_LETTER);
}

/* All rows of the grid. */
static inline void print_roles(FILE *out, const CellGrid *grid)
{
    for (int row = 0; row < grid->rows; row++) {
        if (row > 0 && has_same_roles(grid, row, row - 1)) {
            (void)fputs("\"\n", out);
        } else {
            print_role_row(out, grid, row);
        }
    }
}

#endif
