#include "tui/value_span.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static ValueSpan span_of(const double *values, size_t count)
{
    ValueSpan span = value_span_empty();
    for (size_t i = 0; i < count; i++) {
        value_span_add(&span, values[i]);
    }
    return span;
}

static void counts_what_no_axis_could_show(void **state)
{
    (void)state;
    const double values[] = {1.0, -2.0, 0.0, NAN, INFINITY, -INFINITY, 1.5e300, -1.5e308, 4.0};
    const ValueSpan span = span_of(values, 9);
    assert_int_equal(span.count, 4);
    assert_int_equal(span.not_finite, 3);
    assert_int_equal(span.beyond, 2);
    assert_int_equal(span.not_positive, 3);
    assert_true(span.low == -2.0 && span.high == 4.0 && span.low_positive == 1.0);
    assert_true(fabs(span.mean - 0.75) < 1e-15);
}

static void nothing_is_within_any_range_and_has_no_extremes(void **state)
{
    (void)state;
    const ValueSpan span = value_span_empty();
    assert_true(isinf(span.low) && isinf(span.high) && span.count == 0);
    assert_true(value_span_is_within(&span, 1.0, 0.0));
    const double far = 1.1e300;
    const ValueSpan beyond = span_of(&far, 1);
    assert_false(value_span_is_within(&beyond, -1e300, 1e300));
}

static void joining_is_the_same_as_adding_one_after_the_other(void **state)
{
    (void)state;
    double values[40];
    for (int i = 0; i < 40; i++) {
        values[i] = i % 7 == 3 ? (double)NAN : sin(i) * pow(10.0, i % 5);
    }
    for (size_t cut = 0; cut <= 40; cut++) {
        ValueSpan left = span_of(values, cut);
        const ValueSpan right = span_of(values + cut, 40 - cut);
        const ValueSpan whole = span_of(values, 40);
        value_span_join(&left, &right);
        assert_int_equal(left.count, whole.count);
        assert_int_equal(left.not_finite, whole.not_finite);
        assert_int_equal(left.not_positive, whole.not_positive);
        assert_true(left.low == whole.low && left.high == whole.high &&
                    left.low_positive == whole.low_positive);
        assert_true(fabs(left.mean - whole.mean) < 1e-9);
    }
}

static void the_mean_of_huge_values_does_not_overflow(void **state)
{
    (void)state;
    const double values[] = {1e300, -1e300, 1e300, 1e300, 1e300};
    ValueSpan span = span_of(values, 5);
    assert_true(fabs(span.mean - 6e299) < 1e287);
    const ValueSpan other = span;
    value_span_join(&span, &other);
    assert_true(fabs(span.mean - 6e299) < 1e287);
}

static void of_equal_values_low_high_and_mean_are_that_value(void **state)
{
    (void)state;
    ValueSpan span = value_span_empty();
    for (int i = 0; i < 1000; i++) {
        value_span_add(&span, 0.1);
    }
    assert_true(span.low == 0.1 && span.high == 0.1 && span.mean == 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_no_axis_could_show),
        cmocka_unit_test(nothing_is_within_any_range_and_has_no_extremes),
        cmocka_unit_test(joining_is_the_same_as_adding_one_after_the_other),
        cmocka_unit_test(the_mean_of_huge_values_does_not_overflow),
        cmocka_unit_test(of_equal_values_low_high_and_mean_are_that_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
