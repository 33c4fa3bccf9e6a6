#include "tui/axis_ticks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The labels in one line, so that a test reads like the axis. */
static void expect_labels(const AxisTicks *axis, const char *expected)
{
    char labels[AXIS_TICKS_MAX * AXIS_LABEL_BYTES] = "";
    for (size_t i = 0; i < axis->count; ++i) {
        const size_t length = strlen(labels);
        (void)snprintf(labels + length, sizeof labels - length, "%s%s", i > 0 ? " " : "",
                       axis->ticks[i].label);
    }
    assert_string_equal(labels, expected);
}

static void expect_linear(double low, double high, int most, const char *expected)
{
    AxisTicks axis;
    axis_ticks_linear(low, high, most, &axis);
    expect_labels(&axis, expected);
}

static void expect_log(double low, double high, int most, const char *expected)
{
    AxisTicks axis;
    axis_ticks_log(low, high, most, &axis);
    expect_labels(&axis, expected);
}

static void expect_from_zero(double end, AxisLabels labels, const char *expected)
{
    AxisTicks axis;
    axis_ticks_window(0.0, end, 7, labels, &axis);
    expect_labels(&axis, expected);
    assert_true(axis.low == 0.0 && axis.high == end);
}

static void linear_ticks_are_steps_of_1_2_or_5(void **state)
{
    (void)state;
    expect_linear(0.31, 1.72, 7, "0 0.5 1.0 1.5 2.0");
    expect_linear(0.1, 0.6, 7, "0.1 0.2 0.3 0.4 0.5 0.6");
    expect_linear(120.0, 870.0, 7, "0 200 400 600 800 1000");
    expect_linear(120.0, 870.0, 5, "0 500 1000");
}

static void labels_share_their_decimals(void **state)
{
    (void)state;
    expect_linear(2.95, 3.26, 7, "2.9 3.0 3.1 3.2 3.3");
    expect_linear(-0.4, 0.6, 7, "-0.4 -0.2 0 0.2 0.4 0.6");
    expect_linear(-3e-4, 1e-3, 7, "-0.0005 0 0.0005 0.0010");
}

static void small_and_large_labels_share_an_exponent(void **state)
{
    (void)state;
    expect_linear(2e-5, 9e-5, 7, "0.2e-4 0.4e-4 0.6e-4 0.8e-4 1.0e-4");
    expect_linear(0.0, 123456.0, 7, "0 0.5e5 1.0e5 1.5e5");
    expect_linear(1e-30, 3e-30, 7, "1.0e-30 1.5e-30 2.0e-30 2.5e-30 3.0e-30");
    expect_linear(-1e300, 1e300, 7, "-1.0e300 -0.5e300 0 0.5e300 1.0e300");
    expect_linear(
        1e6, 1e6 + 2, 7,
        "1000000.0 1000000.5 1000001.0 1000001.5 1000002.0"); /* shorter than with an exponent */
}

static void tick_values_are_the_written_numbers(void **state)
{
    (void)state;
    AxisTicks axis;
    axis_ticks_linear(0.1, 0.6, 7, &axis);
    assert_true(axis.ticks[2].value == 0.3);
    assert_true(axis.low == 0.1 && axis.high == 0.6);
}

/* 0.3 / 0.1 is a little less than 3: the range must not grow by a tick for that. */
static void a_value_on_a_tick_ends_the_range(void **state)
{
    (void)state;
    expect_linear(0.3, 0.9, 7, "0.3 0.4 0.5 0.6 0.7 0.8 0.9");
    expect_linear(-0.9, -0.3, 7, "-0.9 -0.8 -0.7 -0.6 -0.5 -0.4 -0.3");
    expect_log(1.0 - 1e-12, 50.0 + 1e-12, 7, "1 2 5 10 20 50");
}

