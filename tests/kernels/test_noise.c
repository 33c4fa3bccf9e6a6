/* kernels/test_noise.c -- noise has the moments asked for, and is drawn again alike however a batch is cut. */
#include "kernels/noise.h"

#include <string.h>

#include "kernels/near.h"

enum { B = 4, T = 30, C = 25, N = B * T * C };

static const Noise NORMAL = {.sigma = 0.1, .seed = 5};
static const Noise UNIFORM = {.sigma = 0.1, .is_uniform = true, .seed = 5};

static void draw(Real *z, const Noise *noise)
{
    memset(z, 0, N * sizeof *z);
    noise_add(z, noise, 0, B, T, C);
}

static void expect_moments(const Real *z, double variance, double kurtosis)
{
    double sums[3] = {0};
    for (size_t i = 0; i < N; i++) {
        const double square = (double)z[i] * (double)z[i];
        sums[0] += (double)z[i];
        sums[1] += square;
        sums[2] += square * square;
    }
    assert_true(fabs(sums[0] / N) < 4.5 * sqrt(variance / N));
    assert_true(fabs(sums[1] / N / variance - 1) < 4.5 * sqrt((kurtosis - 1) / N));
    assert_true(fabs(sums[2] / N / (variance * variance) - kurtosis) < 0.5);
}

static void normal_noise_has_its_moments(void **state)
{
    (void)state;
    Real z[N];
    draw(z, &NORMAL);
    expect_moments(z, 0.01, 3);
}

static void uniform_noise_has_its_moments_and_stays_inside(void **state)
{
    (void)state;
    Real z[N];
    double largest = 0;
    draw(z, &UNIFORM);
    expect_moments(z, 0.01 / 3, 1.8);
    for (size_t i = 0; i < N; i++) {
        largest = fmax(largest, fabs((double)z[i]));
    }
    assert_true(largest < 0.1000001 && largest > 0.099);
}

static void is_added_to_what_is_there(void **state)
{
    (void)state;
    Real z[N];
    Real x[N];
    Real before[N];
    draw(z, &NORMAL);
    fill_normal(x, N, 1, 1);
    memcpy(before, x, sizeof x);
    noise_add(x, &NORMAL, 0, B, T, C);
    for (size_t i = 0; i < N; i++) {
        assert_near((double)x[i], (double)before[i] + (double)z[i], rounding(), "x", i);
    }
}

static void cutting_a_batch_changes_no_draw(void **state)
{
    (void)state;
    Real whole[N];
    Real cut[N] = {0};
    draw(whole, &NORMAL);
    for (size_t b = 0; b < B; b++) {
        noise_add(cut + b * T * C, &NORMAL, b, 1, T - 1, C);
        assert_memory_equal(cut + b * T * C, whole + b * T * C, (T - 1) * C * sizeof *cut);
    }
}

static void windows_and_seeds_differ(void **state)
{
    (void)state;
    Real z[N];
    Real other[N];
    Noise reseeded = NORMAL;
    reseeded.seed++;
    draw(z, &NORMAL);
    draw(other, &reseeded);
    for (size_t b = 0; b < B; b++) {
        assert_memory_not_equal(z + b * T * C, other + b * T * C, C * sizeof *z);
        assert_true(b == 0 || memcmp(z, z + b * T * C, C * sizeof *z) != 0);
    }
}

static void a_sigma_of_zero_changes_no_bit(void **state)
{
    (void)state;
    const Noise none = {.seed = 5};
    Real x[N];
    Real before[N];
    fill_normal(x, N, 1, 1);
    x[3] = (Real)-0.0;
    memcpy(before, x, sizeof x);
    noise_add(x, &none, 0, B, T, C);
    assert_memory_equal(x, before, sizeof x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_noise_has_its_moments),
        cmocka_unit_test(uniform_noise_has_its_moments_and_stays_inside),
        cmocka_unit_test(is_added_to_what_is_there),
        cmocka_unit_test(cutting_a_batch_changes_no_draw),
        cmocka_unit_test(windows_and_seeds_differ),
        cmocka_unit_test(a_sigma_of_zero_changes_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
