#include "tui/lane_control.h"

#include <string.h>

#include "base/text.h"
#include "tui/knob_control.h"

static bool send_added(LabControl *control, const LaneSpec *lane, uint32_t from)
{
    return knob_control_send(
        control, (RunCommand){.kind = RUN_COMMAND_ADD_LANE, .lane = from, .added = *lane});
}

void lane_control_add(LabControl *control, const LaneRequest *request)
{
    const LaneSpec *lane = &request->lane;
    if (!send_added(control, lane, request->from)) {
        return;
    }
    const bool is_follower = lane->follow[0] != '\0';
    const bool is_copy = request->from != LANE_ALL;
    view_state_say(control->view, ROLE_KNOB, "%s (%s) %s%s%s%s: asked", lane->name, lane->method,
                   is_copy ? "as a copy of " : "at theta_0",
                   is_copy ? control->state->lanes[request->from].name : "",
                   is_follower ? ", following " : "", is_follower ? lane->follow : "");
}

void lane_control_pick(LabControl *control, bool is_copy)
{
    const LabState *state = control->state;
    const size_t focus = control->view->lane;
    LaneRequest request;
    Problem problem = {0};
    if (control->view->method >= state->methods.count) {
        return;
    }
    if (is_copy && !lab_state_has_lane(state, focus)) {
        view_state_say(control->view, ROLE_WARNING,
                       "h and l choose the lane to copy; now all of them are in focus");
        return;
    }
    if (lane_request_of_method(state, &state->methods.methods[control->view->method], focus,
                               is_copy ? (uint32_t)focus : LANE_ALL, &request,
                               &problem) != STATUS_OK) {
        view_state_say(control->view, ROLE_WARNING, "%s", problem.text);
        return;
    }
    lane_control_add(control, &request);
}

void lane_control_add_preset(LabControl *control, size_t preset)
{
    const Preset *from = &control->state->presets.presets[preset];
    LaneRequestList list;
    Problem problem = {0};
    if (lane_request_of_preset(control->state, from, &list, &problem) != STATUS_OK) {
        view_state_say(control->view, ROLE_WARNING, "preset %s: %s", from->name, problem.text);
        return;
    }
    if (list.count == 0) {
        view_state_say(control->view, ROLE_WARNING, "preset %s: all its lanes are in the race",
                       from->name);
        return;
    }
    size_t sent = 0;
    while (sent < list.count && send_added(control, &list.lanes[sent], LANE_ALL)) {
        sent++;
    }
    if (sent == list.count) {
        view_state_say(control->view, ROLE_KNOB, "preset %s: %zu lane%s at theta_0 asked for",
                       from->name, sent, sent == 1 ? "" : "s");
    }
}

void lane_control_remove(LabControl *control, size_t lane)
{
    Problem problem = {0};
    if (lane_request_removal(control->state, lane, &problem) != STATUS_OK) {
        view_state_say(control->view, ROLE_WARNING, "%s", problem.text);
    } else if (knob_control_send(control, (RunCommand){.kind = RUN_COMMAND_REMOVE_LANE,
                                                       .lane = (uint32_t)lane})) {
        view_state_say(control->view, ROLE_KNOB, "%s leaves after this step",
                       control->state->lanes[lane].name);
    }
}

void lane_control_ask_removal(LabControl *control)
{
    Problem problem = {0};
    if (lab_state_is_over(control->state)) {
        view_state_say(control->view, ROLE_WARNING, "the race is over: nothing to change any more");
    } else if (lane_request_removal(control->state, control->view->lane, &problem) != STATUS_OK) {
        view_state_say(control->view, ROLE_WARNING, "%s", problem.text);
    } else {
        control->view->is_removal_open = true;
    }
}

void lane_control_answer(LabControl *control, UiKey key)
{
    const size_t lane = control->view->lane;
    control->view->is_removal_open = false;
    if (key == 'y' || key == 'Y') {
        lane_control_remove(control, lane);
    } else if (lab_state_has_lane(control->state, lane)) {
        view_state_say(control->view, ROLE_TEXT, "%s stays", control->state->lanes[lane].name);
    }
}

/* The next lane that is there, else the one before. */
static void move_focus(LabControl *control, size_t gone)
{
    size_t lanes[SPEC_LANES_MAX];
    const size_t count = lab_state_lanes(control->state, lanes);
    ViewState *view = control->view;
    view->is_removal_open = false; /* it was about the lane that has gone */
    view->lane = VIEW_ALL_LANES;
    for (size_t i = 0; i < count && (view->lane == VIEW_ALL_LANES || view->lane < gone); i++) {
        view->lane = lanes[i];
    }
}

void lane_control_report(LabControl *control, const RunEvent *event)
{
    ViewState *view = control->view;
    const LabState *state = control->state;
    if (event->kind == RUN_EVENT_LANE_REMOVED && view->lane == event->lane) {
        move_focus(control, event->lane);
    }
    if (event->command != control->last_command || event->lane >= state->lane_count) {
        return;
    }
    char step[32];
    const char *name = state->lanes[event->lane].name;
    text_number((double)event->step, 9, step, sizeof step);
    if (event->kind == RUN_EVENT_LANE_ADDED && lab_state_is_catching_up(state, event->lane)) {
        text_number((double)state->lanes[event->lane].catch_up_step, 9, step, sizeof step);
        view_state_say(view, ROLE_KNOB, "%s has joined: it catches up to step %s, the others wait",
                       name, step);
    } else if (event->kind == RUN_EVENT_LANE_REMOVED) {
        view_state_say(view, ROLE_KNOB, "%s has left @%s; the run keeps what it recorded", name,
                       step);
    } else {
        view_state_say(view, ROLE_KNOB, "%s has joined @%s", name, step);
    }
}
