/* tui/view_methods.h -- all methods as a list, and the selected one described. */
#ifndef TUI_VIEW_METHODS_H
#define TUI_VIEW_METHODS_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* Left the list (id, name where there is room, forward + backward passes a step), scrolled so that view->method is seen; right its
 * summary, equation, paper, cost and knobs with default, range and meaning, view->method_scroll lines passed over; at its foot what `a` and `A` would add. Made from
 * state->methods alone. Hands back the largest useful scroll. */
int view_methods_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
