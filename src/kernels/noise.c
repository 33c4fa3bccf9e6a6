/* kernels/noise.c -- a stream of draws for each window. */
#include "kernels/noise.h"

#include "base/random.h"
#include "kernels/hashed_draw.h"
#include "kernels/multiversion.h"
#include "kernels/normal_draw.h"

/* Elements are numbered by position and channel: two draws each, of which the uniform distribution uses one. */

MULTIVERSION
static void add_uniform(Real *restrict x, double sigma, uint64_t window_key, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double draw = 2.0 * hashed_uniform(window_key, 2 * (uint64_t)i) - 1.0;
        x[i] += (Real)(sigma * draw);
    }
}

MULTIVERSION
static void add_normal(Real *restrict x, double sigma, uint64_t window_key, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double u = 1.0 - hashed_uniform(window_key, 2 * (uint64_t)i); /* never 0 */
        const double t = hashed_uniform(window_key, 2 * (uint64_t)i + 1);
        x[i] += (Real)(sigma * normal_draw(u, t));
    }
}

void noise_add(Real *x, const Noise *noise, size_t first_window, size_t B, size_t T, size_t C)
{
    if (!(noise->sigma > 0 || noise->sigma < 0)) {
        return;
    }
    const uint64_t key = random_stream(noise->seed, RANDOM_STREAM_NOISE, 0).key;
    for (size_t b = 0; b < B; b++) {
        const uint64_t window_key = random_bits_at(key, first_window + b);
        Real *const window = x + b * T * C;
        if (noise->is_uniform) {
            add_uniform(window, noise->sigma, window_key, T * C);
        } else {
            add_normal(window, noise->sigma, window_key, T * C);
        }
    }
}
