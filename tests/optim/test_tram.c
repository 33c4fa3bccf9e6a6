#include "optim/tram.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

/* Scale 1 and no cap. */
static void start_lane(Lane *lane)
{
    lane_init(lane);
    lane_set(lane, "scale=1");
    lane_set(lane, "rho=0");
}

static void first_step_is_adamw_to_the_bit_with_d_zero(void **state)
{
    (void)state;
    Lane tram;
    Lane adamw;
    start_lane(&tram);
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
    start_lane(&lane);
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
        assert_memory_equal(lane.memory, before_last, sizeof before_last);
    }
}

static void radius_is_scale_times_divergence_under_the_cap(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
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

static void only_the_target_pass_runs_over_a_fraction_and_is_charged_for_its_windows(void **state)
{
    (void)state;
    static const char *const METHODS[] = {"tram-prev", "tram-0", "tram-x"};
    for (size_t m = 0; m < 3; m++) {
        Lane lane;
        start_lane(&lane);
        lane_set(&lane, "divergence_fraction=0.3");
        lane_step(&lane, METHODS[m]);
        lane_step(&lane, METHODS[m]);
        assert_true(lane.task.fractions[0] == 0.0);
        assert_true(lane.task.fractions[1] == 0.3);
        assert_true(lane.task.fractions[2] == 0.0);
        /* Two of four windows. */
        assert_true(lane.step.forward_passes == 2.5 && lane.step.backward_passes == 2.0);
    }
}

static void rho_zero_means_no_cap(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
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
    start_lane(&tram);
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
    start_lane(&tram);
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
    start_lane(&lane);
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
    start_lane(&lane);
    lane_step(&lane, "tram-prev");
    lane.task.forced_divergence = (double)INFINITY;
    assert_int_equal(lane_step(&lane, "tram-prev"), STEP_TAKEN);
    assert_true(lane_metric(&lane, METRIC_RADIUS) == 0.0);
    assert_true(isinf(lane_metric(&lane, METRIC_DIVERGENCE)));
}

static void tram_origin_measures_from_the_pretrained_weights(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
    for (int t = 0; t < 4; t++) {
        double expected = 0.0;
        for (size_t i = 0; i < QUADRATIC_N; i++) {
            expected += 0.5 * pow((double)lane.theta_0[i] - (double)lane.params[i], 2.0);
        }
        lane_step(&lane, "tram-0");
        assert_true(is_near(lane_metric(&lane, METRIC_DIVERGENCE), expected));
        assert_true(lane.step.forward_passes == (t == 0 ? 1.0 : 3.0));
    }
}

static void tram_noised_measures_what_noise_does(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
    lane_set(&lane, "sigma=0.5");
    lane_step(&lane, "tram-x");
    /* w = (1, -1/2, 2), z = (1/2, -1/2, 1): 1/2 (1/4 + 1/16 + 4) */
    assert_true(is_near(lane_metric(&lane, METRIC_DIVERGENCE), 0.5 * (0.25 + 0.0625 + 4.0)));
    assert_true(is_near(lane_metric(&lane, METRIC_RADIUS), 0.5 * (0.25 + 0.0625 + 4.0)));
    assert_true(lane.step.forward_passes == 3.0 && lane.step.backward_passes == 2.0);
}

static void reference_reduction_divides_by_classes_and_batch(void **state)
{
    (void)state;
    Lane mean;
    Lane reference;
    start_lane(&mean);
    start_lane(&reference);
    lane_set(&reference, "reduction=reference");
    lane_step(&mean, "tram-x");
    lane_step(&reference, "tram-x");
    assert_true(is_near(lane_metric(&reference, METRIC_RADIUS) * 2.0 * 16.0,
                        lane_metric(&mean, METRIC_RADIUS)));
    assert_true(lane_metric(&reference, METRIC_DIVERGENCE) ==
                lane_metric(&mean, METRIC_DIVERGENCE));
}

static void the_divergence_asked_for_is_the_one_of_the_knobs(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
    lane_step(&lane, "tram-x");
    assert_int_equal(lane.task.asked_kind, DIVERGENCE_FORWARD_KL);
    assert_true(lane.task.was_asked_centred);
    lane_set(&lane, "divergence=mmd-imq2");
    lane_set(&lane, "centre=off");
    lane_step(&lane, "tram-x");
    assert_int_equal(lane.task.asked_kind, DIVERGENCE_MMD_IMQ2);
    assert_false(lane.task.was_asked_centred);
}

static void auto_scale_is_set_once_from_the_median_of_twenty(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
    lane_set(&lane, "auto_scale=0.25");
    for (int t = 0; t < 30; t++) {
        /* 1 .. 20 in a mixed order, then other numbers: median 10.5. */
        lane.task.forced_divergence = t < 20 ? (double)((t * 7) % 20 + 1) : 1000.0;
        lane_step(&lane, "tram-x");
        assert_true(is_near(lane_metric(&lane, METRIC_SCALE_IN_FORCE), t < 20 ? 1.0 : 0.25 / 10.5));
    }
}

static void divergence_per_squared_rate_is_told(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
    lane_step(&lane, "tram-prev");
    lane.task.forced_divergence = 0.5;
    lane_step(&lane, "tram-prev");
    assert_true(is_near(lane_metric(&lane, METRIC_DIVERGENCE_PER_LR2), 0.5 / 0.01));
}

/* EQUATIONS 9.5: eps_i = d w_i^2 / || |w| g ||: all weights go up, whatever the gradient's sign. */
static void released_arithmetic_lacks_the_gradient(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
    lane_set(&lane, "arithmetic=released");
    lane.task.forced_divergence = 0.2;
    const Lane before = lane;
    lane_step(&lane, "tram-x");
    double norm = 0.0;
    double weights = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        norm += pow(w * (double)before.task.curvature[i] * w, 2.0);
        weights += w * w;
    }
    double rise = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        const double a = (double)before.task.curvature[i];
        const double eps = 0.2 * w * w / sqrt(norm);
        rise += a * w * eps;
        assert_true(is_near((double)lane.moment1[i], 0.1 * a * (w + eps)));
    }
    assert_true(is_near(lane_metric(&lane, METRIC_LOSS_RISE_PREDICTED), rise));
    assert_true(is_near(lane_metric(&lane, METRIC_PERTURBATION_NORM_OWN),
                        0.2 * sqrt(weights) / sqrt(norm)));
}

