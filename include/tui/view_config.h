/* tui/view_config.h -- in which knobs the lanes differ, side by side. */
#ifndef TUI_VIEW_CONFIG_H
#define TUI_VIEW_CONFIG_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* A column a lane in the order of the table, the focused one always seen, a row a knob: first those that the lanes have in common with
 * different values in force, then those that only some methods have ('-' where there is none). Knobs alike in all lanes are only counted.
 * The baseline's name stands in brackets; of the other lanes those that have another value than it are marked with a '*'.
 * view->config_scroll rows are passed over; hands back the largest useful scroll. */
int view_config_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
