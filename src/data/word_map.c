#include "data/word_map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits. */
static uint64_t hash_bytes(const char *bytes, size_t size)
{
    uint64_t hash = 0xCBF29CE484222325U;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ (uint8_t)bytes[i]) * 0x100000001B3U;
    }
    return hash ^ hash >> 32;
}

/* The slot that holds the word, or the empty one where it would go. */
static size_t slot_of(const WordSlot *slots, size_t capacity, WordSlot word)
{
    size_t i = (size_t)word.hash & (capacity - 1);
    while (slots[i].bytes != NULL && (slots[i].hash != word.hash || slots[i].size != word.size ||
                                      memcmp(slots[i].bytes, word.bytes, word.size) != 0)) {
        i = (i + 1) & (capacity - 1);
    }
    return i;
}

static Status grow(WordMap *map)
{
    enum { FIRST_CAPACITY = 1024 };
    const size_t capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 2;
    WordSlot *slots = calloc(capacity, sizeof *slots);
    if (slots == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    assert(map->capacity == 0 || map->slots != NULL);
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].bytes != NULL) {
            slots[slot_of(slots, capacity, map->slots[i])] = map->slots[i];
        }
    }
    free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return STATUS_OK;
}

Status word_map_add(WordMap *map, const char *bytes, size_t size, uint32_t value)
{
    if (map->slots == NULL || map->count * 2 >= map->capacity) {
        TRY(grow(map));
    }
    const WordSlot word = {bytes, size, hash_bytes(bytes, size), value};
    map->slots[slot_of(map->slots, map->capacity, word)] = word;
    map->count++;
    return STATUS_OK;
}

uint32_t word_map_find(const WordMap *map, const char *bytes, size_t size)
{
    if (map->slots == NULL) {
        return WORD_NOT_FOUND;
    }
    const WordSlot word = {bytes, size, hash_bytes(bytes, size), 0};
    const WordSlot *slot = &map->slots[slot_of(map->slots, map->capacity, word)];
    return slot->bytes != NULL ? slot->value : WORD_NOT_FOUND;
}

void word_map_clear(WordMap *map)
{
    free(map->slots);
    *map = (WordMap){0};
}
