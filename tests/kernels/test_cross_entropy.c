/* kernels/test_cross_entropy.c -- loss and gradient against PyTorch and finite differences; ignored targets. */
#include "kernels/cross_entropy.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/kernel_reference.h"

enum { N = 4, V = 19 };

static const int32_t TARGETS[N] = {18, -1, 0, 7};

static void agrees_with_pytorch(void **state)
{
    (void)state;
    Real logits[N * V];
    copy_reals(logits, ENTROPY_LOGITS, N * V);
    assert_int_equal(cross_entropy_count(TARGETS, N), 3);
    assert_near(cross_entropy_sum(logits, TARGETS, N, V), ENTROPY_SUM[0], rounding(), "sum", 0);
    assert_near(cross_entropy_sum_and_gradient(logits, TARGETS, N, V, (Real)(1.0 / 3)),
                ENTROPY_SUM[0], rounding(), "sum", 1);
    assert_all_near(logits, ENTROPY_D_LOGITS, N * V, "d_logits");
}

static double loss_of(const void *context)
{
    return cross_entropy_sum(context, TARGETS, N, V);
}

static void agrees_with_central_differences(void **state)
{
    (void)state;
    Real logits[N * V];
    Real gradient[N * V];
    fill_normal(logits, N * V, 2, 9);
    memcpy(gradient, logits, sizeof logits);
    (void)cross_entropy_sum_and_gradient(gradient, TARGETS, N, V, 1);
    assert_gradient(loss_of, logits, logits, gradient, N * V, "d_logits");
}

static void gradients_of_a_row_sum_to_zero_and_ignored_rows_are_zero(void **state)
{
    (void)state;
    Real logits[N * V];
    fill_normal(logits, N * V, 5, 10);
    logits[V + 2] = (Real)NAN; /* in the ignored row */
    const double sum = cross_entropy_sum_and_gradient(logits, TARGETS, N, V, 10);
    assert_true(isfinite(sum));
    for (size_t i = 0; i < N; i++) {
        double total = 0;
        for (size_t j = 0; j < V; j++) {
            total += (double)logits[i * V + j];
            assert_true(i != 1 || fabs((double)logits[i * V + j]) <= 0);
        }
        assert_near(total, 0, 10 * rounding(), "row", i);
    }
}

static void logits_of_any_size_stay_finite_and_a_nan_shows(void **state)
{
    (void)state;
    Real logits[3 * 2] = {10000, -10000, 0, 0, 5, (Real)NAN};
    const int32_t targets[3] = {1, 0, 0};
    assert_near(cross_entropy_sum(logits, targets, 1, 2), 20000, 1e-12, "sum", 0);
    assert_near(cross_entropy_sum(logits, targets, 2, 2), 20000 + log(2), 1e-7, "sum", 1);
    assert_true(isnan(cross_entropy_sum(logits, targets, 3, 2)));
    assert_true(isnan(cross_entropy_sum_and_gradient(logits, targets, 3, 2, 1)));
    assert_near((double)logits[0], 1, 0, "d_logits", 0);
    assert_near((double)logits[1], -1, 0, "d_logits", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch),
        cmocka_unit_test(agrees_with_central_differences),
        cmocka_unit_test(gradients_of_a_row_sum_to_zero_and_ignored_rows_are_zero),
        cmocka_unit_test(logits_of_any_size_stay_finite_and_a_nan_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
