#include "tui/plot_survey.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/chart_window.h"
#include "tui/plot_rig.h"

static void an_empty_chart_has_nothing_to_draw(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    const PlotSurvey survey = plot_survey(&rig.plot);
    assert_int_equal(survey.drawable, 0);
    assert_int_equal(survey.point_count, 0);
    assert_true(survey.x_high > survey.x_low);
    rig_close(&rig);
}

static void the_whole_past_gives_both_ranges(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    for (int step = 0; step <= 100; step++) {
        rig_add(&rig, 0, step, step == 40 ? -3.0 : 1.0);
        rig_add(&rig, 1, step, step == 50 ? (double)NAN : 8.0);
    }
    const PlotSurvey survey = plot_survey(&rig.plot);
    assert_true(survey.low == -3.0 && survey.high == 8.0);
    assert_true(survey.x_low == 0.0 && survey.x_high == 128.0);
    assert_int_equal(survey.not_finite, 1);
    assert_int_equal(survey.not_positive, 0); /* of interest on a log axis only */
    assert_int_equal(survey.point_count, 202);
    rig_close(&rig);
}

static void a_window_counts_and_measures_only_what_it_shows(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    for (int step = 0; step <= 100; step++) {
        rig_add(&rig, 0, step, step);
    }
    rig.plot.window = (PlotWindow){.low = 20.0, .high = 30.0};
    PlotSurvey survey = plot_survey(&rig.plot);
    assert_true(survey.low == 20.0 && survey.high == 30.0);
    assert_int_equal(survey.stretches[0].from, 20);
    assert_int_equal(survey.stretches[0].end, 31);
    rig.plot.window = (PlotWindow){.low = 20.2, .high = 20.7};
    survey = plot_survey(&rig.plot);
    assert_int_equal(survey.drawable, 0); /* between two points */
    rig_close(&rig);
}

static void on_a_log_axis_only_what_is_above_zero_counts(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.y_scale = AXIS_SCALE_LOG;
    rig_add(&rig, 0, 0.0, -5.0);
    rig_add(&rig, 0, 1.0, 0.0);
    assert_int_equal(plot_survey(&rig.plot).drawable, 0);
    assert_int_equal(plot_survey(&rig.plot).not_positive, 2);
    rig_add(&rig, 0, 2.0, 1e-5);
    rig_add(&rig, 0, 3.0, 10.0);
    const PlotSurvey survey = plot_survey(&rig.plot);
    assert_true(survey.low == 1e-5 && survey.high == 10.0);
    rig_close(&rig);
}

static void a_log_x_axis_starts_at_a_power_of_ten_and_counts_what_lies_before(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.is_x_log = true;
    for (int step = 0; step <= 100; step++) {
        rig_add(&rig, 0, step, 1.0);
    }
    PlotSurvey survey = plot_survey(&rig.plot);
    assert_true(survey.x_low == 1.0 && survey.x_high == 128.0);
    assert_int_equal(survey.before_log_x, 1);
    assert_int_equal(survey.stretches[0].from, 1);
    rig.plot.axis = SERIES_AXIS_SECONDS; /* 0.25 s a step */
    survey = plot_survey(&rig.plot);
    assert_true(survey.x_low > 0.0999 && survey.x_low < 0.1001);
    rig_close(&rig);
}

static void the_range_can_be_of_the_lines_of_all_or_of_the_bulk(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    for (int step = 0; step < 400; step++) {
        rig_add(&rig, 0, step, step == 200 ? 100.0 : 1.0 + (step % 3) / 2.0);
    }
    assert_true(plot_survey(&rig.plot).high == 100.0); /* the line goes there */
    rig.plot.range = PLOT_RANGE_BULK;
    assert_true(plot_survey(&rig.plot).high == 2.0);
    rig.plot.smoothing = 0.99;
    rig.plot.range = PLOT_RANGE_LINES;
    assert_true(plot_survey(&rig.plot).high < 5.0); /* the smoothed line stays low */
    rig.plot.range = PLOT_RANGE_ALL;
    assert_true(plot_survey(&rig.plot).high == 100.0);
    rig_close(&rig);
}

