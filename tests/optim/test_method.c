#include "optim/method.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

static void assert_untouched(const Lane *lane, const Lane *before)
{
    assert_memory_equal(lane->params, before->params, sizeof lane->params);
    assert_memory_equal(lane->moment1, before->moment1, sizeof lane->moment1);
    assert_memory_equal(lane->moment2, before->moment2, sizeof lane->moment2);
    assert_memory_equal(lane->memory, before->memory, sizeof lane->memory);
    assert_int_equal(lane->state.t, before->state.t);
    assert_int_equal(lane->state.moment_steps, before->state.moment_steps);
    assert_int_equal(lane->state.auto_scale_count, before->state.auto_scale_count);
}

static void start_following(Lane *lane)
{
    lane_init(lane);
    lane->followed_count = LANE_D_MAX;
    for (size_t i = 0; i < LANE_D_MAX; i++) {
        lane->followed_d[i] = 0.1;
    }
}

/* Break each pass of each method's third step in turn. */
static void a_broken_loss_in_any_gradient_pass_skips_the_step_and_touches_nothing(void **state)
{
    (void)state;
    size_t skips = 0;
    for (size_t i = 0; i < method_table().count; i++) {
        const char *id = method_table().methods[i].id;
        for (size_t pass = 1; pass <= 3; pass++) {
            Lane lane;
            start_following(&lane);
            lane_set(&lane, "interval=1");
            lane_step(&lane, id);
            lane_step(&lane, id);
            lane.task.loss_override = (double)INFINITY;
            lane.task.override_pass = pass;
            const Lane before = lane;
            if (lane_step(&lane, id) == STEP_SKIPPED) {
                assert_untouched(&lane, &before);
                assert_true(lane.step.skip_cause == SKIP_LOSS ||
                            lane.step.skip_cause == SKIP_LOSS_PERTURBED);
                skips++;
            }
        }
    }
    /* Each method has at least one such pass, and all but four have two. */
    assert_true(skips >= 2 * method_table().count - 6);
}

static void causes_are_told_apart(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane.task.loss_override = (double)NAN;
    lane.task.curvature[1] = (Real)INFINITY;
    lane.task.loss_override = 1.0;
    assert_int_equal(lane_step(&lane, "sam"), STEP_SKIPPED);
    assert_int_equal(lane.step.skip_cause, SKIP_GRADIENT);
    lane_init(&lane);
    lane.task.loss_override = (double)INFINITY;
    lane.task.override_pass = 2;
    assert_int_equal(lane_step(&lane, "sam"), STEP_SKIPPED);
    assert_int_equal(lane.step.skip_cause, SKIP_LOSS_PERTURBED);
    assert_non_null(strstr(skip_cause_text(SKIP_LOSS_PERTURBED), "theta + eps"));
}

static void all_passes_of_a_step_drop_the_same_units(void **state)
{
    (void)state;
    for (size_t i = 0; i < method_table().count; i++) {
        Lane lane;
        start_following(&lane);
        lane_step(&lane, method_table().methods[i].id);
        const uint64_t first = lane.task.dropout_seeds[0];
        lane_step(&lane, method_table().methods[i].id);
        for (size_t pass = 0; pass < lane.task.passes; pass++) {
            assert_true(lane.task.dropout_seeds[pass] == 1002);
        }
        assert_true(first == 1001);
    }
}

static void a_gradient_that_is_not_finite_skips_the_step(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane.task.curvature[1] = (Real)INFINITY;
    lane.task.loss_override = 1.0;
    assert_int_equal(lane_step(&lane, "adamw"), STEP_SKIPPED);
}

static void clipping_acts_on_the_final_gradient_only(void **state)
{
    (void)state;
    Lane free_lane;
    Lane clipped;
    lane_init(&free_lane);
    lane_init(&clipped);
    free_lane.knobs[KNOB_RHO] = 0.1;
    clipped.knobs[KNOB_RHO] = 0.1;
    clipped.knobs[KNOB_MAX_GRAD_NORM] = 1e-3;
    lane_step(&free_lane, "sam");
    lane_step(&clipped, "sam");
    assert_true(lane_metric(&clipped, METRIC_GRAD_NORM) ==
                lane_metric(&free_lane, METRIC_GRAD_NORM));
    assert_true(lane_metric(&clipped, METRIC_PERTURBATION_NORM) ==
                lane_metric(&free_lane, METRIC_PERTURBATION_NORM));
    /* Adam's first moment is (1 - beta1) h. */
    double norm = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        norm += pow((double)clipped.moment1[i] / 0.1, 2.0);
    }
    assert_true(fabs(sqrt(norm) - 1e-3) < 1e-8);
}

