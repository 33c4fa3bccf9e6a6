/* kernels/hyperbolic_tangent.h -- tanh as an activation, forward and backward. */
#ifndef KERNELS_HYPERBOLIC_TANGENT_H
#define KERNELS_HYPERBOLIC_TANGENT_H

#include <stddef.h>

#include "base/real.h"

/* y = tanh(x), the C library's.
 * y [n] out, may be x itself; x [n] in */
void hyperbolic_tangent_forward(Real *y, const Real *x, size_t n);

/* d_x = d_y (1 - y^2), in place.
 * d [n] in/out: d_y becomes d_x; y [n] in, as the forward pass left it; not aliased */
void hyperbolic_tangent_backward(Real *restrict d, const Real *restrict y, size_t n);

#endif
