/* kernels/test_softmax.c -- log-sum-exp against PyTorch, rows of every length, and rows that are not finite. */
#include "kernels/softmax.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/kernel_reference.h"

enum { V = 19, MANY = 700 };

static void log_sum_exp_agrees_with_pytorch(void **state)
{
    (void)state;
    Real logits[4 * V];
    copy_reals(logits, ENTROPY_LOGITS, 4 * V);
    for (size_t i = 0; i < 4; i++) {
        assert_near(row_log_sum_exp(logits + i * V, V), ENTROPY_LOG_SUMS[i], rounding(),
                    "log_sum_exp", i);
    }
}

static void the_maximum_is_found_at_every_place_of_every_length(void **state)
{
    (void)state;
    Real x[50];
    for (size_t n = 1; n <= 50; n++) {
        for (size_t place = 0; place < n; place++) {
            for (size_t i = 0; i < n; i++) {
                x[i] = -(Real)(i + 5);
            }
            x[place] = -1;
            assert_near((double)row_maximum(x, n), -1, 0, "maximum", place);
        }
    }
    assert_true(isinf(row_maximum(x, 0)) && row_maximum(x, 0) < 0);
    x[3] = (Real)NAN;
    assert_near((double)row_maximum(x, 50), -1, 0, "maximum beside a NaN", 3);
}

static void a_softmax_sums_to_one_and_a_shift_changes_nothing(void **state)
{
    (void)state;
    Real x[MANY];
    Real shifted[MANY];
    for (size_t n = 1; n <= MANY; n += 33) {
        fill_normal(x, n, 4, n);
        for (size_t i = 0; i < n; i++) {
            x[i] =
                (Real)(round(256 * (double)x[i]) / 256); /* so that adding 1024 is exact in float */
            shifted[i] = x[i] + 1024;
        }
        assert_near(row_log_sum_exp(shifted, n), row_log_sum_exp(x, n) + 1024, 1e-14, "shifted", n);
        Real softmax[MANY];
        const double sum = row_exponentials(softmax, x, row_maximum(x, n), n);
        row_scale(softmax, (Real)(1 / sum), n);
        double total = 0;
        for (size_t i = 0; i < n; i++) {
            total += (double)softmax[i];
        }
        assert_near(total, 1, rounding(), "total", n);
        (void)row_exponentials(x, x, row_maximum(x, n), n); /* in place: the same bits */
        row_scale(x, (Real)(1 / sum), n);
        assert_memory_equal(x, softmax, n * sizeof *x);
    }
}

static void rows_that_are_not_finite_give_nan(void **state)
{
    (void)state;
    Real x[40] = {0};
    x[7] = (Real)NAN;
    assert_true(isnan(row_log_sum_exp(x, 40)));
    x[7] = (Real)INFINITY;
    assert_true(isnan(row_log_sum_exp(x, 40)));
    x[7] = -(Real)INFINITY; /* a word that cannot come */
    assert_near(row_log_sum_exp(x, 40), log(39), rounding(), "log_sum_exp", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_sum_exp_agrees_with_pytorch),
        cmocka_unit_test(the_maximum_is_found_at_every_place_of_every_length),
        cmocka_unit_test(a_softmax_sums_to_one_and_a_shift_changes_nothing),
        cmocka_unit_test(rows_that_are_not_finite_give_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
