/* kernels/test_hyperbolic_tangent.c -- tanh against PyTorch, and its derivative from its value. */
#include "kernels/hyperbolic_tangent.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/encoder_kernel_reference.h"

enum { COUNT = sizeof TANH_X / sizeof *TANH_X };

static void agrees_with_pytorch(void **state)
{
    (void)state;
    Real x[COUNT];
    Real y[COUNT];
    Real d[COUNT];
    copy_reals(x, TANH_X, COUNT);
    hyperbolic_tangent_forward(y, x, COUNT);
    assert_all_near(y, TANH_Y, COUNT, "y");
    for (size_t i = 0; i < COUNT; i++) {
        d[i] = 3;
    }
    hyperbolic_tangent_backward(d, y, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_near((double)d[i], 3 * TANH_SLOPE[i], rounding(), "d", i);
    }
}

static void works_in_place_and_lets_a_nan_through(void **state)
{
    (void)state;
    Real x[3] = {(Real)0.5, (Real)NAN, -1000};
    Real y[3];
    hyperbolic_tangent_forward(y, x, 3);
    hyperbolic_tangent_forward(x, x, 3);
    assert_near((double)x[0], (double)y[0], 0, "y", 0);
    assert_true(isnan(x[1]) && isnan(y[1]));
    assert_near((double)x[2], -1, 0, "y", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch),
        cmocka_unit_test(works_in_place_and_lets_a_nan_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
