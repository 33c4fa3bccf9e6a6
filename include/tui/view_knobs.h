/* tui/view_knobs.h -- the knobs of the focused lane or of all lanes. */
#ifndef TUI_VIEW_KNOBS_H
#define TUI_VIEW_KNOBS_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* A framed pane (rect of 8 rows or more): a line a knob, with a slider below the focused number and below others as far as there is
 * room; or bare lines of one knob each. The focused knob is always among those shown. Choices read "forward-kl  (1/8)".
 * The value is the one in force as told by the race; "pending" and "@step" say where a change stands. */
void view_knobs_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
