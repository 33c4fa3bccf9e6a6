#include "tui/lab_state.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static void starts_with_what_the_file_says_and_does_not_call_it_in_force(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    const LabLane *tram = &fixed.state->lanes[2];
    assert_int_equal(fixed.state->phase, LAB_LOADING);
    assert_true(tram->knobs[KNOB_SCALE].is_available);
    assert_false(tram->knobs[KNOB_SCALE].is_told);
    assert_true(tram->knobs[KNOB_SCALE].value == 5000.0);
    assert_false(fixed.state->lanes[0].knobs[KNOB_RHO].is_available);
    assert_true(fixed.state->lanes[0].knobs[KNOB_LEARNING_RATE].value == 0.001);
    fixed_state_destroy(&fixed);
}

static void keeps_series_last_values_and_progress(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    const LabLane *sam = &fixed.state->lanes[1];
    assert_int_equal(sam->history[METRIC_LOSS].count, 121);
    assert_int_equal(sam->history[METRIC_ZERO_SHOT_PERPLEXITY].count, 3);
    assert_true(sam->history[METRIC_LOSS].points[10].x[SERIES_AXIS_PASSES] == 60.0);
    assert_int_equal(sam->last_step[METRIC_ZERO_SHOT_PERPLEXITY], 100);
    assert_int_equal(fixed.state->step, 120);
    assert_true(lab_state_rate(fixed.state) == 2.0);
    assert_true(lab_state_seconds_left(fixed.state) == 40.0);
    fixed_state_destroy(&fixed);
}

static void a_knob_is_pending_until_its_own_command_is_answered(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    LabState *state = fixed.state;
    const LaneKnob *rho = &state->lanes[1].knobs[KNOB_RHO];
    lab_state_expect(
        state,
        &(RunCommand){
            .kind = RUN_COMMAND_SET_KNOB, .id = 5, .lane = 1, .knob = KNOB_RHO, .value = 0.2});
    assert_true(rho->is_pending);
    assert_true(rho->value == 0.05);
    give_event(state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                 .step = 7,
                                 .lane = 1,
                                 .knob = KNOB_RHO,
                                 .value = 0.1,
                                 .command = 4});
    assert_true(rho->is_pending);
    give_event(state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                 .step = 8,
                                 .lane = 1,
                                 .knob = KNOB_RHO,
                                 .value = 0.2,
                                 .old_value = 0.1,
                                 .command = 5});
    assert_false(rho->is_pending);
    assert_true(rho->value == 0.2 && rho->old_value == 0.1);
    assert_int_equal(rho->applied_step, 8);
    assert_int_equal(state->rule_count, 2);
    assert_int_equal(state->history.count, 2);
    fixed_state_destroy(&fixed);
}

static void a_refused_command_is_no_longer_pending(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    lab_state_expect(fixed.state, &(RunCommand){.kind = RUN_COMMAND_SET_KNOB,
                                                .id = 5,
                                                .lane = LANE_ALL,
                                                .knob = KNOB_RHO,
                                                .value = 0.2});
    assert_true(fixed.state->lanes[2].knobs[KNOB_RHO].is_pending);
    assert_false(fixed.state->lanes[0].knobs[KNOB_RHO].is_pending);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_COMMAND_REFUSED, .command = 5});
    assert_false(fixed.state->lanes[1].knobs[KNOB_RHO].is_pending);
    assert_false(fixed.state->lanes[2].knobs[KNOB_RHO].is_pending);
    fixed_state_destroy(&fixed);
}

static void one_command_for_all_lanes_draws_one_rule(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    for (uint32_t lane = 1; lane < 3; lane++) {
        give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                           .step = 9,
                                           .lane = lane,
                                           .knob = KNOB_RHO,
                                           .value = 0.1,
                                           .command = 3});
    }
    assert_int_equal(fixed.state->rule_count, 1);
    assert_int_equal(fixed.state->rules[0].number, 1);
    assert_int_equal(fixed.state->history.count, 2);
    fixed_state_destroy(&fixed);
}

static void an_undo_is_shown_but_is_no_change_of_its_own(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                       .lane = 2,
                                       .knob = KNOB_RHO,
                                       .value = 0.1,
                                       .command = KNOB_HISTORY_UNDO_BIT | 3});
    assert_int_equal(fixed.state->history.count, 0);
    assert_int_equal(fixed.state->rule_count, 1);
    fixed_state_destroy(&fixed);
}

