/* kernels/test_exponential.c -- the error against the C library over the whole range, and the edges. */
#include "kernels/exponential.h"

#include "kernels/near.h"

static void float_error_stays_below_the_documented_bound(void **state)
{
    (void)state;
    double worst = 0;
    /* Every 593rd float of the range (a prime: all low bits occur), both signs. */
    for (uint32_t bits = 0; bits < 0x42B20000U; bits += 593) {
        float magnitude;
        memcpy(&magnitude, &bits, sizeof magnitude);
        for (int side = 0; side < 2; side++) {
            const float x = side == 0 ? magnitude : -magnitude;
            if (x < -86.9F || x > 88.722839F) {
                continue;
            }
            const double wanted = exp((double)x);
            worst = fmax(worst, fabs((double)exponential_float(x) - wanted) / wanted);
        }
    }
    if (!(worst < 1.1e-7)) {
        fail_msg("worst relative error %.3g", worst);
    }
}

static void double_error_stays_below_the_documented_bound(void **state)
{
    (void)state;
    double worst = 0;
    for (int i = -708000; i <= 709700; i++) {
        const double x = (double)i / 1000.0 + 1.2345e-7;
        const double wanted = exp(x);
        worst = fmax(worst, fabs(exponential_double(x) - wanted) / wanted);
    }
    for (int i = 1; i < 60; i++) { /* small arguments, where 1 + x decides */
        const double x = ldexp(1.37, -i);
        worst = fmax(worst, fabs(exponential_double(x) - exp(x)) / exp(x));
        worst = fmax(worst, fabs(exponential_double(-x) - exp(-x)) / exp(-x));
    }
    if (!(worst < 3.4e-16)) {
        fail_msg("worst relative error %.3g", worst);
    }
}

static void excess_keeps_its_digits_however_small(void **state)
{
    (void)state;
    double worst = 0;
    double worst_double = 0;
    /* From 1e-18 to 20, both signs. */
    for (int i = 0; i < 400000; i++) {
        const double size = pow(10.0, -18 + 19.30102 * i / 400000.0);
        const float x = (float)(i % 2 == 0 ? size : -size);
        /* The series where expm1 - x would cancel. */
        const long double X = (long double)x;
        long double wanted = expm1l(X) - X;
        if (fabsl(X) < 1e-2L) {
            wanted =
                X * X / 2 * (1 + X / 3 * (1 + X / 4 * (1 + X / 5 * (1 + X / 6 * (1 + X / 7)))));
        }
        const double scale = (double)wanted;
        if (scale > 1e-36) {
            worst = fmax(worst, fabs((double)exponential_excess_float(x) - scale) / scale);
        }
        worst_double =
            fmax(worst_double, fabs(exponential_excess_double((double)x) - scale) / scale);
    }
    if (!(worst < 1.2e-6 && worst_double < 3e-15)) {
        fail_msg("worst relative errors %.3g and %.3g", worst, worst_double);
    }
    assert_near((double)exponential_excess(0), 0, 0, "excess", 0);
    for (int i = -34000; i <= 34000; i++) {
        const Real x = (Real)i / 100000;
        const Real near = exponential_excess_near(x);
        const Real excess = exponential_excess(x);
        assert_memory_equal(&near, &excess, sizeof near);
    }
    assert_true(exponential_excess_near(EXPONENTIAL_NEAR) >= exponential_excess(EXPONENTIAL_NEAR));
    assert_true(isnan(exponential_excess_float(NAN)));
}

static void edges_are_what_the_docstring_says(void **state)
{
    (void)state;
    assert_true(isnan(exponential_float(NAN)));
    assert_true(isnan(exponential_double((double)NAN)));
    assert_true(isinf(exponential_float(INFINITY)));
    assert_true(isinf(exponential_float(88.73F)));
    assert_true(isinf(exponential_float(3e38F)));
    assert_true(isinf(exponential_double((double)INFINITY)));
    assert_true(isinf(exponential_double(709.79)));
    assert_true(isfinite(exponential_float(88.722F)));
    assert_true(isfinite(exponential_double(709.78)));
    const float zeros[] = {exponential_float(-INFINITY), exponential_float(-87.0F),
                           exponential_float(-3e38F), (float)exponential_double(-(double)INFINITY),
                           (float)exponential_double(-709.0)};
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
        const uint32_t nothing = 0;
        assert_memory_equal(&zeros[i], &nothing, sizeof nothing);
    }
    assert_true(exponential_float(-86.8F) > 1e-38F);
    assert_near((double)exponential(0), 1, 0, "exp", 0);
    assert_near((double)exponential(-(Real)0.0), 1, 0, "exp", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(float_error_stays_below_the_documented_bound),
        cmocka_unit_test(double_error_stays_below_the_documented_bound),
        cmocka_unit_test(excess_keeps_its_digits_however_small),
        cmocka_unit_test(edges_are_what_the_docstring_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
