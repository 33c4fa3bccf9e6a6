/* kernels/near.h -- comparing numbers in the kernels' tests: stated tolerances, and signed central differences. */
#ifndef TESTS_KERNELS_NEAR_H
#define TESTS_KERNELS_NEAR_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/real.h"

/* Fails unless |got - wanted| <= tolerance * max(1, |got| + |wanted|); a NaN fails. */
static inline void assert_near(double got, double wanted, double tolerance, const char *what,
                               size_t index)
{
    if (!(fabs(got - wanted) <= tolerance * fmax(1, fabs(got) + fabs(wanted)))) {
        fail_msg("%s[%zu]: got %.17g, wanted %.17g", what, index, got, wanted);
    }
}

/* Rounding of a few operations in this variant's number type. */
static inline double rounding(void)
{
    return REAL_IS_DOUBLE != 0 ? 1e-12 : 2e-6;
}

static inline void assert_all_near(const Real *got, const double *wanted, size_t n,
                                   const char *what)
{
    for (size_t i = 0; i < n; i++) {
        assert_near((double)got[i], wanted[i], rounding(), what, i);
    }
}

static inline void copy_reals(Real *out, const double *in, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (Real)in[i];
    }
}

static inline void fill_normal(Real *out, size_t n, double scale, uint64_t seed)
{
    Random random = random_stream(seed, RANDOM_STREAM_PROBES, 0);
    for (size_t i = 0; i < n; i++) {
        out[i] = (Real)(scale * random_normal(&random));
    }
}

/* Check gradient[i] against (f(x + h e_i) - f(x - h e_i)) / 2h for every i, sign included. In float
 * this is left out: rounding drowns the differences. x is put back. */
static inline void assert_gradient(double (*f)(const void *context), const void *context, Real *x,
                                   const Real *gradient, size_t n, const char *what)
{
    const double h = 1e-6;
    for (size_t i = 0; i < n && REAL_IS_DOUBLE != 0; i++) {
        const Real start = x[i];
        x[i] = start + (Real)h;
        const double above = f(context);
        x[i] = start - (Real)h;
        const double below = f(context);
        x[i] = start;
        assert_near((double)gradient[i], (above - below) / (2 * h), 1e-7, what, i);
    }
}

#endif
