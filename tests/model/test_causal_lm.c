/* model/test_causal_lm.c -- GPT-2 against PyTorch's numbers, finite differences, and what causality promises. */
#include "model/causal_lm.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/random.h"
#include "kernels/cross_entropy.h"
#include "model/safetensors.h"

static const char REFERENCE_JSON[] = "tests/reference/gpt2_reference.json";
static const char REFERENCE_WEIGHTS[] = "tests/reference/gpt2_reference.safetensors";

enum { B = 2, T = 10, N = B * T };

/* The stored model and everything needed to run it. */
typedef struct Fixture {
    Json *reference;
    CausalLmShape shape;
    ParameterTable table;
    Real *params;
    Real *grads;
    int32_t inputs[N];
    int32_t targets[N];
    TokenBatch batch;
    CausalLmWorkspace *workspace;
    ModelPass pass; /* how forward() runs; plain unless a test says otherwise */
} Fixture;

static double close_enough(void)
{
    return REAL_IS_DOUBLE != 0 ? 1e-9 : 2e-4;
}

static void assert_near(double got, double wanted, double tolerance, const char *what, size_t index)
{
    if (!(fabs(got - wanted) <= tolerance * fmax(1, fabs(got) + fabs(wanted)))) {
        fail_msg("%s[%zu]: got %.12g, wanted %.12g", what, index, got, wanted);
    }
}

static void read_tokens(const Json *list, int32_t tokens[N])
{
    assert_int_equal(json_count(list), N);
    size_t i = 0;
    for (const Json *item = json_first(list); item != NULL; item = json_next(item)) {
        tokens[i++] = (int32_t)json_number(item);
    }
}

