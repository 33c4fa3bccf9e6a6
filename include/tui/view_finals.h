/* tui/view_finals.h -- the end of the race as a table: final values, differences to the baseline, and what they say in words. */
#ifndef TUI_VIEW_FINALS_H
#define TUI_VIEW_FINALS_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* Of several seeds means and paired differences with their 95 % intervals. Two lines a lane where the table is narrow; more lanes than fit
 * are scrolled so that the focused one is seen. Before the final evaluation the last values on dev, and the title says so. */
void view_finals_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
