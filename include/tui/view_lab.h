/* tui/view_lab.h -- the whole screen as a picture. */
#ifndef TUI_VIEW_LAB_H
#define TUI_VIEW_LAB_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* Draw everything but the prompt: the page in view->page, and help or the quit question over it. Any size from 1x1.
 * Hands back the largest useful scroll of the page, or of the help where it is open: see view_state_clip_scroll. */
int view_lab_draw(const LabState *state, const ViewState *view, CellGrid *grid);

#endif