static void a_constant_gets_a_range_around_it(void **state)
{
    (void)state;
    expect_linear(5.0, 5.0, 7, "4.4 4.6 4.8 5.0 5.2 5.4 5.6");
    expect_linear(-5.0, -5.0, 7, "-5.6 -5.4 -5.2 -5.0 -4.8 -4.6 -4.4");
    expect_linear(0.0, 0.0, 7, "-1.0 -0.5 0 0.5 1.0");
    expect_linear(1e-310, 1e-310, 7, "-1.0 -0.5 0 0.5 1.0");
    expect_log(1.0, 1.0, 7, "0.90 0.95 1.00 1.05 1.10");
}

static void the_range_stays_while_the_data_move_a_little(void **state)
{
    (void)state;
    AxisTicks first;
    AxisTicks later;
    axis_ticks_linear(0.41, 3.62, 7, &first);
    axis_ticks_linear(0.38, 3.79, 7, &later);
    assert_true(first.low == later.low && first.high == later.high);
    axis_ticks_log(0.41, 3.62, 7, &first);
    axis_ticks_log(0.23, 4.79, 7, &later);
    assert_true(first.low == later.low && first.high == later.high);
}

static void log_ticks_are_decades_with_2_and_5_where_there_is_room(void **state)
{
    (void)state;
    expect_log(0.3, 2.9, 7, "0.2 0.5 1 2 5");
    expect_log(0.011, 9.0, 7, "0.01 0.1 1 10");
    expect_log(2.0, 500.0, 7, "5 10 50 100 500");
    expect_log(1.2, 1.9, 7, "1.2 1.4 1.6 1.8 2.0");
}

static void log_labels_outside_the_usual_are_scientific(void **state)
{
    (void)state;
    expect_log(1e-4, 3.0, 7, "1e-4 1e-3 1e-2 1e-1 1e0");
    expect_log(3e-9, 4e-7, 7, "5e-9 1e-8 5e-8 1e-7 5e-7");
    expect_log(1e-300, 1e300, 7, "1e-258 1e-172 1e-86 1e0 1e86 1e172 1e258");
}

static void step_axes_count_in_thousands(void **state)
{
    (void)state;
    expect_from_zero(1200.0, AXIS_LABELS_COUNT, "0 200 400 600 800 1k 1.2k");
    expect_from_zero(4096.0, AXIS_LABELS_COUNT, "0 1k 2k 3k 4k");
    expect_from_zero(16.0, AXIS_LABELS_COUNT, "0 5 10 15");
    expect_from_zero(1.0, AXIS_LABELS_COUNT, "0 0.2 0.4 0.6 0.8 1.0");
    expect_from_zero(2097152.0, AXIS_LABELS_COUNT, "0 500k 1M 1.5M 2M");
    expect_from_zero(1e17, AXIS_LABELS_COUNT, "0 0.2e17 0.4e17 0.6e17 0.8e17 1.0e17");
}

static void second_axes_read_like_a_clock(void **state)
{
    (void)state;
    expect_from_zero(2.0, AXIS_LABELS_CLOCK, "0:00 0:00.5 0:01.0 0:01.5 0:02.0");
    expect_from_zero(8.0, AXIS_LABELS_CLOCK, "0:00 0:02 0:04 0:06 0:08");
    expect_from_zero(64.0, AXIS_LABELS_CLOCK, "0:00 0:10 0:20 0:30 0:40 0:50 1:00");
    expect_from_zero(1024.0, AXIS_LABELS_CLOCK, "0:00 5:00 10:00 15:00");
    expect_from_zero(32768.0, AXIS_LABELS_CLOCK, "0:00 2:00:00 4:00:00 6:00:00 8:00:00");
}