static int set_up(void **state)
{
    Fixture *const f = calloc(1, sizeof *f);
    char *text = NULL;
    size_t size = 0;
    assert_non_null(f);
    assert_int_equal(json_read_text(REFERENCE_JSON, JSON_FILE_BYTES_MAX, &text, &size, NULL),
                     STATUS_OK);
    assert_int_equal(json_parse(text, size, REFERENCE_JSON, &f->reference, NULL), STATUS_OK);
    free(text);
    assert_int_equal(
        shape_from_json(json_member(f->reference, "config"), REFERENCE_JSON, &f->shape, NULL),
        STATUS_OK);
    assert_int_equal(parameter_table_create(&f->shape, &f->table), STATUS_OK);
    f->params = calloc(f->table.size, sizeof *f->params);
    f->grads = calloc(f->table.size, sizeof *f->grads);
    assert_non_null(f->params);
    assert_non_null(f->grads);
    assert_int_equal(safetensors_read(REFERENCE_WEIGHTS, &f->table, f->params, NULL), STATUS_OK);
    read_tokens(json_member(f->reference, "inputs"), f->inputs);
    read_tokens(json_member(f->reference, "targets"), f->targets);
    f->batch = (TokenBatch){.B = B, .T = T, .inputs = f->inputs, .targets = f->targets};
    assert_int_equal(causal_lm_workspace_create(&f->shape, B, T, &f->workspace), STATUS_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *const f = *state;
    causal_lm_workspace_destroy(f->workspace);
    parameter_table_clear(&f->table);
    json_destroy(f->reference);
    free(f->params);
    free(f->grads);
    free(f);
    return 0;
}

static Real *forward(const Fixture *f, bool keeps_for_backward)
{
    ModelPass pass = f->pass;
    pass.keeps_for_backward = keeps_for_backward;
    return causal_lm_forward(&f->shape, &f->table, f->params, &f->batch, &pass, f->workspace);
}

static double mean_loss(const Fixture *f)
{
    return cross_entropy_sum(forward(f, false), f->targets, N, f->shape.V) /
           (double)cross_entropy_count(f->targets, N);
}

/* The mean loss; its gradient is added to f->grads. */
static double loss_and_gradient(const Fixture *f)
{
    const double counted = (double)cross_entropy_count(f->targets, N);
    Real *const logits = forward(f, true);
    const double sum =
        cross_entropy_sum_and_gradient(logits, f->targets, N, f->shape.V, (Real)(1 / counted));
    causal_lm_backward(&f->shape, &f->table, f->params, &f->batch, logits, f->grads, f->workspace);
    return sum / counted;
}

static void agrees_with_pytorch_in_logits_and_loss(void **state)
{
    const Fixture *const f = *state;
    const Real *const logits = forward(f, false);
    const Json *const list = json_member(f->reference, "logits");
    assert_int_equal(json_count(list), N * f->shape.V);
    size_t i = 0;
    for (const Json *item = json_first(list); item != NULL; item = json_next(item), i++) {
        assert_near((double)logits[i], json_number(item), close_enough(), "logits", i);
    }
    assert_near(mean_loss(f), json_number(json_member(f->reference, "loss_nats")), close_enough(),
                "loss", 0);
}

static void agrees_with_pytorch_in_every_gradient(void **state)
{
    const Fixture *const f = *state;
    (void)loss_and_gradient(f);
    const Json *const gradients = json_member(f->reference, "gradients");
    assert_int_equal(json_count(gradients), f->table.count);
    for (size_t k = 0; k < f->table.count; k++) {
        const ParameterTensor *const tensor = &f->table.tensors[k];
        const Json *const list = json_member(gradients, tensor->name);
        assert_int_equal(json_count(list), tensor->rows * tensor->cols);
        size_t i = 0;
        for (const Json *item = json_first(list); item != NULL; item = json_next(item), i++) {
            assert_near((double)f->grads[tensor->offset + i], json_number(item),
                        close_enough() / 10, tensor->name, i);
        }
    }
}

static double loss_moved(const Fixture *f, const ParameterTensor *tensor, const Real *start,
                         const double *direction, double distance)
{
    const size_t n = tensor->rows * tensor->cols;
    for (size_t i = 0; i < n; i++) {
        f->params[tensor->offset + i] = start[i] + (Real)(distance * direction[i]);
    }
    const double loss = mean_loss(f);
    memcpy(f->params + tensor->offset, start, n * sizeof *start);
    return loss;
}

static void expect_central_differences(const Fixture *f)
{
    if (REAL_IS_DOUBLE == 0) {
        skip(); /* float rounding drowns the differences: `make VARIANT=double` runs this */
    }
    const double h = 2e-6;
    const double tolerance = 1e-8;
    (void)loss_and_gradient(f);
    Random random = random_stream(7, RANDOM_STREAM_PROBES, 0);
    for (size_t k = 0; k < f->table.count; k++) {
        const ParameterTensor *const tensor = &f->table.tensors[k];
        const size_t n = tensor->rows * tensor->cols;
        double *const direction = calloc(n, sizeof *direction);
        Real *const start = calloc(n, sizeof *start);
        assert_non_null(direction);
        assert_non_null(start);
        memcpy(start, f->params + tensor->offset, n * sizeof *start);
        double analytic = 0;
        for (size_t i = 0; i < n; i++) {
            direction[i] = random_normal(&random);
            analytic += direction[i] * (double)f->grads[tensor->offset + i];
        }
        const double numeric = (loss_moved(f, tensor, start, direction, h) -
                                loss_moved(f, tensor, start, direction, -h)) /
                               (2 * h);
        assert_near(analytic, numeric, tolerance, tensor->name, 0);
        free(start);
        free(direction);
    }
}

static void agrees_with_central_differences_for_every_tensor(void **state)
{
    expect_central_differences(*state);
}

/* Both change the pass for good, with rates that differ so that none can stand in for another. */
static void drop_and_add_noise(Fixture *f)
{
    f->shape.embedding_dropout = 0.1;
    f->shape.attention_dropout = 0.2;
    f->shape.residual_dropout = 0.3;
    f->pass = (ModelPass){.has_dropout = true,
                          .dropout_seed = 77,
                          .noise = {.sigma = 0.1, .seed = 5},
                          .first_window = 3};
}

static void dropout_and_noise_agree_with_central_differences_for_every_tensor(void **state)
{
    drop_and_add_noise(*state);
    expect_central_differences(*state);
}

static Real *copy_of_logits(const Fixture *f, bool keeps_for_backward)
{
    const size_t size = N * f->shape.V * sizeof(Real);
    Real *const copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, forward(f, keeps_for_backward), size);
    return copy;
}

