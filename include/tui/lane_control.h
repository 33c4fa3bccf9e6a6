/* tui/lane_control.h -- letting lanes join and leave the running race. */
#ifndef TUI_LANE_CONTROL_H
#define TUI_LANE_CONTROL_H

#include "tui/lab_control.h"

/* Ask the race for a lane. */
void lane_control_add(LabControl *control, const LaneRequest *request);

/* The method shown on the page of methods: at theta_0, or (is_copy) where the focused lane stands. */
void lane_control_pick(LabControl *control, bool is_copy);

/* Every lane of state->presets.presets[preset] that the race does not have yet; none if one of them cannot be had. */
void lane_control_add_preset(LabControl *control, size_t preset);

void lane_control_remove(LabControl *control, size_t lane);

/* Open the question whether the focused lane is to leave, and take its answer: y removes, every other key does not. */
void lane_control_ask_removal(LabControl *control);
void lane_control_answer(LabControl *control, UiKey key);

/* What LANE_ADDED and LANE_REMOVED mean for the view: a message, and a focus on a lane that is still there. After the state took it. */
void lane_control_report(LabControl *control, const RunEvent *event);

#endif
