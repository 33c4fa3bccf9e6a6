#include "data/epoch_sampler.h"

#include <stdlib.h>

#include "base/random.h"

struct EpochSampler {
    size_t count;
    uint64_t seed;
    uint64_t epoch;  /* drawn last; only a saving of time */
    uint32_t *order; /* [count] */
};

static void draw_epoch(EpochSampler *sampler, uint64_t epoch)
{
    Random random = random_stream(sampler->seed, RANDOM_STREAM_BATCHES, epoch);
    sampler->epoch = epoch;
    for (size_t i = 0; i < sampler->count; i++) {
        sampler->order[i] = (uint32_t)i;
    }
    random_shuffle(&random, sampler->order, sampler->count);
}

Status epoch_sampler_create(size_t count, uint64_t seed, EpochSampler **out)
{
    if (count == 0 || count > UINT32_MAX) {
        return STATUS_BAD_VALUE;
    }
    EpochSampler *sampler = calloc(1, sizeof *sampler);
    if (sampler == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    *sampler = (EpochSampler){
        .count = count, .seed = seed, .order = calloc(count, sizeof *sampler->order)};
    if (sampler->order == NULL) {
        epoch_sampler_destroy(sampler);
        return STATUS_OUT_OF_MEMORY;
    }
    draw_epoch(sampler, 0);
    *out = sampler;
    return STATUS_OK;
}

void epoch_sampler_destroy(EpochSampler *sampler)
{
    if (sampler != NULL) {
        free(sampler->order);
        free(sampler);
    }
}

void epoch_sampler_fill(EpochSampler *sampler, uint64_t step, size_t B, uint32_t *chosen)
{
    for (size_t b = 0; b < B; b++) {
        const uint64_t visit = step * B + b;
        const uint64_t epoch = visit / sampler->count;
        if (epoch != sampler->epoch) {
            draw_epoch(sampler, epoch);
        }
        chosen[b] = sampler->order[visit % sampler->count];
    }
}
