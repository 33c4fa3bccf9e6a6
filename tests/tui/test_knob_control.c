#include "tui/knob_control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/control_bench.h"

static void a_notch_asks_and_shows_it_pending(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    knob_control_notch(&bench.control, 1);
    const RunCommand command = bench_sent(&bench);
    assert_int_equal(command.kind, RUN_COMMAND_SET_KNOB);
    assert_int_equal(command.lane, 2);
    assert_int_equal(command.knob, KNOB_RHO);
    assert_true(command.value == 1.0);
    const LaneKnob *rho = &bench.fixed.state->lanes[2].knobs[KNOB_RHO];
    assert_true(rho->is_pending && rho->pending_value == 1.0 && rho->value == 0.5);
    bench_apply(&bench, &command, 121);
    assert_false(rho->is_pending);
    assert_string_equal(bench.fixed.view.message, "rho = 1 for TRAM: applied @121");
    bench_close(&bench);
}

static void two_quick_notches_go_on_from_the_pending_value(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    knob_control_notch(&bench.control, -1);
    knob_control_notch(&bench.control, -1);
    assert_true(bench_sent(&bench).value == 0.2);
    assert_true(bench_sent(&bench).value == 0.1);
    bench_close(&bench);
}

static void tenfold_keeps_round_numbers_round(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    bench.fixed.view.knob = KNOB_LEARNING_RATE;
    for (int i = 0; i < 3; i++) {
        knob_control_tenfold(&bench.control, -1);
    }
    assert_true(bench_sent(&bench).value == 1e-4);
    assert_true(bench_sent(&bench).value == 1e-5);
    assert_true(bench_sent(&bench).value == 1e-6);
    bench.fixed.view.knob = KNOB_WEIGHT_DECAY;
    knob_control_tenfold(&bench.control, 1);
    bench_sent_nothing(&bench);
    assert_non_null(strstr(bench.fixed.view.message, "ten times 0 is 0"));
    bench_close(&bench);
}

static void the_end_of_the_ladder_is_told(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    bench.fixed.state->lanes[2].knobs[KNOB_RHO].value = 10.0;
    knob_control_notch(&bench.control, 1);
    bench_sent_nothing(&bench);
    assert_string_equal(bench.fixed.view.message,
                        "rho: the ladder ends here; = takes any value from 0 to 1e+06");
    bench_close(&bench);
}

static void a_lane_without_the_knob_says_what_it_has(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    bench.fixed.view.lane = 0;
    knob_control_notch(&bench.control, 1);
    bench_sent_nothing(&bench);
    assert_string_equal(
        bench.fixed.view.message,
        "AdamW (adamw) has no rho; it has learning_rate, weight_decay, max_grad_norm");
    bench_close(&bench);
}

static void undo_sends_the_old_value_and_redo_the_new_one_again(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench); /* the fixed race has one change: scale 5000 > 2000 */
    knob_control_undo(&bench.control);
    const RunCommand undo = bench_sent(&bench);
    assert_int_equal(undo.knob, KNOB_SCALE);
    assert_true(undo.value == 5000.0);
    assert_true((undo.id & KNOB_HISTORY_UNDO_BIT) != 0);
    bench_apply(&bench, &undo, 121);
    knob_control_undo(&bench.control);
    bench_sent_nothing(&bench);
    assert_string_equal(bench.fixed.view.message, "nothing to undo");
    knob_control_redo(&bench.control);
    assert_true(bench_sent(&bench).value == 2000.0);
    knob_control_redo(&bench.control);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void undo_of_a_change_of_all_lanes_gives_each_its_own_value_back(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    knob_control_set(&bench.control, LANE_ALL, KNOB_RHO, 0.3);
    const RunCommand set = bench_sent(&bench);
    bench_apply(&bench, &set, 121);
    knob_control_undo(&bench.control);
    const RunCommand first = bench_sent(&bench);
    const RunCommand second = bench_sent(&bench);
    assert_int_equal(first.lane, 1);
    assert_true(first.value == 0.05);
    assert_int_equal(second.lane, 2);
    assert_true(second.value == 0.5);
    assert_true(first.id != second.id);
    bench_close(&bench);
}

static void the_prompt_is_prefilled_for_lane_and_knob(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    knob_control_prefill(&bench.control);
    assert_string_equal(bench.control.prefill, "set lanes.TRAM.rho=");
    bench.fixed.view.lane = VIEW_ALL_LANES;
    knob_control_prefill(&bench.control);
    assert_string_equal(bench.control.prefill, "set lanes.*.rho=");
    bench_close(&bench);
}

