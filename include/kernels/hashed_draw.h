/* kernels/hashed_draw.h -- base/random's draws where they can be inlined: a call an element would cost more than what is done with it. */
#ifndef KERNELS_HASHED_DRAW_H
#define KERNELS_HASHED_DRAW_H

#include <stdint.h>

#include "kernels/multiversion.h"

/* random_bits_at(key, index); loops over it become vector code. */
KERNEL_PIECE uint64_t hashed_draw(uint64_t key, uint64_t index)
{
    uint64_t bits = key + (index + 1) * 0x9E3779B97F4A7C15U;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31);
}

/* The same as a number in [0, 1), as random_uniform makes it. */
KERNEL_PIECE double hashed_uniform(uint64_t key, uint64_t index)
{
    return (double)(int64_t)(hashed_draw(key, index) >> 11) * 0x1.0p-53;
}

#endif
