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

/* Go on from *node by one byte. Returns whether the trie does; *replacement then receives what the bytes so far become, or NULL. */
static bool advance(const Charsmap *map, size_t *node, uint8_t byte, const char **replacement)
{
    const size_t next = *node ^ byte;
    *replacement = NULL;
    if (next >= map->unit_count || label_of(map->units[next]) != byte) {
        return false;
    }
    const uint32_t unit = map->units[next];
    *node = next ^ offset_of(unit);
    if (has_leaf(unit) && *node < map->unit_count) {
        const size_t place = map->units[*node] & 0x7FFFFFFFU;
        *replacement = place < map->replacement_bytes ? map->replacements + place : NULL;
    }
    return true;
}

size_t charsmap_match(const Charsmap *map, const char *text, size_t size, const char **replacement)
{
    size_t matched = 0;
    size_t node = map->unit_count == 0 ? 0 : offset_of(map->units[0]);
    const char *found = NULL;
    for (size_t i = 0; i < size && advance(map, &node, (uint8_t)text[i], &found); i++) {
        if (found != NULL) {
            matched = i + 1;
            *replacement = found;
        }
    }
    return matched;
}

/* A walk through all keys of the trie. */
typedef struct Walk {
    const Charsmap *map;
    size_t growth;
    size_t steps_left;
} Walk;

/* Follow all bytes from `node`, which `depth` bytes have led to. A sound trie, though its ends may be shared by many keys, has not
 * many more steps than units, and its keys, one to some characters, are short; of one that leads in circles no more is seen. */
static void walk_from(Walk *walk, size_t node, size_t depth)
{
    enum { DEPTH_MAX = 128 };
    for (unsigned byte = 0; byte < 256; byte++) {
        size_t next = node;
        const char *replacement = NULL;
        if (!advance(walk->map, &next, (uint8_t)byte, &replacement)) {
            continue;
        }
        if (walk->steps_left == 0 || depth == DEPTH_MAX) {
            walk->steps_left = 0;
            return;
        }
        walk->steps_left--;
        const size_t length = replacement == NULL ? 0 : strlen(replacement);
        const size_t growth = (length + depth) / (depth + 1);
        walk->growth = growth > walk->growth ? growth : walk->growth;
        walk_from(walk, next, depth + 1);
    }
}

static size_t longest_replacement(const Charsmap *map)
{
    size_t longest = 1;
    for (size_t at = 0; at < map->replacement_bytes;) {
        const size_t length = strlen(map->replacements + at);
        longest = length > longest ? length : longest;
        at += length + 1;
    }
    return longest;
}

size_t charsmap_growth(const Charsmap *map)
{
    enum { STEPS_PER_UNIT = 16 };
    if (map->unit_count == 0) {
        return 1;
    }
    Walk walk = {.map = map, .growth = 1, .steps_left = map->unit_count * STEPS_PER_UNIT};
    walk_from(&walk, offset_of(map->units[0]), 0);
    /* Out of steps: what was not seen may grow by any replacement. */
    return walk.steps_left > 0 ? walk.growth : longest_replacement(map);
}
