#include "lab/batch_objective.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/linear_network.h"

#include "base/random.h"
#include "lab/worker.h"

enum { CLASSES = LINEAR_CLASSES, WIDTH = LINEAR_WIDTH, N = LINEAR_N, EXAMPLES = 11 };

typedef struct Bench {
    BatchObjective *objective;
    Real inputs[EXAMPLES * WIDTH];
    int32_t targets[EXAMPLES];
    Real params[N];
    Real grads[N];
} Bench;

static ExampleBatch batch_of(const Bench *bench)
{
    return (ExampleBatch){
        .B = EXAMPLES, .rows = 1, .targets = bench->targets, .inputs = bench->inputs};
}

static void open_bench(Bench *bench, TaskRunner runner)
{
    Random random = random_stream(7, RANDOM_STREAM_WEIGHTS, 0);
    memset(bench, 0, sizeof *bench);
    for (size_t i = 0; i < EXAMPLES * WIDTH; i++) {
        bench->inputs[i] = (Real)((double)random_below(&random, 1000) / 500.0 - 1.0);
    }
    for (size_t i = 0; i < EXAMPLES; i++) {
        bench->targets[i] = (int32_t)random_below(&random, CLASSES);
    }
    bench->targets[4] = -1; /* counts for nothing */
    for (size_t i = 0; i < N; i++) {
        bench->params[i] = (Real)((double)random_below(&random, 1000) / 500.0 - 1.0);
    }
    const BatchObjectiveOptions options = {.network = linear_network(),
                                           .B = EXAMPLES,
                                           .B_evaluation = EXAMPLES,
                                           .micro_batch_count = 4,
                                           .runner = runner};
    assert_int_equal(batch_objective_create(&options, &bench->objective), STATUS_OK);
    batch_objective_set_batch(bench->objective, batch_of(bench));
}

static PassResult pass(Bench *bench, PassRequest request)
{
    PassResult result = {0};
    const Objective objective = batch_objective_view(bench->objective);
    request.params = bench->params;
    assert_int_equal(objective.run_pass(objective.context, &request, &result), STATUS_OK);
    return result;
}

/* The mean cross-entropy, written out. */
static double loss_by_hand(const Bench *bench)
{
    double total = 0.0;
    size_t valid = 0;
    for (size_t b = 0; b < EXAMPLES; b++) {
        double sum = 0.0;
        double chosen = 0.0;
        for (size_t c = 0; c < CLASSES && bench->targets[b] >= 0; c++) {
            double output = 0.0;
            for (size_t i = 0; i < WIDTH; i++) {
                output +=
                    (double)bench->params[c * WIDTH + i] * (double)bench->inputs[b * WIDTH + i];
            }
            sum += exp(output);
            chosen = (size_t)bench->targets[b] == c ? output : chosen;
        }
        if (bench->targets[b] >= 0) {
            total += log(sum) - chosen;
            valid++;
        }
    }
    return total / (double)valid;
}

static void the_loss_is_the_mean_over_examples_with_a_target(void **state)
{
    (void)state;
    Bench bench;
    double nats[EXAMPLES];
    open_bench(&bench, task_runner_serial());
    const double expected = loss_by_hand(&bench);
    assert_true(fabs(pass(&bench, (PassRequest){0}).loss_nats - expected) < 1e-6);
    batch_objective_evaluate(bench.objective, bench.params, batch_of(&bench), NULL, nats);
    double sum = 0.0;
    for (size_t b = 0; b < EXAMPLES; b++) {
        sum += nats[b];
    }
    assert_true(nats[4] == 0.0);
    assert_true(fabs(sum / (EXAMPLES - 1) - expected) < 1e-6);
    batch_objective_destroy(bench.objective);
}

static void the_gradient_is_that_of_the_loss(void **state)
{
    (void)state;
    Bench bench;
    open_bench(&bench, task_runner_serial());
    pass(&bench, (PassRequest){.grads = bench.grads});
    for (size_t k = 0; k < N; k++) {
        const Real kept = bench.params[k];
        const Real h = (Real)0.0078125;
        bench.params[k] = kept + h;
        const double above = loss_by_hand(&bench);
        bench.params[k] = kept - h;
        const double below = loss_by_hand(&bench);
        bench.params[k] = kept;
        const double numeric = (above - below) / (2.0 * (double)h);
        assert_true(fabs(numeric - (double)bench.grads[k]) < 1e-4);
    }
    batch_objective_destroy(bench.objective);
}

static void parts_together_give_the_whole(void **state)
{
    (void)state;
    Bench bench;
    Real whole[N];
    Real sum[N] = {(Real)0.0};
    open_bench(&bench, task_runner_serial());
    bench.targets[4] = 0; /* parts of 5 and 6 examples, all valid */
    pass(&bench, (PassRequest){.grads = whole});
    for (size_t part = 0; part < 2; part++) {
        pass(&bench, (PassRequest){.grads = bench.grads, .part = part, .part_count = 2});
        for (size_t k = 0; k < N; k++) {
            sum[k] += bench.grads[k] * (Real)(part == 0 ? 5.0 / 11.0 : 6.0 / 11.0);
        }
    }
    for (size_t k = 0; k < N; k++) {
        assert_true(fabs((double)(sum[k] - whole[k])) < 1e-6);
    }
    batch_objective_destroy(bench.objective);
}

static void any_number_of_workers_gives_the_same_bits(void **state)
{
    (void)state;
    Bench serial;
    open_bench(&serial, task_runner_serial());
    const double loss = pass(&serial, (PassRequest){.grads = serial.grads}).loss_nats;
    for (size_t workers = 2; workers <= 5; workers++) {
        Bench bench;
        WorkerPool *pool = NULL;
        assert_int_equal(worker_pool_create(workers, &pool), STATUS_OK);
        open_bench(&bench, worker_pool_runner(pool));
        assert_true(pass(&bench, (PassRequest){.grads = bench.grads}).loss_nats == loss);
        assert_memory_equal(bench.grads, serial.grads, sizeof serial.grads);
        batch_objective_destroy(bench.objective);
        worker_pool_destroy(pool);
    }
    batch_objective_destroy(serial.objective);
}

static void kept_outputs_are_compared_example_by_example(void **state)
{
    (void)state;
    Bench bench;
    double d = -1.0;
    open_bench(&bench, task_runner_serial());
    pass(&bench, (PassRequest){.keep = OUTPUT_SLOT_CURRENT});
    pass(&bench, (PassRequest){.keep = OUTPUT_SLOT_TARGET});
    const Objective objective = batch_objective_view(bench.objective);
    assert_int_equal(objective.divergence(objective.context, DIVERGENCE_FORWARD_KL, false, 0,
                                          OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT, &d),
                     STATUS_OK);
    assert_true(d == 0.0);
    bench.params[0] += (Real)0.5;
    pass(&bench, (PassRequest){.keep = OUTPUT_SLOT_CURRENT});
    assert_int_equal(objective.divergence(objective.context, DIVERGENCE_FORWARD_KL, false, 0,
                                          OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT, &d),
                     STATUS_OK);
    assert_true(d > 0.0);
    /* 3 classes, 11 examples */
    assert_true(fabs(objective.reference_factor - 1.0 / 33.0) < 1e-15);
    batch_objective_destroy(bench.objective);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loss_is_the_mean_over_examples_with_a_target),
        cmocka_unit_test(the_gradient_is_that_of_the_loss),
        cmocka_unit_test(parts_together_give_the_whole),
        cmocka_unit_test(any_number_of_workers_gives_the_same_bits),
        cmocka_unit_test(kept_outputs_are_compared_example_by_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
