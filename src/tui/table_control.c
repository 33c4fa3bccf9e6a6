#include "tui/table_control.h"

#include <stdio.h>

#include "tui/lane_order.h"
#include "tui/view_charts.h"

static void say_sort(LabControl *control)
{
    char words[SPEC_NAME_BYTES + 32];
    lane_order_words(control->state, control->view, words, sizeof words);
    const bool is_best = control->view->sort == LANE_SORT_BEST;
    view_state_say(control->view, ROLE_TEXT, "lanes %s%s%s",
                   words[0] != '\0' ? "sorted by " : "in the order of the race", words,
                   is_best ? ": the lowest evaluation loss" : "");
}

/* The order of the race, last loss, lowest evaluation loss, last zero-shot value, name. */
static void next_sort(LabControl *control)
{
    ViewState *view = control->view;
    const uint16_t zero_shot = chart_as_measured(control->state->spec, METRIC_ZERO_SHOT_PERPLEXITY);
    const uint16_t by_metric = view->sort_metric;
    switch (view->sort) {
    case LANE_SORT_NONE:
        view->sort = LANE_SORT_METRIC;
        view->sort_metric = METRIC_LOSS;
        break;
    case LANE_SORT_METRIC:
        view->sort = by_metric == METRIC_LOSS ? LANE_SORT_BEST : LANE_SORT_NAME;
        break;
    case LANE_SORT_BEST:
        view->sort = LANE_SORT_METRIC;
        view->sort_metric = zero_shot;
        break;
    case LANE_SORT_NAME:
        view->sort = LANE_SORT_NONE;
        break;
    }
    say_sort(control);
}

static void toggle_pin(LabControl *control, size_t lane)
{
    ViewState *view = control->view;
    if (!lab_state_has_lane(control->state, lane)) {
        view_state_say(view, ROLE_WARNING, "focus a lane first (h l): p pins it");
        return;
    }
    view->is_pinned[lane] = !view->is_pinned[lane];
    view_state_say(view, ROLE_TEXT, "%s %s", control->state->lanes[lane].name,
                   view->is_pinned[lane] ? "pinned: on top, whatever the order and the filter"
                                         : "no longer pinned");
}

/* Without a lane in focus: all are shown again. */
static void show_all(LabControl *control)
{
    ViewState *view = control->view;
    for (size_t lane = 0; lane < SPEC_LANES_MAX; lane++) {
        view->is_hidden[lane] = false;
    }
    view_state_say(view, ROLE_TEXT, "no lane is hidden (h l: one in focus, which H hides)");
}

void table_control_hide(LabControl *control, size_t lane)
{
    ViewState *view = control->view;
    char hide[KEY_NAMES_BYTES];
    if (!lab_state_has_lane(control->state, lane)) {
        show_all(control);
        return;
    }
    key_map_first_key(view->keys, UI_ACTION_HIDE, hide);
    view->is_hidden[lane] = !view->is_hidden[lane];
    if (view->is_hidden[lane]) {
        view_state_say(view, ROLE_TEXT,
                       "%s is hidden in all charts; %s or a click on its mark shows it",
                       control->state->lanes[lane].name, hide);
    } else {
        view_state_say(view, ROLE_TEXT, "%s is shown", control->state->lanes[lane].name);
    }
}

static void toggle_differences(LabControl *control)
{
    ViewState *view = control->view;
    const size_t baseline = view_charts_baseline(control->state, view);
    if (baseline >= SPEC_LANES_MAX) {
        view_state_say(view, ROLE_WARNING, "a difference needs a lane");
        return;
    }
    view->has_deltas = !view->has_deltas;
    view_state_say(view, ROLE_TEXT,
                   view->has_deltas ? "table: values minus those of %s (b: another baseline)"
                                    : "table: values as they are (d: minus those of %s)",
                   control->state->lanes[baseline].name);
}

static void set_filter(LabControl *control, const LaneFilter *filter)
{
    size_t lanes[SPEC_LANES_MAX];
    control->view->filter = *filter;
    const size_t shown = lane_order(control->state, control->view, lanes);
    const size_t all = lab_state_lanes(control->state, lanes);
    if (filter->count == 0) {
        view_state_say(control->view, ROLE_TEXT, "no filter: all %zu lanes", all);
    } else {
        view_state_say(control->view, shown > 0 ? ROLE_TEXT : ROLE_WARNING,
                       "%zu of %zu lanes pass \"%s\" in table and charts; / and an empty line: all",
                       shown, all, filter->text);
    }
}

void table_control_act(LabControl *control, UiAction action)
{
    if (action == UI_ACTION_SORT) {
        next_sort(control);
    } else if (action == UI_ACTION_PIN) {
        toggle_pin(control, control->view->lane);
    } else if (action == UI_ACTION_HIDE) {
        table_control_hide(control, control->view->lane);
    } else if (action == UI_ACTION_DIFFERENCE && control->view->page == VIEW_PAGE_TABLE) {
        toggle_differences(control);
    }
}

void table_control_execute(LabControl *control, const Command *command)
{
    if (command->kind == COMMAND_SORT) {
        control->view->sort = command->sort;
        control->view->sort_metric = command->metric;
        say_sort(control);
    } else if (command->kind == COMMAND_FILTER) {
        set_filter(control, &command->filter);
    } else if (command->kind == COMMAND_PIN) {
        toggle_pin(control, command->lane);
    } else if (command->kind == COMMAND_HIDE) {
        table_control_hide(control, command->lane);
    }
}

void table_control_prefill(LabControl *control)
{
    snprintf(control->prefill, sizeof control->prefill, "filter %s", control->view->filter.text);
}
