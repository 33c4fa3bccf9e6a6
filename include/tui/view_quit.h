/* tui/view_quit.h -- the question before leaving a race that is not over. */
#ifndef TUI_VIEW_QUIT_H
#define TUI_VIEW_QUIT_H

#include "tui/cell_grid.h"
#include "tui/view_state.h"

/* A popup in the middle: stop and save, discard, stay. */
void view_quit_draw(const ViewState *view, CellGrid *grid);

#endif
