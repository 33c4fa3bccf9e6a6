/* data/pair_map.h -- from two neighbouring symbols to a number. */
#ifndef DATA_PAIR_MAP_H
#define DATA_PAIR_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

static const uint32_t PAIR_NOT_FOUND = UINT32_MAX;

typedef struct PairSlot {
    uint64_t key;
    uint32_t value;
} PairSlot;

/* A hash table with open addressing; `{0}` is an empty one. */
typedef struct PairMap {
    PairSlot *slots; /* [capacity], a power of two; owned */
    size_t capacity;
    size_t count;
} PairMap;

/* Remember `value` for (left, right), in place of what was there. Symbols are >= 0, value < PAIR_NOT_FOUND.
 * STATUS_OUT_OF_MEMORY leaves the map as it was. */
Status pair_map_set(PairMap *map, int32_t left, int32_t right, uint32_t value);

/* PAIR_NOT_FOUND if it is not there. */
uint32_t pair_map_find(const PairMap *map, int32_t left, int32_t right);

void pair_map_clear(PairMap *map);

#endif
