/* kernels/erf_gelu.h -- the exact GELU, with the normal distribution itself, and its derivative. */
#ifndef KERNELS_ERF_GELU_H
#define KERNELS_ERF_GELU_H

#include <stddef.h>

#include "base/real.h"

/* y = x Phi(x),   dy/dx = Phi(x) + x phi(x),   Phi(x) = (1 + erf(x / sqrt 2)) / 2     (Hendrycks and Gimpel 2016)
 * what Hugging Face calls "gelu"; kernels/activation.h has the tanh approximation ("gelu_new"). gelu_backward there goes with both.
 * y           [n] out
 * derivative  [n] out: dy/dx, for the backward pass; may be NULL; may be x itself
 * x           [n] in, otherwise not aliased
 * y has the same bits whether or not the derivative is asked for. Error, measured against libm over all floats: y
 * below 1.3e-7 |x|, and for x >= -3 below 8e-7 |y|; dy/dx below 1.5e-7. Below -13.2 y is 0; an infinite x gives NaN. */
void erf_gelu_forward(Real *y, Real *derivative, const Real *x, size_t n);

#endif
