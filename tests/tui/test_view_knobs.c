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
    fixed.view.knob_row = 3;
    expect_pane(view_knobs_draw, &fixed, 3, 80, "knobs-bare");
    fixed_state_destroy(&fixed);
}

static void a_value_that_was_asked_for_is_pending_beside_the_one_in_force(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    lab_state_expect(fixed.state,
                     &(RunCommand){.id = 9, .lane = 2, .knob = KNOB_RHO, .value = 0.1});
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
    fixed.view.lane = 3;
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
    fixed.view.lane = 3;
    lab_state_expect(fixed.state,
                     &(RunCommand){.id = 9, .lane = 2, .knob = KNOB_RHO, .value = 0.1});
    assert_true(pane_shows(view_knobs_draw, &fixed, 10, 48, "rho  0.5  0.1 pending"));
    fixed_state_destroy(&fixed);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
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
        cmocka_unit_test(any_rectangle_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
