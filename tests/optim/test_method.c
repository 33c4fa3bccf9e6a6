#include "optim/method.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/quadratic.h"

static void a_broken_first_loss_skips_the_step_and_touches_nothing(void **state)
{
    (void)state;
    static const char *const METHODS[] = {"adamw", "sam", "tram-prev"};
    for (size_t i = 0; i < 3; i++) {
        Lane lane;
        lane_init(&lane);
        lane.knobs[KNOB_RHO] = 0.1;
        lane.task.loss_override = (double)INFINITY;
        const Lane before = lane;
        assert_int_equal(lane_step(&lane, METHODS[i]), STEP_SKIPPED);
        assert_non_null(lane.step.skip_reason);
        assert_memory_equal(lane.params, before.params, sizeof lane.params);
        assert_memory_equal(lane.moment1, before.moment1, sizeof lane.moment1);
        assert_memory_equal(lane.moment2, before.moment2, sizeof lane.moment2);
        assert_memory_equal(lane.previous, before.previous, sizeof lane.previous);
        assert_int_equal(lane.state.t, 0);
    }
}

static void a_broken_second_pass_skips_the_step_and_touches_nothing(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane.knobs[KNOB_RHO] = 0.1;
    lane.task.loss_override = (double)INFINITY;
    lane.task.override_pass = 2;
    const Lane before = lane;
    assert_int_equal(lane_step(&lane, "sam"), STEP_SKIPPED);
    assert_memory_equal(lane.params, before.params, sizeof lane.params);
    assert_memory_equal(lane.moment1, before.moment1, sizeof lane.moment1);
    assert_int_equal(lane.state.t, 0);
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
    clipped.step.max_grad_norm = 1e-3;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_first_loss_skips_the_step_and_touches_nothing),
        cmocka_unit_test(a_broken_second_pass_skips_the_step_and_touches_nothing),
        cmocka_unit_test(a_gradient_that_is_not_finite_skips_the_step),
        cmocka_unit_test(clipping_acts_on_the_final_gradient_only),
        cmocka_unit_test(measures_the_update_it_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
