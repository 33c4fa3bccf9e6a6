#include "data/batch_sampler.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

struct BatchSampler {
    TokenStream stream;
    size_t B;
    size_t T;
    uint64_t seed;
    size_t window_count; /* per epoch, the same whatever the offset */
    /* The epoch drawn last; only a saving of time. */
    uint64_t epoch;
    size_t offset;
    uint32_t *order; /* [window_count] */
};

static void draw_epoch(BatchSampler *sampler, uint64_t epoch)
{
    Random random = random_stream(sampler->seed, RANDOM_STREAM_BATCHES, epoch);
    sampler->epoch = epoch;
    sampler->offset = random_below(&random, sampler->T);
    for (size_t i = 0; i < sampler->window_count; i++) {
        sampler->order[i] = (uint32_t)i;
    }
    random_shuffle(&random, sampler->order, sampler->window_count);
}

Status batch_sampler_create(TokenStream stream, size_t B, size_t T, uint64_t seed,
                            BatchSampler **out)
{
    if (B == 0 || T == 0 || stream.count < 1 || (stream.count - 1) / 2 < T ||
        stream.count / T > UINT32_MAX) {
        return STATUS_BAD_VALUE;
    }
    BatchSampler *sampler = calloc(1, sizeof *sampler);
    if (sampler == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    *sampler = (BatchSampler){.stream = stream, .B = B, .T = T, .seed = seed};
    /* The offset is at most T - 1, and the last target lies one token behind the last input. */
    sampler->window_count = (stream.count - T) / T;
    sampler->order = calloc(sampler->window_count, sizeof *sampler->order);
    if (sampler->order == NULL) {
        batch_sampler_destroy(sampler);
        return STATUS_OUT_OF_MEMORY;
    }
    draw_epoch(sampler, 0);
    *out = sampler;
    return STATUS_OK;
}

void batch_sampler_destroy(BatchSampler *sampler)
{
    if (sampler != NULL) {
        free(sampler->order);
        free(sampler);
    }
}

size_t batch_sampler_windows_per_epoch(const BatchSampler *sampler)
{
    return sampler->window_count;
}

void batch_sampler_fill(BatchSampler *sampler, uint64_t step, int32_t *inputs, int32_t *targets)
{
    const size_t T = sampler->T;
    for (size_t b = 0; b < sampler->B; b++) {
        const uint64_t visit = step * sampler->B + b;
        const uint64_t epoch = visit / sampler->window_count;
        if (epoch != sampler->epoch) {
            draw_epoch(sampler, epoch);
        }
        const size_t window = sampler->order[visit % sampler->window_count];
        const int32_t *tokens = sampler->stream.tokens + sampler->offset + window * T;
        memcpy(inputs + b * T, tokens, T * sizeof *inputs);
        memcpy(targets + b * T, tokens + 1, T * sizeof *targets);
    }
}

size_t evaluation_window_count(TokenStream stream, size_t T)
{
    return stream.count < 2 || T == 0 ? 0 : (stream.count - 2) / T + 1;
}

void evaluation_window_fill(TokenStream stream, size_t T, size_t index, int32_t *inputs,
                            int32_t *targets)
{
    for (size_t t = 0; t < T; t++) {
        const size_t at = index * T + t;
        inputs[t] = at < stream.count ? stream.tokens[at] : 0;
        targets[t] = at + 1 < stream.count ? stream.tokens[at + 1] : TOKEN_IGNORED;
    }
}
