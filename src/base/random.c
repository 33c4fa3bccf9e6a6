/* base/random.c -- SplitMix64 read by index, and the distributions made from it. */
#include "base/random.h"

#include <math.h>

/* The constants of SplitMix64 (Steele, Lea, Flood 2014); the increment is 2^64 / golden ratio. */
static const uint64_t golden_gamma = 0x9E3779B97F4A7C15U;

static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
    return bits ^ (bits >> 31);
}

uint64_t random_bits_at(uint64_t key, uint64_t index)
{
    return mix(key + (index + 1) * golden_gamma);
}

Random random_stream(uint64_t seed, RandomStream stream, uint64_t step)
{
    /* Each part is hashed before the next is added: neighbouring seeds and steps land far apart. */
    const uint64_t stream_key = random_bits_at(seed, (uint64_t)stream);
    return (Random){.key = random_bits_at(stream_key, step), .next = 0};
}

uint64_t random_bits(Random *random)
{
    return random_bits_at(random->key, random->next++);
}

double random_uniform(Random *random)
{
    /* 53 bits: every value is a multiple of 2^-53, and 1 cannot be reached by rounding. */
    return (double)(random_bits(random) >> 11) * 0x1.0p-53;
}

double random_normal(Random *random)
{
    const double above_zero = 1.0 - random_uniform(random); /* (0, 1]: the logarithm is finite */
    const double turn = random_uniform(random);
    return sqrt(-2.0 * log(above_zero)) * cos(2.0 * M_PI * turn);
}

size_t random_below(Random *random, size_t bound)
{
    const uint64_t range = bound;
    /* 2^64 mod bound: the draws below it would make the small results a little likelier. */
    const uint64_t surplus = (0 - range) % range;
    uint64_t bits = random_bits(random);
    while (bits < surplus) {
        bits = random_bits(random);
    }
    return (size_t)(bits % range);
}

void random_shuffle(Random *random, uint32_t *items, size_t count)
{
    for (size_t left = count; left > 1; left--) {
        const size_t chosen = random_below(random, left);
        const uint32_t item = items[chosen];
        items[chosen] = items[left - 1];
        items[left - 1] = item;
    }
}
