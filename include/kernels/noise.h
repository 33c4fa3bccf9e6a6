/* kernels/noise.h -- noise on activations that can be drawn again: a pure function of seed, window, position and channel. */
#ifndef KERNELS_NOISE_H
#define KERNELS_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

typedef struct Noise {
    double sigma;    /* 0: nothing is changed, to the bit */
    bool is_uniform; /* U(-sigma, sigma); else N(0, sigma^2) */
    uint64_t seed;
} Noise;

/* x += z, one draw an element. Window b of the array is window first_window + b of the whole batch, and z does not depend on how
 * a batch is cut. On zeroed numbers it gives z itself.
 * x [B*T, C] in/out */
void noise_add(Real *x, const Noise *noise, size_t first_window, size_t B, size_t T, size_t C);

#endif