static void phases_follow_the_events(void **unused)
{
    (void)unused;
    static const struct {
        RunEventKind kind;
        LabPhase phase;
        bool is_over;
    } CASES[] = {
        {RUN_EVENT_STARTED, LAB_RUNNING, false},  {RUN_EVENT_PAUSED, LAB_PAUSED, false},
        {RUN_EVENT_RESUMED, LAB_RUNNING, false},  {RUN_EVENT_EVALUATING, LAB_EVALUATING, false},
        {RUN_EVENT_FINISHED, LAB_FINISHED, true}, {RUN_EVENT_STOPPED, LAB_STOPPED, true},
        {RUN_EVENT_FAILED, LAB_FAILED, true},
    };
    FixedState fixed;
    fixed_state_create(&fixed);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        give_event(fixed.state, (RunEvent){.kind = CASES[i].kind, .lane = LANE_ALL});
        assert_int_equal(fixed.state->phase, CASES[i].phase);
        assert_true(lab_state_is_over(fixed.state) == CASES[i].is_over);
    }
    fixed_state_destroy(&fixed);
}

static void an_evaluation_ends_with_the_next_sample_but_a_pause_does_not(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_EVALUATING, .lane = LANE_ALL});
    give_steps(fixed.state, 1, 1, 1.0);
    assert_int_equal(fixed.state->phase, LAB_RUNNING);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_PAUSED, .lane = LANE_ALL});
    give_steps(fixed.state, 2, 2, 1.0);
    assert_int_equal(fixed.state->phase, LAB_PAUSED);
    fixed_state_destroy(&fixed);
}

static void nonsense_from_the_channel_is_ignored(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    MetricSample sample = fake_sample(0, 1, 1.0, 1.0);
    sample.lane = 77;
    give_sample(fixed.state, sample);
    sample.lane = 0;
    sample.metrics[0] = METRIC_ID_MAX + 5;
    sample.count = METRIC_VALUES_MAX + 100;
    give_sample(fixed.state, sample);
    give_event(
        fixed.state,
        (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED, .lane = 50, .knob = KNOB_COUNT, .command = 1});
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .lane = 50});
    assert_true(fixed.state->lanes[0].history[METRIC_LOSS].count < METRIC_VALUES_MAX);
    fixed_state_destroy(&fixed);
}

static void events_read_as_lines(void **unused)
{
    (void)unused;
    FixedState fixed;
    char text[512];
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    lab_state_event_text(fixed.state, 2, text, sizeof text);
    assert_string_equal(text, "    60 [1] TRAM s 5,000 > 2,000");
    lab_state_event_text(fixed.state, 0, text, sizeof text);
    assert_string_equal(text, "     0 loading: base-lm");
    RunEvent event = {.kind = RUN_EVENT_DIVERGED, .step = 90, .lane = 1};
    (void)snprintf(event.text, sizeof event.text, "loss is nan");
    give_event(fixed.state, event);
    lab_state_event_text(fixed.state, 3, text, sizeof text);
    assert_string_equal(text, "    90 diverged SAM: loss is nan");
    assert_true(fixed.state->lanes[1].has_diverged);
    lab_state_note(fixed.state, "blas\033[2J said");
    lab_state_event_text(fixed.state, 4, text, sizeof text);
    assert_null(strchr(text, '\033'));
    fixed_state_destroy(&fixed);
}

static void old_events_and_rules_give_way(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    for (uint32_t i = 1; i <= LAB_EVENTS_KEPT + 100; i++) {
        give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                           .step = i,
                                           .lane = 2,
                                           .knob = KNOB_RHO,
                                           .value = 0.1,
                                           .command = i});
    }
    assert_int_equal(fixed.state->event_count, LAB_EVENTS_KEPT + 100);
    assert_int_equal(fixed.state->rule_count, PLOT_RULES_MAX);
    assert_int_equal(fixed.state->rules[PLOT_RULES_MAX - 1].number, LAB_EVENTS_KEPT + 100);
    fixed_state_destroy(&fixed);
}

