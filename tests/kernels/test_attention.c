/* kernels/test_attention.c -- against PyTorch and finite differences, for windows shorter and longer than a block. */
#include "kernels/attention.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/near.h"
#include "reference/kernel_reference.h"

/* Arrays for one run. */
typedef struct Run {
    AttentionSizes sizes;
    Real *qkv;
    Real *out;
    Real *statistics;
    Real *scratch;
    Real *d_out;
    Real *d_qkv;
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
                 .scratch = numbers(attention_scratch_count(sizes.T)),
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
    attention_forward(run->out, run->statistics, run->scratch, run->qkv, run->sizes, run->dropout);
}

static void backward(const Run *run)
{
    attention_backward(run->d_qkv, run->scratch, run->d_out, run->out, run->qkv, run->statistics,
                       run->sizes, run->dropout);
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

static void agrees_with_pytorch(void **state)
{
    (void)state;
    Run run = run_create((AttentionSizes){.B = 2, .T = 5, .C = 6, .H = 2});
    copy_reals(run.qkv, ATTENTION_QKV, 2 * 5 * 18);
    copy_reals(run.d_out, ATTENTION_D_OUT, 2 * 5 * 6);
    forward(&run);
    assert_all_near(run.out, ATTENTION_OUT, 2 * 5 * 6, "out");
    for (size_t i = 0; i < 2 * 5 * 18; i++) {
        run.d_qkv[i] = (Real)NAN; /* is overwritten, wholly */
    }
    backward(&run);
    assert_all_near(run.d_qkv, ATTENTION_D_QKV, 2 * 5 * 18, "d_qkv");
    run_destroy(&run);
}

static void agrees_with_central_differences_at_lengths_around_a_block(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 16, 63, 64, 65, 130};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        Run run = run_create((AttentionSizes){.B = 1, .T = lengths[k], .C = 4, .H = 2});
        fill_normal(run.qkv, lengths[k] * 12, 2, k);
        fill_normal(run.d_out, lengths[k] * 4, 1, k + 50);
        forward(&run);
        backward(&run);
        assert_gradient(weighted_output, &run, run.qkv, run.d_qkv, lengths[k] * 12, "d_qkv");
        run_destroy(&run);
    }
}

static const Dropout DROPPED = {.rate = 0.25, .key = 11, .first_window = 2};

static void dropout_agrees_with_central_differences_at_lengths_around_a_block(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 17, 64, 65, 130};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        Run run = run_create((AttentionSizes){.B = 2, .T = lengths[k], .C = 4, .H = 2});
        run.dropout = &DROPPED;
        fill_normal(run.qkv, lengths[k] * 24, 2, k);
        fill_normal(run.d_out, lengths[k] * 8, 1, k + 50);
        forward(&run);
        backward(&run);
        assert_gradient(weighted_output, &run, run.qkv, run.d_qkv, lengths[k] * 24, "d_qkv");
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
    for (size_t s = 0; s <= t; s++) {
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

static void expect_definition(const Dropout *dropout)
{
    Run run = run_create((AttentionSizes){.B = 2, .T = 201, .C = 24, .H = 3});
    run.dropout = dropout;
    fill_normal(run.qkv, 2 * 201 * 72, 1, 1);
    forward(&run);
    for (size_t i = 0; i < 2 * 201 * 24; i++) {
        assert_near((double)run.out[i],
                    output_by_definition(&run, i / (201 * 24), i / 24 % 201, i % 24), rounding(),
                    "out", i);
    }
    run_destroy(&run);
}

static void long_windows_of_several_heads_follow_the_definition(void **state)
{
    (void)state;
    expect_definition(NULL);
}

static void dropped_weights_follow_the_definition(void **state)
{
    (void)state;
    expect_definition(&DROPPED);
}

static void a_dropout_of_zero_changes_no_bit(void **state)
{
    (void)state;
    enum { T = 70, C = 8 };
    const Dropout none = {.key = 3};
    Run run = run_create((AttentionSizes){.B = 1, .T = T, .C = C, .H = 2});
    Real before[T * 3 * C];
    fill_normal(run.qkv, T * 3 * C, 1, 1);
    fill_normal(run.d_out, T * C, 1, 2);
    forward(&run);
    backward(&run);
    memcpy(before, run.d_qkv, sizeof before);
    run.dropout = &none;
    forward(&run);
    backward(&run);
    assert_memory_equal(before, run.d_qkv, sizeof before);
    run_destroy(&run);
}

static void equal_keys_give_the_mean_of_the_values_so_far(void **state)
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
        assert_near((double)run.out[t], (double)t / 2, rounding(), "out", t);
    }
    run_destroy(&run);
}

static void a_later_position_changes_no_earlier_bit(void **state)
{
    (void)state;
    enum { T = 100, C = 8 };
    Run run = run_create((AttentionSizes){.B = 1, .T = T, .C = C, .H = 2});
    Real before[T * C];
    fill_normal(run.qkv, T * 3 * C, 1, 1);
    forward(&run);
    memcpy(before, run.out, sizeof before);
    for (size_t i = 0; i < 3 * C; i++) {
        run.qkv[70 * 3 * C + i] *= -3;
    }
    forward(&run);
    assert_memory_equal(before, run.out, 70 * C * sizeof *before);
    assert_memory_not_equal(before + 70 * C, run.out + 70 * C, C * sizeof *before);
    run_destroy(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch),
        cmocka_unit_test(agrees_with_central_differences_at_lengths_around_a_block),
        cmocka_unit_test(dropout_agrees_with_central_differences_at_lengths_around_a_block),
        cmocka_unit_test(dropped_weights_follow_the_definition),
        cmocka_unit_test(a_dropout_of_zero_changes_no_bit),
        cmocka_unit_test(long_windows_of_several_heads_follow_the_definition),
        cmocka_unit_test(equal_keys_give_the_mean_of_the_values_so_far),
        cmocka_unit_test(a_later_position_changes_no_earlier_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
