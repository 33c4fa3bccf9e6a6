/* kernels/test_masked_attention.c -- against PyTorch, the definition and finite differences, with padding and without. */
#include "kernels/masked_attention.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/near.h"
#include "reference/encoder_kernel_reference.h"

/* Arrays for one run. */
typedef struct Run {
    AttentionSizes sizes;
    Real *qkv;
    Real *out;
    Real *statistics;
    Real *scratch;
    Real *d_out;
    Real *d_qkv;
    const bool *is_padding; /* NULL: none */
    const Dropout *dropout; /* NULL: none */
} Run;

static Real *numbers(size_t count)
{
    Real *const block = calloc(count, sizeof *block);
    assert_non_null(block);
    return block;
}

static Run run_create(AttentionSizes sizes)
{
    const size_t n = sizes.B * sizes.T * sizes.C;
    return (Run){.sizes = sizes,
                 .qkv = numbers(3 * n),
                 .out = numbers(n),
                 .statistics = numbers(attention_statistics_count(sizes.B, sizes.T, sizes.H)),
                 .scratch = numbers(masked_attention_scratch_count(sizes.T)),
                 .d_out = numbers(n),
                 .d_qkv = numbers(3 * n)};
}

static void run_destroy(Run *run)
{
    free(run->qkv);
    free(run->out);
    free(run->statistics);
    free(run->scratch);
    free(run->d_out);
    free(run->d_qkv);
}

static void forward(const Run *run)
{
    masked_attention_forward(run->out, run->statistics, run->scratch, run->qkv, run->is_padding,
                             run->sizes, run->dropout);
}

static void backward(const Run *run)
{
    masked_attention_backward(run->d_qkv, run->scratch, run->d_out, run->out, run->qkv,
                              run->statistics, run->is_padding, run->sizes, run->dropout);
}

static double weighted_output(const void *context)
{
    const Run *const run = context;
    forward(run);
    double sum = 0;
    for (size_t i = 0; i < run->sizes.B * run->sizes.T * run->sizes.C; i++) {
        sum += (double)run->out[i] * (double)run->d_out[i];
    }
    return sum;
}

/* As in encoder_kernel_reference.py: none, at the end, and with a gap. */
static const bool REFERENCE_PADDING[3 * 5] = {false, false, false, false, false,
                                              false, false, false, true,  true,
                                              false, true,  false, false, true};

static void agrees_with_pytorch(void **state)
{
    (void)state;
    Run run = run_create((AttentionSizes){.B = 3, .T = 5, .C = 6, .H = 2});
    run.is_padding = REFERENCE_PADDING;
    copy_reals(run.qkv, MASKED_QKV, 3 * 5 * 18);
    copy_reals(run.d_out, MASKED_D_OUT, 3 * 5 * 6);
    forward(&run);
    assert_all_near(run.out, MASKED_OUT, 3 * 5 * 6, "out");
    for (size_t i = 0; i < 3 * 5 * 18; i++) {
        run.d_qkv[i] = (Real)NAN; /* is overwritten, wholly */
    }
    backward(&run);
    assert_all_near(run.d_qkv, MASKED_D_QKV, 3 * 5 * 18, "d_qkv");
    run_destroy(&run);
}

static const Dropout DROPPED = {.rate = 0.25, .key = 11, .first_window = 2};

/* Every seventh position but the first, and the last third, but for the first window. */
static bool *some_padding(size_t B, size_t T)
{
    bool *const is_padding = calloc(B * T, sizeof *is_padding);
    assert_non_null(is_padding);
    for (size_t i = T; i < B * T; i++) {
        const size_t t = i % T;
        is_padding[i] = t > 0 && (t % 7 == 0 || t > 2 * T / 3);
    }
    return is_padding;
}

/* Run k of a table of lengths: without padding, with it, and with dropout as well. */
static Run varied_run(const size_t *lengths, size_t k, bool **is_padding)
{
    const size_t B = k % 3 == 0 ? 1 : 2;
    const size_t T = lengths[k / 3];
    Run run = run_create((AttentionSizes){.B = B, .T = T, .C = 4, .H = 2});
    *is_padding = some_padding(B, T);
    run.is_padding = k % 3 == 0 ? NULL : *is_padding;
    run.dropout = k % 3 == 2 ? &DROPPED : NULL;
    fill_normal(run.qkv, B * T * 12, 2, k);
    fill_normal(run.d_out, B * T * 4, 1, k + 50);
    forward(&run);
    backward(&run);
    return run;
}

