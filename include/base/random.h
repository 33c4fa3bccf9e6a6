/* base/random.h -- counter-based random numbers: a pure function of key and position. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* A stream is a key; draw i of a stream is a hash of (key, i), so any draw can be made again in any order
 * (dropout masks in both passes of a step, batches after a rewind). SplitMix64 (Steele et al. 2014). ANY THREAD. */
typedef struct Random {
    uint64_t key;
    uint64_t next; /* index of the next draw */
} Random;

/* Stream names, so that no two uses of one seed meet. */
typedef enum RandomStream {
    RANDOM_STREAM_WEIGHTS = 1,
    RANDOM_STREAM_BATCHES,
    RANDOM_STREAM_DROPOUT,
    RANDOM_STREAM_NOISE,
    RANDOM_STREAM_PROBES,
    RANDOM_STREAM_PAIRS = 16, /* made-up text pairs */
    RANDOM_STREAM_MASKS,      /* masked tokens */
    RANDOM_STREAM_SPLITS,     /* which image is in which split */
    RANDOM_STREAM_STROKES,    /* jitter of drawn glyphs */
    RANDOM_STREAM_MIXES,      /* selections of words */
    RANDOM_STREAM_SPELLINGS,  /* merges left out of a text */
    RANDOM_STREAM_LABELS      /* which of its words a row is asked for first */
} RandomStream;

Random random_stream(uint64_t seed, RandomStream stream, uint64_t step);

/* Draw `index` of stream `key`, 64 uniform bits. */
uint64_t random_bits_at(uint64_t key, uint64_t index);

uint64_t random_bits(Random *random);
double random_uniform(Random *random); /* in [0, 1) */
double random_normal(Random *random);  /* mean 0, variance 1; Box-Muller, two draws each */
size_t random_below(Random *random, size_t bound); /* 0 .. bound-1 without bias; bound >= 1 */
void random_shuffle(Random *random, uint32_t *items, size_t count); /* Fisher-Yates */

#endif
