#include "optim/base_optimizer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const AdamStep FIRST = {
    .settings = {0.9, 0.99, 1e-8}, .learning_rate = 0.1, .gradient_scale = 1.0, .t = 1};

static void assert_near(double actual, double expected)
{
    const double tolerance = REAL_IS_DOUBLE ? 1e-12 : 1e-6;
    if (!(fabs(actual - expected) <= tolerance * fmax(1.0, fabs(expected)))) {
        fail_msg("%.17g is not %.17g", actual, expected);
    }
}

static void first_step_moves_by_the_learning_rate_against_the_sign(void **state)
{
    (void)state;
    Real params[2] = {(Real)1.0, (Real)1.0};
    Real m[2] = {0};
    Real v[2] = {0};
    const Real grads[2] = {(Real)3.0, (Real)-0.001};
    const double moved = adam_step(&FIRST, params, m, v, grads, 2);
    /* m/(1-b1) = g and sqrt(v/(1-b2)) = |g|, so each weight moves by lr g / (|g| + epsilon). */
    assert_near((double)params[0], 1.0 - 0.1 * 3.0 / (3.0 + 1e-8));
    assert_near((double)params[1], 1.0 + 0.1 * 0.001 / (0.001 + 1e-8));
    assert_near(moved, hypot((double)params[0] - 1.0, (double)params[1] - 1.0));
}

static void second_step_follows_the_formula(void **state)
{
    (void)state;
    Real params[1] = {(Real)0.5};
    Real m[1] = {0};
    Real v[1] = {0};
    const Real first[1] = {(Real)2.0};
    const Real second[1] = {(Real)-1.0};
    AdamStep step = FIRST;
    adam_step(&step, params, m, v, first, 1);
    const double before = (double)params[0];
    step.t = 2;
    adam_step(&step, params, m, v, second, 1);
    const double expected_m = 0.9 * (0.1 * 2.0) + 0.1 * -1.0;
    const double expected_v = 0.99 * (0.01 * 4.0) + 0.01 * 1.0;
    const double rate = 0.1 / (1.0 - 0.81);
    const double expected =
        before - rate * expected_m / (sqrt(expected_v) / sqrt(1.0 - 0.9801) + 1e-8);
    assert_near((double)m[0], expected_m);
    assert_near((double)v[0], expected_v);
    assert_near((double)params[0], expected);
}

static void epsilon_stands_outside_the_corrected_root(void **state)
{
    (void)state;
    Real params[1] = {0};
    Real m[1] = {0};
    Real v[1] = {0};
    const Real grads[1] = {(Real)1e-3};
    AdamStep step = FIRST;
    step.settings.epsilon = 1e-3;
    adam_step(&step, params, m, v, grads, 1);
    assert_near((double)params[0] * 10.0, -1e-3 / (1e-3 + 1e-3));
}

static void decay_is_decoupled_from_the_gradient(void **state)
{
    (void)state;
    Real params[1] = {(Real)2.0};
    Real m[1] = {0};
    Real v[1] = {0};
    const Real grads[1] = {0};
    AdamStep step = FIRST;
    step.weight_decay = 0.5;
    adam_step(&step, params, m, v, grads, 1);
    assert_near((double)params[0], 2.0 * (1.0 - 0.1 * 0.5));
    assert_true(m[0] == (Real)0.0 && v[0] == (Real)0.0);
}

static void learning_rate_zero_moves_nothing(void **state)
{
    (void)state;
    Real params[1] = {(Real)2.0};
    Real m[1] = {0};
    Real v[1] = {0};
    const Real grads[1] = {(Real)5.0};
    AdamStep step = FIRST;
    step.learning_rate = 0.0;
    step.weight_decay = 0.5;
    assert_true(adam_step(&step, params, m, v, grads, 1) == 0.0);
    assert_true(params[0] == (Real)2.0);
}

static void clipping_scales_only_gradients_above_the_limit(void **state)
{
    (void)state;
    assert_true(clip_factor(4.0, 1.0) == 0.25);
    assert_true(clip_factor(0.5, 1.0) == 1.0);
    assert_true(clip_factor(4.0, 0.0) == 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_step_moves_by_the_learning_rate_against_the_sign),
        cmocka_unit_test(second_step_follows_the_formula),
        cmocka_unit_test(epsilon_stands_outside_the_corrected_root),
        cmocka_unit_test(decay_is_decoupled_from_the_gradient),
        cmocka_unit_test(learning_rate_zero_moves_nothing),
        cmocka_unit_test(clipping_scales_only_gradients_above_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
