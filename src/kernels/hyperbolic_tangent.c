/* kernels/hyperbolic_tangent.c -- one call a number: a head has only a row a window. */
#include "kernels/hyperbolic_tangent.h"

#include <math.h>

void hyperbolic_tangent_forward(Real *y, const Real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
#ifdef TRAMLAB_DOUBLE
        y[i] = tanh(x[i]);
#else
        y[i] = tanhf(x[i]);
#endif
    }
}

void hyperbolic_tangent_backward(Real *restrict d, const Real *restrict y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        d[i] *= 1 - y[i] * y[i];
    }
}
