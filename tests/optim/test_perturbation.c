#include "optim/perturbation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

enum { N = 4 };
static const Real PARAMS[N] = {(Real)0.5, (Real)-2.0, (Real)0.0, (Real)1.5};
static const Real GRADS[N] = {(Real)0.3, (Real)0.1, (Real)-0.7, (Real)-0.2};

static Perturbation climb(AscentMetric metric, const Real *params, const Real *direction,
                          double radius, Real *perturbed)
{
    const Ascent ascent = {.metric = metric, .direction = direction, .radius = radius, .n = N};
    return perturb(&ascent, params, perturbed);
}

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
    const Perturbation eps = climb(ASCENT_L2, PARAMS, GRADS, 0.05, perturbed);
    assert_false(eps.is_zero);
    assert_true(is_near(norm_of_difference(perturbed, PARAMS, 0), 0.05));
    assert_true(is_near(eps.norm, 0.05));
    assert_true(is_near(eps.norm_own, 0.05));
    assert_true(is_near(eps.along, dot_with_gradient(perturbed)));
    assert_true(eps.along > 0.0);
}

static void asam_has_the_radius_in_units_of_the_weights(void **state)
{
    (void)state;
    Real perturbed[N];
    const Perturbation eps = climb(ASCENT_ADAPTIVE, PARAMS, GRADS, 0.5, perturbed);
    assert_true(is_near(norm_of_difference(perturbed, PARAMS, 1), 0.5));
    assert_true(is_near(eps.norm_own, 0.5));
    assert_true(is_near(eps.norm, norm_of_difference(perturbed, PARAMS, 0)));
    assert_true(is_near(eps.along, dot_with_gradient(perturbed)));
    assert_true(eps.along > 0.0);
}

static void asam_leaves_zero_weights_alone(void **state)
{
    (void)state;
    Real perturbed[N];
    climb(ASCENT_ADAPTIVE, PARAMS, GRADS, 0.5, perturbed);
    assert_true(perturbed[2] == PARAMS[2]);
    assert_true(perturbed[0] != PARAMS[0]);
}

static void asam_is_the_formula_with_squared_weights(void **state)
{
    (void)state;
    Real perturbed[N];
    double norm = 0.0;
    climb(ASCENT_ADAPTIVE, PARAMS, GRADS, 0.5, perturbed);
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
    const Perturbation no_radius = climb(ASCENT_L2, PARAMS, GRADS, 0.0, perturbed);
    const Perturbation no_gradient = climb(ASCENT_L2, PARAMS, zeros, 0.1, perturbed);
    const Perturbation no_weights = climb(ASCENT_ADAPTIVE, zeros, GRADS, 0.1, perturbed);
    assert_true(no_radius.is_zero && !no_radius.has_no_gradient);
    assert_true(no_gradient.is_zero && no_gradient.has_no_gradient);
    assert_true(no_weights.is_zero && no_weights.has_no_gradient);
}

static void fisher_ascent_has_its_radius_in_the_fisher_metric(void **state)
{
    (void)state;
    Real perturbed[N];
    const Ascent ascent = {.metric = ASCENT_FISHER,
                           .direction = GRADS,
                           .radius = 0.1,
                           .fisher = GRADS,
                           .eta = 20.0,
                           .n = N};
    const Perturbation eps = perturb(&ascent, PARAMS, perturbed);
    double squares = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double g = (double)GRADS[i];
        const double moved = (double)perturbed[i] - (double)PARAMS[i];
        squares += moved * moved * (1.0 + 20.0 * g * g);
    }
    assert_true(is_near(sqrt(squares), 0.1));
    assert_true(is_near(eps.norm_own, 0.1));
    assert_true(is_near(eps.along, dot_with_gradient(perturbed)));
    assert_true(is_near(eps.inverse_min, 1.0 / (1.0 + 20.0 * 0.49)));
    assert_true(is_near(eps.inverse_max, 1.0 / (1.0 + 20.0 * 0.01)));
}

static void downhill_is_the_same_way_back(void **state)
{
    (void)state;
    Real up[N];
    Real down[N];
    Ascent ascent = {.direction = GRADS, .radius = 0.1, .n = N};
    const Perturbation climbed = perturb(&ascent, PARAMS, up);
    ascent.is_downhill = true;
    const Perturbation descended = perturb(&ascent, PARAMS, down);
    assert_true(is_near(climbed.along, -descended.along));
    for (size_t i = 0; i < N; i++) {
        assert_true(is_near((double)up[i] + (double)down[i], 2.0 * (double)PARAMS[i]));
    }
}

