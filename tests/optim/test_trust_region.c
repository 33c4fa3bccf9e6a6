#include "optim/trust_region.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

/* Adam's first moment after a step from moments of zero, or from those before. */
static double gradient_used(const Lane *lane, const Lane *before, size_t i)
{
    return ((double)lane->moment1[i] - 0.9 * (double)before->moment1[i]) / 0.1;
}

static void trpo_pulls_back_to_the_weights_before_the_last_update(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "lambda=0.5");
    lane_step(&lane, "trpo");
    assert_true(lane.step.forward_passes == 1.0); /* nothing to pull to */
    const Lane before = lane;
    lane_step(&lane, "trpo");
    double penalty = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        const double moved = w - (double)before.theta_0[i];
        penalty += 0.5 * moved * moved;
        assert_true(is_near(gradient_used(&lane, &before, i),
                            (double)before.task.curvature[i] * w + 0.5 * moved));
    }
    assert_true(is_near(lane_metric(&lane, METRIC_PENALTY), penalty));
    assert_true(lane.step.forward_passes == 2.0 && lane.step.backward_passes == 1.0);
    assert_memory_equal(lane.memory, before.params, sizeof lane.memory);
}

static void r3f_sends_the_gradient_through_both_passes_or_one(void **state)
{
    (void)state;
    static const double NOISE[QUADRATIC_N] = {0.5, -0.5, 1.0};
    for (int is_detached = 0; is_detached < 2; is_detached++) {
        Lane lane;
        lane_init(&lane);
        lane_set(&lane, "lambda=0.5");
        lane_set(&lane, "sigma=0.5");
        lane_set(&lane, is_detached ? "stopgrad_noised=on" : "stopgrad_noised=off");
        const Lane before = lane;
        lane_step(&lane, "r3f");
        for (size_t i = 0; i < QUADRATIC_N; i++) {
            const double w = (double)before.params[i];
            const double z = NOISE[i];
            const double pull = is_detached ? -w * z : w * z * z;
            assert_true(is_near(gradient_used(&lane, &before, i),
                                (double)before.task.curvature[i] * w + 0.5 * pull));
        }
        assert_true(lane.step.forward_passes == 2.0);
        assert_true(lane.step.backward_passes == (is_detached ? 1.0 : 2.0));
    }
}

static void mesa_pulls_to_the_average_of_its_own_weights(void **state)
{
    (void)state;
    Lane lane;
    Real average[QUADRATIC_N];
    lane_init(&lane);
    lane_set(&lane, "lambda=0.5");
    lane_set(&lane, "decay=0.75");
    memcpy(average, lane.theta_0, sizeof average);
    for (int t = 0; t < 4; t++) {
        const Lane before = lane;
        lane_step(&lane, "mesa");
        for (size_t i = 0; i < QUADRATIC_N; i++) {
            const double w = (double)before.params[i];
            assert_true(
                is_near(gradient_used(&lane, &before, i),
                        (double)before.task.curvature[i] * w + 0.5 * (w - (double)average[i])));
            average[i] = (Real)(0.75 * (double)average[i] + 0.25 * (double)lane.params[i]);
            assert_true(is_near((double)lane.memory[i], (double)average[i]));
        }
        assert_true(lane.step.forward_passes == 2.0 && lane.step.backward_passes == 1.0);
    }
}

/* EQUATIONS 7: the average predicts in evaluation mode; TRPO's target drops the units that theta drops. */
static void only_the_average_runs_without_dropout(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_step(&lane, "mesa");
    assert_true(lane.task.are_evaluations[0] && !lane.task.are_evaluations[1]);
    lane_init(&lane);
    lane_step(&lane, "trpo");
    lane_step(&lane, "trpo");
    assert_true(!lane.task.are_evaluations[0] && !lane.task.are_evaluations[1]);
}

static void the_average_can_warm_up(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "ema_warmup=on");
    lane_step(&lane, "mesa");
    for (size_t i = 0; i < QUADRATIC_N; i++) { /* t = 1: decay 2/11, not 0.999 */
        const double expected =
            (2.0 * (double)lane.theta_0[i] + 9.0 * (double)lane.params[i]) / 11.0;
        assert_true(is_near((double)lane.memory[i], expected));
    }
}

