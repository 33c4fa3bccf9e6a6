#include "tui/value_pyramid.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { VALUES = 3000 };

static double value_at(size_t i)
{
    return i % 97 == 5 ? (double)NAN : sin((double)i * 0.37) * (double)(1 + i % 13);
}

static void fill(ValuePyramid *pyramid, size_t count)
{
    size_t capacity = 64;
    for (size_t i = 0; i < count; i++) {
        while (i >= capacity) {
            capacity *= 2;
        }
        assert_int_equal(value_pyramid_reserve(pyramid, capacity), STATUS_OK);
        value_pyramid_append(pyramid, value_at(i));
    }
}

/* As a caller does: whole blocks from the pyramid, the rest value by value. Returns the look-ups. */
static size_t span_of(const ValuePyramid *pyramid, size_t from, size_t end, ValueSpan *span)
{
    size_t steps = 0;
    *span = value_span_empty();
    for (size_t i = from; i < end; steps++) {
        const size_t taken = value_pyramid_take(pyramid, i, end, span);
        if (taken == 0) {
            value_span_add(span, value_at(i));
        }
        i += taken > 0 ? taken : 1;
    }
    return steps;
}

static void any_stretch_has_the_span_of_its_values(void **state)
{
    (void)state;
    ValuePyramid pyramid = {.capacity = 0};
    fill(&pyramid, VALUES);
    for (size_t from = 0; from < VALUES; from += 61) {
        for (size_t end = from; end <= VALUES; end += 53) {
            ValueSpan span;
            (void)span_of(&pyramid, from, end, &span);
            ValueSpan expected = value_span_empty();
            for (size_t i = from; i < end; i++) {
                value_span_add(&expected, value_at(i));
            }
            assert_true(span.low == expected.low && span.high == expected.high);
            assert_int_equal(span.count, expected.count);
            assert_int_equal(span.not_finite, expected.not_finite);
            assert_true(fabs(span.mean - expected.mean) < 1e-9);
        }
    }
    value_pyramid_clear(&pyramid);
    value_pyramid_clear(&pyramid);
}

static void a_long_stretch_takes_few_look_ups(void **state)
{
    (void)state;
    ValuePyramid pyramid = {.capacity = 0};
    fill(&pyramid, 1 << 17);
    for (size_t from = 0; from < 5000; from += 37) {
        ValueSpan span;
        /* Two leaves that are cut, and three blocks of each level on either side. */
        assert_true(span_of(&pyramid, from, (1 << 17) - from, &span) <= 2 * 15 + 2 * 3 * 7);
    }
    value_pyramid_clear(&pyramid);
}

static void a_spike_is_seen_from_every_height(void **state)
{
    (void)state;
    ValuePyramid pyramid = {.capacity = 0};
    assert_int_equal(value_pyramid_reserve(&pyramid, 4096), STATUS_OK);
    for (size_t i = 0; i < 4096; i++) {
        value_pyramid_append(&pyramid, i == 1234 ? 50.0 : 1.0);
    }
    ValueSpan span;
    (void)span_of(&pyramid, 0, 4096, &span);
    assert_true(span.high == 50.0);
    assert_int_equal(value_pyramid_skip(&pyramid, 0, 4096, 0.0, 10.0), 1024);
    assert_int_equal(value_pyramid_skip(&pyramid, 0, 4096, 0.0, 50.0), 4096);
    assert_int_equal(value_pyramid_skip(&pyramid, 1232, 4096, 0.0, 10.0), 0);
    assert_int_equal(value_pyramid_skip(&pyramid, 1280, 4096, 0.0, 10.0), 256);
    value_pyramid_clear(&pyramid);
}

static void without_a_whole_block_there_is_nothing_to_take(void **state)
{
    (void)state;
    ValuePyramid pyramid = {.capacity = 0};
    ValueSpan span = value_span_empty();
    assert_int_equal(value_pyramid_take(&pyramid, 0, 100, &span), 0);
    fill(&pyramid, 15);
    assert_int_equal(value_pyramid_take(&pyramid, 0, 15, &span), 0);
    assert_int_equal(span.count, 0);
    value_pyramid_clear(&pyramid);
}

static void more_than_memory_can_hold_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    ValuePyramid pyramid = {.capacity = 0};
    fill(&pyramid, 64);
    assert_int_equal(value_pyramid_reserve(&pyramid, (size_t)1 << 62), STATUS_OUT_OF_MEMORY);
    assert_int_equal(pyramid.capacity, 64);
    ValueSpan span = value_span_empty();
    assert_int_equal(value_pyramid_take(&pyramid, 0, 64, &span), 64);
    value_pyramid_clear(&pyramid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_stretch_has_the_span_of_its_values),
        cmocka_unit_test(a_long_stretch_takes_few_look_ups),
        cmocka_unit_test(a_spike_is_seen_from_every_height),
        cmocka_unit_test(without_a_whole_block_there_is_nothing_to_take),
        cmocka_unit_test(more_than_memory_can_hold_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
