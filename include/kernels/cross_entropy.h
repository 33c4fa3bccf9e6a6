/* kernels/cross_entropy.h -- the loss of next-token prediction and its gradient. */
#ifndef KERNELS_CROSS_ENTROPY_H
#define KERNELS_CROSS_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* Sum over rows of  log(sum(exp(logits))) - logits[target],  in nats.
 * logits   [N, V] in
 * targets  [N] in, each below V; a negative one (TOKEN_IGNORED) skips its row
 * NaN if a row that counts holds NaN or +infinity; an infinite loss stays infinite. */
double cross_entropy_sum(const Real *logits, const int32_t *targets, size_t N, size_t V);

/* The same sum, and in place the gradient of scale * sum:
 *     logits = (softmax(logits) - onehot(target)) * scale
 * logits  [N, V] in/out; rows of ignored targets become 0
 * scale   what one nat weighs: 1 / counted targets for the mean */
double cross_entropy_sum_and_gradient(Real *logits, const int32_t *targets, size_t N, size_t V,
                                      Real scale);

/* How many targets count (are not negative). */
size_t cross_entropy_count(const int32_t *targets, size_t N);

#endif