static void the_best_evaluation_is_remembered_with_its_step(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_false(fixed.state->lanes[1].has_best);
    const double losses[] = {3.0, 2.0, NAN, 2.5};
    for (uint32_t i = 0; i < 4; i++) {
        MetricSample sample = {.lane = 1, .step = 10 * (i + 1)};
        (void)metric_sample_add(&sample, METRIC_EVAL_LOSS, losses[i]);
        give_sample(fixed.state, sample);
    }
    assert_true(fixed.state->lanes[1].best_eval == 2.0);
    assert_int_equal(fixed.state->lanes[1].best_step, 20);
    fixed_state_destroy(&fixed);
}

static void every_metric_keeps_its_past_in_bounded_memory(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    for (uint32_t step = 0; step < 10000; step++) {
        MetricSample sample = {.lane = 0, .step = step};
        (void)metric_sample_add(&sample, METRIC_LOSS, 1.0);
        (void)metric_sample_add(&sample, METRIC_GRAD_NORM, (double)step);
        (void)metric_sample_add(&sample, METRIC_RADIUS_LIMIT, 1.0);
        give_sample(fixed.state, sample);
    }
    const LabLane *lane = &fixed.state->lanes[0];
    assert_int_equal(lane->history[METRIC_LOSS].count, 10000);
    assert_in_range(lane->history[METRIC_GRAD_NORM].count, LAB_THINNED_POINTS / 2,
                    LAB_THINNED_POINTS);
    const Series *thinned = &lane->history[METRIC_GRAD_NORM];
    assert_true(thinned->points[thinned->count - 1].value == 9999.0);
    assert_int_equal(lane->history[METRIC_RADIUS_LIMIT].count, 0);
    assert_true(lab_state_has_metric(fixed.state, METRIC_GRAD_NORM));
    assert_false(lab_state_has_metric(fixed.state, METRIC_DISTANCE));
    fixed_state_destroy(&fixed);
}

static void a_value_one_lane_does_not_take_is_not_pending_there(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    lab_state_expect(fixed.state, &(RunCommand){.kind = RUN_COMMAND_SET_KNOB,
                                                .id = 3,
                                                .lane = LANE_ALL,
                                                .knob = KNOB_DIVERGENCE,
                                                .value = 3.0});
    assert_false(fixed.state->lanes[5].knobs[KNOB_DIVERGENCE].is_pending); /* trpo: KL only */
    assert_true(fixed.state->lanes[6].knobs[KNOB_DIVERGENCE].is_pending);
    fixed_state_destroy(&fixed);
}

static void a_changed_choice_is_told_by_its_words(void **unused)
{
    (void)unused;
    FixedState fixed;
    char text[128];
    fixed_state_create_lanes(&fixed, 8);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                       .step = 7,
                                       .lane = 6,
                                       .knob = KNOB_DIVERGENCE,
                                       .value = 3.0,
                                       .old_value = 0.0});
    lab_state_event_text(fixed.state, fixed.state->event_count - 1, text, sizeof text);
    assert_string_equal(text, "     7 [1] TRAM-0 D forward-kl > l2");
    fixed_state_destroy(&fixed);
}

static void a_lane_that_joins_at_theta_0_catches_up_while_the_race_stands(void **unused)
{
    (void)unused;
    FixedState fixed;
    char text[128];
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    LabState *state = fixed.state;
    const double passes = state->lanes[2].passes;
    RunEvent event = added_lane(3, "SAM-2", LANE_ALL);
    event.added.knob_is_set[KNOB_RHO] = true;
    event.added.knobs[KNOB_RHO] = 0.25;
    give_event(state, event);
    assert_int_equal(state->lane_count, 4);
    assert_string_equal(state->spec->lanes[3].name, "SAM-2");
    assert_int_equal(fixed.spec.lane_count, 3); /* the state's copy grew, not the caller's spec */
    assert_true(state->lanes[3].knobs[KNOB_RHO].value == 0.25);
    assert_false(state->lanes[3].knobs[KNOB_RHO].is_told);
    assert_true(lab_state_is_catching_up(state, 3));
    assert_false(lab_state_is_catching_up(state, 2));
    assert_true(lab_state_rate(state) == 0.0);
    for (uint32_t step = 0; step < 120; step++) {
        give_sample(state, fake_sample(3, step, 0.25, 0.0));
    }
    assert_true(lab_state_is_catching_up(state, 3));
    assert_int_equal(state->step, 120);
    assert_true(lab_state_rate(state) == 0.0); /* its pace is not the race's */
    give_sample(state, fake_sample(3, 120, 0.25, 0.0));
    assert_false(lab_state_is_catching_up(state, 3));
    give_steps(state, 121, 124, 2000.0);
    assert_int_equal(state->step, 124);
    assert_true(fabs(lab_state_rate(state) - 2.0) < 1e-9);
    assert_true(state->lanes[2].passes > passes);
    lab_state_event_text(state, state->event_count - 1, text, sizeof text);
    assert_string_equal(text, "   120 added SAM-2: sam, at theta_0");
    fixed_state_destroy(&fixed);
}

