/* tui/view_events.h -- what happened in the race, newest first. */
#ifndef TUI_VIEW_EVENTS_H
#define TUI_VIEW_EVENTS_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* On the page of events view->event_scroll are passed over. Hands back the largest useful scroll. */
int view_events_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
