/* kernels/softmax.h -- the pieces of a softmax over one row. */
#ifndef KERNELS_SOFTMAX_H
#define KERNELS_SOFTMAX_H

#include <stddef.h>

#include "base/real.h"

/* The largest of x[0..n); NaN elements are passed over, -INFINITY if nothing is left. */
Real row_maximum(const Real *x, size_t n);

/* e = exp(x - shift); returns the sum of e, in double.
 * e [n] out, may be x itself; x [n] in. A NaN or an infinite difference shows in the sum. */
double row_exponentials(Real *e, const Real *x, Real shift, size_t n);

/* log(sum(exp(x))), with the maximum taken out first; the sum ends in double. NaN if x holds NaN or
 * +infinity. n >= 1. */
double row_log_sum_exp(const Real *x, size_t n);

/* x = x * factor.  x [n] in/out */
void row_scale(Real *x, Real factor, size_t n);

#endif
