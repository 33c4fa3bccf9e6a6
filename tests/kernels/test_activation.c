/* kernels/test_activation.c -- GELU against PyTorch and finite differences, in and out of place. */
#include "kernels/activation.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/kernel_reference.h"

enum { COUNT = sizeof GELU_X / sizeof *GELU_X, MANY = 1003 };

static void agrees_with_pytorch(void **state)
{
    (void)state;
    Real x[COUNT];
    Real y[COUNT];
    Real slope[COUNT];
    copy_reals(x, GELU_X, COUNT);
    gelu_forward(y, slope, x, COUNT);
    assert_all_near(y, GELU_Y, COUNT, "y");
    assert_all_near(slope, GELU_SLOPE, COUNT, "slope");
    Real d[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        d[i] = 3;
    }
    gelu_backward(d, slope, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_near((double)d[i], 3 * GELU_SLOPE[i], rounding(), "d", i);
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
    gelu_forward(y, NULL, x, MANY);
    gelu_forward(again, in_place, in_place, MANY);
    assert_memory_equal(y, again, sizeof y);
    for (size_t i = 0; i < MANY;
         i++) { /* an element alone gets the bits it got within the vectorised loop */
        Real alone;
        gelu_forward(&alone, NULL, x + i, 1);
        assert_memory_equal(&alone, y + i, sizeof alone);
    }
}

static double gelu_of(const void *context)
{
    Real y;
    gelu_forward(&y, NULL, context, 1);
    return (double)y;
}

static void agrees_with_central_differences(void **state)
{
    (void)state;
    for (int i = -40; i <= 40; i++) {
        Real x = (Real)i / 7;
        Real y;
        Real slope;
        gelu_forward(&y, &slope, &x, 1);
        assert_gradient(gelu_of, &x, &x, &slope, 1, "slope");
    }
}

static void far_ends_are_zero_and_the_input_and_a_nan_stays(void **state)
{
    (void)state;
    const Real x[4] = {-1000, 1000, (Real)NAN, -50};
    Real y[4];
    Real slope[4];
    gelu_forward(y, slope, x, 4);
    assert_near((double)y[0], 0, 0, "y", 0);
    assert_near((double)y[1], 1000, 0, "y", 1);
    assert_true(isnan(y[2]) && isnan(slope[2]));
    assert_near((double)slope[0], 0, 0, "slope", 0);
    assert_near((double)slope[1], 1, 0, "slope", 1);
    assert_near((double)y[3], 0, 0, "y", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch),
        cmocka_unit_test(output_does_not_depend_on_place_or_on_the_derivative),
        cmocka_unit_test(agrees_with_central_differences),
        cmocka_unit_test(far_ends_are_zero_and_the_input_and_a_nan_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
