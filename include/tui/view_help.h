/* tui/view_help.h -- the help, made from the key table. */
#ifndef TUI_VIEW_HELP_H
#define TUI_VIEW_HELP_H

#include "tui/cell_grid.h"
#include "tui/view_state.h"

/* Fills the grid; view->help_scroll lines are passed over, clipped to what there is. Hands back the largest useful scroll. */
int view_help_draw(const ViewState *view, CellGrid *grid);

#endif
