#include "tui/difference_verdict.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { POINTS = 5 };

typedef struct Judged {
    Series mean;
    SeedBand band;
} Judged;

static void add(Series *series, size_t i, double value)
{
    const SeriesPoint point = {.x = {25.0 * (double)i, 150.4 * (double)i, 1.0}, .value = value};
    assert_int_equal(series_append(series, point), STATUS_OK);
}

/* Means and half widths at steps 0, 25, 50, ... */
static void expect(const double *means, const double *halves, bool is_at_passes, const char *wanted)
{
    Judged judged = {.mean = {.count = 0}};
    char got[256];
    for (size_t i = 0; i < POINTS; i++) {
        add(&judged.mean, i, means[i]);
        add(&judged.band.low, i, means[i] - halves[i]);
        add(&judged.band.high, i, means[i] + halves[i]);
    }
    const DifferenceCurve curve = {.lane = "TRAM",
                                   .baseline = "SAM",
                                   .series = &judged.mean,
                                   .band = &judged.band,
                                   .seed_count = 5,
                                   .is_at_passes = is_at_passes};
    difference_verdict(&curve, got, sizeof got);
    assert_string_equal(got, wanted);
    series_clear(&judged.mean);
    seed_band_clear(&judged.band);
}

static void an_interval_that_holds_zero_says_nothing(void **state)
{
    (void)state;
    const double halves[] = {0.0, 0.2, 0.2, 0.2, 0.2};
    expect((const double[]){0.0, -0.5, -0.4, -0.3, -0.1}, halves, false,
           "5 seeds: not distinguishable; TRAM - SAM -0.1 \u00b1 0.2 @100");
    /* Not even where it ends at 0. */
    expect((const double[]){0.0, -0.5, -0.4, -0.3, -0.2}, halves, false,
           "5 seeds: not distinguishable; TRAM - SAM -0.2 \u00b1 0.2 @100");
}

static void an_interval_beside_zero_says_which_and_since_when(void **state)
{
    (void)state;
    const double halves[] = {0.0, 0.2, 0.2, 0.2, 0.21};
    expect((const double[]){0.0, -0.5, -0.1, -0.3, -0.57}, halves, false,
           "5 seeds: TRAM lower than SAM by 0.57 \u00b1 0.21 @100, since 75");
    expect((const double[]){0.0, 0.5, 0.4, 0.3, 0.57}, halves, false,
           "5 seeds: TRAM higher than SAM by 0.57 \u00b1 0.21 @100, since 25");
    /* It was on the other side before. */
    expect((const double[]){0.0, 0.5, 0.4, 0.3, -0.57}, halves, false,
           "5 seeds: TRAM lower than SAM by 0.57 \u00b1 0.21 @100, since 100");
}

static void at_equal_passes_the_place_is_told_in_passes(void **state)
{
    (void)state;
    const double halves[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    expect((const double[]){0.0, -0.5, -0.5, -0.5, -0.5}, halves, true,
           "5 seeds: TRAM lower than SAM by 0.5 \u00b1 0.1 @602 passes, since 150");
}

static void a_gap_at_the_end_is_not_distinguishable(void **state)
{
    (void)state;
    const double halves[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    expect((const double[]){0.0, -0.5, -0.5, -0.5, (double)NAN}, halves, false,
           "5 seeds: not distinguishable; TRAM - SAM nan \u00b1 nan @100");
}

static void one_seed_is_never_distinguishable(void **state)
{
    (void)state;
    char got[256];
    Series series = {.count = 0};
    const DifferenceCurve curve = {.lane = "TRAM", .baseline = "SAM", .series = &series};
    add(&series, 1, -7.0);
    difference_verdict(&curve, got, sizeof got);
    assert_string_equal(got, "one seed: not distinguishable; TRAM - SAM -7 @25");
    series_clear(&series);
}

static void what_was_not_compared_is_not_called_alike(void **state)
{
    (void)state;
    char got[256];
    Judged judged = {.mean = {.count = 0}};
    DifferenceCurve curve = {.lane = "TRAM",
                             .baseline = "SAM",
                             .series = &judged.mean,
                             .band = &judged.band,
                             .seed_count = 3,
                             .is_at_passes = true};
    difference_verdict(&curve, got, sizeof got);
    assert_string_equal(got, "TRAM and SAM: no values at equal passes to compare");
    curve.is_at_passes = false;
    curve.band = NULL;
    difference_verdict(&curve, got, sizeof got);
    assert_string_equal(got, "TRAM and SAM: no values at equal steps to compare");
    curve.lane = "";
    difference_verdict(&curve, got, sizeof got);
    assert_string_equal(got, "one seed: not distinguishable");
    curve.band = &judged.band;
    difference_verdict(&curve, got, sizeof got);
    assert_string_equal(got, "3 seeds: the verdict is on the lane in focus");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_that_holds_zero_says_nothing),
        cmocka_unit_test(an_interval_beside_zero_says_which_and_since_when),
        cmocka_unit_test(at_equal_passes_the_place_is_told_in_passes),
        cmocka_unit_test(a_gap_at_the_end_is_not_distinguishable),
        cmocka_unit_test(one_seed_is_never_distinguishable),
        cmocka_unit_test(what_was_not_compared_is_not_called_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
