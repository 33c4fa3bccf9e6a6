/* data/epoch_sampler.h -- which examples make the batch of a step, as a pure function of seed and step. */
#ifndef DATA_EPOCH_SAMPLER_H
#define DATA_EPOCH_SAMPLER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Each epoch visits all of `count` examples once, in an order drawn for that epoch. Not thread safe: one thread a sampler. */
typedef struct EpochSampler EpochSampler;

/* STATUS_BAD_VALUE if there is no example, or more than 2^32 - 1; STATUS_OUT_OF_MEMORY. The caller calls epoch_sampler_destroy. */
Status epoch_sampler_create(size_t count, uint64_t seed, EpochSampler **out);
void epoch_sampler_destroy(EpochSampler *sampler);

/* The examples of `step` (0, 1, ...), the same whichever steps were asked for before. Examples follow each other through epochs, so a
 * batch may straddle two, and one of more than `count` has some twice. chosen  [B] out, in 0..count-1 */
void epoch_sampler_fill(EpochSampler *sampler, uint64_t step, size_t B, uint32_t *chosen);

#endif
