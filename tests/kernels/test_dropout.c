/* kernels/test_dropout.c -- masks are those of the written-down hash, wherever a row stands and however a batch is cut. */
#include "kernels/dropout.h"

#include <string.h>

#include "kernels/near.h"

enum { B = 3, T = 5, C = 37, N = B * T * C };

static const Dropout DROPOUT = {.rate = 0.3, .key = 99, .first_window = 4};

static void fill_ones(Real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = 1;
    }
}

static void drops_what_the_hash_of_key_and_element_says(void **state)
{
    (void)state;
    Real x[C];
    Real y[C];
    fill_normal(x, C, 1, 1);
    dropout_row(y, x, C, 0.3, 12345);
    size_t dropped = 0;
    for (size_t j = 0; j < C; j++) {
        const double share = (double)(random_bits_at(12345, j) >> 32) * 0x1.0p-32;
        const double wanted = share < 0.3 ? 0 : (double)x[j] / 0.7;
        assert_near((double)y[j], wanted, rounding(), "y", j);
        dropped += share < 0.3 ? 1 : 0;
    }
    assert_true(dropped > 3 && dropped < 20);
}

static void drops_the_share_asked_for_and_keeps_the_mean(void **state)
{
    (void)state;
    static const double rates[] = {0.01, 0.1, 0.5, 0.9};
    enum { LONG = 40000 };
    static const double deviations = 4.5;
    for (size_t k = 0; k < sizeof rates / sizeof *rates; k++) {
        Real y[LONG];
        size_t dropped = 0;
        double sum = 0;
        fill_ones(y, LONG);
        dropout_row(y, y, LONG, rates[k], 7 + k);
        for (size_t i = 0; i < LONG; i++) {
            dropped += y[i] > 0 ? 0 : 1;
            sum += (double)y[i];
        }
        const double spread = sqrt(rates[k] * (1 - rates[k]) / LONG);
        assert_true(fabs((double)dropped / LONG - rates[k]) < deviations * spread);
        assert_true(fabs(sum / LONG - 1) < deviations * spread / (1 - rates[k]));
    }
}

static void every_row_has_a_mask_of_its_own(void **state)
{
    (void)state;
    Real y[N];
    fill_ones(y, N);
    dropout_windows(y, y, &DROPOUT, B, T, C);
    for (size_t row = 0; row < (size_t)B * T; row++) {
        for (size_t other = 0; other < row; other++) {
            assert_memory_not_equal(y + row * C, y + other * C, C * sizeof *y);
        }
    }
}

static void cutting_a_batch_changes_no_mask(void **state)
{
    (void)state;
    Real whole[N];
    Real cut[N];
    fill_normal(cut, N, 1, 2);
    dropout_windows(whole, cut, &DROPOUT, B, T, C);
    for (size_t b = 0; b < B; b++) {
        Dropout later = DROPOUT;
        later.first_window += b;
        /* Shorter windows too: the mask of a position does not know how many follow. */
        dropout_windows(cut + b * T * C, cut + b * T * C, &later, 1, T - 1, C);
        assert_memory_equal(cut + b * T * C, whole + b * T * C, (T - 1) * C * sizeof *cut);
    }
}

static void a_rate_of_zero_changes_no_bit(void **state)
{
    (void)state;
    const Dropout none = {.key = 1};
    Real x[N];
    Real y[N];
    fill_normal(x, N, 1, 3);
    dropout_windows(y, x, &none, B, T, C);
    assert_memory_equal(x, y, sizeof x);
    dropout_row(y, x, N, 0, 5);
    assert_memory_equal(x, y, sizeof x);
}

static void another_key_is_another_mask(void **state)
{
    (void)state;
    Dropout other = DROPOUT;
    other.key++;
    Real x[N];
    Real y[N];
    fill_ones(x, N);
    fill_ones(y, N);
    dropout_windows(x, x, &DROPOUT, B, T, C);
    dropout_windows(y, y, &other, B, T, C);
    size_t both = 0;
    for (size_t i = 0; i < N; i++) {
        both += x[i] > 0 || y[i] > 0 ? 0 : 1;
    }
    /* Independent: both dropped with probability 0.09. */
    assert_true(fabs((double)both / N - 0.09) < 4.5 * sqrt(0.09 * 0.91 / N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drops_what_the_hash_of_key_and_element_says),
        cmocka_unit_test(drops_the_share_asked_for_and_keeps_the_mean),
        cmocka_unit_test(every_row_has_a_mask_of_its_own),
        cmocka_unit_test(cutting_a_batch_changes_no_mask),
        cmocka_unit_test(a_rate_of_zero_changes_no_bit),
        cmocka_unit_test(another_key_is_another_mask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
