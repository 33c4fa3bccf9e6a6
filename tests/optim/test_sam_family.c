#include "optim/sam_family.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

static void adamw_takes_adams_step_with_the_gradient(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    const Lane before = lane;
    assert_int_equal(lane_step(&lane, "adamw"), STEP_TAKEN);
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double g = (double)before.task.curvature[i] * (double)before.params[i];
        assert_true(
            is_near((double)lane.params[i], (double)before.params[i] - 0.1 * g / (fabs(g) + 1e-8)));
    }
    assert_true(lane.step.forward_passes == 1.0 && lane.step.backward_passes == 1.0);
    assert_true(is_near(lane_metric(&lane, METRIC_LOSS), 0.5 * (1.0 + 4.0 * 0.25 + 0.25 * 4.0)));
}

static void sam_with_rho_zero_is_adamw_to_the_bit_and_costs_the_same(void **state)
{
    (void)state;
    Lane sam;
    Lane adamw;
    lane_init(&sam);
    lane_init(&adamw);
    lane_set(&sam, "rho=0");
    for (int t = 0; t < 20; t++) {
        lane_step(&sam, "sam");
        lane_step(&adamw, "adamw");
        assert_true(sam.step.forward_passes == 1.0 && sam.step.backward_passes == 1.0);
    }
    assert_memory_equal(sam.params, adamw.params, sizeof sam.params);
    assert_memory_equal(sam.moment2, adamw.moment2, sizeof sam.moment2);
}

static void sam_descends_with_the_gradient_found_at_the_top(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane.knobs[KNOB_RHO] = 0.3;
    const Lane before = lane;
    assert_int_equal(lane_step(&lane, "sam"), STEP_TAKEN);
    double norm = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        norm += pow((double)before.task.curvature[i] * (double)before.params[i], 2.0);
    }
    double top_loss = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double a = (double)before.task.curvature[i];
        const double w = (double)before.params[i];
        const double top = w + 0.3 * a * w / sqrt(norm);
        top_loss += 0.5 * a * top * top;
        /* The first moment after one step is (1 - beta1) times the gradient used. */
        assert_true(is_near((double)lane.moment1[i], 0.1 * a * top));
    }
    assert_true(is_near(lane_metric(&lane, METRIC_LOSS_PERTURBED), top_loss));
    assert_true(
        is_near(lane_metric(&lane, METRIC_LOSS_RISE), top_loss - lane_metric(&lane, METRIC_LOSS)));
    assert_true(is_near(lane_metric(&lane, METRIC_LOSS_RISE_PREDICTED), 0.3 * sqrt(norm)));
    assert_true(is_near(lane_metric(&lane, METRIC_PERTURBATION_NORM), 0.3));
    assert_true(lane_metric(&lane, METRIC_RADIUS_LIMIT) == RADIUS_LIMIT_RHO);
    assert_true(lane.step.forward_passes == 2.0 && lane.step.backward_passes == 2.0);
}

static void sam_is_not_adamw(void **state)
{
    (void)state;
    Lane sam;
    Lane adamw;
    lane_init(&sam);
    lane_init(&adamw);
    sam.knobs[KNOB_RHO] = 0.3;
    for (int t = 0; t < 5; t++) {
        lane_step(&sam, "sam");
        lane_step(&adamw, "adamw");
    }
    assert_memory_not_equal(sam.params, adamw.params, sizeof sam.params);
}

static void sam_without_a_gradient_takes_the_base_step(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane.knobs[KNOB_RHO] = 0.3;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        lane.task.curvature[i] = 0;
    }
    assert_int_equal(lane_step(&lane, "sam"), STEP_TAKEN);
    assert_true(lane_metric(&lane, METRIC_RADIUS_LIMIT) == RADIUS_LIMIT_ZERO_GRADIENT);
    assert_true(lane_metric(&lane, METRIC_PERTURBATION_NORM) == 0.0);
    assert_true(lane.step.forward_passes == 1.0);
}

