/* kernels/noise.c -- a stream of draws for each window. */
#include "kernels/noise.h"

#include "base/random.h"

/* Numbered by position and channel: two draws each, of which the uniform distribution uses one. */
static double draw(const Noise *noise, uint64_t window_key, size_t element)
{
    Random random = {.key = window_key, .next = 2 * (uint64_t)element};
    return noise->is_uniform ? 2.0 * random_uniform(&random) - 1.0 : random_normal(&random);
}

void noise_add(Real *x, const Noise *noise, size_t first_window, size_t B, size_t T, size_t C)
{
    if (!(noise->sigma > 0 || noise->sigma < 0)) {
        return;
    }
    const uint64_t key = random_stream(noise->seed, RANDOM_STREAM_NOISE, 0).key;
    for (size_t b = 0; b < B; b++) {
        const uint64_t window_key = random_bits_at(key, first_window + b);
        for (size_t i = 0; i < T * C; i++) {
            x[b * T * C + i] += (Real)(noise->sigma * draw(noise, window_key, i));
        }
    }
}