static void a_difference_has_zero_on_its_axis(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.has_zero_line = true;
    assert_int_equal(plot_survey(&rig.plot).drawable, 0);
    rig_add(&rig, 0, 0.0, 3.0);
    assert_true(plot_survey(&rig.plot).low == 0.0);
    rig_close(&rig);
}

/* Point after point the range of the whole past only grows where no raw points stand behind the line. */
static void the_range_does_not_breathe(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    double low = INFINITY;
    double high = -INFINITY;
    for (int step = 0; step < 700; step++) {
        rig_add(&rig, 0, step, sin(step * 0.3) * exp(-step / 100.0));
        const PlotSurvey survey = plot_survey(&rig.plot);
        assert_true(survey.low <= low && survey.high >= high);
        low = survey.low;
        high = survey.high;
    }
    rig_close(&rig);
}

/* How often the ticks of the y axis change in so many frames, a point each. */
static int count_tick_changes(PlotRig *rig, int frames, double (*value)(int step), bool is_follow)
{
    AxisTicks before = {0};
    int changes = -1; /* the first one is no change */
    for (int step = 0; step < frames; step++) {
        AxisTicks ticks = {0};
        rig_add(rig, 0, step, value(step));
        rig->plot.is_following = is_follow;
        if (is_follow) {
            rig->plot.window =
                chart_window_follow((PlotWindow){0.0, 64.0}, plot_survey_whole(&rig->plot), step);
        }
        const PlotSurvey survey = plot_survey(&rig->plot);
        axis_ticks_linear(survey.low, survey.high, 7, &ticks);
        changes += ticks.low != before.low || ticks.high != before.high ||
                   ticks.count != before.count || step == 0;
        before = ticks;
    }
    return changes;
}

/* Between -1 and 1; each time differently far, as the noise of a batch is. */
static double noise_at(int step)
{
    return sin(step * 12.9898) * cos(step * 4.1414);
}

static double flat_noise(int step)
{
    return 2.0 + noise_at(step) * (0.85 + 0.15 * sin(step / 9.0));
}

static double spiky_noise(int step)
{
    return 2.0 + noise_at(step) + (step % 200 == 100 ? 50.0 : 0.0);
}

static void raw_points_behind_a_line_do_not_make_its_axis_breathe(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.smoothing = 0.95;
    assert_in_range(count_tick_changes(&rig, 2000, flat_noise, false), 0, 6);
    rig_close(&rig);
    rig_open(&rig);
    rig.plot.range = PLOT_RANGE_BULK;
    double high = -INFINITY;
    int shrunk = 0;
    for (int step = 0; step < 2000; step++) {
        rig_add(&rig, 0, step, flat_noise(step));
        const PlotSurvey survey = plot_survey(&rig.plot);
        shrunk += survey.high < high;
        high = survey.high;
    }
    assert_in_range(shrunk, 1,
                    5); /* when there are enough to leave one out, and at 256, 512, 1,024 points */
    rig_close(&rig);
}

static void a_window_that_follows_expands_at_once_and_shrinks_rarely(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    assert_in_range(count_tick_changes(&rig, 1000, flat_noise, true), 0, 6);
    rig_close(&rig);
    rig_open(&rig); /* five spikes: up and down again */
    assert_in_range(count_tick_changes(&rig, 1000, spiky_noise, true), 10, 20);
    assert_true(plot_survey(&rig.plot).high < 4.0); /* the last one is forgotten */
    rig_add(&rig, 0, 1000.0, 7.0);
    rig.plot.window = chart_window_follow(rig.plot.window, plot_survey_whole(&rig.plot), 1000.0);
    assert_true(plot_survey(&rig.plot).high == 7.0);
    rig_close(&rig);
}

