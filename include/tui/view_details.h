/* tui/view_details.h -- every number the focused lane reported last. */
#ifndef TUI_VIEW_DETAILS_H
#define TUI_VIEW_DETAILS_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

void view_details_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
