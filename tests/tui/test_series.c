#include "tui/series.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { POINTS = 5000 };

static void append(Series *series, double value)
{
    const double x = (double)series->count;
    const SeriesPoint point = {.x = {x, 2.0 * x, 0.1 * x}, .value = value};
    assert_int_equal(series_append(series, point), STATUS_OK);
}

static double wild_value(size_t i)
{
    return i % 101 == 7 ? (double)NAN : cos((double)i * 0.7) * (double)(i % 17);
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

static void x_never_decreases_and_is_always_a_number(void **state)
{
    (void)state;
    static const double given[] = {NAN, 3.0, 1.0, INFINITY, 7.0, -INFINITY, 6.0};
    static const double kept[] = {0.0, 3.0, 3.0, 3.0, 7.0, 7.0, 7.0};
    Series series = {0};
    for (size_t i = 0; i < 7; ++i) {
        assert_int_equal(series_append(&series, (SeriesPoint){.x = {given[i]}}), STATUS_OK);
        assert_true(series.points[i].x[SERIES_AXIS_STEP] == kept[i]);
    }
    series_clear(&series);
}

/* Smoothed values and spans from anywhere, in any order, against the mean run from the start. */
static void smoothed_values_are_the_same_from_wherever_they_are_read(void **state)
{
    (void)state;
    static const double weights[] = {0.0, 0.5, 0.97, 0.9};
    Series series = {0};
    for (size_t i = 0; i < POINTS; ++i) {
        append(&series, wild_value(i));
    }
    double expected[POINTS];
    for (int w = 0; w < 4; ++w) {
        CausalMean mean = causal_mean_start(weights[w]);
        for (size_t i = 0; i < POINTS; ++i) {
            expected[i] = causal_mean_next(&mean, series.points[i].value);
        }
        SeriesReader reader = series_reader(&series, weights[w]);
        for (size_t k = 0; k < POINTS; ++k) {
            const size_t i = k * 2741 % POINTS; /* every one, in no order */
            const double value = series_reader_value(&reader, i);
            assert_true(value == expected[i] || (isnan(value) && isnan(expected[i])));
        }
        for (size_t from = 0; from < POINTS; from += 333) {
            const size_t end = from + (POINTS - from) * 2 / 3;
            const ValueSpan span = series_reader_span(&reader, from, end);
            ValueSpan whole = value_span_empty();
            for (size_t i = from; i < end; ++i) {
                value_span_add(&whole, expected[i]);
            }
            assert_true(span.low == whole.low && span.high == whole.high);
            assert_int_equal(span.count, whole.count);
            assert_int_equal(span.not_finite, whole.not_finite);
        }
    }
    series_clear(&series);
}

static void the_past_never_changes(void **state)
{
    (void)state;
    Series series = {0};
    double before[64];
    for (int i = 0; i < 64; ++i) {
        append(&series, cos(i));
    }
    SeriesReader reader = series_reader(&series, 0.97);
    for (size_t i = 0; i < 64; ++i) {
        before[i] = series_reader_value(&reader, i);
    }
    for (int i = 0; i < 64; ++i) {
        append(&series, 1e6);
    }
    reader = series_reader(&series, 0.97);
    for (size_t i = 0; i < 64; ++i) {
        assert_true(series_reader_value(&reader, i) == before[i]);
    }
    series_clear(&series);
}

static void an_empty_series_can_be_asked(void **state)
{
    (void)state;
    Series series = {0};
    SeriesReader reader = series_reader(&series, 0.9);
    assert_int_equal(series_reader_span(&reader, 0, 0).count, 0);
    assert_int_equal(series_find(&series, SERIES_AXIS_STEP, 3.0), 0);
    const SeriesOutside outside = series_count_outside(&series, 0, 0, 0.0, 1.0, 10);
    assert_int_equal(outside.above + outside.below, 0);
    series_clear(&series);
}

static void finds_the_first_point_at_or_behind_x(void **state)
{
    (void)state;
    static const double xs[] = {0.0, 1.0, 1.0, 1.0, 5.0};
    Series series = {0};
    for (size_t i = 0; i < 5; ++i) {
        assert_int_equal(series_append(&series, (SeriesPoint){.x = {xs[i]}}), STATUS_OK);
    }
    assert_int_equal(series_find(&series, SERIES_AXIS_STEP, -1.0), 0);
    assert_int_equal(series_find(&series, SERIES_AXIS_STEP, 1.0), 1);
    assert_int_equal(series_find(&series, SERIES_AXIS_STEP, 1.5), 4);
    assert_int_equal(series_find(&series, SERIES_AXIS_STEP, 9.0), 5);
    series_clear(&series);
}

static void snaps_to_the_nearest_point(void **state)
{
    (void)state;
    static const double xs[] = {10.0, 20.0, 20.0, 40.0};
    static const double asked[] = {-INFINITY, 0.0, 14.9, 15.0, 15.1, 20.0, 31.0, 1e300, INFINITY};
    static const size_t nearest[] = {0, 0, 0, 0, 2, 2, 3, 3, 3};
    Series series = {0};
    for (size_t i = 0; i < 4; ++i) {
        assert_int_equal(series_append(&series, (SeriesPoint){.x = {xs[i]}}), STATUS_OK);
    }
    for (size_t i = 0; i < 9; ++i) {
        assert_int_equal(series_nearest(&series, SERIES_AXIS_STEP, asked[i]), nearest[i]);
    }
    series_clear(&series);
}

static void counts_values_outside_a_range_up_to_a_limit(void **state)
{
    (void)state;
    Series series = {0};
    for (int i = 0; i < 2000; ++i) {
        append(&series, i == 700 ? -5.0 : i % 500 == 3 ? 9.0 : i == 800 ? (double)INFINITY : 1.0);
    }
    SeriesOutside outside = series_count_outside(&series, 0, 2000, 0.0, 2.0, 100);
    assert_int_equal(outside.above, 4);
    assert_int_equal(outside.below, 1);
    outside = series_count_outside(&series, 4, 1500, 0.0, 2.0, 100);
    assert_int_equal(outside.above, 2);
    assert_false(outside.is_more);
    outside = series_count_outside(&series, 0, 2000, 5.0, 6.0, 100); /* all of them */
    assert_int_equal(outside.above + outside.below, 100);
    assert_true(outside.is_more);
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

/* Points given up live on in the spans: each value in exactly one, and no spike is lost. */
static void thinning_loses_no_value_from_the_spans(void **state)
{
    (void)state;
    for (size_t limit = 4; limit < 40; limit++) {
        Series series = {0};
        ValueSpan given = value_span_empty();
        for (size_t i = 0; i < 777; i++) {
            const double value = i == 333 ? 50.0 : wild_value(i);
            assert_int_equal(series_append_thinned(
                                 &series, (SeriesPoint){.x = {(double)i}, .value = value}, limit),
                             STATUS_OK);
            value_span_add(&given, value);
            SeriesReader reader = series_reader(&series, 0.0);
            const ValueSpan span = series_reader_span(&reader, 0, series.count);
            assert_int_equal(span.count, given.count);
            assert_int_equal(span.not_finite, given.not_finite);
            assert_true(span.low == given.low && span.high == given.high);
            assert_true(fabs(span.mean - given.mean) < 1e-9);
        }
        series_clear(&series);
    }
}

static void thinned_points_are_smoothed_afresh_when_they_change(void **state)
{
    (void)state;
    Series series = {0};
    for (size_t i = 0; i < 300; i++) {
        const SeriesPoint point = {.x = {(double)i}, .value = (double)(i * i)};
        assert_int_equal(series_append_thinned(&series, point, 64), STATUS_OK);
        CausalMean mean = causal_mean_start(0.8);
        double expected[64];
        for (size_t k = 0; k < series.count; k++) {
            expected[k] = causal_mean_next(&mean, series.points[k].value);
        }
        SeriesReader reader = series_reader(&series, 0.8);
        for (size_t k = series.count; k-- > 0;) { /* backwards: every leaf from its start */
            assert_true(series_reader_value(&reader, k) == expected[k]);
        }
    }
    series_clear(&series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_every_point_as_it_grows),
        cmocka_unit_test(x_never_decreases_and_is_always_a_number),
        cmocka_unit_test(smoothed_values_are_the_same_from_wherever_they_are_read),
        cmocka_unit_test(the_past_never_changes),
        cmocka_unit_test(an_empty_series_can_be_asked),
        cmocka_unit_test(finds_the_first_point_at_or_behind_x),
        cmocka_unit_test(snaps_to_the_nearest_point),
        cmocka_unit_test(counts_values_outside_a_range_up_to_a_limit),
        cmocka_unit_test(thinning_keeps_first_newest_and_even_steps_in_bounded_memory),
        cmocka_unit_test(thinning_loses_no_value_from_the_spans),
        cmocka_unit_test(thinned_points_are_smoothed_afresh_when_they_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
