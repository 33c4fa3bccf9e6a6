/* tui/view_knobs.h -- the knobs of the focused lane or of all lanes. */
#ifndef TUI_VIEW_KNOBS_H
#define TUI_VIEW_KNOBS_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* A framed pane of two lines a knob, value and slider (rect of 8 rows or more), or bare lines of one knob each; the focused one is always among them.
 * The value is the one in force as told by the race; "pending" and "@step" say where a change stands. */
void view_knobs_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
