#include "data/charsmap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { UNIT_BYTES = 4 };

/* 0..63, or -1 if it is no digit of base64. */
static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)(found - digits);
}

/* bytes has room for 3/4 of the text. */
static bool decode_base64(const char *text, uint8_t *bytes, size_t *count)
{
    uint32_t bits = 0;
    int bit_count = 0;
    *count = 0;
    for (; *text != '\0' && *text != '='; text++) {
        const int digit = digit_of(*text);
        if (digit < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)digit;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            bytes[(*count)++] = (uint8_t)(bits >> bit_count);
        }
    }
    return strspn(text, "=") == strlen(text);
}

static uint32_t read_unit(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static Status read_parts(const uint8_t *bytes, size_t count, Charsmap *map)
{
    if (count < UNIT_BYTES) {
        return STATUS_BAD_FORMAT;
    }
    const size_t trie_bytes = read_unit(bytes);
    if (trie_bytes == 0 || trie_bytes % UNIT_BYTES != 0 || trie_bytes > count - UNIT_BYTES) {
        return STATUS_BAD_FORMAT;
    }
    map->unit_count = trie_bytes / UNIT_BYTES;
    map->replacement_bytes = count - UNIT_BYTES - trie_bytes;
    map->units = malloc(trie_bytes);
    map->replacements = malloc(map->replacement_bytes + 1);
    if (map->units == NULL || map->replacements == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < map->unit_count; i++) {
        map->units[i] = read_unit(bytes + (i + 1) * UNIT_BYTES);
    }
    memcpy(map->replacements, bytes + UNIT_BYTES + trie_bytes, map->replacement_bytes);
    map->replacements[map->replacement_bytes] = '\0';
    return STATUS_OK;
}

Status charsmap_read(const char *base64, Charsmap *out)
{
    uint8_t *bytes = malloc(strlen(base64) + 1);
    if (bytes == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    Charsmap map = {0};
    size_t count = 0;
    const Status status =
        decode_base64(base64, bytes, &count) ? read_parts(bytes, count, &map) : STATUS_BAD_FORMAT;
    free(bytes);
    if (status != STATUS_OK) {
        charsmap_clear(&map);
        return status;
    }
    *out = map;
    return STATUS_OK;
}

void charsmap_clear(Charsmap *map)
{
    free(map->units);
    free(map->replacements);
    *map = (Charsmap){0};
}

/* What the 32 bits of a unit mean (darts-clone, DoubleArrayUnit). */
static bool has_leaf(uint32_t unit)
{
    return (unit >> 8 & 1) != 0;
}

static uint32_t label_of(uint32_t unit)
{
    return unit & (0x80000000U | 0xFFU);
}

static size_t offset_of(uint32_t unit)
{
    return (size_t)(unit >> 10) << ((unit & 0x200U) >> 6);
}

size_t charsmap_match(const Charsmap *map, const char *text, size_t size, const char **replacement)
{
    if (map->unit_count == 0) {
        return 0;
    }
    size_t matched = 0;
    size_t node = offset_of(map->units[0]);
    for (size_t i = 0; i < size; i++) {
        const uint8_t byte = (uint8_t)text[i];
        node ^= byte;
        if (node >= map->unit_count || label_of(map->units[node]) != byte) {
            break;
        }
        const uint32_t unit = map->units[node];
        node ^= offset_of(unit);
        if (!has_leaf(unit) || node >= map->unit_count) {
            continue;
        }
        const size_t place = map->units[node] & 0x7FFFFFFFU;
        if (place < map->replacement_bytes) {
            matched = i + 1;
            *replacement = map->replacements + place;
        }
    }
    return matched;
}

size_t charsmap_longest_replacement(const Charsmap *map)
{
    size_t longest = 0;
    for (size_t at = 0; at < map->replacement_bytes;) {
        const size_t length = strlen(map->replacements + at);
        longest = length > longest ? length : longest;
        at += length + 1;
    }
    return longest;
}