static void agrees_with_central_differences_in_every_number(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 17, 65};
    for (size_t k = 0; k < 3 * sizeof lengths / sizeof *lengths; k++) {
        bool *is_padding;
        Run run = varied_run(lengths, k, &is_padding);
        assert_gradient(weighted_output, &run, run.qkv, run.d_qkv, run.sizes.B * run.sizes.T * 12,
                        "d_qkv");
        free(is_padding);
        run_destroy(&run);
    }
}

/* Along a random direction: all numbers of long windows would take long. */
static void agrees_with_central_differences_at_lengths_around_a_block(void **state)
{
    (void)state;
    static const size_t lengths[] = {127, 128, 129, 256, 300};
    const double h = REAL_IS_DOUBLE != 0 ? 1e-6 : 3e-3;
    for (size_t k = 0; k < 3 * sizeof lengths / sizeof *lengths; k++) {
        bool *is_padding;
        Run run = varied_run(lengths, k, &is_padding);
        const size_t n = run.sizes.B * run.sizes.T * 12;
        Real *const direction = numbers(n);
        double analytic = 0;
        double sides[2];
        fill_normal(direction, n, 1, k + 100);
        for (size_t i = 0; i < n; i++) {
            analytic += (double)run.d_qkv[i] * (double)direction[i];
        }
        for (int side = 0; side < 2; side++) {
            for (size_t i = 0; i < n; i++) {
                run.qkv[i] += (Real)((side == 0 ? h : -2 * h) * (double)direction[i]);
            }
            sides[side] = weighted_output(&run);
        }
        assert_near(analytic, (sides[0] - sides[1]) / (2 * h), REAL_IS_DOUBLE != 0 ? 1e-7 : 1e-2,
                    "d_qkv", lengths[k / 3]);
        free(direction);
        free(is_padding);
        run_destroy(&run);
    }
}

/* What dropout multiplies the weight of key s for query t by. */
static double kept_share(const Run *run, size_t b, size_t h, size_t t, size_t s)
{
    if (run->dropout == NULL) {
        return 1;
    }
    const uint64_t head = dropout_row_key(dropout_window_key(run->dropout, b), h);
    const uint64_t bits = random_bits_at(dropout_row_key(head, t), s);
    return (double)(bits >> 32) * 0x1.0p-32 < run->dropout->rate ? 0 : 1 / (1 - run->dropout->rate);
}

/* Straight from the definition, in double. */
static double output_by_definition(const Run *run, size_t b, size_t t, size_t c)
{
    const size_t C = run->sizes.C;
    const size_t D = C / run->sizes.H;
    const size_t h = c / D;
    const Real *const window = run->qkv + b * run->sizes.T * 3 * C;
    double weights = 0;
    double sum = 0;
    for (size_t s = 0; s < run->sizes.T; s++) {
        if (run->is_padding != NULL && run->is_padding[b * run->sizes.T + s]) {
            continue;
        }
        double score = 0;
        for (size_t d = 0; d < D; d++) {
            score +=
                (double)window[t * 3 * C + h * D + d] * (double)window[s * 3 * C + C + h * D + d];
        }
        const double weight = exp(score / sqrt((double)D));
        weights += weight;
        sum += weight * kept_share(run, b, h, t, s) * (double)window[s * 3 * C + 2 * C + c];
    }
    return sum / weights;
}

static void long_windows_of_several_heads_follow_the_definition(void **state)
{
    (void)state;
    enum { T = 201, C = 24 };
    bool *const is_padding = some_padding(2, T);
    for (int k = 0; k < 4; k++) {
        Run run = run_create((AttentionSizes){.B = 2, .T = T, .C = C, .H = 3});
        run.is_padding = k % 2 == 0 ? NULL : is_padding;
        run.dropout = k / 2 == 0 ? NULL : &DROPPED;
        fill_normal(run.qkv, 2 * T * 3 * C, 1, 1);
        forward(&run);
        for (size_t i = 0; i < 2 * T * C; i++) {
            assert_near((double)run.out[i],
                        output_by_definition(&run, i / (T * C), i / C % T, i % C), rounding(),
                        "out", i);
        }
        run_destroy(&run);
    }
    free(is_padding);
}

