/* tui/lane_order.h -- the lanes that are looked at, in the order of the table. */
#ifndef TUI_LANE_ORDER_H
#define TUI_LANE_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/lab_state.h"
#include "tui/view_state.h"

/* The lanes in the race that pass the filter (a pinned one always does): the pinned first, both parts sorted as view->sort says, the
 * best on top; without a value, or diverged: at the end; equal ones in the order of the race. Hands back how many they are. */
size_t lane_order(const LabState *state, const ViewState *view, size_t lanes[SPEC_LANES_MAX]);

/* In the race, and pinned or passing the filter. */
bool lane_order_shows(const LabState *state, const ViewState *view, size_t lane);

/* The same, and not hidden: its lines are drawn. */
bool lane_order_draws(const LabState *state, const ViewState *view, size_t lane);

/* How many lanes of the race are not drawn, because of the filter or hidden. */
size_t lane_order_count_undrawn(const LabState *state, const ViewState *view);

/* What the lanes are sorted by: "", "name", "best", or the metric's name. */
void lane_order_words(const LabState *state, const ViewState *view, char *out, size_t out_bytes);

#endif
