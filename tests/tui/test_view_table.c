#include "tui/view_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void a_narrow_table_says_what_limits_below_each_lane(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    expect_pane(view_table_draw, &fixed, 9, 38, "table-narrow");
    fixed_state_destroy(&fixed);
}

static void a_wide_table_says_it_beside(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.lane = 3; /* all */
    expect_pane(view_table_draw, &fixed, 7, 100, "table-wide");
    fixed_state_destroy(&fixed);
}

/* At the widths of small, medium and large screens. */
static void fourteen_lanes_are_scrolled_to_the_focused_one(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 120, .lane = 9});
    fixed.view.lane = 10;
    expect_pane(view_table_draw, &fixed, 12, 38, "table-many-narrow");
    expect_pane(view_table_draw, &fixed, 12, 80, "table-many");
    expect_pane(view_table_draw, &fixed, 17, 120, "table-many-medium");
    expect_pane(view_table_draw, &fixed, 40, 200, "table-many-large");
    assert_true(pane_shows(view_table_draw, &fixed, 12, 80, "Lanes 3-11 of 14"));
    fixed.view.lane = FAKE_LANES_MAX; /* all */
    assert_true(pane_shows(view_table_draw, &fixed, 12, 80, "Lanes 1-9 of 14"));
    fixed_state_destroy(&fixed);
}

static void released_arithmetic_is_named_at_every_width(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    fixed.view.lane = 13;
    for (int columns = 38; columns < 240; columns++) {
        assert_true(pane_shows(view_table_draw, &fixed, 17, columns, "not an ascent"));
        assert_true(pane_shows(view_table_draw, &fixed, 40, columns, "not an ascent"));
    }
    fixed_state_destroy(&fixed);
}

static void what_was_not_measured_is_a_dash_and_nan_is_nan(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(view_table_draw, &fixed, 9, 60, "-"));
    MetricSample sample = {.lane = 0, .step = 1};
    (void)metric_sample_add(&sample, METRIC_LOSS, NAN);
    give_sample(fixed.state, sample);
    assert_true(pane_shows(view_table_draw, &fixed, 9, 60, "nan"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 1, .lane = 0});
    assert_true(pane_shows(view_table_draw, &fixed, 9, 60, "DIVERGED"));
    fixed_state_destroy(&fixed);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    draw_at_all_sizes(view_table_draw, &fixed);
    fixed_state_destroy(&fixed);
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    fixed.view.lane = 13;
    draw_at_all_sizes(view_table_draw, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_narrow_table_says_what_limits_below_each_lane),
        cmocka_unit_test(a_wide_table_says_it_beside),
        cmocka_unit_test(fourteen_lanes_are_scrolled_to_the_focused_one),
        cmocka_unit_test(released_arithmetic_is_named_at_every_width),
        cmocka_unit_test(what_was_not_measured_is_a_dash_and_nan_is_nan),
        cmocka_unit_test(any_rectangle_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
