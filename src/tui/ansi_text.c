#include "tui/ansi_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static const RoleStyle PLAIN = {.foreground_256 = THEME_DEFAULT_COLOUR,
                                .background_256 = THEME_DEFAULT_COLOUR};

static bool is_same_style(const RoleStyle *a, const RoleStyle *b)
{
    return a->foreground_256 == b->foreground_256 && a->background_256 == b->background_256 &&
           a->is_bold == b->is_bold && a->is_dim == b->is_dim && a->is_reverse == b->is_reverse &&
           a->is_underlined == b->is_underlined;
}

/* From nothing: so that each sequence can be understood without those before it. */
static void put_style(FILE *out, const RoleStyle *style)
{
    (void)fputs("\033[0", out);
    (void)fputs(style->is_bold ? ";1" : "", out);
    (void)fputs(style->is_dim ? ";2" : "", out);
    (void)fputs(style->is_underlined ? ";4" : "", out);
    (void)fputs(style->is_reverse ? ";7" : "", out);
    if (style->foreground_256 != THEME_DEFAULT_COLOUR) {
        (void)fprintf(out, ";38;5;%d", style->foreground_256);
    }
    if (style->background_256 != THEME_DEFAULT_COLOUR) {
        (void)fprintf(out, ";48;5;%d", style->background_256);
    }
    (void)fputc('m', out);
}

static const RoleStyle *style_of(const Theme *theme, Cell cell)
{
    return cell.role < ROLE_COUNT ? &theme->roles[cell.role] : &PLAIN;
}

/* With such a style even a blank is seen. */
static bool paints_blanks(const RoleStyle *style)
{
    return style->background_256 != THEME_DEFAULT_COLOUR || style->is_reverse ||
           style->is_underlined;
}

static bool is_blank(const Theme *theme, Cell cell)
{
    return cell.glyph == ' ' && !paints_blanks(style_of(theme, cell));
}

static void put_row(FILE *out, const CellGrid *grid, const Theme *theme, int row)
{
    RoleStyle style = PLAIN;
    int columns = grid->columns;
    while (columns > 0 && is_blank(theme, cell_grid_at(grid, row, columns - 1))) {
        columns--;
    }
    for (int column = 0; column < columns; column++) {
        const Cell cell = cell_grid_at(grid, row, column);
        char bytes[4];
        if (cell.glyph == 0) {
            continue; /* the glyph before it is two columns wide */
        }
        /* A blank looks the same in any colour: no sequence for it. */
        const RoleStyle *wanted = style_of(theme, cell);
        const bool is_seen = !is_blank(theme, cell) || paints_blanks(&style);
        if (is_seen && !is_same_style(&style, wanted)) {
            put_style(out, wanted);
            style = *wanted;
        }
        (void)fwrite(bytes, 1, text_encode(cell.glyph, bytes), out);
    }
    (void)fputs(is_same_style(&style, &PLAIN) ? "\n" : "\033[0m\n", out);
}

Status ansi_text(const CellGrid *grid, const Theme *theme, char **text, size_t *size)
{
    char *block = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&block, &bytes);
    if (out == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (int row = 0; row < grid->rows; row++) {
        put_row(out, grid, theme, row);
    }
    const bool is_whole = ferror(out) == 0;
    if (fclose(out) != 0 || !is_whole) {
        free(block);
        return STATUS_OUT_OF_MEMORY;
    }
    *text = block;
    *size = bytes;
    return STATUS_OK;
}
