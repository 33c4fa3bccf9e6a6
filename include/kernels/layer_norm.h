/* kernels/layer_norm.h -- layer normalisation over rows, forward and backward. */
#ifndef KERNELS_LAYER_NORM_H
#define KERNELS_LAYER_NORM_H

#include <stddef.h>

#include "base/real.h"

/* Per row, with the biased variance:
 *     y = gain * (x - mean) / sqrt(variance + epsilon) + bias     (Ba et al. 2016)
 * y                [N, C] out, not aliased
 * mean, rstd       [N] out: each row's mean and 1 / sqrt(variance + epsilon), for the backward pass
 * x [N, C]; gain, bias [C] in. Mean and variance are summed in double. */
void layer_norm_forward(Real *restrict y, Real *restrict mean, Real *restrict rstd,
                        const Real *restrict x, const Real *restrict gain,
                        const Real *restrict bias, size_t N, size_t C, double epsilon);

/* With h = (x - mean) * rstd and e = d_y * gain:
 *     d_x += rstd * (e - average(e) - h * average(e * h))
 *     d_gain += sum of d_y * h;   d_bias += sum of d_y
 * d_x [N, C], d_gain [C], d_bias [C] in/out: added to, rows in order (d_x carries the gradient of
 *     the residual path)
 * d_y, x [N, C], mean, rstd [N], gain [C] in; no aliasing */
void layer_norm_backward(Real *restrict d_x, Real *restrict d_gain, Real *restrict d_bias,
                         const Real *restrict d_y, const Real *restrict x,
                         const Real *restrict mean, const Real *restrict rstd,
                         const Real *restrict gain, size_t N, size_t C);

#endif
