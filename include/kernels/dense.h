/* kernels/dense.h -- y = x W^T + b and its gradients: torch's Linear, whose weights lie the other way round than GPT-2's. */
#ifndef KERNELS_DENSE_H
#define KERNELS_DENSE_H

#include "base/real.h"
#include "kernels/linear.h"

/* y = x W^T + bias + residual
 * y         [N, out] out, not aliased, except that it may be `residual` itself
 * x         [N, in] in
 * weight    [out, in] in, row-major
 * bias      [out] in
 * residual  [N, out] in, may be NULL */
void dense_forward(Real *y, const Real *x, const Real *weight, const Real *bias,
                   const Real *residual, LinearSizes sizes);

/* d_x = d_y W;   d_weight += d_y^T x;   d_bias += column sums of d_y (rows in order)
 * d_x  [N, in] out, overwritten; NULL: not wanted
 * d_weight [out, in], d_bias [out] in/out; no aliasing */
void dense_backward(Real *restrict d_x, Real *restrict d_weight, Real *restrict d_bias,
                    const Real *restrict d_y, const Real *restrict x, const Real *restrict weight,
                    LinearSizes sizes);

#endif
