#include "optim/perturbation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/quadratic.h"

enum { N = 4 };
static const Real PARAMS[N] = {(Real)0.5, (Real)-2.0, (Real)0.0, (Real)1.5};
static const Real GRADS[N] = {(Real)0.3, (Real)0.1, (Real)-0.7, (Real)-0.2};

static double norm_of_difference(const Real *a, const Real *b, int is_over_weights)
{
    double sum = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double difference = (double)a[i] - (double)b[i];
        const double weight = is_over_weights ? fabs((double)b[i]) : 1.0;
        sum += difference == 0.0 ? 0.0 : difference * difference / (weight * weight);
    }
    return sqrt(sum);
}

static double dot_with_gradient(const Real *perturbed)
{
    double sum = 0.0;
    for (size_t i = 0; i < N; i++) {
        sum += ((double)perturbed[i] - (double)PARAMS[i]) * (double)GRADS[i];
    }
    return sum;
}

static void sam_climbs_exactly_the_radius_along_the_gradient(void **state)
{
    (void)state;
    Real perturbed[N];
    const Perturbation eps = perturb_along_gradient(PARAMS, GRADS, 0.05, perturbed, N);
    assert_false(eps.is_zero);
    assert_true(is_near(norm_of_difference(perturbed, PARAMS, 0), 0.05));
    assert_true(is_near(eps.norm, 0.05));
    assert_true(is_near(eps.norm_own, 0.05));
    assert_true(is_near(eps.predicted_rise, dot_with_gradient(perturbed)));
    assert_true(eps.predicted_rise > 0.0);
}

static void asam_has_the_radius_in_units_of_the_weights(void **state)
{
    (void)state;
    Real perturbed[N];
    const Perturbation eps = perturb_adaptively(PARAMS, GRADS, 0.5, perturbed, N);
    assert_true(is_near(norm_of_difference(perturbed, PARAMS, 1), 0.5));
    assert_true(is_near(eps.norm_own, 0.5));
    assert_true(is_near(eps.norm, norm_of_difference(perturbed, PARAMS, 0)));
    assert_true(is_near(eps.predicted_rise, dot_with_gradient(perturbed)));
    assert_true(eps.predicted_rise > 0.0);
}

static void asam_leaves_zero_weights_alone(void **state)
{
    (void)state;
    Real perturbed[N];
    perturb_adaptively(PARAMS, GRADS, 0.5, perturbed, N);
    assert_true(perturbed[2] == PARAMS[2]);
    assert_true(perturbed[0] != PARAMS[0]);
}

static void asam_is_the_formula_with_squared_weights(void **state)
{
    (void)state;
    Real perturbed[N];
    double norm = 0.0;
    perturb_adaptively(PARAMS, GRADS, 0.5, perturbed, N);
    for (size_t i = 0; i < N; i++) {
        norm += pow((double)PARAMS[i] * (double)GRADS[i], 2.0);
    }
    for (size_t i = 0; i < N; i++) {
        const double w = (double)PARAMS[i];
        assert_true(is_near((double)perturbed[i], w + 0.5 * w * w * (double)GRADS[i] / sqrt(norm)));
    }
}

static void radius_zero_and_no_gradient_are_told_apart(void **state)
{
    (void)state;
    const Real zeros[N] = {0};
    Real perturbed[N];
    const Perturbation no_radius = perturb_along_gradient(PARAMS, GRADS, 0.0, perturbed, N);
    const Perturbation no_gradient = perturb_along_gradient(PARAMS, zeros, 0.1, perturbed, N);
    const Perturbation no_weights = perturb_adaptively(zeros, GRADS, 0.1, perturbed, N);
    assert_true(no_radius.is_zero && !no_radius.has_no_gradient);
    assert_true(no_gradient.is_zero && no_gradient.has_no_gradient);
    assert_true(no_weights.is_zero && no_weights.has_no_gradient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sam_climbs_exactly_the_radius_along_the_gradient),
        cmocka_unit_test(asam_has_the_radius_in_units_of_the_weights),
        cmocka_unit_test(asam_leaves_zero_weights_alone),
        cmocka_unit_test(asam_is_the_formula_with_squared_weights),
        cmocka_unit_test(radius_zero_and_no_gradient_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
