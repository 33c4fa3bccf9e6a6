#include "tui/view_knobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void a_pane_shows_value_in_force_slider_and_change(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    expect_pane(view_knobs_draw, &fixed, 10, 48, "knobs-pane");
    fixed_state_destroy(&fixed);
}

static void bare_lines_show_the_same_in_three_rows(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.knob = KNOB_WEIGHT_DECAY;
    expect_pane(view_knobs_draw, &fixed, 3, 80, "knobs-bare");
    fixed_state_destroy(&fixed);
}

static void a_value_that_was_asked_for_is_pending_beside_the_one_in_force(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    lab_state_expect(
        fixed.state,
        &(RunCommand){
            .kind = RUN_COMMAND_SET_KNOB, .id = 9, .lane = 2, .knob = KNOB_RHO, .value = 0.1});
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "rho  0.5  0.1 pending"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                       .step = 121,
                                       .lane = 2,
                                       .knob = KNOB_RHO,
                                       .value = 0.1,
                                       .old_value = 0.5,
                                       .command = 9});
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "rho  0.1  was 0.5, applied @121"));
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 30, "rho  0.1  applied @121"));
    fixed_state_destroy(&fixed);
}

static void a_knob_the_method_lacks_is_said_to_be_missing(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.view.lane = 0;
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "rho  -  adamw has none"));
    fixed_state_destroy(&fixed);
}

static void all_lanes_say_when_they_differ(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.lane = VIEW_ALL_LANES;
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "Knobs: all lanes"));
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "rho  0.05  differs by lane"));
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "s    2,000  was 5,000"));
    fixed_state_destroy(&fixed);
}

static void all_lanes_show_the_lane_that_waits(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.view.lane = VIEW_ALL_LANES;
    lab_state_expect(
        fixed.state,
        &(RunCommand){
            .kind = RUN_COMMAND_SET_KNOB, .id = 9, .lane = 2, .knob = KNOB_RHO, .value = 0.1});
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "rho  0.5  0.1 pending"));
    fixed_state_destroy(&fixed);
}

/* TRAM-0 of fourteen lanes: twenty knobs, numbers and choices. */
static void twenty_knobs_scroll_to_the_focused_one(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    fixed.view.lane = 6;
    expect_pane(view_knobs_draw, &fixed, 10, 38, "knobs-many");
    fixed.view.knob = KNOB_DIVERGENCE;
    expect_pane(view_knobs_draw, &fixed, 10, 38, "knobs-many-choice");
    fixed.view.knob = KNOB_OPTIMIZER;
    expect_pane(view_knobs_draw, &fixed, 10, 48, "knobs-many-last");
    expect_pane(view_knobs_draw, &fixed, 3, 80, "knobs-many-bare");
    expect_pane(view_knobs_draw, &fixed, 16, 48, "knobs-many-large");
    fixed.view.knob = KNOB_RHO;
    expect_pane(view_knobs_draw, &fixed, 1, 40, "knobs-many-tiny"); /* the value, if nothing else */
    fixed_state_destroy(&fixed);
}

static void the_focused_knob_is_always_seen(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    for (size_t lane = 0; lane <= 8; lane++) {
        fixed.view.lane = lane;
        for (size_t knob = 0; knob < KNOB_COUNT; knob++) {
            char line[64];
            fixed.view.knob = (KnobId)knob;
            (void)snprintf(line, sizeof line, "> %s", knob_info((KnobId)knob)->symbol);
            assert_true(pane_shows(view_knobs_draw, &fixed, 10, 38, line));
            assert_true(pane_shows(view_knobs_draw, &fixed, 3, 80, line));
            assert_true(pane_shows(view_knobs_draw, &fixed, 1, 60, line));
        }
    }
    fixed_state_destroy(&fixed);
}

static void a_choice_shows_its_word_pending_and_old_one(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    fixed.view.lane = 5;
    fixed.view.knob = KNOB_DIVERGENCE;
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "forward-kl  (1/3)  (file)"));
    lab_state_expect(fixed.state, &(RunCommand){.kind = RUN_COMMAND_SET_KNOB,
                                                .id = 9,
                                                .lane = 5,
                                                .knob = KNOB_DIVERGENCE,
                                                .value = 2.0});
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "forward-kl  symmetric-kl pending"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                       .step = 7,
                                       .lane = 5,
                                       .knob = KNOB_DIVERGENCE,
                                       .value = 2.0,
                                       .old_value = 0.0,
                                       .command = 9});
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 60,
                           "symmetric-kl  (3/3)  was forward-kl, applied @7"));
    fixed_state_destroy(&fixed);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    draw_at_all_sizes(view_knobs_draw, &fixed);
    fixed_state_destroy(&fixed);
    fixed_state_create_lanes(&fixed, 8);
    fixed.view.lane = 6;
    fixed.view.knob = KNOB_MOMENTUM;
    draw_at_all_sizes(view_knobs_draw, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pane_shows_value_in_force_slider_and_change),
        cmocka_unit_test(bare_lines_show_the_same_in_three_rows),
        cmocka_unit_test(a_value_that_was_asked_for_is_pending_beside_the_one_in_force),
        cmocka_unit_test(a_knob_the_method_lacks_is_said_to_be_missing),
        cmocka_unit_test(all_lanes_say_when_they_differ),
        cmocka_unit_test(all_lanes_show_the_lane_that_waits),
        cmocka_unit_test(twenty_knobs_scroll_to_the_focused_one),
        cmocka_unit_test(the_focused_knob_is_always_seen),
        cmocka_unit_test(a_choice_shows_its_word_pending_and_old_one),
        cmocka_unit_test(any_rectangle_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
