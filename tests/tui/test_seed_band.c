#include "tui/seed_band.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add(Series *series, double step, double passes, double value)
{
    const SeriesPoint point = {.x = {step, passes, passes / 10.0}, .value = value};
    assert_int_equal(series_append(series, point), STATUS_OK);
}

typedef struct Made {
    Series seeds[3];
    Series mean;
    SeedBand band;
} Made;

static void make(Made *made, size_t count)
{
    const Series *const seeds[] = {&made->seeds[0], &made->seeds[1], &made->seeds[2]};
    assert_int_equal(seed_band_make(seeds, count, &made->mean, &made->band), STATUS_OK);
    assert_int_equal(made->band.low.count, made->mean.count);
    assert_int_equal(made->band.high.count, made->mean.count);
}

static void clear(Made *made)
{
    for (size_t i = 0; i < 3; i++) {
        series_clear(&made->seeds[i]);
    }
    series_clear(&made->mean);
    seed_band_clear(&made->band);
}

/* 1, 2, 3: mean 2, s = 1, 4.3026527 / sqrt(3) = 2.4841377. */
static void the_band_is_the_interval_worked_out_by_hand(void **state)
{
    (void)state;
    Made made = {0};
    for (size_t i = 0; i < 3; i++) {
        add(&made.seeds[i], 1.0, 3.0 + (double)i, 1.0 + (double)i);
        add(&made.seeds[i], 2.0, 6.0, 5.0);
    }
    make(&made, 3);
    assert_int_equal(made.mean.count, 2);
    assert_true(made.mean.points[0].x[SERIES_AXIS_STEP] == 1.0);
    assert_true(fabs(made.mean.points[0].x[SERIES_AXIS_PASSES] - 4.0) < 1e-12);
    assert_true(made.mean.points[0].value == 2.0);
    assert_true(fabs(made.band.low.points[0].value - (2.0 - 2.4841377)) < 1e-6);
    assert_true(fabs(made.band.high.points[0].value - (2.0 + 2.4841377)) < 1e-6);
    assert_true(made.band.low.points[1].value == 5.0 && made.band.high.points[1].value == 5.0);
    clear(&made);
}

static void only_steps_that_all_seeds_have_are_there(void **state)
{
    (void)state;
    Made made = {0};
    const double steps[3][4] = {{0, 10, 20, 30}, {0, 5, 20, 30}, {0, 10, 20, 20}};
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 4; k++) {
            add(&made.seeds[i], steps[i][k], steps[i][k], 1.0);
        }
    }
    make(&made, 3);
    assert_int_equal(made.mean.count, 2);
    assert_true(made.mean.points[1].x[SERIES_AXIS_STEP] == 20.0);
    clear(&made);
}

/* A final evaluation repeats the last step. */
static void two_points_at_one_step_stay_two(void **state)
{
    (void)state;
    Made made = {0};
    for (size_t i = 0; i < 2; i++) {
        add(&made.seeds[i], 7.0, 1.0, 1.0);
        add(&made.seeds[i], 7.0, 1.0, 3.0);
    }
    make(&made, 2);
    assert_int_equal(made.mean.count, 2);
    assert_true(made.mean.points[0].value == 1.0 && made.mean.points[1].value == 3.0);
    clear(&made);
}

static void what_diverged_in_one_seed_is_a_gap(void **state)
{
    (void)state;
    Made made = {0};
    add(&made.seeds[0], 1.0, 1.0, 2.0);
    add(&made.seeds[1], 1.0, 1.0, (double)NAN);
    make(&made, 2);
    assert_true(isnan(made.mean.points[0].value));
    assert_true(isnan(made.band.low.points[0].value) && isnan(made.band.high.points[0].value));
    clear(&made);
}

static void a_seed_without_points_leaves_nothing(void **state)
{
    (void)state;
    Made made = {0};
    add(&made.seeds[0], 1.0, 1.0, 2.0);
    make(&made, 2);
    assert_int_equal(made.mean.count, 0);
    clear(&made);
}

/* Smoothed low and high enclose the interval of the smoothed curves. */
static void a_smoothed_band_promises_no_more_than_the_seeds_smoothed(void **state)
{
    (void)state;
    Made made = {0};
    Made smoothed = {0};
    for (size_t i = 0; i < 3; i++) {
        for (size_t step = 0; step < 40; step++) {
            add(&made.seeds[i], (double)step, 1.0, sin((double)(step * (i + 2) * (i + 3))));
        }
        SeriesReader reader = series_reader(&made.seeds[i], 0.9);
        for (size_t step = 0; step < 40; step++) {
            add(&smoothed.seeds[i], (double)step, 1.0, series_reader_value(&reader, step));
        }
    }
    make(&made, 3);
    make(&smoothed, 3);
    SeriesReader low = series_reader(&made.band.low, 0.9);
    SeriesReader high = series_reader(&made.band.high, 0.9);
    for (size_t step = 0; step < 40; step++) {
        const double least = smoothed.band.low.points[step].value;
        const double most = smoothed.band.high.points[step].value;
        assert_true(series_reader_value(&low, step) <= least + 1e-9);
        assert_true(series_reader_value(&high, step) >= most - 1e-9);
    }
    clear(&made);
    clear(&smoothed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_band_is_the_interval_worked_out_by_hand),
        cmocka_unit_test(only_steps_that_all_seeds_have_are_there),
        cmocka_unit_test(two_points_at_one_step_stay_two),
        cmocka_unit_test(what_diverged_in_one_seed_is_a_gap),
        cmocka_unit_test(a_seed_without_points_leaves_nothing),
        cmocka_unit_test(a_smoothed_band_promises_no_more_than_the_seeds_smoothed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
