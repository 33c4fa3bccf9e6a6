#include "lab/text_objective.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_lab.h"

#include "lab/model_folder.h"
#include "lab/worker.h"

enum { B = 6, T = 16 };

typedef struct Bench {
    ModelStart start;
    int32_t inputs[B * T];
    int32_t targets[B * T];
    TokenBatch batch;
} Bench;

static void make_bench(const TinyLab *lab, Bench *bench)
{
    Problem problem = {0};
    Random random = random_stream(5, RANDOM_STREAM_BATCHES, 0);
    assert_int_equal(model_start_load(&lab->spec, &bench->start, &problem), STATUS_OK);
    for (size_t i = 0; i < B * T; i++) {
        bench->inputs[i] = (int32_t)random_below(&random, 280);
        bench->targets[i] = i % 11 == 0 ? TOKEN_IGNORED : (int32_t)random_below(&random, 280);
    }
    bench->batch = (TokenBatch){.B = B, .T = T, .inputs = bench->inputs, .targets = bench->targets};
}

static TextObjective *make_objective(const Bench *bench, size_t micro_batch_count,
                                     TaskRunner runner)
{
    TextObjective *objective = NULL;
    const TextObjectiveOptions options = {.shape = &bench->start.shape,
                                          .table = &bench->start.table,
                                          .B = B,
                                          .B_evaluation = B,
                                          .T = T,
                                          .micro_batch_count = micro_batch_count,
                                          .keeps_outputs = true,
                                          .runner = runner};
    assert_int_equal(text_objective_create(&options, &objective), STATUS_OK);
    text_objective_set_batch(objective, bench->batch);
    return objective;
}

static double pass(TextObjective *objective, const Real *params, Real *grads, OutputSlot keep)
{
    const Objective view = text_objective_view(objective);
    const PassRequest request = {.params = params, .grads = grads, .keep = keep};
    PassResult result = {0};
    assert_int_equal(view.run_pass(view.context, &request, &result), STATUS_OK);
    return result.loss_nats;
}

static void the_number_of_workers_does_not_change_a_bit(void **state)
{
    static const size_t COUNTS[] = {1, 2, 3, 7};
    Bench bench;
    make_bench(*state, &bench);
    const size_t n = bench.start.table.size;
    Real *expected = calloc(n, sizeof *expected);
    Real *grads = calloc(n, sizeof *grads);
    double expected_loss = 0.0;
    for (size_t c = 0; c < 4; c++) {
        WorkerPool *pool = NULL;
        assert_int_equal(worker_pool_create(COUNTS[c], &pool), STATUS_OK);
        TextObjective *objective = make_objective(&bench, 4, worker_pool_runner(pool));
        const double loss =
            pass(objective, bench.start.theta_0, c == 0 ? expected : grads, OUTPUT_SLOT_NONE);
        if (c == 0) {
            expected_loss = loss;
        } else {
            assert_true(loss == expected_loss);
            assert_memory_equal(grads, expected, n * sizeof *grads);
        }
        text_objective_destroy(objective);
        worker_pool_destroy(pool);
    }
    free(expected);
    free(grads);
    model_start_clear(&bench.start);
}

static void micro_batches_add_up_to_the_whole_batch(void **state)
{
    Bench bench;
    make_bench(*state, &bench);
    const size_t n = bench.start.table.size;
    Real *whole = calloc(n, sizeof *whole);
    Real *cut = calloc(n, sizeof *cut);
    TextObjective *one = make_objective(&bench, 1, task_runner_serial());
    TextObjective *four = make_objective(&bench, 4, task_runner_serial());
    const double loss_whole = pass(one, bench.start.theta_0, whole, OUTPUT_SLOT_NONE);
    const double loss_cut = pass(four, bench.start.theta_0, cut, OUTPUT_SLOT_NONE);
    assert_true(fabs(loss_whole - loss_cut) < 1e-6);
    double difference = 0.0;
    double size = 0.0;
    for (size_t i = 0; i < n; i++) {
        difference += pow((double)whole[i] - (double)cut[i], 2.0);
        size += pow((double)whole[i], 2.0);
    }
    assert_true(sqrt(difference) < 1e-5 * sqrt(size));
    text_objective_destroy(one);
    text_objective_destroy(four);
    free(whole);
    free(cut);
    model_start_clear(&bench.start);
}

/* The gradient belongs to the loss: a small step along it changes the loss by what the gradient says, with the sign. */
static void the_gradient_is_that_of_the_mean_loss(void **state)
{
    Bench bench;
    make_bench(*state, &bench);
    const size_t n = bench.start.table.size;
    Real *grads = calloc(n, sizeof *grads);
    Real *moved = calloc(n, sizeof *moved);
    TextObjective *objective = make_objective(&bench, 4, task_runner_serial());
    pass(objective, bench.start.theta_0, grads, OUTPUT_SLOT_NONE);
    double squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        squares += (double)grads[i] * (double)grads[i];
    }
    const double h = 2e-3 / sqrt(squares);
    for (size_t i = 0; i < n; i++) {
        moved[i] = bench.start.theta_0[i] + (Real)h * grads[i];
    }
    const double above = pass(objective, moved, NULL, OUTPUT_SLOT_NONE);
    for (size_t i = 0; i < n; i++) {
        moved[i] = bench.start.theta_0[i] - (Real)h * grads[i];
    }
    const double below = pass(objective, moved, NULL, OUTPUT_SLOT_NONE);
    const double numeric = (above - below) / (2.0 * h);
    if (!(fabs(numeric - squares) < 5e-3 * squares)) {
        fail_msg("numeric %.9g, analytic %.9g", numeric, squares);
    }
    text_objective_destroy(objective);
    free(grads);
    free(moved);
    model_start_clear(&bench.start);
}

