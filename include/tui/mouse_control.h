/* tui/mouse_control.h -- what clicks and the wheel do: they choose and scroll, and never change the race. */
#ifndef TUI_MOUSE_CONTROL_H
#define TUI_MOUSE_CONTROL_H

#include "tui/cell_grid.h"
#include "tui/key_decoder.h"
#include "tui/lab_control.h"

/* A click focuses the chart, the lane or the knob it falls on; in the focused chart it puts the cursor there, and dragging moves
 * the part in view. A click on a lane's mark in the table hides it in the charts, or shows it. The wheel zooms a chart, scrolls a list, and moves along lanes and knobs.
 * shown  the picture that was clicked on: what is scrolled out of it cannot be hit */
void mouse_control_take(LabControl *control, const CellGrid *shown, const UiMouse *mouse);

#endif