static void measures_the_update_it_made(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    const Lane before = lane;
    lane_step(&lane, "adamw");
    double squares = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        squares += pow((double)lane.params[i] - (double)before.params[i], 2.0);
    }
    assert_true(is_near(lane_metric(&lane, METRIC_UPDATE_NORM), sqrt(squares)));
    assert_true(lane_metric(&lane, METRIC_LEARNING_RATE) == 0.1);
}

static void decay_stays_outside_the_ascent(void **state)
{
    (void)state;
    Lane plain;
    Lane decayed;
    lane_init(&plain);
    lane_init(&decayed);
    decayed.knobs[KNOB_WEIGHT_DECAY] = 0.5;
    lane_step(&plain, "sam");
    lane_step(&decayed, "sam");
    assert_memory_equal(plain.moment1, decayed.moment1, sizeof plain.moment1);
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)plain.theta_0[i];
        assert_true(is_near((double)decayed.params[i], (double)plain.params[i] - 0.05 * w));
    }
}

static void interval_start_and_stop_choose_the_steps_that_climb(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "interval=3");
    lane_set(&lane, "start_step=2");
    lane_set(&lane, "stop_step=8");
    static const bool CLIMBS[10] = {false, false, false, true, false, false, true};
    for (int t = 0; t < 10; t++) {
        lane_step(&lane, "sam");
        assert_true((lane.step.forward_passes == 2.0) == CLIMBS[t]);
    }
}

static void rho_schedules_follow_the_steps_or_the_learning_rate(void **state)
{
    (void)state;
    static const char *const SCHEDULES[] = {"rho_schedule=constant", "rho_schedule=ramp",
                                            "rho_schedule=follow-lr", "rho_schedule=follow-lr2"};
    static const double EXPECTED[] = {0.4, 0.4 * 0.25, 0.4 * 0.5, 0.4 * 0.25};
    for (size_t i = 0; i < 4; i++) {
        Lane lane;
        lane_init(&lane);
        lane_set(&lane, "rho=0.4");
        lane_set(&lane, SCHEDULES[i]);
        lane.learning_rate = 0.05;
        lane.steps = 24; /* the next is 25 of 100 */
        lane_step(&lane, "sam");
        assert_true(is_near(lane_metric(&lane, METRIC_RADIUS), EXPECTED[i]));
    }
}

static void wsam_weighs_the_two_gradients(void **state)
{
    (void)state;
    Lane sam;
    Lane wsam;
    lane_init(&sam);
    lane_init(&wsam);
    lane_set(&wsam, "wsam_weight=0.75");
    lane_step(&sam, "sam");
    lane_step(&wsam, "sam"); /* h = g + 3 (g~ - g) */
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double g = (double)sam.task.curvature[i] * (double)sam.theta_0[i];
        const double top = (double)sam.moment1[i] / 0.1;
        assert_true(is_near((double)wsam.moment1[i], 0.1 * (g + 3.0 * (top - g))));
    }
}

