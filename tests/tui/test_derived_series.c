#include "tui/derived_series.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/seed_states.h"

/* One value of a metric that is kept whole (loss) or thinned (others). */
static void give(LabState *state, uint32_t lane, uint32_t step, MetricId metric, double value)
{
    MetricSample sample = {
        .lane = lane, .step = step, .passes = step * (lane + 1.0), .seconds = step};
    assert_true(metric_sample_add(&sample, (uint16_t)metric, value));
    give_sample(state, sample);
}

static DerivedSeries *start(FixedState *fixed, const DerivedSpec *spec)
{
    DerivedSeries *derived = test_calloc(1, sizeof *derived);
    fixed_state_create(fixed);
    derived_series_set(derived, spec);
    return derived;
}

static void finish(FixedState *fixed, DerivedSeries *derived)
{
    derived_series_clear(derived);
    test_free(derived);
    fixed_state_destroy(fixed);
}

static void a_difference_is_taken_at_the_steps_both_have(void **unused)
{
    (void)unused;
    FixedState fixed;
    const DerivedSpec spec = {.kind = DERIVED_DIFFERENCE, .metric = METRIC_LOSS, .baseline = 0};
    DerivedSeries *derived = start(&fixed, &spec);
    assert_int_equal(derived_series_follow(derived, fixed.state, 2)->count, 0);
    for (uint32_t step = 0; step < 30; step++) {
        if (step % 2 == 0) {
            give(fixed.state, 0, step, METRIC_LOSS, 1.0 + step);
        }
        if (step % 3 == 0) {
            give(fixed.state, 2, step, METRIC_LOSS, step == 12 ? (double)NAN : 5.0 + 2.0 * step);
        }
        const Series *series = derived_series_follow(derived, fixed.state, 2);
        assert_int_equal(series->count, step / 6 + 1); /* as it goes along */
    }
    const Series *series = derived_series_follow(derived, fixed.state, 2);
    for (size_t i = 0; i < series->count; i++) {
        const double step = 6.0 * (double)i;
        assert_true(series->points[i].x[SERIES_AXIS_STEP] == step);
        assert_true(series->points[i].x[SERIES_AXIS_PASSES] == 3.0 * step); /* of the lane */
        assert_true(step == 12.0 ? isnan(series->points[i].value)
                                 : series->points[i].value == 4.0 + step);
    }
    finish(&fixed, derived);
}

static void at_equal_passes_the_baseline_is_interpolated(void **unused)
{
    (void)unused;
    FixedState fixed;
    const DerivedSpec spec = {
        .kind = DERIVED_DIFFERENCE, .metric = METRIC_LOSS, .baseline = 1, .is_at_passes = true};
    DerivedSeries *derived = start(&fixed, &spec);
    for (uint32_t step = 0; step <= 10; step++) {
        give(fixed.state, 1, step, METRIC_LOSS, 10.0 * step); /* 2 passes a step: 5 a pass */
    }
    for (uint32_t step = 0; step <= 10; step++) {
        give(fixed.state, 2, step, METRIC_LOSS, 1.0); /* 3 passes a step */
    }
    const Series *series = derived_series_follow(derived, fixed.state, 2);
    assert_int_equal(series->count, 7); /* the baseline stands at 20 passes: 0, 3, ..., 18 */
    for (size_t i = 0; i < series->count; i++) {
        assert_true(series->points[i].value == 1.0 - 15.0 * (double)i);
    }
    give(fixed.state, 1, 11, METRIC_LOSS, 110.0);
    assert_int_equal(derived_series_follow(derived, fixed.state, 2)->count, 8);
    finish(&fixed, derived);
}

static void an_expression_meets_all_its_lanes(void **unused)
{
    (void)unused;
    FixedState fixed;
    DerivedSpec spec = {.kind = DERIVED_EXPRESSION};
    Problem problem = {0};
    fixed_state_create(&fixed);
    assert_int_equal(chart_expression_parse("loss(AdamW) - loss(SAM) / loss(TRAM)", fixed.state,
                                            &spec.expression, &problem),
                     STATUS_OK);
    DerivedSeries derived[1] = {{.is_out_of_memory = false}};
    derived_series_set(derived, &spec);
    for (uint32_t step = 0; step < 100; step++) {
        for (uint32_t lane = 0; lane < 3; lane++) {
            if (step % (lane + 2) == 0) {
                give(fixed.state, lane, step, METRIC_LOSS, step + lane);
            }
        }
    }
    const Series *series = derived_series_follow(derived, fixed.state, 0);
    assert_int_equal(series->count, 9); /* 0, 12, ..., 96 */
    for (size_t i = 0; i < series->count; i++) {
        const double step = 12.0 * (double)i;
        assert_true(series->points[i].value == step - (step + 1.0) / (step + 2.0));
    }
    derived_series_clear(derived);
    fixed_state_destroy(&fixed);
}