static void sgd_takes_the_step_of_its_momentum(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "momentum=0.5");
    const Lane before = lane;
    lane_step(&lane, "sgd");
    const Lane middle = lane;
    lane_step(&lane, "sgd");
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double a = (double)before.task.curvature[i];
        const double g1 = a * (double)before.params[i];
        const double w2 = (double)before.params[i] - 0.1 * g1;
        assert_true(is_near((double)middle.params[i], w2));
        assert_true(is_near((double)lane.params[i], w2 - 0.1 * (0.5 * g1 + a * w2)));
    }
}

/* eps = rho w^2 g / ||w g|| with g = a w, and Adam's first moment is 0.1 h. */
static void asam_descends_with_the_gradient_found_at_its_top(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "rho=0.3");
    const Lane before = lane;
    lane_step(&lane, "asam");
    double norm = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        norm += pow(w * (double)before.task.curvature[i] * w, 2.0);
    }
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        const double a = (double)before.task.curvature[i];
        const double top = w + 0.3 * w * w * a * w / sqrt(norm);
        assert_true(is_near((double)lane.moment1[i], 0.1 * a * top));
    }
    assert_true(is_near(lane_metric(&lane, METRIC_PERTURBATION_NORM_OWN), 0.3));
}

static void fsam_climbs_less_where_the_fisher_information_is_large(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "gamma=0.3");
    lane_set(&lane, "eta=2");
    const Lane before = lane;
    lane_step(&lane, "fsam");
    double norm = 0.0;
    double least = 1.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double g = (double)before.task.curvature[i] * (double)before.params[i];
        norm += g * g / (1.0 + 2.0 * g * g);
        least = fmin(least, 1.0 / (1.0 + 2.0 * g * g));
    }
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        const double a = (double)before.task.curvature[i];
        const double g = a * w;
        const double top = w + 0.3 * g / (1.0 + 2.0 * g * g) / sqrt(norm);
        assert_true(is_near((double)lane.moment1[i], 0.1 * a * top));
    }
    assert_true(is_near(lane_metric(&lane, METRIC_PERTURBATION_NORM_OWN), 0.3));
    assert_true(is_near(lane_metric(&lane, METRIC_FISHER_INVERSE_MIN), least));
    assert_true(lane_metric(&lane, METRIC_FISHER_INVERSE_MAX) < 1.0);
}

static void le_sam_spends_its_loss_budget_up_to_the_greatest_radius(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "sigma=0.02");
    lane_set(&lane, "rho=0.5");
    lane_step(&lane, "le-sam");
    /* sigma / ||g||: to first order the loss rises by sigma. */
    assert_true(is_near(lane_metric(&lane, METRIC_LOSS_RISE_PREDICTED), 0.02));
    assert_true(lane_metric(&lane, METRIC_RADIUS_LIMIT) == RADIUS_LIMIT_LOSS_BUDGET);
    lane.steps = 50; /* half of the way along the cosine */
    lane_step(&lane, "le-sam");
    assert_true(is_near(lane_metric(&lane, METRIC_LOSS_RISE_PREDICTED), 0.01));
    lane_set(&lane, "sigma=1000");
    lane_step(&lane, "le-sam");
    assert_true(lane_metric(&lane, METRIC_RADIUS) == 0.5);
    assert_true(lane_metric(&lane, METRIC_RADIUS_LIMIT) == RADIUS_LIMIT_RHO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adamw_takes_adams_step_with_the_gradient),
        cmocka_unit_test(sam_with_rho_zero_is_adamw_to_the_bit_and_costs_the_same),
        cmocka_unit_test(sam_descends_with_the_gradient_found_at_the_top),
        cmocka_unit_test(sam_is_not_adamw),
        cmocka_unit_test(sgd_takes_the_step_of_its_momentum),
        cmocka_unit_test(asam_descends_with_the_gradient_found_at_its_top),
        cmocka_unit_test(fsam_climbs_less_where_the_fisher_information_is_large),
        cmocka_unit_test(le_sam_spends_its_loss_budget_up_to_the_greatest_radius),
        cmocka_unit_test(sam_without_a_gradient_takes_the_base_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