static void a_knob_is_explained_by_its_method_or_by_the_table(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    bench.fixed.view.knob = KNOB_SCALE;
    knob_control_explain(&bench.control);
    assert_string_equal(bench.fixed.view.message, "scale: times the KL is the radius");
    bench.fixed.view.knob = KNOB_LEARNING_RATE;
    knob_control_explain(&bench.control);
    assert_string_equal(bench.fixed.view.message,
                        "learning_rate: peak learning rate; the schedule multiplies it");
    bench_close(&bench);
}

static void a_full_queue_is_told_and_nothing_is_pending(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    for (int i = 0; i < COMMAND_QUEUE_CAPACITY; i++) {
        (void)knob_control_send(&bench.control, (RunCommand){.kind = RUN_COMMAND_PAUSE});
    }
    knob_control_notch(&bench.control, 1);
    assert_false(bench.fixed.state->lanes[2].knobs[KNOB_RHO].is_pending);
    assert_non_null(strstr(bench.fixed.view.message, "too many commands"));
    bench_close(&bench);
}

static void a_race_that_is_over_takes_no_more_changes(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    give_event(bench.fixed.state, (RunEvent){.kind = RUN_EVENT_FINISHED, .lane = LANE_ALL});
    knob_control_notch(&bench.control, 1);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

/* A bench over eight lanes, TRAM-0 (of twenty knobs) in focus. */
static void bench_open_many(ControlBench *bench)
{
    bench_open(bench);
    fixed_state_destroy(&bench->fixed);
    fixed_state_create_lanes(&bench->fixed, 8);
    bench->control.state = bench->fixed.state;
    bench->fixed.view.lane = 6;
}

static void a_choice_is_walked_by_notches_up_to_its_ends(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open_many(&bench);
    bench.fixed.view.knob = KNOB_DIVERGENCE;
    knob_control_notch(&bench.control, -1);
    bench_sent_nothing(&bench);
    assert_string_equal(bench.fixed.view.message,
                        "divergence: no more choices that way; there are forward-kl, reverse-kl, "
                        "symmetric-kl, l2, mmd-imq, mmd-imq2, mmd-imq3, mmd-rbf");
    knob_control_notch(&bench.control, 1);
    assert_true(bench_sent(&bench).value == 1.0);
    assert_string_equal(bench.fixed.view.message,
                        "divergence = reverse-kl for TRAM-0: asked; in force from the next step");
    knob_control_tenfold(&bench.control, 1);
    bench_sent_nothing(&bench);
    assert_non_null(strstr(bench.fixed.view.message, "has choices"));
    bench_close(&bench);
}

static void a_method_that_takes_less_ends_earlier(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open_many(&bench);
    bench.fixed.view.lane = 5; /* TRPO: three kinds of KL */
    bench.fixed.view.knob = KNOB_DIVERGENCE;
    for (int i = 0; i < 2; i++) {
        knob_control_notch(&bench.control, 1);
        (void)bench_sent(&bench);
    }
    knob_control_notch(&bench.control, 1);
    bench_sent_nothing(&bench);
    assert_string_equal(bench.fixed.view.message,
                        "divergence: no more choices that way; there are forward-kl, reverse-kl, "
                        "symmetric-kl");
    knob_control_set(&bench.control, 5, KNOB_DIVERGENCE, 3.0);
    bench_sent_nothing(&bench);
    assert_string_equal(
        bench.fixed.view.message,
        "divergence of trpo takes forward-kl, reverse-kl, symmetric-kl, not \"l2\"");
    bench_close(&bench);
}

static void whole_numbers_stay_whole(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open_many(&bench);
    bench.fixed.view.knob = KNOB_INTERVAL;
    knob_control_set(&bench.control, 6, KNOB_INTERVAL, 25.0);
    assert_true(bench_sent(&bench).value == 25.0);
    knob_control_tenfold(&bench.control, -1);
    assert_true(bench_sent(&bench).value == 3.0);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notch_asks_and_shows_it_pending),
        cmocka_unit_test(two_quick_notches_go_on_from_the_pending_value),
        cmocka_unit_test(tenfold_keeps_round_numbers_round),
        cmocka_unit_test(the_end_of_the_ladder_is_told),
        cmocka_unit_test(a_lane_without_the_knob_says_what_it_has),
        cmocka_unit_test(undo_sends_the_old_value_and_redo_the_new_one_again),
        cmocka_unit_test(undo_of_a_change_of_all_lanes_gives_each_its_own_value_back),
        cmocka_unit_test(the_prompt_is_prefilled_for_lane_and_knob),
        cmocka_unit_test(a_knob_is_explained_by_its_method_or_by_the_table),
        cmocka_unit_test(a_full_queue_is_told_and_nothing_is_pending),
        cmocka_unit_test(a_race_that_is_over_takes_no_more_changes),
        cmocka_unit_test(a_choice_is_walked_by_notches_up_to_its_ends),
        cmocka_unit_test(a_method_that_takes_less_ends_earlier),
        cmocka_unit_test(whole_numbers_stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
