/* tui/ansi_text.h -- a screen as text with ANSI colours, for `cat` and `less -R`. */
#ifndef TUI_ANSI_TEXT_H
#define TUI_ANSI_TEXT_H

#include <stddef.h>

#include "base/status.h"
#include "tui/cell_grid.h"
#include "tui/theme.h"

/* The grid row by row, each ended by '\n': UTF-8 with SGR sequences (ECMA-48; colours of 256) wherever the style changes, and none left open
 * at a row's end. Blanks at a row's end that show no style are cut.
 * text  out, NUL-ended heap block that the caller frees     size  its bytes without the NUL
 * STATUS_OUT_OF_MEMORY. Pure. */
Status ansi_text(const CellGrid *grid, const Theme *theme, char **text, size_t *size);

#endif