static bool changes_logits(const Fixture *f, const Real *before)
{
    return memcmp(forward(f, false), before, N * f->shape.V * sizeof *before) != 0;
}

static void rates_and_noise_of_zero_change_no_bit(void **state)
{
    Fixture *const f = *state;
    Real *const plain = copy_of_logits(f, true);
    f->pass = (ModelPass){
        .has_dropout = true, .dropout_seed = 77, .noise = {.seed = 5}, .first_window = 3};
    assert_false(changes_logits(f, plain));
    /* Rates without dropout, as in an evaluation. */
    drop_and_add_noise(f);
    f->pass = (ModelPass){.dropout_seed = 77};
    assert_false(changes_logits(f, plain));
    free(plain);
}

static void dropout_and_noise_are_those_of_their_seeds(void **state)
{
    Fixture *const f = *state;
    drop_and_add_noise(f);
    Real *const first = copy_of_logits(f, true);
    assert_false(changes_logits(f, first)); /* also without keeping anything for backward */
    f->pass.dropout_seed++;
    assert_true(changes_logits(f, first));
    f->pass.dropout_seed--;
    f->pass.noise.seed++;
    assert_true(changes_logits(f, first));
    f->pass.noise.seed--;
    f->pass.noise.is_uniform = true;
    assert_true(changes_logits(f, first));
    f->pass.noise.is_uniform = false;
    assert_false(changes_logits(f, first));
    free(first);
}

static void a_window_drops_and_is_noised_alike_alone_and_in_the_batch(void **state)
{
    Fixture *const f = *state;
    drop_and_add_noise(f);
    const size_t count = T * f->shape.V;
    Real *const together = copy_of_logits(f, true);
    const TokenBatch second = {.B = 1, .T = T, .inputs = f->inputs + T, .targets = f->targets + T};
    f->pass.first_window++;
    const Real *const alone =
        causal_lm_forward(&f->shape, &f->table, f->params, &second, &f->pass, f->workspace);
    for (size_t i = 0; i < count; i++) {
        assert_near((double)alone[i], (double)together[count + i],
                    REAL_IS_DOUBLE != 0 ? 1e-13 : 1e-5, "logits", i);
    }
    free(together);
}

/* What noise adds to one window might as well stand in the position embedding. */
static void noise_is_added_to_the_embedding(void **state)
{
    Fixture *const f = *state;
    const size_t C = f->shape.C;
    Real *const positions = f->params + f->table.tensors[TENSOR_POSITION_EMBEDDING].offset;
    f->batch.B = 1;
    f->pass.noise = (Noise){.sigma = 0.2, .seed = 9};
    f->pass.first_window = 2;
    Real *const noised = copy_of_logits(f, false);
    noise_add(positions, &f->pass.noise, 2, 1, T, C);
    f->pass = (ModelPass){0};
    const Real *const moved = forward(f, false);
    for (size_t i = 0; i < T * f->shape.V; i++) {
        assert_near((double)moved[i], (double)noised[i], REAL_IS_DOUBLE != 0 ? 1e-13 : 1e-5,
                    "logits", i);
    }
    free(noised);
}

static void clear_tensor(const Fixture *f, size_t layer, BlockTensor tensor)
{
    const ParameterTensor *const t =
        &f->table.tensors[TENSOR_FIRST_BLOCK + layer * BLOCK_TENSOR_COUNT + tensor];
    memset(f->params + t->offset, 0, t->rows * t->cols * sizeof *f->params);
}

/* Does dropping at this rate alone change anything? */
static bool acts(Fixture *f, double embedding, double attention, double residual)
{
    f->pass = (ModelPass){0};
    Real *const plain = copy_of_logits(f, false);
    f->pass = (ModelPass){.has_dropout = true, .dropout_seed = 1};
    f->shape.embedding_dropout = embedding;
    f->shape.attention_dropout = attention;
    f->shape.residual_dropout = residual;
    const bool is_changed = changes_logits(f, plain);
    free(plain);
    return is_changed;
}

