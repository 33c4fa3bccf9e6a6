/* tui/view_table.h -- the lanes as a table: last values, and what limits each radius in words. */
#ifndef TUI_VIEW_TABLE_H
#define TUI_VIEW_TABLE_H

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* Behind a lane's mark. */
enum { VIEW_TABLE_PINNED = '!', VIEW_TABLE_HIDDEN = '-' };

/* As many columns as fit; a second line a lane says its method, what limits it and its best evaluation where there is no room beside
 * and enough below. More lanes than fit are scrolled so that the focused one is seen; the title says which are shown,
 * of how many seeds the values are means, and that evaluations on the way are of part of dev (finals are of all of a split); the lower
 * edge which columns there was no room for. A lane that is hidden in the charts is dim and has a '-' behind its mark.
 * On the page of lanes those of recorded runs that were opened beside stand below, as far as they pass the filter: dim, with the letters of the charts, their last and
 * best values, "recorded", and no knob. All lanes in focus scrolls to them. */
void view_table_draw(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

#endif
