#include "records/chart_figure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void maps_the_ends_of_every_scale_to_0_and_1(void **state)
{
    (void)state;
    const ChartAxis axes[] = {
        {.scale = CHART_SCALE_LINEAR, .low = -3.0, .high = 5.0},
        {.scale = CHART_SCALE_LOG, .low = 1e-3, .high = 1e2},
        {.scale = CHART_SCALE_SYMLOG, .low = -100.0, .high = 1e4, .unit = 0.1},
    };
    for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
        assert_true(fabs(chart_axis_way(&axes[i], axes[i].low)) < 1e-12);
        assert_true(fabs(chart_axis_way(&axes[i], axes[i].high) - 1.0) < 1e-12);
        assert_true(isnan(chart_axis_way(&axes[i], NAN)));
        assert_true(isnan(chart_axis_way(&axes[i], INFINITY)));
    }
    assert_true(fabs(chart_axis_way(&axes[0], 1.0) - 0.5) < 1e-12);
    assert_true(fabs(chart_axis_way(&axes[0], 13.0) - 2.0) < 1e-12);
    assert_true(fabs(chart_axis_way(&axes[1], 0.1) - 0.4) < 1e-12);
    assert_true(isnan(chart_axis_way(&axes[1], 0.0)));
}

static void a_symlog_axis_is_odd_around_zero(void **state)
{
    (void)state;
    const ChartAxis axis = {.scale = CHART_SCALE_SYMLOG, .low = -50.0, .high = 50.0, .unit = 1e-2};
    assert_true(fabs(chart_axis_way(&axis, 0.0) - 0.5) < 1e-12);
    assert_true(fabs(chart_axis_way(&axis, 0.3) + chart_axis_way(&axis, -0.3) - 1.0) < 1e-12);
    assert_true(chart_axis_way(&axis, 0.3) > 0.6); /* a linear axis would have 0.503 */
}

static void keeps_points_in_order_while_it_grows(void **state)
{
    (void)state;
    ChartFigure picture = {.series_count = 2};
    for (int i = 0; i < 1000; i++) {
        const ChartPoint point = {.x = {i, 3.0 * i, 0.1 * i}, .raw = -i};
        assert_int_equal(chart_series_append(&picture.series[1], point), STATUS_OK);
    }
    assert_int_equal(picture.series[1].count, 1000);
    assert_true(picture.series[1].points[999].x[CHART_X_PASSES] == 2997.0);
    assert_true(picture.series[1].points[64].raw == -64.0);
    chart_figure_clear(&picture);
    assert_null(picture.series[1].points);
    assert_int_equal(picture.series_count, 0);
}

static void says_what_the_axis_does_not_show(void **state)
{
    (void)state;
    ChartFigure picture = {.series_count = 1,
                           .y = {.scale = CHART_SCALE_LOG, .low = 0.1, .high = 10.0}};
    const double values[] = {1.0, 11.0, 12.0, 0.05, 0.0, -1.0, NAN, 10.0, 0.1};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const ChartPoint point = {.raw = values[i]};
        assert_int_equal(chart_series_append(&picture.series[0], point), STATUS_OK);
    }
    chart_figure_note_hidden(&picture);
    assert_int_equal(picture.note_count, 4);
    assert_string_equal(picture.notes[0], "2 points above 10 not shown");
    assert_string_equal(picture.notes[1], "1 point below 0.1 not shown");
    assert_string_equal(picture.notes[2], "2 points <= 0 have no place on the log axis");
    assert_string_equal(picture.notes[3], "1 point not finite");
    chart_figure_clear(&picture);

    picture = (ChartFigure){.series_count = 1, .y = {.low = -1.0, .high = 1.0}};
    assert_int_equal(chart_series_append(&picture.series[0], (ChartPoint){.raw = 0.0}), STATUS_OK);
    chart_figure_note_hidden(&picture);
    assert_int_equal(picture.note_count, 0);
    chart_figure_clear(&picture);
}

static void notes_are_cleaned_and_bounded(void **state)
{
    (void)state;
    ChartFigure picture = {0};
    for (int i = 0; i < CHART_NOTES_MAX + 3; i++) {
        chart_figure_note(&picture, "note %d\x1b[2J", i);
    }
    assert_int_equal(picture.note_count, CHART_NOTES_MAX);
    assert_string_equal(picture.notes[1], "note 1?[2J");
}

static void names_are_those_of_the_files(void **state)
{
    (void)state;
    assert_string_equal(chart_x_name(CHART_X_PASSES), "passes");
    assert_string_equal(chart_scale_name(CHART_SCALE_SYMLOG), "symlog");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_the_ends_of_every_scale_to_0_and_1),
        cmocka_unit_test(a_symlog_axis_is_odd_around_zero),
        cmocka_unit_test(keeps_points_in_order_while_it_grows),
        cmocka_unit_test(says_what_the_axis_does_not_show),
        cmocka_unit_test(notes_are_cleaned_and_bounded),
        cmocka_unit_test(names_are_those_of_the_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