static void each_rate_drops_at_its_own_place(void **state)
{
    Fixture *const f = *state;
    assert_true(acts(f, 0.5, 0, 0) && acts(f, 0, 0.5, 0) && acts(f, 0, 0, 0.5));
    for (size_t l = 0; l < f->shape.L; l++) {
        clear_tensor(f, l, BLOCK_ATTENTION_OUT_WEIGHT);
    }
    /* What attention mixes now reaches nothing, but the branches' biases are dropped still. */
    assert_true(acts(f, 0.5, 0, 0) && !acts(f, 0, 0.5, 0) && acts(f, 0, 0, 0.5));
    for (size_t l = 0; l < f->shape.L; l++) {
        clear_tensor(f, l, BLOCK_ATTENTION_OUT_BIAS);
        clear_tensor(f, l, BLOCK_MLP_OUT_WEIGHT);
    }
    assert_true(acts(f, 0, 0, 0.5));
    for (size_t l = 0; l < f->shape.L; l++) {
        clear_tensor(f, l, BLOCK_MLP_OUT_BIAS);
    }
    /* Branches that add nothing have nothing to drop. */
    assert_true(acts(f, 0.5, 0, 0) && !acts(f, 0, 0.5, 0) && !acts(f, 0, 0, 0.5));
}

static void fill_normal_bias(Real *bias, size_t C)
{
    Random random = random_stream(2, RANDOM_STREAM_PROBES, 0);
    for (size_t i = 0; i < C; i++) {
        bias[i] = (Real)random_normal(&random);
    }
}

/* A constant that a branch adds to the stream gives the same logits wherever it is added, unless some of it is dropped. */
static void layers_and_branches_have_masks_of_their_own(void **state)
{
    Fixture *const f = *state;
    static const BlockTensor ends[] = {BLOCK_ATTENTION_OUT_WEIGHT, BLOCK_ATTENTION_OUT_BIAS,
                                       BLOCK_MLP_OUT_WEIGHT, BLOCK_MLP_OUT_BIAS};
    const size_t size = N * f->shape.V * sizeof(Real);
    Real *const first = malloc(4 * size);
    assert_non_null(first);
    for (size_t i = 0; i < 8; i++) {
        clear_tensor(f, i / 4, ends[i % 4]);
    }
    for (int has_dropout = 0; has_dropout < 2; has_dropout++) {
        f->pass = (ModelPass){.has_dropout = has_dropout != 0, .dropout_seed = 3};
        f->shape.residual_dropout = 0.5;
        for (size_t place = 0; place < 4; place++) {
            const size_t tensor = TENSOR_FIRST_BLOCK + place / 2 * BLOCK_TENSOR_COUNT +
                                  (size_t)ends[1 + 2 * (place % 2)];
            Real *const bias = f->params + f->table.tensors[tensor].offset;
            fill_normal_bias(bias, f->shape.C);
            memcpy(first + place * N * f->shape.V, forward(f, false), size);
            memset(bias, 0, f->shape.C * sizeof *bias);
            for (size_t other = 0; other < place; other++) {
                assert_int_equal(memcmp(first + place * N * f->shape.V,
                                        first + other * N * f->shape.V, size) != 0,
                                 has_dropout);
            }
        }
    }
    free(first);
}

static void adds_to_the_gradients_that_are_there(void **state)
{
    const Fixture *const f = *state;
    (void)loss_and_gradient(f);
    Real *const once = malloc(f->table.size * sizeof *once);
    assert_non_null(once);
    memcpy(once, f->grads, f->table.size * sizeof *once);
    (void)loss_and_gradient(f);
    for (size_t i = 0; i < f->table.size; i++) {
        assert_near((double)f->grads[i], 2 * (double)once[i], REAL_IS_DOUBLE != 0 ? 1e-13 : 1e-5,
                    "grads", i);
    }
    free(once);
}

static void a_second_run_gives_the_same_bits(void **state)
{
    const Fixture *const f = *state;
    const double loss = loss_and_gradient(f);
    Real *const once = malloc(f->table.size * sizeof *once);
    assert_non_null(once);
    memcpy(once, f->grads, f->table.size * sizeof *once);
    memset(f->grads, 0, f->table.size * sizeof *once);
    assert_true(loss_and_gradient(f) <= loss && loss_and_gradient(f) >= loss);
    memset(f->grads, 0, f->table.size * sizeof *once);
    (void)loss_and_gradient(f);
    assert_memory_equal(once, f->grads, f->table.size * sizeof *once);
    free(once);
}