/* Thinned sources change their past: what is followed as it grows is what a fresh look gives. */
static void it_follows_sources_whose_past_changes(void **unused)
{
    (void)unused;
    FixedState fixed;
    const DerivedSpec spec = {.kind = DERIVED_DIFFERENCE, .metric = METRIC_RADIUS, .baseline = 0};
    DerivedSeries *derived = start(&fixed, &spec);
    for (uint32_t step = 0; step < 3 * LAB_THINNED_POINTS; step++) {
        give(fixed.state, 0, step, METRIC_RADIUS, 1.0);
        give(fixed.state, 1, step, METRIC_RADIUS, 1.0 + step);
        if (step % 100 == 99) {
            const Series *series = derived_series_follow(derived, fixed.state, 1);
            assert_int_equal(series->count, fixed.state->lanes[1].history[METRIC_RADIUS].count);
            assert_true(series->points[series->count - 1].value == (double)step);
            for (size_t i = 0; i < series->count; i++) {
                assert_true(series->points[i].value == series->points[i].x[SERIES_AXIS_STEP]);
                assert_true(series->points[i].x[SERIES_AXIS_STEP] ==
                            fixed.state->lanes[1].history[METRIC_RADIUS].points[i].x[0]);
            }
        }
    }
    finish(&fixed, derived);
}

/* Seeds 1, 2, 3: SAM - AdamW is 1, 2, 3, whatever both have in common. */
static void of_several_seeds_it_is_computed_seed_by_seed(void **unused)
{
    (void)unused;
    SeedStates states;
    seed_states_create(&states, 3);
    for (size_t seed = 0; seed < 3; seed++) {
        const double common = 100.0 * (double)(seed * seed);
        seed_states_value(&states, seed, 0, 5, METRIC_LOSS, common);
        seed_states_value(&states, seed, 1, 5, METRIC_LOSS, common + 1.0 + (double)seed);
    }
    seed_states_average(&states);
    DerivedSeries *derived = test_calloc(1, sizeof *derived);
    DerivedSpec spec = {.kind = DERIVED_DIFFERENCE, .metric = METRIC_LOSS, .baseline = 0};
    derived_series_set(derived, &spec);
    for (int frame = 0; frame < 2; frame++) { /* once made, it stays */
        const Series *series = derived_series_follow(derived, states.fixed.state, 1);
        assert_int_equal(series->count, 1);
        assert_true(fabs(series->points[0].value - 2.0) < 1e-12);
        assert_true(fabs(derived->curves[1].band.high.points[0].value -
                         (2.0 + 4.3026527 / sqrt(3.0))) < 1e-6);
    }
    spec = (DerivedSpec){.kind = DERIVED_EXPRESSION};
    assert_int_equal(
        chart_expression_parse("loss(SAM) / 2", states.fixed.state, &spec.expression, NULL),
        STATUS_OK);
    derived_series_set(derived, &spec);
    const Series *series = derived_series_follow(derived, states.fixed.state, 0);
    assert_true(fabs(series->points[0].value - (1.0 + 102.0 + 403.0) / 6.0) < 1e-9);
    derived_series_clear(derived);
    test_free(derived);
    seed_states_destroy(&states);
}

static void nothing_to_compute_has_no_points(void **unused)
{
    (void)unused;
    FixedState fixed;
    const DerivedSpec spec = {.kind = DERIVED_NOTHING};
    DerivedSeries *derived = start(&fixed, &spec);
    assert_int_equal(derived_series_follow(derived, fixed.state, 0)->count, 0);
    finish(&fixed, derived);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_difference_is_taken_at_the_steps_both_have),
        cmocka_unit_test(at_equal_passes_the_baseline_is_interpolated),
        cmocka_unit_test(an_expression_meets_all_its_lanes),
        cmocka_unit_test(it_follows_sources_whose_past_changes),
        cmocka_unit_test(of_several_seeds_it_is_computed_seed_by_seed),
        cmocka_unit_test(nothing_to_compute_has_no_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
