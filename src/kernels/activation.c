/* kernels/activation.c -- GELU as a gated input, so that it costs one exponential. */
#include "kernels/activation.h"

#include <string.h>

#include "kernels/exponential.h"
#include "kernels/multiversion.h"

static const Real TWICE_ROOT = (Real)1.59576912160573071176; /* 2 sqrt(2/pi) */
static const Real CUBIC = (Real)0.044715;

/* sigmoid(2u) = (1 + tanh u) / 2: one exponential instead of a tanh. */
KERNEL_PIECE Real gate_of(Real x)
{
    return 1 / (1 + exponential(-(TWICE_ROOT * (x + CUBIC * (x * x * x)))));
}

MULTIVERSION
static void activate(Real *restrict y, const Real *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] = x[i] * gate_of(x[i]);
    }
}

/* x_derivative holds x on entry and dy/dx on return. */
MULTIVERSION
static void activate_and_derive(Real *restrict y, Real *restrict x_derivative, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const Real x = x_derivative[i];
        const Real gate = gate_of(x);
        const Real slope = TWICE_ROOT * (1 + 3 * CUBIC * (x * x));
        y[i] = x * gate;
        x_derivative[i] = gate + x * slope * (gate * (1 - gate));
    }
}

void gelu_forward(Real *y, Real *derivative, const Real *x, size_t n)
{
    if (derivative == NULL) {
        activate(y, x, n);
        return;
    }
    if (derivative != x) {
        memcpy(derivative, x, n * sizeof *x);
    }
    activate_and_derive(y, derivative, n);
}

MULTIVERSION
void gelu_backward(Real *restrict d, const Real *restrict derivative, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        d[i] *= derivative[i];
    }
}
