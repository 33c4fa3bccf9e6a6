#include "optim/tram.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/quadratic.h"

static void first_step_is_adamw_to_the_bit_with_d_zero(void **state)
{
    (void)state;
    Lane tram;
    Lane adamw;
    lane_init(&tram);
    lane_init(&adamw);
    tram.task.forced_divergence = 5.0; /* must not even be asked for */
    lane_step(&tram, "tram-prev");
    lane_step(&adamw, "adamw");
    assert_memory_equal(tram.params, adamw.params, sizeof tram.params);
    assert_true(lane_metric(&tram, METRIC_DIVERGENCE) == 0.0);
    assert_true(lane_metric(&tram, METRIC_PERTURBATION_NORM) == 0.0);
    assert_true(tram.step.forward_passes == 1.0 && tram.step.backward_passes == 1.0);
}

static void divergence_is_taken_from_the_weights_before_the_last_update(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    Real before_last[QUADRATIC_N];
    for (int t = 0; t < 4; t++) {
        double expected = 0.0;
        for (size_t i = 0; t > 0 && i < QUADRATIC_N; i++) {
            expected += 0.5 * pow((double)before_last[i] - (double)lane.params[i], 2.0);
        }
        memcpy(before_last, lane.params, sizeof before_last);
        lane_step(&lane, "tram-prev");
        assert_true(is_near(lane_metric(&lane, METRIC_DIVERGENCE), expected));
        assert_true(t == 0 || expected > 0.0);
        /* The perturbation never leaks into theta_{t-1}. */
        assert_memory_equal(lane.previous, before_last, sizeof before_last);
    }
}

static void radius_is_scale_times_divergence_under_the_cap(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane.knobs[KNOB_SCALE] = 3.0;
    lane.knobs[KNOB_RHO] = 0.5;
    lane_step(&lane, "tram-prev");
    lane.task.forced_divergence = 0.1;
    lane_step(&lane, "tram-prev");
    assert_true(is_near(lane_metric(&lane, METRIC_RADIUS), 0.3));
    assert_true(is_near(lane_metric(&lane, METRIC_PERTURBATION_NORM_OWN), 0.3));
    assert_true(lane_metric(&lane, METRIC_RADIUS_LIMIT) == RADIUS_LIMIT_SCALE);
    assert_true(lane.step.forward_passes == 3.0 && lane.step.backward_passes == 2.0);
    lane.task.forced_divergence = 10.0;
    lane_step(&lane, "tram-prev");
    assert_true(lane_metric(&lane, METRIC_RADIUS) == 0.5);
    assert_true(lane_metric(&lane, METRIC_RADIUS_LIMIT) == RADIUS_LIMIT_RHO);
}

static void rho_zero_means_no_cap(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_step(&lane, "tram-prev");
    lane.task.forced_divergence = 7.0;
    lane_step(&lane, "tram-prev");
    assert_true(lane_metric(&lane, METRIC_RADIUS) == 7.0);
}

static void scale_zero_is_adamw_to_the_bit(void **state)
{
    (void)state;
    Lane tram;
    Lane adamw;
    lane_init(&tram);
    lane_init(&adamw);
    tram.knobs[KNOB_SCALE] = 0.0;
    for (int t = 0; t < 10; t++) {
        lane_step(&tram, "tram-prev");
        lane_step(&adamw, "adamw");
    }
    assert_memory_equal(tram.params, adamw.params, sizeof tram.params);
}

static void is_not_adamw(void **state)
{
    (void)state;
    Lane tram;
    Lane adamw;
    lane_init(&tram);
    lane_init(&adamw);
    tram.knobs[KNOB_SCALE] = 10.0;
    for (int t = 0; t < 5; t++) {
        lane_step(&tram, "tram-prev");
        lane_step(&adamw, "adamw");
    }
    assert_memory_not_equal(tram.params, adamw.params, sizeof tram.params);
}

/* Equation 7 by hand: with d forced to c this is ASAM's step of radius c (EQUATIONS 14). */
static void with_a_constant_divergence_it_is_asam_with_that_radius(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_step(&lane, "tram-prev");
    lane.task.forced_divergence = 0.2;
    const Lane before = lane;
    lane_step(&lane, "tram-prev");
    double norm = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        norm += pow(w * (double)before.task.curvature[i] * w, 2.0);
    }
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        const double a = (double)before.task.curvature[i];
        const double top = w + 0.2 * w * w * a * w / sqrt(norm);
        assert_true(
            is_near((double)lane.moment1[i], 0.9 * (double)before.moment1[i] + 0.1 * a * top));
    }
}

static void a_divergence_that_is_not_finite_counts_as_zero(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_step(&lane, "tram-prev");
    lane.task.forced_divergence = (double)INFINITY;
    assert_int_equal(lane_step(&lane, "tram-prev"), STEP_TAKEN);
    assert_true(lane_metric(&lane, METRIC_RADIUS) == 0.0);
    assert_true(isinf(lane_metric(&lane, METRIC_DIVERGENCE)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_step_is_adamw_to_the_bit_with_d_zero),
        cmocka_unit_test(divergence_is_taken_from_the_weights_before_the_last_update),
        cmocka_unit_test(radius_is_scale_times_divergence_under_the_cap),
        cmocka_unit_test(rho_zero_means_no_cap),
        cmocka_unit_test(scale_zero_is_adamw_to_the_bit),
        cmocka_unit_test(is_not_adamw),
        cmocka_unit_test(with_a_constant_divergence_it_is_asam_with_that_radius),
        cmocka_unit_test(a_divergence_that_is_not_finite_counts_as_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