static void a_copy_stands_where_its_source_stands(void **unused)
{
    (void)unused;
    FixedState fixed;
    char text[128];
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    give_event(fixed.state, added_lane(3, "fork", 1));
    assert_int_equal(fixed.state->lanes[3].step, 120);
    assert_false(lab_state_is_catching_up(fixed.state, 3));
    lab_state_event_text(fixed.state, fixed.state->event_count - 1, text, sizeof text);
    assert_string_equal(text, "   120 added fork: sam, as SAM");
    fixed_state_destroy(&fixed);
}

static void a_removed_lane_leaves_knobs_curves_and_undo_but_not_its_place(void **unused)
{
    (void)unused;
    FixedState fixed;
    char text[128];
    size_t lanes[SPEC_LANES_MAX];
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    LabState *state = fixed.state;
    assert_int_equal(state->history.done, 1);
    give_event(state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .step = 120, .lane = 2});
    assert_int_equal(lab_state_lanes(state, lanes), 2);
    assert_int_equal(lanes[1], 1);
    assert_false(lab_state_has_lane(state, 2));
    assert_int_equal(lab_state_find_lane(state, "TRAM"), SPEC_LANES_MAX);
    assert_int_equal(lab_state_find_lane(state, "SAM"), 1);
    assert_false(state->lanes[2].knobs[KNOB_SCALE].is_available);
    assert_int_equal(state->lanes[2].history[METRIC_LOSS].count, 0);
    assert_int_equal(state->history.done, 0);
    give_sample(state, fake_sample(2, 121, 0.5, 2000.0)); /* was on its way */
    assert_int_equal(state->lanes[2].history[METRIC_LOSS].count, 0);
    lab_state_event_text(state, state->event_count - 1, text, sizeof text);
    assert_string_equal(text, "   120 removed TRAM");
    give_event(state, added_lane(3, "next", LANE_ALL));
    assert_int_equal(state->lane_count, 4);
    assert_string_equal(state->lanes[3].name, "next");
    fixed_state_destroy(&fixed);
}

static void a_lane_asked_for_is_remembered_until_it_is_answered(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    RunCommand command = {.kind = RUN_COMMAND_ADD_LANE, .id = 7, .added = {.name = "a"}};
    lab_state_expect(fixed.state, &command);
    command.id = 8;
    lab_state_expect(fixed.state, &command);
    assert_int_equal(fixed.state->asked_count, 2);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_COMMAND_REFUSED, .command = 7});
    assert_int_equal(fixed.state->asked_count, 1);
    assert_int_equal(fixed.state->asked[0].command, 8);
    RunEvent event = added_lane(3, "a", LANE_ALL);
    event.command = 8;
    give_event(fixed.state, event);
    assert_int_equal(fixed.state->asked_count, 0);
    fixed_state_destroy(&fixed);
}

static void lanes_that_make_no_sense_are_not_taken(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_event(fixed.state, added_lane(2, "there", LANE_ALL));
    give_event(fixed.state, added_lane(9, "gap", LANE_ALL));
    give_event(fixed.state, added_lane(LANE_ALL, "all", LANE_ALL));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 17});
    assert_int_equal(fixed.state->lane_count, 3);
    for (uint32_t lane = 3; lane < SPEC_LANES_MAX; lane++) {
        give_event(fixed.state, added_lane(lane, "one", LANE_ALL));
    }
    give_event(fixed.state, added_lane(SPEC_LANES_MAX, "too many", LANE_ALL));
    assert_int_equal(fixed.state->lane_count, SPEC_LANES_MAX);
    fixed_state_destroy(&fixed);
}

