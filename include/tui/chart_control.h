/* tui/chart_control.h -- what keys and commands do to the charts: zoom, cursor, scales, differences, grids. */
#ifndef TUI_CHART_CONTROL_H
#define TUI_CHART_CONTROL_H

#include <stdbool.h>

#include "tui/lab_control.h"

/* Keys of the cursor while it is on: arrows, h l , . Home End Enter Esc and others; false for a key that means what it always does. */
bool chart_control_cursor_key(LabControl *control, UiKey key);

/* Actions of the charts; others do nothing. */
void chart_control_act(LabControl *control, UiAction action);

/* COMMAND_PLOT, COMMAND_DIFF, COMMAND_BASELINE, COMMAND_GRID, COMMAND_LAST; others do nothing. */
void chart_control_execute(LabControl *control, const Command *command);

/* Another x axis: a zoom would mean nothing on it, the cursor goes on at the same point. Epochs of a race that has not said how long one is
 * are refused. */
void chart_control_set_axis(LabControl *control, ViewAxis chosen);

/* The axis behind the present one. */
ViewAxis chart_control_next_axis(const LabControl *control);

/* The mouse in a chart that stands in `rect`: the wheel zooms at the pointer's column (any chart, the focus stays where it is); in the
 * focused one, dragging from one column to another moves the part in view, and a click puts the cursor on the logged point next to it. Beside the axes nothing
 * happens. */
void chart_control_turn_wheel(LabControl *control, size_t chart, bool is_closer, CellRect rect,
                              int column);
void chart_control_drag(LabControl *control, CellRect rect, int from, int to);
void chart_control_point(LabControl *control, CellRect rect, int column);

/* One level out: from a chart opened in the grid to the grid, else to the main screen, which has CHART_COUNT charts. */
void chart_control_leave_page(ViewState *view);

#endif