/* The numeric check of the softmax task's own gradients, which the identities lean on. */
static double penalised_loss(Lane *lane, PassRequest request, const Real *params)
{
    PassResult result;
    const double tau = request.penalty.temperature;
    request.params = params;
    request.grads = NULL;
    softmax_pass(&lane->softmax, &request, &result);
    return result.loss_nats +
           (request.penalty.weight * tau * tau + request.twin.weight) * result.penalty_nats;
}

static void the_tasks_gradients_are_those_of_the_penalised_loss(void **state)
{
    (void)state;
    const double h = REAL_IS_DOUBLE ? 1e-5 : 1e-2;
    for (DivergenceKind kind = DIVERGENCE_FORWARD_KL; kind <= DIVERGENCE_SYMMETRIC_KL; kind++) {
        for (int has_twin = 0; has_twin < 2; has_twin++) {
            Lane lane;
            Real grads[SOFTMAX_N];
            PassResult result;
            lane_init_softmax(&lane);
            const Real elsewhere[SOFTMAX_N] = {(Real)0.5, (Real)0.1, (Real)1.0, (Real)-0.5};
            PassRequest request = {.params = elsewhere, .keep = OUTPUT_SLOT_TARGET};
            softmax_pass(&lane.softmax, &request, &result);
            request = (PassRequest){.params = lane.params, .grads = grads};
            if (has_twin) {
                request.twin = (NoisedTwin){.weight = 2.0, .kind = kind, .noise = {.sigma = 0.3}};
            } else {
                request.penalty = (Penalty){
                    .weight = 2.0, .temperature = 3.0, .kind = kind, .target = OUTPUT_SLOT_TARGET};
            }
            softmax_pass(&lane.softmax, &request, &result);
            for (size_t i = 0; i < SOFTMAX_N; i++) {
                Real up[SOFTMAX_N];
                Real down[SOFTMAX_N];
                memcpy(up, lane.params, sizeof up);
                memcpy(down, lane.params, sizeof down);
                up[i] = (Real)((double)up[i] + h);
                down[i] = (Real)((double)down[i] - h);
                const double numeric =
                    (penalised_loss(&lane, request, up) - penalised_loss(&lane, request, down)) /
                    (2.0 * h);
                assert_true(fabs(numeric - (double)grads[i]) < (REAL_IS_DOUBLE ? 1e-8 : 2e-3));
            }
        }
    }
}

static void asam_with_a_penalty_has_it_in_both_gradients(void **state)
{
    (void)state;
    Lane lane;
    lane_init(&lane);
    lane_set(&lane, "lambda=0.5");
    lane_set(&lane, "rho=0.2");
    lane_step(&lane, "asam+trpo");
    const Lane before = lane;
    lane_step(&lane, "asam+trpo");
    double grads[QUADRATIC_N];
    double norm = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        grads[i] = (double)before.task.curvature[i] * w + 0.5 * (w - (double)before.theta_0[i]);
        norm += pow(w * grads[i], 2.0);
    }
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double w = (double)before.params[i];
        const double top = w + 0.2 * w * w * grads[i] / sqrt(norm);
        assert_true(
            is_near(gradient_used(&lane, &before, i), (double)before.task.curvature[i] * top +
                                                          0.5 * (top - (double)before.theta_0[i])));
    }
    assert_true(lane.step.forward_passes == 3.0 && lane.step.backward_passes == 2.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trpo_pulls_back_to_the_weights_before_the_last_update),
        cmocka_unit_test(r3f_sends_the_gradient_through_both_passes_or_one),
        cmocka_unit_test(mesa_pulls_to_the_average_of_its_own_weights),
        cmocka_unit_test(only_the_average_runs_without_dropout),
        cmocka_unit_test(the_average_can_warm_up),
        cmocka_unit_test(the_tasks_gradients_are_those_of_the_penalised_loss),
        cmocka_unit_test(asam_with_a_penalty_has_it_in_both_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
