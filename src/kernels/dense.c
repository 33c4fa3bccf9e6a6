/* kernels/dense.c -- products that are added to bias and residual. */
#include "kernels/dense.h"

#include <string.h>

#include "kernels/gemm.h"
#include "kernels/multiversion.h"

MULTIVERSION
static void add_bias(Real *y, const Real *bias, const Real *residual, size_t N, size_t out)
{
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < out; j++) {
            y[i * out + j] = residual[i * out + j] + bias[j];
        }
    }
}

void dense_forward(Real *y, const Real *x, const Real *weight, const Real *bias,
                   const Real *residual, LinearSizes sizes)
{
    if (residual != NULL) {
        add_bias(y, bias, residual, sizes.N, sizes.out);
    } else {
        for (size_t i = 0; i < sizes.N; i++) {
            memcpy(y + i * sizes.out, bias, sizes.out * sizeof *y);
        }
    }
    gemm(y, sizes.out, (GemmOperand){x, sizes.in, false}, (GemmOperand){weight, sizes.in, true},
         (GemmSizes){sizes.N, sizes.out, sizes.in}, 1, 1);
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

void dense_backward(Real *restrict d_x, Real *restrict d_weight, Real *restrict d_bias,
                    const Real *restrict d_y, const Real *restrict x, const Real *restrict weight,
                    LinearSizes sizes)
{
    add_column_sums(d_bias, d_y, sizes.N, sizes.out);
    gemm(d_weight, sizes.in, (GemmOperand){d_y, sizes.out, true}, (GemmOperand){x, sizes.in, false},
         (GemmSizes){sizes.out, sizes.in, sizes.N}, 1, 1);
    if (d_x != NULL) {
        gemm(d_x, sizes.in, (GemmOperand){d_y, sizes.out, false},
             (GemmOperand){weight, sizes.in, false}, (GemmSizes){sizes.N, sizes.in, sizes.out}, 1,
             0);
    }
}
