/* kernels/activation.h -- GPT-2's GELU and its derivative. */
#ifndef KERNELS_ACTIVATION_H
#define KERNELS_ACTIVATION_H

#include <stddef.h>

#include "base/real.h"

/* y = 0.5 x (1 + tanh(u)),  u = sqrt(2/pi) (x + 0.044715 x^3)     (Hendrycks and Gimpel 2016)
 * computed as x * sigmoid(2 u), which is the same.
 * y           [n] out
 * derivative  [n] out: dy/dx, for the backward pass; may be NULL; may be x itself
 * x           [n] in, otherwise not aliased
 * y has the same bits whether or not the derivative is asked for. */
void gelu_forward(Real *y, Real *derivative, const Real *x, size_t n);

/* d_x = d_y * derivative, in place.
 * d           [n] in/out: d_y becomes d_x
 * derivative  [n] in, not aliased */
void gelu_backward(Real *restrict d, const Real *restrict derivative, size_t n);

#endif