static void a_later_token_leaves_earlier_logits_unchanged(void **state)
{
    Fixture *const f = *state;
    const size_t V = f->shape.V;
    const size_t size = N * V * sizeof(Real);
    Real *const before = malloc(size);
    assert_non_null(before);
    for (size_t t = 1; t < T; t++) {
        memcpy(before, forward(f, false), size);
        f->inputs[t] = (f->inputs[t] + 1) % (int32_t)V;
        const Real *const after = forward(f, false);
        assert_memory_equal(after, before, t * V * sizeof *after);
        assert_memory_not_equal(after + t * V, before + t * V, V * sizeof *after);
        /* nor may it reach the other window */
        assert_memory_equal(after + T * V, before + T * V, T * V * sizeof *after);
    }
    free(before);
}

static void keeping_nothing_for_backward_gives_the_same_bits(void **state)
{
    const Fixture *const f = *state;
    const size_t size = N * f->shape.V * sizeof(Real);
    Real *const kept = malloc(size);
    assert_non_null(kept);
    memcpy(kept, forward(f, true), size);
    assert_memory_equal(kept, forward(f, false), size);
    free(kept);
}

static void logits_may_be_written_elsewhere_with_the_same_bits(void **state)
{
    Fixture *const f = *state;
    const size_t size = N * f->shape.V * sizeof(Real);
    Real *const elsewhere = calloc(1, size);
    assert_non_null(elsewhere);
    f->pass.outputs = elsewhere;
    assert_ptr_equal(forward(f, false), elsewhere);
    f->pass.outputs = NULL;
    assert_memory_equal(elsewhere, forward(f, false), size);
    free(elsewhere);
}

static void a_window_gives_the_same_logits_alone_and_in_a_larger_workspace(void **state)
{
    Fixture *const f = *state;
    const size_t count = T * f->shape.V;
    Real *const together = malloc(count * sizeof *together);
    assert_non_null(together);
    memcpy(together, forward(f, true) + count, count * sizeof *together);
    CausalLmWorkspace *larger = NULL;
    assert_int_equal(causal_lm_workspace_create(&f->shape, 5, f->shape.P, &larger), STATUS_OK);
    const TokenBatch second = {.B = 1, .T = T, .inputs = f->inputs + T, .targets = f->targets + T};
    const Real *const alone =
        causal_lm_forward(&f->shape, &f->table, f->params, &second, &(ModelPass){0}, larger);
    for (size_t i = 0; i < count; i++) {
        assert_near((double)alone[i], (double)together[i], REAL_IS_DOUBLE != 0 ? 1e-13 : 1e-5,
                    "logits", i);
    }
    causal_lm_workspace_destroy(larger);
    free(together);
}

/* Longer than one block of queries, and not a multiple of it: the paths that the small reference
 * does not take. */
