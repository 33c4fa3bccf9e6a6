/* kernels/test_erf_gelu.c -- the exact GELU against the C library, PyTorch and finite differences. */
#include "kernels/erf_gelu.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/encoder_kernel_reference.h"

enum { COUNT = sizeof ERF_GELU_X / sizeof *ERF_GELU_X, MANY = 1003 };

static double exact(double x)
{
    return x * 0.5 * erfc(-x * M_SQRT1_2);
}

static double exact_slope(double x)
{
    return 0.5 * erfc(-x * M_SQRT1_2) + x * exp(-0.5 * x * x) * 0.398942280401432678;
}

static void agrees_with_pytorch(void **state)
{
    (void)state;
    Real x[COUNT];
    Real y[COUNT];
    Real slope[COUNT];
    copy_reals(x, ERF_GELU_X, COUNT);
    erf_gelu_forward(y, slope, x, COUNT);
    assert_all_near(y, ERF_GELU_Y, COUNT, "y");
    assert_all_near(slope, ERF_GELU_SLOPE, COUNT, "slope");
}

static void errors_stay_below_the_documented_bounds(void **state)
{
    (void)state;
    double worst[3] = {0};
    /* Every 593rd float up to 20 (a prime: all low bits occur), both signs. */
    for (uint32_t bits = 1; bits < 0x41A00000U; bits += 593) {
        float magnitude;
        memcpy(&magnitude, &bits, sizeof magnitude);
        for (int side = 0; side < 2; side++) {
            const Real x = (Real)(side == 0 ? magnitude : -magnitude);
            const double wanted = exact((double)x);
            Real y;
            Real slope;
            erf_gelu_forward(&y, &slope, &x, 1);
            const double error = fabs((double)y - wanted);
            /* numbers that float holds in full only */
            if ((double)x >= -3 && fabs(wanted) > 1e-37) {
                worst[0] = fmax(worst[0], error / fabs(wanted));
            }
            worst[1] = fmax(worst[1], (error - 1e-44) / fabs((double)x));
            worst[2] = fmax(worst[2], fabs((double)slope - exact_slope((double)x)));
        }
    }
    if (!(worst[0] < 8e-7 && worst[1] < 1.3e-7 && worst[2] < 1.5e-7)) {
        fail_msg("worst errors: relative %.3g, of x %.3g, slope %.3g", worst[0], worst[1],
                 worst[2]);
    }
}

static void output_does_not_depend_on_place_or_on_the_derivative(void **state)
{
    (void)state;
    Real x[MANY];
    Real y[MANY];
    Real again[MANY];
    Real in_place[MANY];
    fill_normal(x, MANY, 3, 1);
    memcpy(in_place, x, sizeof x);
    erf_gelu_forward(y, NULL, x, MANY);
    erf_gelu_forward(again, in_place, in_place, MANY);
    assert_memory_equal(y, again, sizeof y);
    for (size_t i = 0; i < MANY; i++) {
        Real alone;
        erf_gelu_forward(&alone, NULL, x + i, 1);
        assert_memory_equal(&alone, y + i, sizeof alone);
    }
}

static double gelu_of(const void *context)
{
    Real y;
    erf_gelu_forward(&y, NULL, context, 1);
    return (double)y;
}

static void agrees_with_central_differences(void **state)
{
    (void)state;
    for (int i = -40; i <= 40; i++) {
        Real x = (Real)i / 7;
        Real y;
        Real slope;
        erf_gelu_forward(&y, &slope, &x, 1);
        assert_gradient(gelu_of, &x, &x, &slope, 1, "slope");
    }
}

static void far_ends_are_zero_and_the_input_and_a_nan_stays(void **state)
{
    (void)state;
    const Real x[5] = {-1000, 1000, (Real)NAN, -50, (Real)1e30};
    Real y[5];
    Real slope[5];
    erf_gelu_forward(y, slope, x, 5);
    assert_near((double)y[0], 0, 0, "y", 0);
    assert_near((double)y[1], 1000, 0, "y", 1);
    assert_true(isnan(y[2]) && isnan(slope[2]));
    assert_near((double)slope[0], 0, 0, "slope", 0);
    assert_near((double)slope[1], 1, 0, "slope", 1);
    assert_near((double)y[3], 0, 0, "y", 3);
    assert_near((double)y[4], (double)x[4], 0, "y", 4);
    assert_near((double)slope[4], 1, 0, "slope", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch),
        cmocka_unit_test(errors_stay_below_the_documented_bounds),
        cmocka_unit_test(output_does_not_depend_on_place_or_on_the_derivative),
        cmocka_unit_test(agrees_with_central_differences),
        cmocka_unit_test(far_ends_are_zero_and_the_input_and_a_nan_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
