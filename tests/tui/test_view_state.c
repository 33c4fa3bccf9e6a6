#include "tui/view_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void smoothing_walks_its_ladder_and_stops_at_both_ends(void **unused)
{
    (void)unused;
    assert_true(view_state_smoothing_notch(0.9, 1) == 0.95);
    assert_true(view_state_smoothing_notch(0.9, -1) == 0.8);
    assert_true(view_state_smoothing_notch(0.93, 1) == 0.95);
    assert_true(view_state_smoothing_notch(0.0, -1) == 0.0);
    assert_true(view_state_smoothing_notch(0.999, 1) == 0.999);
}

static void charts_show_their_first_metrics_again_after_a_reset(void **unused)
{
    (void)unused;
    ViewState view;
    view_state_init(&view, "0.1", "runs/1");
    assert_int_equal(view.chart_metrics[CHART_KL], METRIC_KL_IN_DOMAIN);
    view.chart_metrics[CHART_KL] = METRIC_DISTANCE;
    view_state_reset_charts(&view, NULL);
    assert_int_equal(view.chart_metrics[CHART_KL], METRIC_KL_IN_DOMAIN);
    const ExperimentSpec classes = {.task = SPEC_TASK_TEXT_CLASSIFICATION};
    assert_int_equal(view.chart_metrics[CHART_ZERO_SHOT], METRIC_ZERO_SHOT_PERPLEXITY);
    view_state_reset_charts(&view, &classes);
    assert_int_equal(view.chart_metrics[CHART_ZERO_SHOT], METRIC_ZERO_SHOT_ACCURACY);
}

static void frames_are_ascii_where_the_terminal_or_the_user_wants_it(void **unused)
{
    (void)unused;
    ViewState view;
    view_state_init(&view, "0.1", "runs/1");
    assert_false(view_state_is_ascii(&view));
    view.glyphs = GLYPH_ASCII;
    assert_true(view_state_is_ascii(&view));
    view.glyphs = GLYPH_BRAILLE;
    view.is_utf8 = false;
    assert_true(view_state_is_ascii(&view));
}

static void a_message_is_cut_not_overrun(void **unused)
{
    (void)unused;
    ViewState view;
    view_state_init(&view, "0.1", "runs/1");
    view_state_say(&view, ROLE_ERROR, "%01000d", 7);
    assert_int_equal(strlen(view.message), VIEW_MESSAGE_BYTES - 1);
    assert_int_equal(view.message_role, ROLE_ERROR);
}

static void a_chart_can_show_what_is_computed_for_it(void **unused)
{
    (void)unused;
    ViewState view;
    const DerivedSpec spec = {.kind = DERIVED_DIFFERENCE, .metric = METRIC_LOSS, .baseline = 1};
    view_state_init(&view, "0.1", "runs/1");
    assert_int_equal(view_state_derive(&view, 11, &spec), STATUS_OK);
    assert_int_equal(view.chart_metrics[11], METRIC_ID_MAX + 11);
    assert_int_equal(view.derived[11].spec.baseline, 1);
    view_state_clear(&view);
    assert_null(view.derived);
    view_state_clear(&view);
}

static void every_scale_has_a_name(void **unused)
{
    (void)unused;
    for (int scale = 0; scale < AXIS_SCALE_COUNT; scale++) {
        assert_true(strlen(view_state_scale_name((AxisScale)scale)) > 0);
    }
    assert_non_null(strstr(view_state_scale_name(AXIS_SCALE_SYMLOG), "symlog"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smoothing_walks_its_ladder_and_stops_at_both_ends),
        cmocka_unit_test(charts_show_their_first_metrics_again_after_a_reset),
        cmocka_unit_test(frames_are_ascii_where_the_terminal_or_the_user_wants_it),
        cmocka_unit_test(a_message_is_cut_not_overrun),
        cmocka_unit_test(a_chart_can_show_what_is_computed_for_it),
        cmocka_unit_test(every_scale_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
