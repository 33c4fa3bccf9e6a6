/* tui/view_bars.h -- the lines at the top and the bottom: status, message, keys. */
#ifndef TUI_VIEW_BARS_H
#define TUI_VIEW_BARS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/cell_grid.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

/* One line: program, phase as a word, step of max_steps, steps a second, time left, link, x axis, seed, run directory: those that fit. On
 * less than 100 columns without the version. */
void view_bars_status(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

/* The last answer to the user, or why the race failed; wrapped where rect has more than one row. */
void view_bars_message(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

/* The keys that have a hint in the key table, as many as fit; help and quit always. Of a record not those that steer a
 * race, but the one for the finals. */
void view_bars_hint(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

/* Something stands in the message line. */
bool view_bars_has_message(const LabState *state, const ViewState *view);

/* An answer, or why the race failed, is wider than `columns`: it may take the row above it, too. */
bool view_bars_message_is_long(const LabState *state, const ViewState *view, int columns);

/* What limits the focused lane (or, for all lanes, the first that climbs); wrapped where rect has more than one row. On the grid of charts: the mark
 * and name of each lane. */
void view_bars_words(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect);

/* The command line being typed: ":" and `text`, scrolled so that byte `point` can be seen. Hands back the cursor's column. */
int view_bars_prompt(CellGrid *grid, CellRect rect, const char *prefix, const char *text,
                     size_t point);

#endif