/* f = (a w (1 + z)^2)^2 from the noised input, g = a w from the clean one. */
static void tram_fisher_takes_its_metric_from_the_noised_input(void **state)
{
    (void)state;
    Lane lane;
    start_lane(&lane);
    lane_set(&lane, "sigma=0.5");
    lane_set(&lane, "gamma=0.3");
    lane_set(&lane, "eta=2");
    const Lane before = lane;
    lane_step(&lane, "tram-fisher");
    static const double GROWN[QUADRATIC_N] = {1.5, 0.5, 2.0};
    double inverse[QUADRATIC_N];
    double norm = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double g = (double)before.task.curvature[i] * (double)before.params[i];
        inverse[i] = 1.0 / (1.0 + 2.0 * pow(g * GROWN[i] * GROWN[i], 2.0));
        norm += g * g * inverse[i];
    }
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        const double a = (double)before.task.curvature[i];
        const double top = w + 0.3 * inverse[i] * a * w / sqrt(norm);
        assert_true(is_near((double)lane.moment1[i], 0.1 * a * top));
    }
    assert_true(lane.step.forward_passes == 3.0 && lane.step.backward_passes == 3.0);
    lane_set(&lane, "fisher_cost=paper-cost");
    lane_step(&lane, "tram-fisher");
    assert_true(lane.step.forward_passes == 2.0 && lane.step.backward_passes == 2.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_step_is_adamw_to_the_bit_with_d_zero),
        cmocka_unit_test(divergence_is_taken_from_the_weights_before_the_last_update),
        cmocka_unit_test(radius_is_scale_times_divergence_under_the_cap),
        cmocka_unit_test(only_the_target_pass_runs_over_a_fraction_and_is_charged_for_its_windows),
        cmocka_unit_test(rho_zero_means_no_cap),
        cmocka_unit_test(scale_zero_is_adamw_to_the_bit),
        cmocka_unit_test(is_not_adamw),
        cmocka_unit_test(with_a_constant_divergence_it_is_asam_with_that_radius),
        cmocka_unit_test(tram_origin_measures_from_the_pretrained_weights),
        cmocka_unit_test(tram_noised_measures_what_noise_does),
        cmocka_unit_test(reference_reduction_divides_by_classes_and_batch),
        cmocka_unit_test(the_divergence_asked_for_is_the_one_of_the_knobs),
        cmocka_unit_test(auto_scale_is_set_once_from_the_median_of_twenty),
        cmocka_unit_test(divergence_per_squared_rate_is_told),
        cmocka_unit_test(released_arithmetic_lacks_the_gradient),
        cmocka_unit_test(tram_fisher_takes_its_metric_from_the_noised_input),
        cmocka_unit_test(a_divergence_that_is_not_finite_counts_as_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
