#include "tui/view_charts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_loss(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    view_charts_draw(state, view, CHART_LOSS, grid, rect);
}

static void draw_norm(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    view_charts_draw(state, view, CHART_PERTURBATION, grid, rect);
}

static void a_chart_has_its_rule_and_says_its_options(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.axis = SERIES_AXIS_PASSES;
    fixed.view.is_log[METRIC_PERTURBATION_NORM] = true;
    expect_pane(draw_norm, &fixed, 14, 70, "chart-norm-log-passes");
    fixed_state_destroy(&fixed);
}

static void only_the_loss_is_smoothed(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_loss, &fixed, 12, 70, "ema 0.9"));
    assert_false(pane_shows(draw_norm, &fixed, 12, 70, "ema"));
    fixed.view.smoothing = 0.0;
    assert_false(pane_shows(draw_loss, &fixed, 12, 70, "ema"));
    fixed_state_destroy(&fixed);
}

static void released_arithmetic_is_named_where_the_norm_is_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_norm, &fixed, 14, 40, "not an ascent direction"));
    assert_true(pane_shows(draw_norm, &fixed, 14, 80, "not an ascent direction: released; L2"));
    assert_false(pane_shows(draw_loss, &fixed, 14, 80, "not an ascent direction"));
    fixed.view.chart_metrics[CHART_LOSS] = METRIC_RADIUS;
    assert_true(pane_shows(draw_loss, &fixed, 14, 80,
                           "1 radius  not an ascent direction: released; own metric"));
    assert_true(pane_shows(draw_loss, &fixed, 14, 80, "not an ascent direction"));
    fixed_state_destroy(&fixed);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    draw_at_all_sizes(draw_loss, &fixed);
    fixed_state_destroy(&fixed);
}

static void a_removed_lane_has_no_curve_and_the_others_keep_their_marks(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_loss, &fixed, 20, 80, "x SAM"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .step = 120, .lane = 1});
    assert_false(pane_shows(draw_loss, &fixed, 20, 80, "SAM"));
    assert_true(pane_shows(draw_loss, &fixed, 20, 80, "* TRAM"));
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_removed_lane_has_no_curve_and_the_others_keep_their_marks),
        cmocka_unit_test(a_chart_has_its_rule_and_says_its_options),
        cmocka_unit_test(only_the_loss_is_smoothed),
        cmocka_unit_test(released_arithmetic_is_named_where_the_norm_is_drawn),
        cmocka_unit_test(any_rectangle_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
