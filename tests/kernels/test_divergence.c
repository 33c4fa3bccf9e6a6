/* kernels/test_divergence.c -- KL against PyTorch, near zero, at zero, and where there is none. */
#include "kernels/divergence.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/kernel_reference.h"

enum { N = 3, V = 19 };

static void agrees_with_pytorch_and_skips_ignored_rows(void **state)
{
    (void)state;
    Real target[N * V];
    Real current[N * V];
    copy_reals(target, KL_TARGET, N * V);
    copy_reals(current, KL_CURRENT, N * V);
    const int32_t targets[N] = {3, -1, 0};
    assert_near(divergence_forward_kl_sum(target, current, targets, N, V), KL_SUMS[0] + KL_SUMS[2],
                1e-12, "sum", 0);
    assert_near(divergence_forward_kl_sum(target, current, NULL, N, V),
                KL_SUMS[0] + KL_SUMS[1] + KL_SUMS[2], 1e-12, "sum", 1);
}

static void identical_logits_give_exactly_zero(void **state)
{
    (void)state;
    Real logits[N * V];
    Real copy[N * V];
    fill_normal(logits, N * V, 6, 1);
    memcpy(copy, logits, sizeof logits);
    const double sum = divergence_forward_kl_sum(logits, copy, NULL, N, V);
    assert_true(sum >= 0 && sum <= 0);
}

static void a_constant_added_to_a_row_changes_nothing(void **state)
{
    (void)state;
    Real logits[V];
    Real moved[V];
    for (size_t i = 0; i < V; i++) {
        logits[i] = (Real)i / 4;
        moved[i] = logits[i] + 500;
    }
    const double sum = divergence_forward_kl_sum(logits, moved, NULL, 1, V);
    assert_true(sum >= 0 && sum < 1e-14);
}

static void tiny_divergences_survive(void **state)
{
    (void)state;
    /* Two words, log-odds 0 against delta: KL = log cosh(delta / 2) = delta^2 / 8 if delta is small. */
    const double delta = 0x1p-13;
    const Real target[2] = {0, 0};
    const Real current[2] = {(Real)delta, 0};
    const double wanted = delta * delta / 8; /* 1.9e-9: float sums would lose it */
    const double got = divergence_forward_kl_sum(target, current, NULL, 1, 2);
    assert_true(fabs(got / wanted - 1) < 1e-5);
}

static void is_never_negative_for_random_small_steps(void **state)
{
    (void)state;
    Real target[N * V];
    Real current[N * V];
    for (uint64_t seed = 0; seed < 200; seed++) {
        fill_normal(target, N * V, 10, seed);
        fill_normal(current, N * V, 1e-7, seed + 1000);
        for (size_t i = 0; i < N * V; i++) {
            current[i] += target[i];
        }
        assert_true(divergence_forward_kl_sum(target, current, NULL, N, V) >= 0);
    }
}

static void logits_that_are_not_finite_give_nan_unless_ignored(void **state)
{
    (void)state;
    const Real bad[3] = {(Real)NAN, (Real)INFINITY, -(Real)INFINITY};
    const int32_t ignored[N] = {0, -1, 0};
    for (size_t i = 0; i < 3; i++) {
        for (int side = 0; side < 2; side++) {
            Real logits[2][N * V];
            fill_normal(logits[0], N * V, 1, 3);
            fill_normal(logits[1], N * V, 1, 4);
            logits[side][V + 17] = bad[i];
            assert_true(isnan(divergence_forward_kl_sum(logits[0], logits[1], NULL, N, V)));
            assert_true(isfinite(divergence_forward_kl_sum(logits[0], logits[1], ignored, N, V)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch_and_skips_ignored_rows),
        cmocka_unit_test(identical_logits_give_exactly_zero),
        cmocka_unit_test(a_constant_added_to_a_row_changes_nothing),
        cmocka_unit_test(tiny_divergences_survive),
        cmocka_unit_test(is_never_negative_for_random_small_steps),
        cmocka_unit_test(logits_that_are_not_finite_give_nan_unless_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
