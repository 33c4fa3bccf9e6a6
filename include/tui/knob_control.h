/* tui/knob_control.h -- turning knobs: notches, factors, exact values, undo. */
#ifndef TUI_KNOB_CONTROL_H
#define TUI_KNOB_CONTROL_H

#include "tui/lab_control.h"

/* Send a command with a fresh id; says so and hands back false when the queue is full. */
bool knob_control_send(LabControl *control, RunCommand command);

/* Ask for a value of a knob of `lane` (or LANE_ALL), shown as pending until the race answers. */
void knob_control_set(LabControl *control, uint32_t lane, KnobId knob, double value);

/* One notch of the 1-2-5 ladder up or down; a factor of 10 up or down. Of the focused knob and lane, from the pending value if there is one. */
void knob_control_notch(LabControl *control, int direction);
void knob_control_tenfold(LabControl *control, int direction);

/* "set lanes.NAME.KNOB=" for the prompt. */
void knob_control_prefill(LabControl *control);

/* The focused knob in words: what its method says of it, else the knob table. */
void knob_control_explain(LabControl *control);

void knob_control_undo(LabControl *control);
void knob_control_redo(LabControl *control);

#endif