static void expect_sound(const AxisTicks *axis, double low, double high)
{
    assert_in_range(axis->count, 3, AXIS_TICKS_MAX);
    assert_true(axis->low <= low && axis->high >= high && axis->low < axis->high);
    assert_true(axis->ticks[0].value >= axis->low);
    assert_true(axis->ticks[axis->count - 1].value <= axis->high);
    for (size_t i = 0; i < axis->count; ++i) {
        assert_in_range(strlen(axis->ticks[i].label), 1, AXIS_LABEL_BYTES - 1);
        assert_true(i == 0 || axis->ticks[i].value > axis->ticks[i - 1].value);
        assert_true(i == 0 || strcmp(axis->ticks[i].label, axis->ticks[i - 1].label) != 0);
    }
}

/* Every magnitude, many extents: 3 to 7 different rising ticks inside a range that holds the data. */
static void ticks_are_sound_at_every_magnitude(void **state)
{
    (void)state;
    static const double extents[] = {0.0, 1e-12, 1e-5, 0.013, 0.29, 1.0, 1.7, 4.0, 33.0, 1234.5};
    for (int exponent = -298; exponent <= 295; exponent += 3) {
        for (size_t i = 0; i < sizeof extents / sizeof *extents; ++i) {
            for (int most = 3; most <= 9; ++most) {
                const double low = 1.37 * pow(10.0, exponent);
                const double high = low * (1.0 + extents[i]);
                AxisTicks axis;
                axis_ticks_linear(low, high, most, &axis);
                expect_sound(&axis, low, high);
                axis_ticks_linear(-high, low, most, &axis);
                expect_sound(&axis, -high, low);
                axis_ticks_log(low, high, most, &axis);
                expect_sound(&axis, low, high);
                axis_ticks_window(0.0, high, most, AXIS_LABELS_COUNT, &axis);
                expect_sound(&axis, 0.0, high);
            }
        }
    }
}

static void clocks_are_sound_from_milliseconds_to_weeks(void **state)
{
    (void)state;
    for (int i = 0; i < 320; ++i) {
        const double end = 0.001 * pow(1.07, i);
        AxisTicks axis;
        axis_ticks_window(0.0, end, 7, AXIS_LABELS_CLOCK, &axis);
        expect_sound(&axis, 0.0, end);
        assert_true(axis.high == end);
    }
}

static void expect_window(double low, double high, const char *expected)
{
    AxisTicks axis;
    axis_ticks_window(low, high, 7, AXIS_LABELS_COUNT, &axis);
    expect_labels(&axis, expected);
    assert_true(axis.low == low && axis.high == high);
}

static void a_window_has_ticks_inside_and_keeps_its_ends(void **state)
{
    (void)state;
    expect_window(130.0, 870.0, "200 400 600 800");
    expect_window(10003.0, 10021.0, "10.005k 10.01k 10.015k 10.02k");
    expect_window(5.0, 5.5, "5.0 5.1 5.2 5.3 5.4 5.5");
    AxisTicks axis;
    axis_ticks_window(61.0, 135.0, 7, AXIS_LABELS_CLOCK, &axis);
    expect_labels(&axis, "1:20 1:40 2:00");
}

static void expect_log_window(double low, double high, const char *expected)
{
    AxisTicks axis;
    axis_ticks_log_window(low, high, 7, &axis);
    expect_labels(&axis, expected);
    assert_true(axis.low == low && axis.high == high);
}

static void a_log_window_counts_in_decades(void **state)
{
    (void)state;
    expect_log_window(1.0, 600.0, "1 10 100");
    expect_log_window(1.0, 600000.0, "1 10 100 1k 10k 100k");
    expect_log_window(0.1, 30.0, "0.1 1 10");
    expect_log_window(100.0, 200.0, "100 120 140 160 180 200"); /* too short for decades */
    expect_log_window(1e-5, 1.0, "1e-5 1e-4 1e-3 0.01 0.1 1");
}

static void expect_symlog(double low, double high, const char *expected)
{
    AxisTicks axis;
    axis_ticks_symlog(low, high, 7, &axis);
    expect_labels(&axis, expected);
    assert_true(axis.low <= low && axis.high >= high);
}