/* Four tensors of one element: an embedding that is the head too, a matrix, a norm's gain, a bias. */
static const ParameterSpan SPANS[N] = {
    {.offset = 0, .size = 1, .group = SPAN_EMBEDDING, .is_head = true},
    {.offset = 1, .size = 1, .group = SPAN_MLP},
    {.offset = 2, .size = 1, .group = SPAN_NORM},
    {.offset = 3, .size = 1, .group = SPAN_ATTENTION, .is_bias = true}};

static void a_mask_moves_its_tensors_only_by_the_whole_radius(void **state)
{
    (void)state;
    static const bool MOVES[PERTURB_HEAD_ONLY + 1][N] = {
        [PERTURB_ALL] = {true, true, true, true},
        [PERTURB_NO_BIAS] = {true, true, true, false},
        [PERTURB_WEIGHTS_ONLY] = {true, true, false, false},
        [PERTURB_NORM_ONLY] = {false, false, true, false},
        [PERTURB_NO_NORM] = {true, true, false, true},
        [PERTURB_NO_EMBED] = {false, true, true, true},
        [PERTURB_HEAD_ONLY] = {true, false, false, false}};
    for (PerturbMask mask = PERTURB_ALL; mask <= PERTURB_HEAD_ONLY; mask++) {
        Real perturbed[N];
        const Ascent ascent = {
            .direction = GRADS, .radius = 0.1, .spans = {SPANS, N}, .mask = mask, .n = N};
        const Perturbation eps = perturb(&ascent, PARAMS, perturbed);
        double shares = 0.0;
        for (size_t i = 0; i < N; i++) {
            assert_true((perturbed[i] != PARAMS[i]) == MOVES[mask][i]);
        }
        for (size_t i = 0; i < EPS_SHARE_COUNT; i++) {
            shares += eps.shares[i];
        }
        assert_true(is_near(norm_of_difference(perturbed, PARAMS, 0), 0.1));
        assert_true(fabs(shares - 1.0) < 1e-5);
        assert_true((eps.shares[EPS_SHARE_BIAS] > 0.0) == MOVES[mask][3]);
        assert_true((eps.shares[SPAN_ATTENTION] == 0.0));
    }
}

static void a_mask_that_leaves_nothing_leaves_no_direction(void **state)
{
    (void)state;
    Real perturbed[N];
    const Ascent ascent = {.direction = GRADS,
                           .radius = 0.1,
                           .spans = {SPANS + 1, 1},
                           .mask = PERTURB_NORM_ONLY,
                           .n = N};
    assert_true(perturb(&ascent, PARAMS, perturbed).has_no_gradient);
}

/* Two layers without biases, the first made a times larger and the second a times smaller: the same function (ReLU or none between), its
 * gradients the other way round. ASAM must climb to the same function again. */
static void asam_does_not_notice_when_layers_are_rescaled(void **state)
{
    (void)state;
    const double scales[N] = {4.0, 4.0, 0.25, 0.25};
    const Real params[N] = {(Real)0.5, (Real)-2.0, (Real)0.25, (Real)1.5};
    Real scaled_params[N];
    Real scaled_grads[N];
    Real top[N];
    Real scaled_top[N];
    for (size_t i = 0; i < N; i++) {
        scaled_params[i] = (Real)(scales[i] * (double)params[i]);
        scaled_grads[i] = (Real)((double)GRADS[i] / scales[i]);
    }
    climb(ASCENT_ADAPTIVE, params, GRADS, 0.5, top);
    climb(ASCENT_ADAPTIVE, scaled_params, scaled_grads, 0.5, scaled_top);
    for (size_t i = 0; i < N; i++) {
        assert_true(is_near((double)scaled_top[i], scales[i] * (double)top[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sam_climbs_exactly_the_radius_along_the_gradient),
        cmocka_unit_test(asam_has_the_radius_in_units_of_the_weights),
        cmocka_unit_test(asam_leaves_zero_weights_alone),
        cmocka_unit_test(asam_is_the_formula_with_squared_weights),
        cmocka_unit_test(fisher_ascent_has_its_radius_in_the_fisher_metric),
        cmocka_unit_test(downhill_is_the_same_way_back),
        cmocka_unit_test(a_mask_moves_its_tensors_only_by_the_whole_radius),
        cmocka_unit_test(a_mask_that_leaves_nothing_leaves_no_direction),
        cmocka_unit_test(asam_does_not_notice_when_layers_are_rescaled),
        cmocka_unit_test(radius_zero_and_no_gradient_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
