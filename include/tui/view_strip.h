/* tui/view_strip.h -- the heat strip: domains against lanes, each as the difference to the baseline, in colour and in numbers. */
#ifndef TUI_VIEW_STRIP_H
#define TUI_VIEW_STRIP_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* Lanes are rows and domains columns, or the other way round where more of them can be seen so. The means stay in sight, domains
 * scroll (view->strip_scroll). The baseline's own scores are shown as they are. Below: the focused lane counted, and what the colours
 * mean; the signs alone say the same. A lane that has not been evaluated since theta_0 has dashes.
 * Hands back the largest useful scroll. */
int view_strip_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
