#include "optim/sam_variants.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

static double gradient_used(const Lane *lane, const Lane *before, size_t i)
{
    return ((double)lane->moment1[i] - 0.9 * (double)before->moment1[i]) / 0.1;
}

static void gradient_at(const Lane *before, const double *w, double *g)
{
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        g[i] = (double)before->task.curvature[i] * w[i];
    }
}

static double dot(const double *x, const double *y)
{
    return x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
}

/* theta, g, and theta + rho x / ||x|| with the gradient there; x NULL: g. */
typedef struct Climb {
    double w[QUADRATIC_N];
    double g[QUADRATIC_N];
    double top[QUADRATIC_N];
    double g_top[QUADRATIC_N];
} Climb;

static Climb climb_by_hand(const Lane *before, const double *x, double rho)
{
    Climb climb;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        climb.w[i] = (double)before->params[i];
    }
    gradient_at(before, climb.w, climb.g);
    const double *direction = x == NULL ? climb.g : x;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        climb.top[i] = climb.w[i] + rho * direction[i] / sqrt(dot(direction, direction));
    }
    gradient_at(before, climb.top, climb.g_top);
    return climb;
}

static void functional_sam_keeps_the_error_signal_of_theta(void **state)
{
    (void)state;
    Lane lane;
    lane_init_softmax(&lane);
    lane_set(&lane, "rho=0.2");
    Lane by_hand = lane;
    Real grads[SOFTMAX_N];
    Real top[SOFTMAX_N];
    PassResult result;
    double norm = 0.0;
    PassRequest request = {.params = by_hand.params, .grads = grads, .keeps_deltas = true};
    softmax_pass(&by_hand.softmax, &request, &result);
    for (size_t i = 0; i < SOFTMAX_N; i++) {
        norm += (double)grads[i] * (double)grads[i];
    }
    for (size_t i = 0; i < SOFTMAX_N; i++) {
        top[i] = (Real)((double)by_hand.params[i] + 0.2 * (double)grads[i] / sqrt(norm));
    }
    request = (PassRequest){.params = top, .grads = grads, .uses_deltas = true};
    softmax_pass(&by_hand.softmax, &request, &result);
    lane_step(&lane, "functional-sam");
    for (size_t i = 0; i < SOFTMAX_N; i++) {
        assert_true(is_near((double)lane.moment1[i], 0.1 * (double)grads[i]));
    }
    assert_true(is_near(lane_metric(&lane, METRIC_LOSS_PERTURBED), result.loss_nats));
}

/* Where the loss is linear in the outputs the signal is the same everywhere; on the quadratic, where the network is linear, J is. */
static void functional_sam_of_a_linear_network_is_adamw(void **state)
{
    (void)state;
    Lane functional;
    Lane adamw;
    lane_init(&functional);
    lane_init(&adamw);
    lane_set(&functional, "rho=0.3");
    lane_step(&functional, "functional-sam");
    lane_step(&adamw, "adamw");
    assert_memory_equal(functional.params, adamw.params, sizeof adamw.params);
    assert_true(functional.step.forward_passes == 2.0);
}

static void friendly_sam_climbs_along_what_the_average_lacks(void **state)
{
    (void)state;
    Lane lane;
    double m[QUADRATIC_N];
    lane_init(&lane);
    lane_set(&lane, "rho=0.2");
    lane_set(&lane, "sigma=0.5");
    lane_set(&lane, "lambda=0.75");
    for (int t = 0; t < 5; t++) {
        const Lane before = lane;
        const Climb plain = climb_by_hand(&before, NULL, 0.2);
        double x[QUADRATIC_N];
        for (size_t i = 0; i < QUADRATIC_N; i++) {
            x[i] = t == 0 ? plain.g[i] : plain.g[i] - 0.5 * m[i];
        }
        const Climb climb = climb_by_hand(&before, x, 0.2);
        lane_step(&lane, "friendly-sam");
        for (size_t i = 0; i < QUADRATIC_N; i++) {
            assert_true(is_near(gradient_used(&lane, &before, i), climb.g_top[i]));
            m[i] = t == 0 ? plain.g[i] : 0.75 * m[i] + 0.25 * plain.g[i];
            assert_true(is_near((double)lane.memory[i], m[i]));
        }
        const double cosine = dot(plain.g, x) / sqrt(dot(plain.g, plain.g) * dot(x, x));
        assert_true(is_near(lane_metric(&lane, METRIC_LOSS_RISE_PREDICTED),
                            0.2 * dot(plain.g, x) / sqrt(dot(x, x))));
        assert_true(t == 0 || fabs(lane_metric(&lane, METRIC_ASCENT_ANGLE) -
                                   acos(fmin(cosine, 1.0)) * 180.0 / M_PI) < 0.1);
    }
}

