/* kernels/erf_gelu.c -- the normal distribution from one exponential and one polynomial. */
#include "kernels/erf_gelu.h"

#include <math.h>
#include <string.h>

#include "kernels/exponential.h"
#include "kernels/multiversion.h"

static const Real ROOT = (Real)0.398942280401432677940; /* 1 / sqrt(2 pi) */

/* exp(-x^2 / 2), shared by distribution and density. */
KERNEL_PIECE Real bell(Real x)
{
    return exponential((Real)-0.5 * (x * x));
}

#ifdef TRAMLAB_DOUBLE
KERNEL_PIECE Real distribution(Real x, Real bell_of_x)
{
    (void)bell_of_x;
    return 0.5 * erfc(x * -0.707106781186547524401);
}
#else
/* Phi(-a) = exp(-a^2 / 2) R(a), R a polynomial in u = a / (2 + a): in the manner of Abramowitz and Stegun 7.1.26, with more terms,
 * and expanded about a = 0, where its error matters most. Coefficients by tests/reference/erf_gelu_fit.py: relative error 1.1e-8
 * for 0 <= a <= 13.2, beyond which the exponential is 0. */
KERNEL_PIECE Real distribution(Real x, Real bell_of_x)
{
    const float half = 0.5F * fabsf(x);
    const float u = half * (1.0F / (1.0F + half));
    float p = -0.0438682334F;
    p = p * u + 0.147842195F;
    p = p * u - 0.175833513F;
    p = p * u + 0.116614085F;
    p = p * u - 0.0769111879F;
    p = p * u - 0.0193601566F;
    p = p * u + 0.00893767787F;
    p = p * u + 0.1383401F;
    p = p * u + 0.202119829F;
    p = p * u - 0.79788489F;
    const float tail = bell_of_x * (0.5F + u * p);
    return x < 0.0F ? tail : 1.0F - tail;
}
#endif

MULTIVERSION
static void activate(Real *restrict y, const Real *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] = x[i] * distribution(x[i], bell(x[i]));
    }
}

/* x_derivative holds x on entry and dy/dx on return. */
MULTIVERSION
static void activate_and_derive(Real *restrict y, Real *restrict x_derivative, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const Real x = x_derivative[i];
        const Real density = bell(x);
        const Real share = distribution(x, density);
        y[i] = x * share;
        x_derivative[i] = share + x * (ROOT * density);
    }
}

void erf_gelu_forward(Real *y, Real *derivative, const Real *x, size_t n)
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
