/* lab/text_bench.h -- a small language model with weights large enough to matter, two places to stand, and a batch. */
#ifndef TESTS_LAB_TEXT_BENCH_H
#define TESTS_LAB_TEXT_BENCH_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "lab/text_objective.h"
#include "lab/worker.h"

enum { BENCH_B = 5, BENCH_T = 9, BENCH_V = 23, BENCH_N = BENCH_B * BENCH_T };

typedef struct TextBench {
    CausalLmShape shape;
    ParameterTable table;
    Real *params; /* [n] where passes stand */
    Real *target; /* [n] another place, not far */
    Real *grads;  /* [n] */
    int32_t inputs[BENCH_N];
    int32_t targets[BENCH_N];
    TokenBatch batch;
    WorkerPool *pool;
    TextObjective *objective;
    Objective view;
} TextBench;

/* The objective on `workers` threads; one that was there goes. */
static inline void text_bench_use(TextBench *bench, size_t workers, size_t micro_batch_count)
{
    text_objective_destroy(bench->objective);
    worker_pool_destroy(bench->pool);
    assert_int_equal(worker_pool_create(workers, &bench->pool), STATUS_OK);
    const TextObjectiveOptions options = {.shape = &bench->shape,
                                          .table = &bench->table,
                                          .B = BENCH_B,
                                          .B_evaluation = BENCH_B,
                                          .T = BENCH_T,
                                          .micro_batch_count = micro_batch_count,
                                          .runner = worker_pool_runner(bench->pool)};
    assert_int_equal(text_objective_create(&options, &bench->objective), STATUS_OK);
    text_objective_set_batch(bench->objective, bench->batch);
    bench->view = text_objective_view(bench->objective);
}

static inline int text_bench_open(void **state)
{
    TextBench *bench = calloc(1, sizeof *bench);
    Random random = random_stream(8, RANDOM_STREAM_PROBES, 0);
    assert_non_null(bench);
    bench->shape = (CausalLmShape){
        .V = BENCH_V, .P = 12, .C = 12, .L = 2, .H = 2, .F = 20, .layer_norm_epsilon = 1e-5};
    assert_int_equal(parameter_table_create(&bench->shape, &bench->table), STATUS_OK);
    bench->params = calloc(bench->table.size, sizeof *bench->params);
    bench->target = calloc(bench->table.size, sizeof *bench->target);
    bench->grads = calloc(bench->table.size, sizeof *bench->grads);
    for (size_t i = 0; i < bench->table.size; i++) {
        bench->params[i] = (Real)(0.4 * random_normal(&random));
        bench->target[i] = bench->params[i] + (Real)(0.1 * random_normal(&random));
    }
    for (size_t i = 0; i < BENCH_N; i++) {
        bench->inputs[i] = (int32_t)random_below(&random, BENCH_V);
        bench->targets[i] = i % 7 == 3 ? TOKEN_IGNORED : (int32_t)random_below(&random, BENCH_V);
    }
    bench->batch = (TokenBatch){
        .B = BENCH_B, .T = BENCH_T, .inputs = bench->inputs, .targets = bench->targets};
    text_bench_use(bench, 1, 3);
    *state = bench;
    return 0;
}

static inline int text_bench_close(void **state)
{
    TextBench *bench = *state;
    text_objective_destroy(bench->objective);
    worker_pool_destroy(bench->pool);
    parameter_table_clear(&bench->table);
    free(bench->params);
    free(bench->target);
    free(bench->grads);
    free(bench);
    return 0;
}

static inline void text_bench_drop(TextBench *bench, double rate)
{
    bench->shape.embedding_dropout = rate;
    bench->shape.attention_dropout = rate;
    bench->shape.residual_dropout = rate;
}

static inline PassResult text_bench_run(const TextBench *bench, const PassRequest *request)
{
    PassResult result = {0};
    assert_int_equal(bench->view.run_pass(bench->view.context, request, &result), STATUS_OK);
    return result;
}

/* Keep in `slot` what the weights `params` predict, without dropout. */
static inline void text_bench_keep(const TextBench *bench, const Real *params, OutputSlot slot)
{
    const PassRequest request = {.params = params, .keep = slot, .is_evaluation = true};
    text_bench_run(bench, &request);
}

static inline double text_bench_divergence(const TextBench *bench, DivergenceKind kind,
                                           OutputSlot target, OutputSlot current)
{
    double value = (double)NAN;
    assert_int_equal(
        bench->view.divergence(bench->view.context, kind, true, 1, target, current, &value),
        STATUS_OK);
    return value;
}

/* The whole function whose gradient a pass gives. */
static inline double text_bench_total(const PassRequest *request, PassResult result)
{
    const double tau = request->penalty.weight != 0.0 ? request->penalty.temperature : 1.0;
    const double weight =
        request->penalty.weight != 0.0 ? request->penalty.weight : request->twin.weight;
    return result.loss_nats + weight * tau * tau * result.penalty_nats;
}

/* The gradient of `request` against signed central differences of `function`, along one random direction in each tensor. */
static inline void text_bench_check_gradient(TextBench *bench, const PassRequest *request,
                                             double (*function)(TextBench *bench,
                                                                const PassRequest *request),
                                             const char *what)
{
    const double h = 1e-5;
    const double tolerance = 2e-8;
    Random random = random_stream(4, RANDOM_STREAM_PROBES, 0);
    PassRequest with_gradient = *request;
    if (REAL_IS_DOUBLE == 0) {
        skip(); /* float rounding drowns the differences: `make VARIANT=double` runs this */
    }
    with_gradient.grads = bench->grads;
    text_bench_run(bench, &with_gradient);
    for (size_t k = 0; k < bench->table.count; k++) {
        const ParameterTensor *tensor = &bench->table.tensors[k];
        const size_t n = tensor->rows * tensor->cols;
        Real *place = bench->params + tensor->offset;
        Real *start = calloc(n, sizeof *start);
        double *direction = calloc(n, sizeof *direction);
        double values[2];
        double analytic = 0.0;
        memcpy(start, place, n * sizeof *start);
        for (size_t i = 0; i < n; i++) {
            direction[i] = random_normal(&random);
            analytic += direction[i] * (double)bench->grads[tensor->offset + i];
        }
        for (int side = 0; side < 2; side++) {
            for (size_t i = 0; i < n; i++) {
                place[i] = start[i] + (Real)((side == 0 ? h : -h) * direction[i]);
            }
            values[side] = function(bench, request);
        }
        memcpy(place, start, n * sizeof *start);
        const double numeric = (values[0] - values[1]) / (2.0 * h);
        if (!(fabs(numeric - analytic) <= tolerance * fmax(1.0, fabs(numeric) + fabs(analytic)))) {
            fail_msg("%s, %s: numeric %.12g, analytic %.12g", what, tensor->name, numeric,
                     analytic);
        }
        free(start);
        free(direction);
    }
}

#endif