static void symlog_ticks_are_decades_of_both_signs_around_zero(void **state)
{
    (void)state;
    expect_symlog(-80.0, 900.0, "-100 -1 0 0.1 10 1000");
    expect_symlog(0.002, 700.0, "0 0.01 0.1 1 10 100 1000");
    expect_symlog(-0.5, 0.0, "-1 -0.1 -0.01 -1e-3 -1e-4 -1e-5 0");
    expect_symlog(0.0, 0.0, "0 1");
}

static void symlog_ticks_are_sound_at_every_magnitude(void **state)
{
    (void)state;
    for (int exponent = -300; exponent < 300; ++exponent) {
        const double reach = 3.0 * pow(10.0, exponent);
        for (int shape = 0; shape < 4; ++shape) {
            const double low = shape == 0   ? 0.0
                               : shape == 1 ? -reach
                               : shape == 2 ? -1e-300
                                            : reach;
            const double high = shape == 3 ? reach : fmax(low, shape == 1 ? 1e-5 * reach : reach);
            AxisTicks axis;
            axis_ticks_symlog(low, high, 7, &axis);
            assert_in_range(axis.count, 2, AXIS_TICKS_MAX);
            assert_true(axis.low <= low && axis.high >= high && axis.unit > 0.0);
            for (size_t i = 1; i < axis.count; ++i) {
                assert_true(axis.ticks[i].value > axis.ticks[i - 1].value);
            }
        }
    }
}

static void an_x_axis_counts_in_its_unit_and_keeps_its_places(void **state)
{
    (void)state;
    AxisTicks axis = {0};
    const AxisView epochs = {.low = 0.0, .high = 100.0, .unit = 16.0};
    axis_ticks_x(&epochs, 7, &axis);
    assert_true(axis.low == 0.0 && axis.high == 100.0);
    assert_true(axis.count >= 3);
    assert_string_equal(axis.ticks[1].label, "1");
    assert_true(axis.ticks[1].value == 16.0); /* the end of the first epoch */
    const AxisView far = {.low = 1.0, .high = 1000.0, .unit = 0.1, .is_log = true};
    axis_ticks_x(&far, 7, &axis);
    assert_string_equal(axis.ticks[0].label, "10");
    assert_true(axis.ticks[0].value == 1.0 && axis.high == 1000.0);
    const AxisView steps = {.low = 0.0, .high = 100.0};
    axis_ticks_x(&steps, 7, &axis);
    assert_string_equal(axis.ticks[axis.count - 1].label, "100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_ticks_are_steps_of_1_2_or_5),
        cmocka_unit_test(labels_share_their_decimals),
        cmocka_unit_test(small_and_large_labels_share_an_exponent),
        cmocka_unit_test(tick_values_are_the_written_numbers),
        cmocka_unit_test(a_value_on_a_tick_ends_the_range),
        cmocka_unit_test(a_constant_gets_a_range_around_it),
        cmocka_unit_test(the_range_stays_while_the_data_move_a_little),
        cmocka_unit_test(log_ticks_are_decades_with_2_and_5_where_there_is_room),
        cmocka_unit_test(log_labels_outside_the_usual_are_scientific),
        cmocka_unit_test(step_axes_count_in_thousands),
        cmocka_unit_test(second_axes_read_like_a_clock),
        cmocka_unit_test(ticks_are_sound_at_every_magnitude),
        cmocka_unit_test(clocks_are_sound_from_milliseconds_to_weeks),
        cmocka_unit_test(a_window_has_ticks_inside_and_keeps_its_ends),
        cmocka_unit_test(a_log_window_counts_in_decades),
        cmocka_unit_test(symlog_ticks_are_decades_of_both_signs_around_zero),
        cmocka_unit_test(symlog_ticks_are_sound_at_every_magnitude),
        cmocka_unit_test(an_x_axis_counts_in_its_unit_and_keeps_its_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