static void a_mask_without_padding_changes_no_bit(void **state)
{
    (void)state;
    enum { T = 70, C = 8 };
    static const bool nothing[T] = {false};
    const Dropout none = {.key = 3};
    Run run = run_create((AttentionSizes){.B = 1, .T = T, .C = C, .H = 2});
    Real before[T * 3 * C];
    fill_normal(run.qkv, T * 3 * C, 1, 1);
    fill_normal(run.d_out, T * C, 1, 2);
    forward(&run);
    backward(&run);
    memcpy(before, run.d_qkv, sizeof before);
    run.is_padding = nothing;
    run.dropout = &none; /* nor does a dropout of rate 0 */
    forward(&run);
    backward(&run);
    assert_memory_equal(before, run.d_qkv, sizeof before);
    run_destroy(&run);
}

static void what_padding_holds_reaches_nobody(void **state)
{
    (void)state;
    enum { T = 100, C = 8 };
    Run run = run_create((AttentionSizes){.B = 2, .T = T, .C = C, .H = 2});
    bool *const is_padding = some_padding(2, T);
    Real before[2 * T * C];
    run.is_padding = is_padding;
    fill_normal(run.qkv, 2 * T * 3 * C, 1, 1);
    forward(&run);
    memcpy(before, run.out, sizeof before);
    for (size_t i = 0; i < 2 * T; i++) {
        for (size_t c = 0; c < 3 * C && is_padding[i]; c++) {
            run.qkv[i * 3 * C + c] *= -3;
        }
    }
    forward(&run);
    for (size_t i = 0; i < 2 * T; i++) {
        const int is_same = memcmp(before + i * C, run.out + i * C, C * sizeof *before) == 0;
        assert_int_equal(is_same, !is_padding[i]);
    }
    free(is_padding);
    run_destroy(&run);
}

static void a_window_of_nothing_but_padding_gives_zeros(void **state)
{
    (void)state;
    enum { T = 3, C = 4 };
    static const bool everything[2 * T] = {true, true, true};
    Run run = run_create((AttentionSizes){.B = 2, .T = T, .C = C, .H = 2});
    run.is_padding = everything;
    fill_normal(run.qkv, 2 * T * 3 * C, 1, 1);
    fill_normal(run.d_out, 2 * T * C, 1, 2);
    run.out[0] = run.d_qkv[0] = (Real)NAN;
    forward(&run);
    backward(&run);
    for (size_t i = 0; i < T * C; i++) {
        assert_near((double)run.out[i], 0, 0, "out", i);
        assert_near((double)run.d_qkv[3 * i], 0, 0, "d_qkv", 3 * i);
    }
    assert_true(fabs((double)run.out[T * C]) > 0 && fabs((double)run.d_qkv[T * 3 * C]) > 0);
    run_destroy(&run);
}

static void equal_keys_give_the_mean_of_the_values(void **state)
{
    (void)state;
    enum { T = 70 };
    Run run = run_create((AttentionSizes){.B = 1, .T = T, .C = 1, .H = 1});
    for (size_t t = 0; t < T; t++) {
        run.qkv[3 * t] = 7;
        run.qkv[3 * t + 1] = -40; /* scores of -280: their exponentials alone would be 0 */
        run.qkv[3 * t + 2] = (Real)t;
    }
    forward(&run);
    for (size_t t = 0; t < T; t++) {
        assert_near((double)run.out[t], (T - 1) / 2.0, rounding(), "out", t);
    }
    run_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch),
        cmocka_unit_test(agrees_with_central_differences_in_every_number),
        cmocka_unit_test(agrees_with_central_differences_at_lengths_around_a_block),
        cmocka_unit_test(long_windows_of_several_heads_follow_the_definition),
        cmocka_unit_test(a_mask_without_padding_changes_no_bit),
        cmocka_unit_test(what_padding_holds_reaches_nobody),
        cmocka_unit_test(a_window_of_nothing_but_padding_gives_zeros),
        cmocka_unit_test(equal_keys_give_the_mean_of_the_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
