/* kernels/linear.c -- products that are added to bias and residual. */
#include "kernels/linear.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "kernels/gemm.h"
#include "kernels/multiversion.h"

/* The product is added to what already lies in y, so bias and residual cost one pass and no extra
 * memory. */
MULTIVERSION
static void fill_with_bias(Real *y, const Real *bias, const Real *residual, size_t N, size_t out)
{
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < out; j++) {
            y[i * out + j] = residual[i * out + j] + bias[j];
        }
    }
}

static bool prepare_output(Real *y, const Real *bias, const Real *residual, LinearSizes sizes)
{
    if (bias != NULL && residual != NULL) {
        fill_with_bias(y, bias, residual, sizes.N, sizes.out);
    } else if (bias != NULL) {
        for (size_t i = 0; i < sizes.N; i++) {
            memcpy(y + i * sizes.out, bias, sizes.out * sizeof *y);
        }
    } else if (residual != NULL && residual != y) {
        memcpy(y, residual, sizes.N * sizes.out * sizeof *y);
    }
    return bias != NULL || residual != NULL;
}

void linear_forward(Real *y, const Real *x, const Real *weight, const Real *bias,
                    const Real *residual, LinearSizes sizes)
{
    const bool has_addend = prepare_output(y, bias, residual, sizes);
    gemm(y, sizes.out, (GemmOperand){x, sizes.in, false}, (GemmOperand){weight, sizes.out, false},
         (GemmSizes){sizes.N, sizes.out, sizes.in}, 1, has_addend ? 1 : 0);
}

MULTIVERSION
static void add_column_sums(Real *restrict sums, const Real *restrict rows, size_t N, size_t cols)
{
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < cols; j++) {
            sums[j] += rows[i * cols + j];
        }
    }
}

void linear_backward(Real *restrict d_x, Real *restrict d_weight, Real *restrict d_bias,
                     const Real *restrict d_y, const Real *restrict x, const Real *restrict weight,
                     LinearSizes sizes)
{
    assert(d_x != NULL && d_weight != NULL && d_bias != NULL);
    add_column_sums(d_bias, d_y, sizes.N, sizes.out);
    gemm(d_weight, sizes.out, (GemmOperand){x, sizes.in, true},
         (GemmOperand){d_y, sizes.out, false}, (GemmSizes){sizes.in, sizes.out, sizes.N}, 1, 1);
    gemm(d_x, sizes.in, (GemmOperand){d_y, sizes.out, false},
         (GemmOperand){weight, sizes.out, true}, (GemmSizes){sizes.N, sizes.in, sizes.out}, 1, 0);
}
