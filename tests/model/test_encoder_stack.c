/* model/test_encoder_stack.c -- blocks with norms before and behind, on long windows with padding: the paths that the small references
 * of the models do not take. */
#include "model/encoder_stack.h"

#include "model/model_check.h"

enum { B = 2, T = 150, N = B * T, C = 12 };

static const StackNames NAMES = {.layer_prefix = "layer.",
                                 .tensors = {"qw", "kw", "vw", "qb", "kb", "vb", "ow", "ob", "n1g",
                                             "n1b", "iw", "ib", "uw", "ub", "n2g", "n2b"}};

/* A random stack, its input, and the gradient of its output. */
typedef struct Fixture {
    StackShape shape;
    ParameterTable table;
    Real *params;
    Real *grads;
    Real input[N * C];
    Real d_output[N * C];
    Real d_input[N * C];
    bool is_padding[N];
    NormPlace norms;
    ModelPass pass;
    EncoderStack *stack;
} Fixture;

static void fill_normal(Real *values, size_t n, double scale, uint64_t seed)
{
    Random random = random_stream(seed, RANDOM_STREAM_PROBES, 0);
    for (size_t i = 0; i < n; i++) {
        values[i] = (Real)(scale * random_normal(&random));
    }
}

static int set_up(void **state)
{
    Fixture *const f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->shape = (StackShape){.C = C, .L = 2, .H = 3, .F = 20, .layer_norm_epsilon = 1e-5};
    assert_int_equal(parameter_table_begin(&f->table, 2 * STACK_TENSOR_COUNT, NULL), STATUS_OK);
    stack_parameters_append(&f->table, &f->shape, &NAMES);
    assert_int_equal(parameter_table_end(&f->table), STATUS_OK);
    f->params = calloc(f->table.size, sizeof *f->params);
    f->grads = calloc(f->table.size, sizeof *f->grads);
    assert_non_null(f->params);
    assert_non_null(f->grads);
    fill_normal(f->params, f->table.size, 0.4, 3);
    fill_normal(f->input, sizeof f->input / sizeof *f->input, 1, 4);
    fill_normal(f->d_output, sizeof f->d_output / sizeof *f->d_output, 1, 5);
    for (size_t i = T; i < N; i++) { /* the second window: a gap, and the end */
        f->is_padding[i] = i == T + 20 || i > T + 100;
    }
    assert_int_equal(encoder_stack_create(&f->shape, B, T, &f->stack), STATUS_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *const f = *state;
    encoder_stack_destroy(f->stack);
    parameter_table_clear(&f->table);
    free(f->params);
    free(f->grads);
    free(f);
    return 0;
}

static StackRun run_of(const Fixture *f, const ModelPass *pass)
{
    return (StackRun){.shape = &f->shape,
                      .norms = f->norms,
                      .table = &f->table,
                      .params = f->params,
                      .B = B,
                      .T = T,
                      .is_padding = f->is_padding,
                      .pass = pass};
}

static const Real *forward(const Fixture *f, bool keeps_for_backward)
{
    ModelPass pass = f->pass;
    pass.keeps_for_backward = keeps_for_backward;
    const StackRun run = run_of(f, &pass);
    memcpy(encoder_stack_input(f->stack), f->input, sizeof f->input);
    return encoder_stack_forward(f->stack, &run);
}

static void backward(Fixture *f)
{
    ModelPass pass = f->pass;
    pass.keeps_for_backward = true;
    const StackRun run = run_of(f, &pass);
    (void)forward(f, true);
    memcpy(encoder_stack_gradient(f->stack), f->d_output, sizeof f->d_output);
    encoder_stack_backward(f->stack, &run, f->grads);
    memcpy(f->d_input, encoder_stack_gradient(f->stack), sizeof f->d_input);
}

static double weighted_output(const void *context)
{
    const Fixture *const f = context;
    const Real *const output = forward(f, false);
    double sum = 0;
    for (size_t i = 0; i < (size_t)N * C; i++) {
        sum += (double)output[i] * (double)f->d_output[i] / N;
    }
    return sum;
}

static void drop(Fixture *f)
{
    f->shape.hidden_dropout = 0.1;
    f->shape.attention_dropout = 0.2;
    f->pass = (ModelPass){.has_dropout = true, .dropout_seed = 8, .first_window = 1};
}

static void agrees_with_central_differences_in_every_tensor(void **state)
{
    Fixture *const f = *state;
    const LossOf of = {weighted_output, f, &f->table, f->params};
    for (size_t i = 0; i < (size_t)N * C; i++) {
        f->d_output[i] /= N;
    }
    backward(f);
    for (size_t i = 0; i < (size_t)N * C; i++) {
        f->d_output[i] *= N;
    }
    assert_central_differences(&of, f->grads);
}

static void norms_behind_agree_with_central_differences(void **state)
{
    agrees_with_central_differences_in_every_tensor(state);
}

static void norms_before_agree_with_central_differences(void **state)
{
    ((Fixture *)*state)->norms = NORM_BEFORE;
    agrees_with_central_differences_in_every_tensor(state);
}

static void dropped_branches_agree_with_central_differences(void **state)
{
    drop(*state);
    agrees_with_central_differences_in_every_tensor(state);
}

static void dropped_branches_with_norms_before_agree_with_central_differences(void **state)
{
    drop(*state);
    norms_before_agree_with_central_differences(state);
}

/* Along one random direction, with the dropout as well. */
static void expect_gradient_of_input(Fixture *f)
{
    Real direction[N * C];
    double analytic = 0;
    double sides[2];
    const double h = REAL_IS_DOUBLE != 0 ? 1e-6 : 3e-3;
    fill_normal(direction, sizeof direction / sizeof *direction, 1, 9);
    backward(f);
    for (size_t i = 0; i < (size_t)N * C; i++) {
        analytic += (double)f->d_input[i] * (double)direction[i] / N;
    }
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < (size_t)N * C; i++) {
            f->input[i] += (Real)((side == 0 ? h : -2 * h) * (double)direction[i]);
        }
        sides[side] = weighted_output(f);
    }
    assert_near(analytic, (sides[0] - sides[1]) / (2 * h), REAL_IS_DOUBLE != 0 ? 1e-7 : 1e-2,
                "d_input", 0);
}

