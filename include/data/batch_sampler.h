/* data/batch_sampler.h -- token windows for training and evaluation, as pure functions of seed and step. */
#ifndef DATA_BATCH_SAMPLER_H
#define DATA_BATCH_SAMPLER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "data/token_batch.h"

/* A stream of tokens to cut windows from; borrowed. tokens[0] is only ever an input (end-of-text, or the token before). */
typedef struct TokenStream {
    const int32_t *tokens; /* [count] */
    size_t count;
} TokenStream;

/* Training order over one stream. Each epoch cuts the stream into non-overlapping windows of T tokens from an offset drawn
 * for that epoch (0..T-1), and visits all of them once in an order drawn for that epoch. */
typedef struct BatchSampler BatchSampler;

/* STATUS_BAD_VALUE if the stream is shorter than 2 T + 1 tokens. The stream must outlive the sampler. */
Status batch_sampler_create(TokenStream stream, size_t B, size_t T, uint64_t seed,
                            BatchSampler **out);
void batch_sampler_destroy(BatchSampler *sampler);

size_t batch_sampler_windows_per_epoch(const BatchSampler *sampler);

/* The batch of `step` (0, 1, ...), the same whichever steps were asked for before. Windows follow each other through epochs, so a
 * batch may straddle two. inputs, targets  [B, T] out; targets are the inputs' successors. */
void batch_sampler_fill(BatchSampler *sampler, uint64_t step, int32_t *inputs, int32_t *targets);

/* Evaluation: window `index` of the stream, from its beginning, non-overlapping; every token but the first is a target exactly once.
 * What lies beyond the end is input 0 and target TOKEN_IGNORED. inputs, targets [T] out. */
size_t evaluation_window_count(TokenStream stream, size_t T);
void evaluation_window_fill(TokenStream stream, size_t T, size_t index, int32_t *inputs,
                            int32_t *targets);

#endif