static void a_record_without_times_has_no_seconds(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(lab_state_has_seconds(fixed.state)); /* they will come */
    lab_state_end_record(fixed.state);
    assert_false(lab_state_has_seconds(fixed.state));
    fixed.state->lanes[2].seconds = 0.5;
    assert_true(lab_state_has_seconds(fixed.state));
    fixed_state_destroy(&fixed);
}

static void a_record_without_an_end_is_broken_off(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_false(lab_state_is_over(fixed.state));
    lab_state_end_record(fixed.state);
    assert_true(fixed.state->is_recorded && lab_state_is_over(fixed.state));
    assert_string_equal(lab_state_phase_word(fixed.state->phase), "BROKEN OFF");
    fixed_state_destroy(&fixed);
    fixed_state_create(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_STOPPED, .lane = LANE_ALL});
    lab_state_end_record(fixed.state);
    assert_int_equal(fixed.state->phase, LAB_STOPPED);
    fixed_state_destroy(&fixed);
}

/* Where no command is told, what was changed at one step is one rule. */
static void changes_of_one_recorded_step_share_a_rule(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    for (uint32_t i = 0; i < 3; i++) {
        give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                           .step = i < 2 ? 10 : 20,
                                           .lane = i < 2 ? i + 1 : 1,
                                           .knob = KNOB_RHO,
                                           .value = 1.0});
    }
    assert_int_equal(fixed.state->rule_count, 2);
    assert_int_equal(fixed.state->events[1].rule, 1);
    assert_int_equal(fixed.state->events[2].rule, 2);
    fixed_state_destroy(&fixed);
}

static void the_best_accuracy_is_the_highest(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.state->spec->task = SPEC_TASK_TEXT_CLASSIFICATION;
    const double accuracies[] = {40.0, 70.0, NAN, 60.0};
    for (uint32_t i = 0; i < 4; i++) {
        MetricSample sample = {.lane = 0, .step = 10 * i};
        (void)metric_sample_add(&sample, METRIC_EVAL_LOSS, 1.0 / (i + 1.0));
        (void)metric_sample_add(&sample, METRIC_EVAL_ACCURACY, accuracies[i]);
        give_sample(fixed.state, sample);
    }
    assert_true(fixed.state->lanes[0].best_eval == 70.0);
    assert_int_equal(fixed.state->lanes[0].best_step, 10);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_with_what_the_file_says_and_does_not_call_it_in_force),
        cmocka_unit_test(keeps_series_last_values_and_progress),
        cmocka_unit_test(a_knob_is_pending_until_its_own_command_is_answered),
        cmocka_unit_test(a_refused_command_is_no_longer_pending),
        cmocka_unit_test(one_command_for_all_lanes_draws_one_rule),
        cmocka_unit_test(an_undo_is_shown_but_is_no_change_of_its_own),
        cmocka_unit_test(phases_follow_the_events),
        cmocka_unit_test(an_evaluation_ends_with_the_next_sample_but_a_pause_does_not),
        cmocka_unit_test(nonsense_from_the_channel_is_ignored),
        cmocka_unit_test(events_read_as_lines),
        cmocka_unit_test(old_events_and_rules_give_way),
        cmocka_unit_test(the_best_evaluation_is_remembered_with_its_step),
        cmocka_unit_test(a_record_without_times_has_no_seconds),
        cmocka_unit_test(a_record_without_an_end_is_broken_off),
        cmocka_unit_test(changes_of_one_recorded_step_share_a_rule),
        cmocka_unit_test(the_best_accuracy_is_the_highest),
        cmocka_unit_test(every_metric_keeps_its_past_in_bounded_memory),
        cmocka_unit_test(a_value_one_lane_does_not_take_is_not_pending_there),
        cmocka_unit_test(a_changed_choice_is_told_by_its_words),
        cmocka_unit_test(a_lane_that_joins_at_theta_0_catches_up_while_the_race_stands),
        cmocka_unit_test(a_copy_stands_where_its_source_stands),
        cmocka_unit_test(a_removed_lane_leaves_knobs_curves_and_undo_but_not_its_place),
        cmocka_unit_test(a_lane_asked_for_is_remembered_until_it_is_answered),
        cmocka_unit_test(lanes_that_make_no_sense_are_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