static void the_gradient_of_the_input_agrees_with_central_differences(void **state)
{
    expect_gradient_of_input(*state);
    drop(*state);
    expect_gradient_of_input(*state);
    ((Fixture *)*state)->norms = NORM_BEFORE;
    expect_gradient_of_input(*state);
}

static void keeping_nothing_for_backward_gives_the_same_bits(void **state)
{
    Fixture *const f = *state;
    for (int k = 0; k < 4; k++) {
        f->norms = k % 2 == 0 ? NORM_BEHIND : NORM_BEFORE;
        if (k == 2) {
            drop(f);
        }
        Real *const kept = copy_of_reals(forward(f, true), (size_t)N * C);
        assert_memory_equal(kept, forward(f, false), (size_t)N * C * sizeof *kept);
        free(kept);
    }
}

static void what_padding_holds_reaches_nobody_forward_or_backward(void **state)
{
    Fixture *const f = *state;
    for (int k = 0; k < 2; k++) {
        f->norms = k == 0 ? NORM_BEHIND : NORM_BEFORE;
        Real *const before = copy_of_reals(forward(f, true), (size_t)N * C);
        for (size_t i = 0; i < (size_t)N * C; i++) {
            f->input[i] *= f->is_padding[i / C] ? -3 : 1;
            f->d_output[i] *= f->is_padding[i / C] ? 0 : 1;
        }
        const Real *const after = forward(f, true);
        for (size_t i = 0; i < N; i++) {
            const bool is_same = memcmp(after + i * C, before + i * C, C * sizeof *after) == 0;
            assert_int_equal(is_same, !f->is_padding[i]);
        }
        backward(f);
        for (size_t i = 0; i < (size_t)N * C; i++) {
            assert_true(!f->is_padding[i / C] || fabs((double)f->d_input[i]) <= 0);
        }
        free(before);
    }
}

/* A constant that a branch adds to the stream gives the same output wherever it is added, unless some of it is dropped. */
static void layers_and_branches_have_masks_of_their_own(void **state)
{
    Fixture *const f = *state;
    static const StackTensor biases[] = {STACK_ATTENTION_OUT_BIAS, STACK_MLP_OUT_BIAS};
    const size_t size = (size_t)N * C * sizeof(Real);
    Real *const outputs = malloc(4 * size);
    assert_non_null(outputs);
    f->norms = NORM_BEFORE;
    f->shape.hidden_dropout = 0.5;
    memset(f->params, 0, f->table.size * sizeof *f->params);
    for (int has_dropout = 0; has_dropout < 2; has_dropout++) {
        f->pass = (ModelPass){.has_dropout = has_dropout != 0, .dropout_seed = 3};
        for (size_t place = 0; place < 4; place++) {
            const size_t tensor = place / 2 * STACK_TENSOR_COUNT + (size_t)biases[place % 2];
            Real *const bias = f->params + f->table.tensors[tensor].offset;
            fill_normal(bias, C, 1, 6);
            memcpy(outputs + place * N * C, forward(f, false), size);
            memset(bias, 0, C * sizeof *bias);
            for (size_t other = 0; other < place; other++) {
                assert_int_equal(memcmp(outputs + place * N * C, outputs + other * N * C, size) !=
                                     0,
                                 has_dropout);
            }
        }
    }
    free(outputs);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(norms_behind_agree_with_central_differences),
        WITH_FIXTURE(norms_before_agree_with_central_differences),
        WITH_FIXTURE(dropped_branches_agree_with_central_differences),
        WITH_FIXTURE(dropped_branches_with_norms_before_agree_with_central_differences),
        WITH_FIXTURE(the_gradient_of_the_input_agrees_with_central_differences),
        WITH_FIXTURE(keeping_nothing_for_backward_gives_the_same_bits),
        WITH_FIXTURE(what_padding_holds_reaches_nobody_forward_or_backward),
        WITH_FIXTURE(layers_and_branches_have_masks_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
