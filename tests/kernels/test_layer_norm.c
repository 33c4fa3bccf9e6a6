/* kernels/test_layer_norm.c -- against PyTorch and finite differences; mean 0 and variance 1 whatever comes in. */
#include "kernels/layer_norm.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/kernel_reference.h"

enum { N = 3, C = 21 }; /* one whole stretch of partial sums and a rest */

static const double EPSILON = 1e-3;

typedef struct Norm {
    Real x[N * C];
    Real gain[C];
    Real bias[C];
    Real d_y[N * C];
} Norm;

static Norm reference_norm(void)
{
    Norm norm;
    copy_reals(norm.x, NORM_X, N * C);
    copy_reals(norm.gain, NORM_GAIN, C);
    copy_reals(norm.bias, NORM_BIAS, C);
    copy_reals(norm.d_y, NORM_D_Y, N * C);
    return norm;
}

typedef struct NormGradient {
    Real d_x[N * C];
    Real d_gain[C];
    Real d_bias[C];
} NormGradient;

static void differentiate(const Norm *norm, NormGradient *gradient)
{
    Real y[N * C];
    Real mean[N];
    Real rstd[N];
    layer_norm_forward(y, mean, rstd, norm->x, norm->gain, norm->bias, N, C, EPSILON);
    layer_norm_backward(gradient->d_x, gradient->d_gain, gradient->d_bias, norm->d_y, norm->x, mean,
                        rstd, norm->gain, N, C);
}

static void agrees_with_pytorch_and_adds_its_gradients(void **state)
{
    (void)state;
    const Norm norm = reference_norm();
    Real y[N * C];
    Real mean[N];
    Real rstd[N];
    layer_norm_forward(y, mean, rstd, norm.x, norm.gain, norm.bias, N, C, EPSILON);
    assert_all_near(y, NORM_Y, N * C, "y");
    NormGradient gradient = {0};
    differentiate(&norm, &gradient);
    assert_all_near(gradient.d_x, NORM_D_X, N * C, "d_x");
    assert_all_near(gradient.d_gain, NORM_D_GAIN, C, "d_gain");
    assert_all_near(gradient.d_bias, NORM_D_BIAS, C, "d_bias");
    differentiate(&norm, &gradient);
    assert_near((double)gradient.d_x[5], 2 * NORM_D_X[5], rounding(), "d_x is added to", 5);
    assert_near((double)gradient.d_gain[20], 2 * NORM_D_GAIN[20], rounding(), "d_gain is added to",
                20);
}

static double weighted_output(const void *context)
{
    const Norm *const norm = context;
    Real y[N * C];
    Real mean[N];
    Real rstd[N];
    layer_norm_forward(y, mean, rstd, norm->x, norm->gain, norm->bias, N, C, EPSILON);
    double sum = 0;
    for (size_t i = 0; i < N * C; i++) {
        sum += (double)y[i] * (double)norm->d_y[i];
    }
    return sum;
}

static void agrees_with_central_differences(void **state)
{
    (void)state;
    Norm norm = reference_norm();
    NormGradient gradient = {0};
    differentiate(&norm, &gradient);
    assert_gradient(weighted_output, &norm, norm.x, gradient.d_x, N * C, "d_x");
    assert_gradient(weighted_output, &norm, norm.gain, gradient.d_gain, C, "d_gain");
    assert_gradient(weighted_output, &norm, norm.bias, gradient.d_bias, C, "d_bias");
}

static void rows_come_out_with_mean_zero_and_variance_one(void **state)
{
    (void)state;
    enum { WIDE = 771 };
    Real x[WIDE];
    Real gain[WIDE];
    Real bias[WIDE] = {0};
    Real y[WIDE];
    Real mean;
    Real rstd;
    fill_normal(x, WIDE, 3, 5);
    for (size_t i = 0; i < WIDE; i++) {
        x[i] +=
            100; /* a mean far from 0, where summing squares in one go would lose the variance */
        gain[i] = 1;
    }
    layer_norm_forward(y, &mean, &rstd, x, gain, bias, 1, WIDE, 1e-12);
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < WIDE; i++) {
        sum += (double)y[i];
        squares += (double)y[i] * (double)y[i];
    }
    assert_near(sum / WIDE, 0, REAL_IS_DOUBLE != 0 ? 1e-12 : 1e-5, "mean", 0);
    assert_near(squares / WIDE, 1, REAL_IS_DOUBLE != 0 ? 1e-12 : 1e-5, "variance", 0);
}

static void a_nan_spoils_its_own_row_only(void **state)
{
    (void)state;
    Norm norm = reference_norm();
    norm.x[C + 3] = (Real)NAN;
    Real y[N * C];
    Real mean[N];
    Real rstd[N];
    layer_norm_forward(y, mean, rstd, norm.x, norm.gain, norm.bias, N, C, EPSILON);
    for (size_t i = 0; i < N * C; i++) {
        assert_int_equal(isnan(y[i]) != 0, i / C == 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch_and_adds_its_gradients),
        cmocka_unit_test(agrees_with_central_differences),
        cmocka_unit_test(rows_come_out_with_mean_zero_and_variance_one),
        cmocka_unit_test(a_nan_spoils_its_own_row_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
