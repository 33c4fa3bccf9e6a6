/* kernels/vector_ops.h -- sums and updates over flat vectors of weights. */
#ifndef KERNELS_VECTOR_OPS_H
#define KERNELS_VECTOR_OPS_H

#include <stddef.h>

#include "base/real.h"

/* All sums run in double over a fixed number of partial sums, so a result depends on the vector alone (and on the instruction set),
 * never on threads. No array may be aliased with another unless said so. */

/* sum_i x_i^2 */
double vector_sum_squares(const Real *restrict x, size_t n);

/* sum_i x_i y_i */
double vector_dot(const Real *restrict x, const Real *restrict y, size_t n);

/* sum_i (x_i - y_i)^2 */
double vector_distance_squared(const Real *restrict x, const Real *restrict y, size_t n);

/* sum_i (w_i g_i)^2: the squared norm of T g with T = |w| (ASAM, EQUATIONS 3) */
double vector_weighted_sum_squares(const Real *restrict w, const Real *restrict g, size_t n);

/* sum_i (w_i^2 g_i)^2: the squared norm of T^2 g, the direction of ASAM's ascent */
double vector_adaptive_sum_squares(const Real *restrict w, const Real *restrict g, size_t n);

/* out_i = x_i + a y_i; out may be x. */
void vector_add_scaled(Real *out, const Real *x, double a, const Real *restrict y, size_t n);

/* out_i = w_i + a w_i^2 g_i: a step along T^2 g with T = |w|. */
void vector_add_adaptive(Real *restrict out, const Real *restrict w, double a,
                         const Real *restrict g, size_t n);

/* out = x */
void vector_copy(Real *restrict out, const Real *restrict x, size_t n);

#endif
