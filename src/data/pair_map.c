#include "data/pair_map.h"

#include <assert.h>
#include <stdlib.h>

static const uint64_t EMPTY_KEY = UINT64_MAX; /* no pair of non-negative symbols */

static uint64_t key_of(int32_t left, int32_t right)
{
    return (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
}

/* The slot that holds `key`, or the empty one where it would go. */
static size_t slot_of(const PairSlot *slots, size_t capacity, uint64_t key)
{
    /* Multiplied by 2^64 / the golden ratio, upper half folded down: symbols are small and dense. */
    const uint64_t mixed = key * 0x9E3779B97F4A7C15U;
    size_t i = (size_t)(mixed ^ mixed >> 32) & (capacity - 1);
    while (slots[i].key != key && slots[i].key != EMPTY_KEY) {
        i = (i + 1) & (capacity - 1);
    }
    return i;
}

static Status grow(PairMap *map)
{
    enum { FIRST_CAPACITY = 1024 };
    const size_t capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 2;
    PairSlot *slots = capacity > SIZE_MAX / sizeof *slots ? NULL : malloc(capacity * sizeof *slots);
    if (slots == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < capacity; i++) {
        slots[i] = (PairSlot){.key = EMPTY_KEY};
    }
    assert(map->capacity == 0 || map->slots != NULL);
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].key != EMPTY_KEY) {
            slots[slot_of(slots, capacity, map->slots[i].key)] = map->slots[i];
        }
    }
    free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return STATUS_OK;
}

Status pair_map_set(PairMap *map, int32_t left, int32_t right, uint32_t value)
{
    if (map->slots == NULL || map->count * 2 >= map->capacity) {
        TRY(grow(map));
    }
    const uint64_t key = key_of(left, right);
    PairSlot *slot = &map->slots[slot_of(map->slots, map->capacity, key)];
    if (slot->key == EMPTY_KEY) {
        map->count++;
    }
    *slot = (PairSlot){.key = key, .value = value};
    return STATUS_OK;
}

uint32_t pair_map_find(const PairMap *map, int32_t left, int32_t right)
{
    if (map->slots == NULL) {
        return PAIR_NOT_FOUND;
    }
    const uint64_t key = key_of(left, right);
    const PairSlot slot = map->slots[slot_of(map->slots, map->capacity, key)];
    return slot.key == key ? slot.value : PAIR_NOT_FOUND;
}

void pair_map_clear(PairMap *map)
{
    free(map->slots);
    *map = (PairMap){0};
}
