#include "tui/view_details.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"
#include "tui/seed_states.h"

static void every_measured_number_stands_there_with_its_step(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    expect_pane(view_details_draw, &fixed, 14, 44, "details");
    fixed_state_destroy(&fixed);
}

static void says_so_when_nothing_is_measured(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(view_details_draw, &fixed, 6, 44, "nothing measured yet"));
    fixed_state_destroy(&fixed);
}

static void released_arithmetic_is_named_above_the_numbers(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    fixed.view.lane = 12;
    assert_false(pane_shows(view_details_draw, &fixed, 14, 44, "not an ascent direction"));
    fixed.view.lane = 13;
    assert_true(pane_shows(view_details_draw, &fixed, 14, 44, "not an ascent direction"));
    fixed_state_destroy(&fixed);
}

static void of_several_seeds_the_interval_stands_beside(void **unused)
{
    (void)unused;
    SeedStates states;
    seed_states_create(&states, 5);
    seed_states_take_finals(&states);
    seed_states_average(&states);
    expect_pane(view_details_draw, &states.fixed, 6, 44, "details-seeds");
    states.fixed.view.is_utf8 = false;
    assert_true(pane_shows(view_details_draw, &states.fixed, 6, 44, "+-0.18"));
    seed_states_destroy(&states);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    draw_at_all_sizes(view_details_draw, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_measured_number_stands_there_with_its_step),
        cmocka_unit_test(says_so_when_nothing_is_measured),
        cmocka_unit_test(of_several_seeds_the_interval_stands_beside),
        cmocka_unit_test(any_rectangle_can_be_drawn),
        cmocka_unit_test(released_arithmetic_is_named_above_the_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
