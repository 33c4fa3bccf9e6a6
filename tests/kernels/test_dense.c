/* kernels/test_dense.c -- torch's Linear and its gradients against PyTorch, and its optional parts. */
#include "kernels/dense.h"

#include <string.h>

#include "kernels/near.h"
#include "reference/encoder_kernel_reference.h"

enum { N = 4, IN = 3, OUT = 5 };

static const LinearSizes SIZES = {N, IN, OUT};

typedef struct Layer {
    Real x[N * IN];
    Real w[OUT * IN];
    Real b[OUT];
    Real d_y[N * OUT];
} Layer;

static Layer reference_layer(void)
{
    Layer layer;
    copy_reals(layer.x, DENSE_X, N * IN);
    copy_reals(layer.w, DENSE_W, OUT * IN);
    copy_reals(layer.b, DENSE_B, OUT);
    copy_reals(layer.d_y, DENSE_D_Y, N * OUT);
    return layer;
}

static void agrees_with_pytorch(void **state)
{
    (void)state;
    const Layer layer = reference_layer();
    Real y[N * OUT];
    dense_forward(y, layer.x, layer.w, layer.b, NULL, SIZES);
    assert_all_near(y, DENSE_Y, N * OUT, "y");
    Real d_x[N * IN] = {(Real)NAN}; /* is overwritten */
    Real d_w[OUT * IN] = {0};
    Real d_b[OUT] = {0};
    dense_backward(d_x, d_w, d_b, layer.d_y, layer.x, layer.w, SIZES);
    assert_all_near(d_x, DENSE_D_X, N * IN, "d_x");
    assert_all_near(d_w, DENSE_D_W, OUT * IN, "d_w");
    assert_all_near(d_b, DENSE_D_B, OUT, "d_b");
    dense_backward(NULL, d_w, d_b, layer.d_y, layer.x, layer.w, SIZES);
    assert_near((double)d_w[3], 2 * DENSE_D_W[3], rounding(), "d_w is added to", 3);
    assert_near((double)d_b[4], 2 * DENSE_D_B[4], rounding(), "d_b is added to", 4);
}

static void a_residual_is_added_where_given(void **state)
{
    (void)state;
    const Layer layer = reference_layer();
    Real y[N * OUT];
    dense_forward(y, layer.x, layer.w, layer.b, layer.d_y, SIZES);
    for (size_t i = 0; i < N * OUT; i++) {
        assert_near((double)y[i], DENSE_Y[i] + (double)layer.d_y[i], rounding(), "y", i);
    }
    memcpy(y, layer.d_y, sizeof y);
    dense_forward(y, layer.x, layer.w, layer.b, y, SIZES); /* onto the residual itself */
    for (size_t i = 0; i < N * OUT; i++) {
        assert_near((double)y[i], DENSE_Y[i] + (double)layer.d_y[i], rounding(), "y", i);
    }
}

static double weighted_output(const void *context)
{
    const Layer *const layer = context;
    Real y[N * OUT];
    dense_forward(y, layer->x, layer->w, layer->b, NULL, SIZES);
    double sum = 0;
    for (size_t i = 0; i < N * OUT; i++) {
        sum += (double)y[i] * (double)layer->d_y[i];
    }
    return sum;
}

static void agrees_with_central_differences(void **state)
{
    (void)state;
    Layer layer = reference_layer();
    Real d_x[N * IN];
    Real d_w[OUT * IN] = {0};
    Real d_b[OUT] = {0};
    dense_backward(d_x, d_w, d_b, layer.d_y, layer.x, layer.w, SIZES);
    assert_gradient(weighted_output, &layer, layer.x, d_x, N * IN, "d_x");
    assert_gradient(weighted_output, &layer, layer.w, d_w, OUT * IN, "d_w");
    assert_gradient(weighted_output, &layer, layer.b, d_b, OUT, "d_b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_pytorch),
        cmocka_unit_test(a_residual_is_added_where_given),
        cmocka_unit_test(agrees_with_central_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
