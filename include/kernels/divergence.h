/* kernels/divergence.h -- how far two sets of predictions lie apart. */
#ifndef KERNELS_DIVERGENCE_H
#define KERNELS_DIVERGENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* Sum over rows, in nats, of
 *     KL(P || Q) = sum_v p_v (log p_v - log q_v),  P = softmax(target row), Q = softmax(current row)
 * Everything is computed in double from the logits, so that small divergences survive.
 * target_logits, current_logits  [N, V] in, may be the same array
 * targets  [N] in: a row with a negative target (TOKEN_IGNORED) is skipped; NULL: all rows count
 * Exactly 0 for identical inputs; never negative (rounding below zero counts as 0);
 * NaN if a logit that counts is not finite. */
double divergence_forward_kl_sum(const Real *target_logits, const Real *current_logits,
                                 const int32_t *targets, size_t N, size_t V);

#endif
