#include "tui/knob_control.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/lane_knobs.h"

bool knob_control_send(LabControl *control, RunCommand command)
{
    if (lab_state_is_over(control->state)) {
        view_state_say(control->view, ROLE_WARNING,
                       control->state->is_recorded
                           ? "this is a recorded run: nothing to change in it"
                           : "the race is over: nothing to change any more");
        return false;
    }
    command.id |= control->last_command + 1;
    if (!command_queue_push(control->commands, &command)) {
        view_state_say(control->view, ROLE_WARNING,
                       "too many commands are waiting; try again after a step");
        return false;
    }
    control->last_command++;
    lab_state_expect(control->state, &command);
    return true;
}

static bool send_knob(LabControl *control, RunCommand command)
{
    Problem problem = {0};
    if (command_check_knob(control->state, command.lane, command.knob, command.value, &problem) !=
        STATUS_OK) {
        view_state_say(control->view, ROLE_WARNING, "%s", problem.text);
        return false;
    }
    command.kind = RUN_COMMAND_SET_KNOB;
    return knob_control_send(control, command);
}

void knob_control_set(LabControl *control, uint32_t lane, KnobId knob, double value)
{
    if (send_knob(control, (RunCommand){.lane = lane, .knob = knob, .value = value})) {
        char number[32];
        lane_knobs_value_text(knob, value, 6, number, sizeof number);
        view_state_say(control->view, ROLE_KNOB,
                       "%s = %s for %s: asked; in force from the next step", knob_info(knob)->key,
                       number, lane == LANE_ALL ? "all lanes" : control->state->lanes[lane].name);
    }
}

static uint32_t focused_lane(const LabControl *control)
{
    return control->view->lane < control->state->lane_count ? (uint32_t)control->view->lane
                                                            : LANE_ALL;
}

/* The value from which keys go on: of the focused lane, or of the first lane that has the knob. */
static bool focused_value(LabControl *control, KnobId knob, double *value)
{
    const uint32_t focus = focused_lane(control);
    for (uint32_t lane = 0; lane < control->state->lane_count; lane++) {
        const LaneKnob *one = &control->state->lanes[lane].knobs[knob];
        if ((focus == LANE_ALL || focus == lane) && one->is_available) {
            *value = one->is_pending ? one->pending_value : one->value;
            return true;
        }
    }
    Problem problem = {0};
    if (command_check_knob(control->state, focus, knob, 0.0, &problem) != STATUS_OK) {
        view_state_say(control->view, ROLE_WARNING, "%s", problem.text);
    }
    return false;
}

static void say_end(LabControl *control, KnobId knob, double maximum)
{
    if (knob_info(knob)->choices != NULL) {
        char range[256];
        lane_knobs_range_text(knob, maximum, range, sizeof range);
        view_state_say(control->view, ROLE_WARNING, "%s: no more choices that way; there are %s",
                       knob_info(knob)->key, range);
        return;
    }
    view_state_say(control->view, ROLE_WARNING,
                   "%s: the ladder ends here; = takes any value from %g to %g",
                   knob_info(knob)->key, knob_info(knob)->minimum, maximum);
}

void knob_control_notch(LabControl *control, int direction)
{
    const KnobId knob = control->view->knob;
    double value = 0.0;
    if (!focused_value(control, knob, &value)) {
        return;
    }
    const double next = knob_notch(knob, value, direction);
    const double maximum = lane_knobs_maximum(control->state, focused_lane(control), knob);
    if (!(direction > 0 ? next > value : next < value) || next > maximum) {
        say_end(control, knob, maximum);
        return;
    }
    knob_control_set(control, focused_lane(control), knob, next);
}

void knob_control_tenfold(LabControl *control, int direction)
{
    const KnobId knob = control->view->knob;
    double value = 0.0;
    if (!focused_value(control, knob, &value)) {
        return;
    }
    if (knob_info(knob)->choices != NULL) {
        view_state_say(control->view, ROLE_WARNING,
                       "%s has choices, not a size; [ ] walk through them, = takes one by its name",
                       knob_info(knob)->key);
        return;
    }
    if (!(value > 0.0)) {
        view_state_say(control->view, ROLE_WARNING,
                       "%s is 0: ten times 0 is 0; use ] or =", knob_info(knob)->key);
        return;
    }
    /* Through text, so that 0.1 * 10 * 10 / 10 stays the number a person would type. */
    char text[64];
    const double wanted = direction > 0 ? value * 10.0 : value / 10.0;
    snprintf(text, sizeof text, "%.12g", knob_info(knob)->is_whole ? ceil(wanted) : wanted);
    double next = 0.0;
    if (text_parse_double(text, &next)) {
        knob_control_set(control, focused_lane(control), knob, next);
    }
}

void knob_control_prefill(LabControl *control)
{
    const uint32_t lane = focused_lane(control);
    snprintf(control->prefill, sizeof control->prefill,
             "set lanes.%s.%s=", lane == LANE_ALL ? "*" : control->state->lanes[lane].name,
             knob_info(control->view->knob)->key);
}

/* What the lane's method says of a knob; NULL if nothing. */
static const char *method_meaning(const LabState *state, uint32_t lane, KnobId knob)
{
    const MethodKnob *own =
        lane < state->lane_count ? lane_knobs_of_method(state->lanes[lane].info, knob) : NULL;
    return own != NULL ? own->meaning : NULL;
}

void knob_control_explain(LabControl *control)
{
    const KnobId knob = control->view->knob;
    const char *meaning = method_meaning(control->state, focused_lane(control), knob);
    view_state_say(control->view, ROLE_TEXT, "%s: %s", knob_info(knob)->key,
                   meaning != NULL ? meaning : knob_info(knob)->meaning);
}

static void send_changes(LabControl *control, size_t first, size_t count, bool is_undo)
{
    const KnobHistory *history = &control->state->history;
    for (size_t i = first; i < first + count; i++) {
        const KnobChange *change = &history->changes[i];
        char number[32];
        const double value = is_undo ? change->old_value : change->value;
        lane_knobs_value_text(change->knob, value, 6, number, sizeof number);
        if (send_knob(control, (RunCommand){.id = KNOB_HISTORY_UNDO_BIT,
                                            .lane = change->lane,
                                            .knob = change->knob,
                                            .value = value})) {
            view_state_say(control->view, ROLE_KNOB, "%s: %s %s back to %s%s",
                           is_undo ? "undo" : "redo", control->state->lanes[change->lane].name,
                           knob_info(change->knob)->key, number,
                           is_undo ? " (the value only; the steps since stay)" : "");
        }
    }
}

void knob_control_undo(LabControl *control)
{
    size_t first = 0;
    const size_t count =
        lab_state_is_over(control->state) ? 0 : knob_history_undo(&control->state->history, &first);
    if (count == 0) {
        view_state_say(control->view, ROLE_WARNING, "nothing to undo");
        return;
    }
    send_changes(control, first, count, true);
}

void knob_control_redo(LabControl *control)
{
    size_t first = 0;
    const size_t count =
        lab_state_is_over(control->state) ? 0 : knob_history_redo(&control->state->history, &first);
    if (count == 0) {
        view_state_say(control->view, ROLE_WARNING, "nothing to make again");
        return;
    }
    send_changes(control, first, count, false);
}