static void long_windows_agree_with_central_differences_and_stay_causal(void **state)
{
    (void)state;
    enum { LONG = 150, WORDS = 11 };
    const CausalLmShape shape = {
        .V = WORDS, .P = LONG, .C = 12, .L = 1, .H = 3, .F = 20, .layer_norm_epsilon = 1e-5};
    ParameterTable table;
    assert_int_equal(parameter_table_create(&shape, &table), STATUS_OK);
    Real *const params = calloc(3 * table.size, sizeof *params);
    assert_non_null(params);
    Real *const grads = params + table.size;
    Real *const direction = grads + table.size;
    Random random = random_stream(3, RANDOM_STREAM_PROBES, 0);
    int32_t tokens[LONG + 1];
    for (size_t i = 0; i <= LONG; i++) {
        tokens[i] = (int32_t)random_below(&random, WORDS);
    }
    for (size_t i = 0; i < table.size; i++) {
        params[i] = (Real)(0.4 * random_normal(&random));
        direction[i] = (Real)random_normal(&random);
    }
    const TokenBatch batch = {.B = 1, .T = LONG, .inputs = tokens, .targets = tokens + 1};
    CausalLmWorkspace *workspace = NULL;
    assert_int_equal(causal_lm_workspace_create(&shape, 1, LONG, &workspace), STATUS_OK);

    Real *logits = causal_lm_forward(&shape, &table, params, &batch,
                                     &(ModelPass){.keeps_for_backward = true}, workspace);
    (void)cross_entropy_sum_and_gradient(logits, batch.targets, LONG, WORDS, (Real)(1.0 / LONG));
    causal_lm_backward(&shape, &table, params, &batch, logits, grads, workspace);
    const double h = REAL_IS_DOUBLE != 0 ? 1e-5 : 3e-3;
    double analytic = 0;
    double losses[2];
    for (size_t i = 0; i < table.size; i++) {
        analytic += (double)grads[i] * (double)direction[i];
    }
    for (int side = 0; side < 2; side++) {
        const Real distance = (Real)(side == 0 ? h : -2 * h);
        for (size_t i = 0; i < table.size; i++) {
            params[i] += distance * direction[i];
        }
        logits = causal_lm_forward(&shape, &table, params, &batch, &(ModelPass){0}, workspace);
        losses[side] = cross_entropy_sum(logits, batch.targets, LONG, WORDS) / LONG;
    }
    assert_near(analytic, (losses[0] - losses[1]) / (2 * h), REAL_IS_DOUBLE != 0 ? 1e-7 : 1e-2,
                "all", 0);

    Real before[100 * WORDS];
    memcpy(before, logits, sizeof before);
    tokens[100] = (tokens[100] + 1) % WORDS;
    logits = causal_lm_forward(&shape, &table, params, &batch, &(ModelPass){0}, workspace);
    assert_memory_equal(before, logits, sizeof before);
    causal_lm_workspace_destroy(workspace);
    parameter_table_clear(&table);
    free(params);
}

static void a_workspace_too_large_for_memory_is_refused(void **state)
{
    (void)state;
    const size_t most = (size_t)1 << 20;
    const CausalLmShape huge = {
        .V = most, .P = most, .C = most, .L = most, .H = 1, .F = most, .layer_norm_epsilon = 1e-5};
    CausalLmWorkspace *workspace = NULL;
    assert_true(causal_lm_workspace_bytes(&huge, most, most) == SIZE_MAX);
    assert_int_equal(causal_lm_workspace_create(&huge, most, most, &workspace),
                     STATUS_OUT_OF_MEMORY);
    assert_null(workspace);
    causal_lm_workspace_destroy(NULL);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(agrees_with_pytorch_in_logits_and_loss),
        WITH_FIXTURE(agrees_with_pytorch_in_every_gradient),
        WITH_FIXTURE(agrees_with_central_differences_for_every_tensor),
        WITH_FIXTURE(dropout_and_noise_agree_with_central_differences_for_every_tensor),
        WITH_FIXTURE(rates_and_noise_of_zero_change_no_bit),
        WITH_FIXTURE(dropout_and_noise_are_those_of_their_seeds),
        WITH_FIXTURE(a_window_drops_and_is_noised_alike_alone_and_in_the_batch),
        WITH_FIXTURE(noise_is_added_to_the_embedding),
        WITH_FIXTURE(each_rate_drops_at_its_own_place),
        WITH_FIXTURE(layers_and_branches_have_masks_of_their_own),
        WITH_FIXTURE(adds_to_the_gradients_that_are_there),
        WITH_FIXTURE(a_second_run_gives_the_same_bits),
        WITH_FIXTURE(a_later_token_leaves_earlier_logits_unchanged),
        WITH_FIXTURE(keeping_nothing_for_backward_gives_the_same_bits),
        WITH_FIXTURE(logits_may_be_written_elsewhere_with_the_same_bits),
        WITH_FIXTURE(a_window_gives_the_same_logits_alone_and_in_a_larger_workspace),
        cmocka_unit_test(long_windows_agree_with_central_differences_and_stay_causal),
        cmocka_unit_test(a_workspace_too_large_for_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
