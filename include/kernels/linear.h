/* kernels/linear.h -- y = x W + b and its gradients, on top of gemm. */
#ifndef KERNELS_LINEAR_H
#define KERNELS_LINEAR_H

#include <stddef.h>

#include "base/real.h"

/* Sizes of one layer: N rows, each `in` wide, become N rows `out` wide. */
typedef struct LinearSizes {
    size_t N;
    size_t in;
    size_t out;
} LinearSizes;

/* y = x W + bias + residual
 * y         [N, out] out, not aliased, except that it may be `residual` itself
 * x         [N, in] in
 * weight    [in, out] in, row-major (GPT-2's Conv1D)
 * bias      [out] in, may be NULL
 * residual  [N, out] in, may be NULL */
void linear_forward(Real *y, const Real *x, const Real *weight, const Real *bias,
                    const Real *residual, LinearSizes sizes);

/* d_x = d_y W^T;   d_weight += x^T d_y;   d_bias += column sums of d_y (rows in order)
 * d_x  [N, in] out, overwritten; d_weight [in, out], d_bias [out] in/out; no aliasing */
void linear_backward(Real *restrict d_x, Real *restrict d_weight, Real *restrict d_bias,
                     const Real *restrict d_y, const Real *restrict x, const Real *restrict weight,
                     LinearSizes sizes);

#endif
