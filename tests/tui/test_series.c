#include "tui/series.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void append(Series *series, double value)
{
    const double x = (double)series->count;
    const SeriesPoint point = {.x = {x, 2.0 * x, 0.1 * x}, .value = value};
    assert_int_equal(series_append(series, point), STATUS_OK);
}

static void keeps_every_point_as_it_grows(void **state)
{
    (void)state;
    Series series = {0};
    for (int i = 0; i < 1000; ++i) {
        append(&series, 0.5 * i);
    }
    assert_int_equal(series.count, 1000);
    for (size_t i = 0; i < 1000; ++i) {
        assert_true(series.points[i].value == 0.5 * (double)i);
        assert_true(series.points[i].x[SERIES_AXIS_PASSES] == 2.0 * (double)i);
    }
    series_clear(&series);
    assert_int_equal(series.count, 0);
    assert_null(series.points);
    series_clear(&series);
}

static void a_constant_stays_that_constant(void **state)
{
    (void)state;
    Series series = {0};
    for (int i = 0; i < 500; ++i) {
        append(&series, 0.1);
    }
    double smoothed[500];
    series_smooth(&series, 0.9, smoothed);
    for (int i = 0; i < 500; ++i) {
        assert_true(smoothed[i] == 0.1); /* to the last bit */
    }
    series_clear(&series);
}

static void agrees_with_the_formula(void **state)
{
    (void)state;
    Series series = {0};
    for (int i = 0; i < 300; ++i) {
        append(&series, sin(i) + 3.0);
    }
    double smoothed[300];
    series_smooth(&series, 0.9, smoothed);
    double mean = 0.0;
    double unseen = 1.0;
    for (int i = 0; i < 300; ++i) {
        mean = 0.9 * mean + 0.1 * series.points[i].value;
        unseen *= 0.9;
        assert_true(fabs(smoothed[i] - mean / (1.0 - unseen)) < 1e-12);
    }
    series_clear(&series);
}

static void the_past_never_changes(void **state)
{
    (void)state;
    Series series = {0};
    double before[64];
    double after[128];
    for (int i = 0; i < 64; ++i) {
        append(&series, cos(i));
    }
    series_smooth(&series, 0.97, before);
    for (int i = 0; i < 64; ++i) {
        append(&series, 1e6);
    }
    series_smooth(&series, 0.97, after);
    assert_memory_equal(before, after, sizeof before);
    series_clear(&series);
}

static void a_gap_leaves_the_mean_alone(void **state)
{
    (void)state;
    Series with_gaps = {0};
    Series without = {0};
    const double values[] = {1.0, NAN, 3.0, INFINITY, -INFINITY, 2.0};
    for (int i = 0; i < 6; ++i) {
        append(&with_gaps, values[i]);
        if (isfinite(values[i])) {
            append(&without, values[i]);
        }
    }
    double smoothed[6];
    double expected[3];
    series_smooth(&with_gaps, 0.5, smoothed);
    series_smooth(&without, 0.5, expected);
    assert_true(isnan(smoothed[1]));
    assert_true(isinf(smoothed[3]) && isinf(smoothed[4]));
    assert_true(smoothed[0] == expected[0] && smoothed[2] == expected[1] &&
                smoothed[5] == expected[2]);
    series_clear(&with_gaps);
    series_clear(&without);
}

static void weight_zero_hands_the_values_through(void **state)
{
    (void)state;
    Series series = {0};
    append(&series, 1.0);
    append(&series, 7.0);
    double smoothed[2];
    const double off[] = {0.0, -1.0, NAN};
    for (int i = 0; i < 3; ++i) {
        series_smooth(&series, off[i], smoothed);
        assert_true(smoothed[0] == 1.0 && smoothed[1] == 7.0);
    }
    series_clear(&series);
}

static void a_weight_of_one_or_more_still_moves(void **state)
{
    (void)state;
    Series series = {0};
    append(&series, 1.0);
    append(&series, 3.0);
    double smoothed[2];
    series_smooth(&series, 5.0, smoothed);
    assert_true(smoothed[0] == 1.0 && smoothed[1] > 1.9 && smoothed[1] < 2.1);
    series_clear(&series);
}

static void survives_the_ends_of_the_number_range(void **state)
{
    (void)state;
    Series series = {0};
    append(&series, 1.7e308);
    append(&series, -1.7e308);
    append(&series, 1.0);
    double smoothed[3];
    series_smooth(&series, 0.9, smoothed);
    for (int i = 0; i < 3; ++i) {
        assert_true(isfinite(smoothed[i]));
    }
    series_clear(&series);
}

static void thinning_keeps_first_newest_and_even_steps_in_bounded_memory(void **state)
{
    (void)state;
    for (size_t limit = 4; limit < 40; limit++) {
        Series series = {0};
        for (size_t i = 0; i < 1000; i++) {
            const SeriesPoint point = {.x = {(double)i}, .value = (double)i};
            assert_int_equal(series_append_thinned(&series, point, limit), STATUS_OK);
            assert_true(series.count <= limit);
            assert_true(series.points[0].value == 0.0);
            assert_true(series.points[series.count - 1].value == (double)i);
            const double stride = series.count > 1 ? series.points[1].value : 1.0;
            for (size_t k = 0; k + 1 < series.count; k++) {
                assert_true(series.points[k].value == stride * (double)k || k == 0);
            }
        }
        assert_true(series.count >= limit / 2);
        series_clear(&series);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_every_point_as_it_grows),
        cmocka_unit_test(a_constant_stays_that_constant),
        cmocka_unit_test(agrees_with_the_formula),
        cmocka_unit_test(the_past_never_changes),
        cmocka_unit_test(a_gap_leaves_the_mean_alone),
        cmocka_unit_test(weight_zero_hands_the_values_through),
        cmocka_unit_test(a_weight_of_one_or_more_still_moves),
        cmocka_unit_test(survives_the_ends_of_the_number_range),
        cmocka_unit_test(thinning_keeps_first_newest_and_even_steps_in_bounded_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