static void divergence_is_zero_for_the_same_weights_and_grows_with_distance(void **state)
{
    Bench bench;
    make_bench(*state, &bench);
    const size_t n = bench.start.table.size;
    Real *near = calloc(n, sizeof *near);
    Real *far = calloc(n, sizeof *far);
    Random random = random_stream(9, RANDOM_STREAM_NOISE, 0);
    for (size_t i = 0; i < n; i++) {
        const double noise = random_normal(&random);
        near[i] = bench.start.theta_0[i] + (Real)(0.01 * noise);
        far[i] = bench.start.theta_0[i] + (Real)(0.1 * noise);
    }
    TextObjective *objective = make_objective(&bench, 4, task_runner_serial());
    const Objective view = text_objective_view(objective);
    double same = 1.0;
    double nearby = 0.0;
    double far_away = 0.0;
    pass(objective, bench.start.theta_0, NULL, OUTPUT_SLOT_TARGET);
    pass(objective, bench.start.theta_0, NULL, OUTPUT_SLOT_CURRENT);
    view.divergence(view.context, DIVERGENCE_FORWARD_KL, false, 0, OUTPUT_SLOT_TARGET,
                    OUTPUT_SLOT_CURRENT, &same);
    pass(objective, near, NULL, OUTPUT_SLOT_CURRENT);
    view.divergence(view.context, DIVERGENCE_FORWARD_KL, false, 0, OUTPUT_SLOT_TARGET,
                    OUTPUT_SLOT_CURRENT, &nearby);
    pass(objective, far, NULL, OUTPUT_SLOT_CURRENT);
    view.divergence(view.context, DIVERGENCE_FORWARD_KL, false, 0, OUTPUT_SLOT_TARGET,
                    OUTPUT_SLOT_CURRENT, &far_away);
    assert_true(same == 0.0);
    assert_true(nearby > 0.0 && far_away > 10.0 * nearby);
    text_objective_destroy(objective);
    free(near);
    free(far);
    model_start_clear(&bench.start);
}

static void window_losses_and_kept_logits_are_those_of_the_windows(void **state)
{
    Bench bench;
    make_bench(*state, &bench);
    double nats[B];
    double alone[1];
    Real *logits = calloc((size_t)B * T * 280, sizeof *logits);
    Real *logits_alone = calloc((size_t)T * 280, sizeof *logits_alone);
    TextObjective *objective = make_objective(&bench, 4, task_runner_serial());
    text_objective_evaluate(objective, bench.start.theta_0, bench.batch, logits, nats);
    for (size_t b = 0; b < B; b++) {
        const TokenBatch window = {
            .B = 1, .T = T, .inputs = bench.inputs + b * T, .targets = bench.targets + b * T};
        text_objective_evaluate(objective, bench.start.theta_0, window, logits_alone, alone);
        assert_true(fabs(alone[0] - nats[b]) < 1e-4);
        for (size_t i = 0; i < (size_t)T * 280; i++) {
            assert_true(fabs((double)logits[b * T * 280 + i] - (double)logits_alone[i]) < 1e-5);
        }
    }
    text_objective_destroy(objective);
    free(logits);
    free(logits_alone);
    model_start_clear(&bench.start);
}

static void outputs_only_keeps_the_same_outputs_without_a_loss(void **state)
{
    Bench bench;
    make_bench(*state, &bench);
    TextObjective *objective = make_objective(&bench, 4, task_runner_serial());
    const Objective view = text_objective_view(objective);
    const PassRequest outputs = {
        .params = bench.start.theta_0, .keep = OUTPUT_SLOT_TARGET, .outputs_only = true};
    const PassRequest nothing_kept = {.params = bench.start.theta_0, .outputs_only = true};
    PassResult result = {.loss_nats = 1.0};
    double divergence = 1.0;
    assert_int_equal(view.run_pass(view.context, &outputs, &result), STATUS_OK);
    assert_true(result.loss_nats == 0.0);
    pass(objective, bench.start.theta_0, NULL, OUTPUT_SLOT_CURRENT);
    assert_int_equal(view.divergence(view.context, DIVERGENCE_FORWARD_KL, false, 1,
                                     OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT, &divergence),
                     STATUS_OK);
    assert_true(divergence == 0.0);
    assert_int_equal(view.run_pass(view.context, &nothing_kept, &result), STATUS_BAD_VALUE);
    text_objective_destroy(objective);
    model_start_clear(&bench.start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_number_of_workers_does_not_change_a_bit),
        cmocka_unit_test(micro_batches_add_up_to_the_whole_batch),
        cmocka_unit_test(the_gradient_is_that_of_the_mean_loss),
        cmocka_unit_test(divergence_is_zero_for_the_same_weights_and_grows_with_distance),
        cmocka_unit_test(window_losses_and_kept_logits_are_those_of_the_windows),
        cmocka_unit_test(outputs_only_keeps_the_same_outputs_without_a_loss),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
