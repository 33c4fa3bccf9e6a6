/* tui/view_wall.h -- the wall of pictures: a few of each domain, with what they show and what the focused lane says. */
#ifndef TUI_VIEW_WALL_H
#define TUI_VIEW_WALL_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* Domain by domain (view->wall_scroll), as large as the width allows for all pictures of a domain side by side. Two pixels a cell, in
 * the colours of the picture; without colours or UTF-8 as characters from dark to bright. Below each picture truth and prediction: "="
 * right, "!" wrong. Hands back the largest useful scroll. */
int view_wall_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
