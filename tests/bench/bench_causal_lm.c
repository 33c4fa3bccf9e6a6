/* bench/bench_causal_lm.c -- how close a pass comes to the time of its bare matrix products, on one thread. */
#include "model/causal_lm.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/wall_clock.h"
#include "kernels/cross_entropy.h"
#include "kernels/divergence.h"
#include "kernels/gemm.h"

enum { ROUNDS = 7, REPEATS = 5 };

static const CausalLmShape SHAPE = {
    .V = 2048, .P = 128, .C = 128, .L = 4, .H = 4, .F = 512, .layer_norm_epsilon = 1e-5};

/* Everything a timed piece may need. */
typedef struct Bench {
    ParameterTable table;
    Real *params;
    Real *grads;
    Real *buffers[3];
    TokenBatch batch;
    CausalLmWorkspace *workspace;
} Bench;

static void run_forward(Bench *b)
{
    const size_t N = b->batch.B * b->batch.T;
    const Real *const logits = causal_lm_forward(&SHAPE, &b->table, b->params, &b->batch,
                                                 &(CausalLmPass){0}, b->workspace);
    (void)cross_entropy_sum(logits, b->batch.targets, N, SHAPE.V);
}

static void run_both(Bench *b)
{
    const size_t N = b->batch.B * b->batch.T;
    Real *const logits =
        causal_lm_forward(&SHAPE, &b->table, b->params, &b->batch,
                          &(CausalLmPass){.keeps_for_backward = true}, b->workspace);
    (void)cross_entropy_sum_and_gradient(logits, b->batch.targets, N, SHAPE.V, (Real)1e-3);
    causal_lm_backward(&SHAPE, &b->table, b->params, &b->batch, logits, b->grads, b->workspace);
}

static void run_divergence(Bench *b)
{
    (void)divergence_forward_kl_sum(b->buffers[0], b->buffers[1], b->batch.targets,
                                    b->batch.B * b->batch.T, SHAPE.V);
}

static void product(Bench *b, size_t rows, size_t cols, size_t inner, bool is_a_transposed,
                    bool is_b_transposed)
{
    gemm(b->buffers[0], cols,
         (GemmOperand){b->buffers[1], is_a_transposed ? rows : inner, is_a_transposed},
         (GemmOperand){b->buffers[2], is_b_transposed ? inner : cols, is_b_transposed},
         (GemmSizes){rows, cols, inner}, 1, 0);
}

/* y = x W, and its two gradients. */
static void linear_products(Bench *b, size_t in, size_t out, bool with_backward)
{
    const size_t N = b->batch.B * b->batch.T;
    product(b, N, out, in, false, false);
    if (with_backward) {
        product(b, in, out, N, true, false);
        product(b, N, in, out, false, true);
    }
}

static void products(Bench *b, bool with_backward)
{
    const size_t N = b->batch.B * b->batch.T;
    const size_t C = SHAPE.C;
    const size_t T = b->batch.T;
    const size_t D = C / SHAPE.H;
    for (size_t l = 0; l < SHAPE.L; l++) {
        linear_products(b, C, 3 * C, with_backward);
        linear_products(b, C, C, with_backward);
        linear_products(b, C, SHAPE.F, with_backward);
        linear_products(b, SHAPE.F, C, with_backward);
        /* Attention as whole squares, T x T, nothing saved on the masked half. */
        for (size_t i = 0; i < b->batch.B * SHAPE.H * (with_backward ? 3 : 1); i++) {
            product(b, T, T, D, false, true);
            product(b, T, D, T, false, false);
        }
    }
    product(b, N, SHAPE.V, C, false, true);
    if (with_backward) {
        product(b, SHAPE.V, C, N, true, false);
        product(b, N, C, SHAPE.V, false, false);
    }
}

static void run_forward_products(Bench *b)
{
    products(b, false);
}

static void run_both_products(Bench *b)
{
    products(b, true);
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median_ms(Bench *b, void (*piece)(Bench *))
{
    const WallClock clock = wall_clock_monotonic();
    double rounds[ROUNDS];
    piece(b);
    for (size_t i = 0; i < ROUNDS; i++) {
        const double start = wall_clock_seconds(clock);
        for (size_t k = 0; k < REPEATS; k++) {
            piece(b);
        }
        rounds[i] = 1e3 * (wall_clock_seconds(clock) - start) / REPEATS;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, compare);
    return rounds[ROUNDS / 2];
}

static bool prepare(Bench *b, size_t B, int32_t *tokens)
{
    const size_t N = B * SHAPE.P;
    const size_t most = N * SHAPE.V > SHAPE.V * SHAPE.C ? N * SHAPE.V : SHAPE.V * SHAPE.C;
    Random random = random_stream(1, RANDOM_STREAM_PROBES, 0);
    for (size_t i = 0; i <= N; i++) {
        tokens[i] = (int32_t)random_below(&random, SHAPE.V);
    }
    b->batch = (TokenBatch){.B = B, .T = SHAPE.P, .inputs = tokens, .targets = tokens + 1};
    bool is_ready = parameter_table_create(&SHAPE, &b->table) == STATUS_OK &&
                    causal_lm_workspace_create(&SHAPE, B, SHAPE.P, &b->workspace) == STATUS_OK;
    for (size_t i = 0; i < 3 && is_ready; i++) {
        b->buffers[i] = malloc(most * sizeof(Real));
        is_ready = b->buffers[i] != NULL;
        for (size_t k = 0; k < most && is_ready; k++) {
            b->buffers[i][k] = (Real)random_normal(&random);
        }
    }
    b->params = is_ready ? calloc(b->table.size, sizeof(Real)) : NULL;
    b->grads = is_ready ? calloc(b->table.size, sizeof(Real)) : NULL;
    if (b->params == NULL || b->grads == NULL) {
        return false;
    }
    parameters_initialise(&b->table, &SHAPE, 1, b->params);
    return true;
}

static void report(Bench *b)
{
    const double forward = median_ms(b, run_forward);
    const double forward_products = median_ms(b, run_forward_products);
    const double both = median_ms(b, run_both);
    const double both_products = median_ms(b, run_both_products);
    printf("B=%zu T=%zu  forward+loss %7.2f ms (bare products %7.2f, x%.2f)   "
           "forward+loss+backward %7.2f ms "
           "(bare products %7.2f, x%.2f)   divergence %6.2f ms\n",
           b->batch.B, b->batch.T, forward, forward_products, forward / forward_products, both,
           both_products, both / both_products, median_ms(b, run_divergence));
}

int main(void)
{
    static const size_t sizes[] = {2, 4};
    gemm_use_one_thread();
    printf("%s\n", gemm_library_description());
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        Bench bench = {0};
        int32_t tokens[4 * 128 + 1];
        const bool is_ready = prepare(&bench, sizes[i], tokens);
        if (is_ready) {
            report(&bench);
        }
        causal_lm_workspace_destroy(bench.workspace);
        parameter_table_clear(&bench.table);
        free(bench.params);
        free(bench.grads);
        for (size_t k = 0; k < 3; k++) {
            free(bench.buffers[k]);
        }
        if (!is_ready) {
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
