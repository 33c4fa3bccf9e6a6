/* tui/ansi_text.h -- a picture as lines of text with colours, for a terminal that is not taken over. */
#ifndef TUI_ANSI_TEXT_H
#define TUI_ANSI_TEXT_H

#include "tui/cell_grid.h"
#include "tui/theme.h"

/* Rows of UTF-8, trailing blanks cut, each ended by '\n', in the theme's colours for a terminal of 256, 16, 8 or 0 colours (see
 * role_style_sequence). Heap, caller frees; NULL when out of memory. Without any escape sequence: cell_grid_to_text. */
char *ansi_text(const CellGrid *grid, const Theme *theme, int colours);

#endif
