/* data/word_map.h -- from a word (any bytes) to a number. */
#ifndef DATA_WORD_MAP_H
#define DATA_WORD_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

static const uint32_t WORD_NOT_FOUND = UINT32_MAX;

typedef struct WordSlot {
    const char *bytes; /* borrowed; NULL in an empty slot */
    size_t size;
    uint64_t hash;
    uint32_t value;
} WordSlot;

/* A hash table with open addressing; `{0}` is an empty one. */
typedef struct WordMap {
    WordSlot *slots; /* [capacity], a power of two; owned */
    size_t capacity;
    size_t count;
} WordMap;

/* Remember `value` (< WORD_NOT_FOUND) for a word that is not there yet. The bytes must outlive the map.
 * STATUS_OUT_OF_MEMORY leaves the map as it was. */
Status word_map_add(WordMap *map, const char *bytes, size_t size, uint32_t value);

/* WORD_NOT_FOUND if it is not there. */
uint32_t word_map_find(const WordMap *map, const char *bytes, size_t size);

void word_map_clear(WordMap *map);

#endif
