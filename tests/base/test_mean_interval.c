/* base/test_mean_interval.c -- against tables, a distribution integrated by hand, and intervals worked out on paper. */
#include "base/mean_interval.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The share of Student's t beyond `t`: its density integrated to infinity with s = 1 / x (Simpson), nothing of the code under test. */
static double tail_beyond(double t, double degrees)
{
    enum { PARTS = 20000 };
    const double scale = exp(lgamma((degrees + 1.0) / 2.0) - lgamma(degrees / 2.0)) /
                         sqrt(degrees * 3.14159265358979323846);
    double sum = 0.0;
    for (int i = 0; i <= PARTS; i++) {
        const double x = (double)i / PARTS / t; /* 0..1/t */
        const double density =
            x > 0.0 ? pow(1.0 + 1.0 / (x * x * degrees), -(degrees + 1.0) / 2.0) / (x * x)
                    : (degrees < 1.5 ? degrees : 0.0);
        sum += density * (i == 0 || i == PARTS ? 1.0 : i % 2 == 1 ? 4.0 : 2.0);
    }
    return scale * sum / (3.0 * PARTS * t);
}

static void a_fortieth_lies_beyond_every_quantile(void **state)
{
    (void)state;
    for (size_t degrees = 1; degrees <= 60; degrees++) {
        const double tail = tail_beyond(student_t_975(degrees), (double)degrees);
        if (fabs(tail - 0.025) > 1e-7) {
            fail_msg("%zu degrees of freedom: %.9f of the tail lie beyond", degrees, tail);
        }
    }
    assert_true(fabs(tail_beyond(student_t_975(500), 500.0) - 0.025) < 1e-7);
}

static void quantiles_are_those_of_the_printed_table(void **state)
{
    (void)state;
    assert_true(fabs(student_t_975(1) - 12.706) < 5e-4);
    assert_true(fabs(student_t_975(2) - 4.303) < 5e-4);
    assert_true(fabs(student_t_975(4) - 2.776) < 5e-4);
    assert_true(fabs(student_t_975(9) - 2.262) < 5e-4);
    assert_true(fabs(student_t_975(40) - 2.021) < 5e-4);
    assert_true(fabs(student_t_975(120) - 1.980) < 5e-4);
    assert_true(isnan(student_t_975(0)));
}

/* 2, 4, 4, 4, 6: mean 4, s^2 = (4 + 0 + 0 + 0 + 4) / 4 = 2, so 2.7764451 * sqrt(2 / 5) = 1.755979... */
static void an_interval_worked_out_by_hand(void **state)
{
    (void)state;
    const double values[] = {2.0, 4.0, 4.0, 4.0, 6.0};
    const MeanInterval interval = mean_interval(values, 5);
    assert_true(interval.mean == 4.0);
    assert_true(fabs(interval.half_width - 1.7559778) < 1e-6);
    const MeanInterval pair = mean_interval(values, 2); /* s = sqrt(2), 12.7062047 * 1 */
    assert_true(pair.mean == 3.0 && fabs(pair.half_width - 12.7062047) < 1e-6);
}

static void equal_values_leave_no_doubt_and_one_leaves_all(void **state)
{
    (void)state;
    const double same[] = {1.5, 1.5, 1.5};
    assert_true(mean_interval(same, 3).half_width == 0.0);
    assert_true(mean_interval(same, 1).mean == 1.5);
    assert_true(isnan(mean_interval(same, 1).half_width));
}

static void what_is_not_finite_has_no_mean(void **state)
{
    (void)state;
    const double values[] = {1.0, (double)INFINITY, 2.0};
    assert_true(isnan(mean_interval(values, 3).mean));
    assert_true(isnan(mean_interval(values, 3).half_width));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fortieth_lies_beyond_every_quantile),
        cmocka_unit_test(quantiles_are_those_of_the_printed_table),
        cmocka_unit_test(an_interval_worked_out_by_hand),
        cmocka_unit_test(equal_values_leave_no_doubt_and_one_leaves_all),
        cmocka_unit_test(what_is_not_finite_has_no_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