static void gsam_takes_the_perpendicular_part_away(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "rho=0.3");
    lane_set(&lane, "alpha=0.4");
    const Lane before = lane;
    const Climb climb = climb_by_hand(&before, NULL, 0.3);
    lane_step(&lane, "gsam");
    const double c = dot(climb.g, climb.g_top) / dot(climb.g_top, climb.g_top);
    double away[QUADRATIC_N];
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        away[i] = climb.g[i] - c * climb.g_top[i];
        assert_true(is_near(gradient_used(&lane, &before, i), climb.g_top[i] - 0.4 * away[i]));
    }
    assert_true(fabs(dot(away, climb.g_top)) < 1e-9);
    assert_true(lane_metric(&lane, METRIC_GRADIENT_ANGLE) > 1.0);
}

static void gsam_moves_its_radius_with_the_learning_rate(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "rho=0.3");
    lane_set(&lane, "rho_min=0.1");
    lane.learning_rate = 0.05;
    lane_step(&lane, "gsam");
    assert_true(is_near(lane_metric(&lane, METRIC_RADIUS), 0.2));
}

static void looksam_uses_its_direction_again_between_its_climbs(void **state)
{
    (void)state;
    Lane lane;
    double kept[QUADRATIC_N] = {0};
    lane_init(&lane);
    lane_set(&lane, "rho=0.3");
    lane_set(&lane, "alpha=0.7");
    lane_set(&lane, "interval=3");
    for (int t = 0; t < 7; t++) {
        const Lane before = lane;
        const Climb climb = climb_by_hand(&before, NULL, 0.3);
        const double length = sqrt(dot(kept, kept));
        lane_step(&lane, "looksam");
        for (size_t i = 0; i < QUADRATIC_N; i++) {
            const double again =
                climb.g[i] + 0.7 * sqrt(dot(climb.g, climb.g)) / (length + 1e-8) * kept[i];
            assert_true(
                is_near(gradient_used(&lane, &before, i), t % 3 == 0 ? climb.g_top[i] : again));
        }
        assert_true(lane_metric(&lane, METRIC_IS_REUSE) == (t % 3 == 0 ? 0.0 : 1.0));
        assert_true(lane.step.backward_passes == (t % 3 == 0 ? 2.0 : 1.0));
        const double c = dot(climb.g, climb.g_top) / dot(climb.g, climb.g);
        for (size_t i = 0; t % 3 == 0 && i < QUADRATIC_N; i++) {
            kept[i] = climb.g_top[i] - c * climb.g[i];
        }
    }
}

static void msam_looks_ahead_along_its_momentum(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "rho=0.2");
    lane_step(&lane, "msam");
    const Lane before = lane;
    lane_step(&lane, "msam");
    double m[QUADRATIC_N];
    double ahead[QUADRATIC_N];
    double g[QUADRATIC_N];
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        m[i] = (double)before.moment1[i];
    }
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        ahead[i] = (double)before.params[i] - 0.2 * m[i] / sqrt(dot(m, m));
    }
    gradient_at(&before, ahead, g);
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        assert_true(is_near(gradient_used(&lane, &before, i), g[i]));
    }
    assert_true(lane.step.forward_passes == 1.0 && lane.step.backward_passes == 1.0);
    assert_true(is_near(lane_metric(&lane, METRIC_PERTURBATION_NORM), 0.2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functional_sam_keeps_the_error_signal_of_theta),
        cmocka_unit_test(functional_sam_of_a_linear_network_is_adamw),
        cmocka_unit_test(friendly_sam_climbs_along_what_the_average_lacks),
        cmocka_unit_test(gsam_takes_the_perpendicular_part_away),
        cmocka_unit_test(gsam_moves_its_radius_with_the_learning_rate),
        cmocka_unit_test(looksam_uses_its_direction_again_between_its_climbs),
        cmocka_unit_test(msam_looks_ahead_along_its_momentum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