/* Each half of the batch climbs by itself; the mean of the two gradients found there is descended. */
static void m_sharpness_descends_the_mean_over_the_micro_batches(void **state)
{
    (void)state;
    Lane lane;
    double expected[SOFTMAX_N] = {0};
    double loss = 0.0;
    lane_init_softmax(&lane);
    lane_set(&lane, "rho=0.2");
    lane_set(&lane, "m_sharpness=on");
    for (size_t part = 0; part < 2; part++) {
        Real grads[SOFTMAX_N];
        Real top[SOFTMAX_N];
        PassResult result;
        double norm = 0.0;
        PassRequest request = {
            .params = lane.params, .grads = grads, .part = part, .part_count = 2};
        softmax_pass(&lane.softmax, &request, &result);
        loss += 0.5 * result.loss_nats;
        for (size_t i = 0; i < SOFTMAX_N; i++) {
            norm += (double)grads[i] * (double)grads[i];
        }
        for (size_t i = 0; i < SOFTMAX_N; i++) {
            top[i] = (Real)((double)lane.params[i] + 0.2 * (double)grads[i] / sqrt(norm));
        }
        request.params = top;
        softmax_pass(&lane.softmax, &request, &result);
        for (size_t i = 0; i < SOFTMAX_N; i++) {
            expected[i] += 0.5 * (double)grads[i];
        }
    }
    lane_step(&lane, "sam");
    for (size_t i = 0; i < SOFTMAX_N; i++) {
        assert_true(is_near((double)lane.moment1[i], 0.1 * expected[i]));
    }
    assert_true(is_near(lane_metric(&lane, METRIC_LOSS), loss));
    assert_true(is_near(lane_metric(&lane, METRIC_PERTURBATION_NORM), 0.2));
    assert_true(lane_metric(&lane, METRIC_RADIUS_LIMIT) == RADIUS_LIMIT_RHO);
    assert_true(lane.step.forward_passes == 2.0 && lane.step.backward_passes == 2.0);
}

static void a_new_base_optimizer_starts_its_moments_anew(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "rho=0");
    lane_step(&lane, "sam");
    lane_step(&lane, "sam");
    lane_set(&lane, "optimizer=sgd");
    const Lane before = lane;
    lane_step(&lane, "sam");
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double g = (double)before.task.curvature[i] * (double)before.params[i];
        assert_true(is_near((double)lane.moment1[i], g));
    }
    assert_int_equal(lane.state.moment_steps, 1);
    assert_int_equal(lane.state.t, 3);
}

static void tells_how_the_perturbation_is_shared_and_how_the_gradients_agree(void **state)
{
    (void)state;
    Lane lane;
    lane_init_softmax(&lane);
    lane_step(&lane, "sam");
    const double sum =
        lane_metric(&lane, METRIC_EPS_SHARE_EMBEDDING) +
        lane_metric(&lane, METRIC_EPS_SHARE_ATTENTION) + lane_metric(&lane, METRIC_EPS_SHARE_MLP) +
        lane_metric(&lane, METRIC_EPS_SHARE_NORM) + lane_metric(&lane, METRIC_EPS_SHARE_BIAS);
    assert_true(fabs(sum - 1.0) < 1e-5);
    assert_true(lane_metric(&lane, METRIC_EPS_SHARE_BIAS) > 0.0);
    assert_true(lane_metric(&lane, METRIC_EPS_SHARE_MLP) == 0.0); /* its only weight is a bias */
    assert_true(lane_metric(&lane, METRIC_COS_GRADIENTS) > 0.9);
    assert_true(lane_metric(&lane, METRIC_COS_GRADIENTS) < 1.0);
    lane_set(&lane, "perturb=head-only");
    lane_step(&lane, "sam");
    assert_true(fabs(lane_metric(&lane, METRIC_EPS_SHARE_EMBEDDING) - 1.0) < 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_loss_in_any_gradient_pass_skips_the_step_and_touches_nothing),
        cmocka_unit_test(causes_are_told_apart),
        cmocka_unit_test(all_passes_of_a_step_drop_the_same_units),
        cmocka_unit_test(decay_stays_outside_the_ascent),
        cmocka_unit_test(interval_start_and_stop_choose_the_steps_that_climb),
        cmocka_unit_test(rho_schedules_follow_the_steps_or_the_learning_rate),
        cmocka_unit_test(wsam_weighs_the_two_gradients),
        cmocka_unit_test(m_sharpness_descends_the_mean_over_the_micro_batches),
        cmocka_unit_test(a_new_base_optimizer_starts_its_moments_anew),
        cmocka_unit_test(tells_how_the_perturbation_is_shared_and_how_the_gradients_agree),
        cmocka_unit_test(a_gradient_that_is_not_finite_skips_the_step),
        cmocka_unit_test(clipping_acts_on_the_final_gradient_only),
        cmocka_unit_test(measures_the_update_it_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
