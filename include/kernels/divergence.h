/* kernels/divergence.h -- how far two sets of predictions lie apart, row by row, and the gradients of that. */
#ifndef KERNELS_DIVERGENCE_H
#define KERNELS_DIVERGENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "records/divergence_kind.h"

/* P = softmax(target row), Q = softmax(current row). KL divergences are sums of positive terms made in Real and added in double, so that
 * small ones survive: relative error below 5e-6, however small, against the logits as they are given. The others are computed in double. Every value is exactly 0 for identical inputs, never negative (rounding below zero counts as 0), and NaN if a logit that
 * counts is not finite. */

/* Does the kind compare distributions (and so have a gradient here)? */
bool divergence_is_kl(DivergenceKind kind);

/* Is it a maximum mean discrepancy, which compares all rows with all (kernels/mean_discrepancy.h)? */
bool divergence_is_discrepancy(DivergenceKind kind);

/* Sum over rows of a kind that compares row with row (EQUATIONS 12), in nats for the KL kinds:
 *     forward KL(P || Q) = sum_v p_v (log p_v - log q_v);  reverse KL(Q || P);  symmetric: their sum;
 *     L2: Euclidean distance of the rows of logits; is_centred subtracts each row's mean first, as a constant added to a row
 *     means nothing. Not for the discrepancies.
 * target_logits, current_logits  [N, V] in, may be the same array
 * targets  [N] in: a row with a negative target (TOKEN_IGNORED) is skipped; NULL: all rows count */
double divergence_sum(DivergenceKind kind, bool is_centred, const Real *target_logits,
                      const Real *current_logits, const int32_t *targets, size_t N, size_t V);

/* What a KL divergence is between rows whose logits are divided by `temperature` (> 0), and what its gradient is to be multiplied by. */
typedef struct KlPenalty {
    DivergenceKind kind;
    double temperature;
    double scale;
} KlPenalty;

/* The divergence of one row; its gradients are added (EQUATIONS 12.3, with temperature tau):
 *     forward: d_current += scale / tau (Q - P)
 *              d_target  += scale / tau P (log P - log Q - KL(P || Q))
 *     reverse: the same with P and Q exchanged;  symmetric: both
 * d_target, d_current  [V] in/out; d_target may be NULL: the target is a constant
 * scratch  [V] out
 * target, current  [V] in, not aliased with the above
 * Returns the divergence, not scaled. Where that is NaN, so are the gradients. */
double divergence_kl_row_gradient(const KlPenalty *penalty, Real *d_target, Real *d_current,
                                  Real *scratch, const Real *target, const Real *current, size_t V);

/* The divergence of one row alone. */
double divergence_kl_row(const KlPenalty *penalty, const Real *target, const Real *current,
                         size_t V);

#endif