/* What leaves the window keeps the axis as it is while that would shrink by less than a quarter; on a log axis, of its decades. */
static void what_has_just_left_counts_if_it_changes_little(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.window = (PlotWindow){.low = 50.0, .high = 100.0};
    for (int step = 0; step <= 100; step++) {
        rig_add(&rig, 0, step, step == 60 ? 1.0 : step == 70 ? 9.0 : step == 20 ? 10.0 : 5.0);
    }
    assert_true(plot_survey(&rig.plot).high == 9.0);
    rig.plot.is_following = true;
    assert_true(plot_survey(&rig.plot).high == 10.0 && plot_survey(&rig.plot).low == 1.0);
    rig_add(&rig, 1, 10.0, 14.0); /* the range would shrink by more */
    rig_add(&rig, 1, 60.0, 5.0);
    assert_true(plot_survey(&rig.plot).high == 9.0);
    rig.plot.y_scale = AXIS_SCALE_LOG; /* 0.95 of 1.15 decades */
    assert_true(plot_survey(&rig.plot).high == 14.0);
    rig_close(&rig);
}

static void values_at_the_ends_of_the_number_range_give_finite_ranges(void **state)
{
    (void)state;
    static const double values[] = {1e300, -1e300, 1e-300, 1.7e308, -1.7e308, 0.0, NAN, INFINITY};
    for (int scale = 0; scale < AXIS_SCALE_COUNT; scale++) {
        PlotRig rig;
        rig_open(&rig);
        rig.plot.y_scale = (AxisScale)scale;
        for (size_t i = 0; i < 8; i++) {
            rig_add(&rig, 0, (double)i, values[i]);
            const PlotSurvey survey = plot_survey(&rig.plot);
            assert_true(survey.drawable == 0 || (isfinite(survey.low) && isfinite(survey.high) &&
                                                 survey.low <= survey.high));
        }
        rig_close(&rig);
    }
}

/* Of a short race, too: two spikes of sixty, and not the values that a fifth of the points has. */
static void without_outliers_spikes_of_a_short_race_leave_the_range(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    for (int step = 0; step < 60; step++) {
        const double value = step == 40 ? 37.0 : step == 41 ? 55.0 : 3.0 + (step % 10) / 10.0;
        rig_add(&rig, 0, step, value);
        rig_add(&rig, 1, step, step % 5 == 0 ? 5.0 : 2.0);
    }
    rig.plot.smoothing = 0.9;
    assert_true(plot_survey(&rig.plot).high == 55.0); /* few: all of them */
    rig.plot.range = PLOT_RANGE_BULK;
    const PlotSurvey survey = plot_survey(&rig.plot);
    assert_true(survey.high == 5.0 && survey.low == 2.0);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_outliers_spikes_of_a_short_race_leave_the_range),
        cmocka_unit_test(an_empty_chart_has_nothing_to_draw),
        cmocka_unit_test(the_whole_past_gives_both_ranges),
        cmocka_unit_test(a_window_counts_and_measures_only_what_it_shows),
        cmocka_unit_test(on_a_log_axis_only_what_is_above_zero_counts),
        cmocka_unit_test(a_log_x_axis_starts_at_a_power_of_ten_and_counts_what_lies_before),
        cmocka_unit_test(the_range_can_be_of_the_lines_of_all_or_of_the_bulk),
        cmocka_unit_test(a_difference_has_zero_on_its_axis),
        cmocka_unit_test(the_range_does_not_breathe),
        cmocka_unit_test(raw_points_behind_a_line_do_not_make_its_axis_breathe),
        cmocka_unit_test(a_window_that_follows_expands_at_once_and_shrinks_rarely),
        cmocka_unit_test(what_has_just_left_counts_if_it_changes_little),
        cmocka_unit_test(values_at_the_ends_of_the_number_range_give_finite_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
