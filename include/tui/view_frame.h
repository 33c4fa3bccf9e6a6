/* tui/view_frame.h -- a box with a title, in line characters or plain ASCII. */
#ifndef TUI_VIEW_FRAME_H
#define TUI_VIEW_FRAME_H

#include <stdbool.h>

#include "tui/cell_grid.h"

/* What a box is wider than the longest title it shows whole. */
enum { VIEW_FRAME_TITLE_MARGIN = 5 };

/* Draw a box around `rect` with the title in its upper edge; a rectangle thinner than two rows or columns gets the title only.
 * Hands back the rectangle inside. */
CellRect view_frame_draw(CellGrid *grid, CellRect rect, const char *title, Role role,
                         bool is_ascii);

#endif
