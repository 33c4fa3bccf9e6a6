#include "tui/view_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_config(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)view_config_draw(state, view, grid, rect);
}

static void knobs_that_differ_stand_side_by_side(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    expect_pane(draw_config, &fixed, 20, 80, "config-80x20");
    expect_pane(draw_config, &fixed, 36, 120, "config-120x36");
    expect_pane(draw_config, &fixed, 12, 60, "config-60x12");
    fixed_state_destroy(&fixed);
}

static void what_is_alike_is_only_counted(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_false(pane_shows(draw_config, &fixed, 30, 80, "learning_rate"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                       .lane = 1,
                                       .knob = KNOB_LEARNING_RATE,
                                       .value = 0.25});
    assert_true(pane_shows(draw_config, &fixed, 30, 80, "learning_rate"));
    assert_true(pane_shows(draw_config, &fixed, 30, 80, "0.25*")); /* not the baseline's */
    fixed.view.baseline = 1;
    assert_true(pane_shows(draw_config, &fixed, 30, 80, "[x SAM]"));
    assert_false(pane_shows(draw_config, &fixed, 30, 80, "0.25*"));
    fixed_state_destroy(&fixed);
}

static void only_lanes_that_pass_are_compared(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_int_equal(lane_filter_parse("sam", fixed.state, &fixed.view.filter, NULL), STATUS_OK);
    assert_true(pane_shows(draw_config, &fixed, 30, 80, "all lanes have the same"));
    assert_int_equal(lane_filter_parse("xyz", fixed.state, &fixed.view.filter, NULL), STATUS_OK);
    assert_true(pane_shows(draw_config, &fixed, 30, 80, "no lane passes the filter"));
    fixed_state_destroy(&fixed);
}

static void the_focused_lane_is_in_view_and_long_lists_scroll(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    fixed.view.lane = 0;
    assert_true(pane_shows(draw_config, &fixed, 12, 80, "lanes 1-4 of 14"));
    fixed.view.lane = 13;
    assert_true(pane_shows(draw_config, &fixed, 12, 80, "lanes 11-14 of 14"));
    assert_true(pane_shows(draw_config, &fixed, 12, 80, ">i released"));
    assert_true(pane_shows(draw_config, &fixed, 12, 80, "method "));
    fixed.view.config_scroll = 1000;
    assert_false(pane_shows(draw_config, &fixed, 12, 80, "method "));
    draw_at_all_sizes(draw_config, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knobs_that_differ_stand_side_by_side),
        cmocka_unit_test(what_is_alike_is_only_counted),
        cmocka_unit_test(only_lanes_that_pass_are_compared),
        cmocka_unit_test(the_focused_lane_is_in_view_and_long_lists_scroll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
