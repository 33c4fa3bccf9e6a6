/* tui/value_pyramid.c -- only whole blocks have a span, so that a block never needs a second look. */
#include "tui/value_pyramid.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void value_pyramid_clear(ValuePyramid *pyramid)
{
    free(pyramid->levels[0]);
    *pyramid = (ValuePyramid){.capacity = 0};
}

static size_t block_size(int level)
{
    return (size_t)VALUE_PYRAMID_LEAF << (2 * level);
}

Status value_pyramid_reserve(ValuePyramid *pyramid, size_t capacity)
{
    if (capacity <= pyramid->capacity) {
        return STATUS_OK;
    }
    size_t total = 0;
    for (int level = 0; level < VALUE_PYRAMID_LEVELS; level++) {
        total += capacity / block_size(level);
    }
    if (total > SIZE_MAX / 2 / sizeof(ValueSpan)) {
        return STATUS_OUT_OF_MEMORY;
    }
    ValueSpan *block = malloc(total * sizeof *block);
    if (block == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    ValueSpan *old = pyramid->levels[0];
    ValueSpan *next = block;
    for (int level = 0; level < VALUE_PYRAMID_LEVELS; level++) {
        const size_t whole = pyramid->count / block_size(level);
        if (whole > 0) {
            memcpy(next, pyramid->levels[level], whole * sizeof *next);
        }
        pyramid->levels[level] = next;
        next += capacity / block_size(level);
    }
    free(old);
    pyramid->capacity = capacity;
    return STATUS_OK;
}

/* Block `index` of a level from the four below it. */
static void close_block(ValuePyramid *pyramid, int level, size_t index)
{
    ValueSpan span = value_span_empty();
    for (size_t i = 0; i < VALUE_PYRAMID_FACTOR; i++) {
        value_span_join(&span, &pyramid->levels[level - 1][index * VALUE_PYRAMID_FACTOR + i]);
    }
    pyramid->levels[level][index] = span;
}

void value_pyramid_append(ValuePyramid *pyramid, double value)
{
    if (pyramid->count % VALUE_PYRAMID_LEAF == 0) {
        pyramid->open = value_span_empty();
    }
    value_span_add(&pyramid->open, value);
    pyramid->count++;
    if (pyramid->count % VALUE_PYRAMID_LEAF != 0) {
        return;
    }
    pyramid->levels[0][pyramid->count / VALUE_PYRAMID_LEAF - 1] = pyramid->open;
    for (int level = 1; level < VALUE_PYRAMID_LEVELS && pyramid->count % block_size(level) == 0;
         level++) {
        close_block(pyramid, level, pyramid->count / block_size(level) - 1);
    }
}

/* True if a block of that level starts at `from` and is whole by `end`. */
static bool fits(const ValuePyramid *pyramid, int level, size_t from, size_t end)
{
    const size_t size = block_size(level);
    return level < VALUE_PYRAMID_LEVELS && from % size == 0 && from + size <= end &&
           from + size <= pyramid->count;
}

size_t value_pyramid_take(const ValuePyramid *pyramid, size_t from, size_t end, ValueSpan *span)
{
    const size_t limit = end < pyramid->count ? end : pyramid->count;
    size_t size = VALUE_PYRAMID_LEAF;
    if (from % VALUE_PYRAMID_LEAF != 0 || from + size > limit) {
        return 0;
    }
    int level = 0;
    /* Sizes are powers of two: a mask instead of a division, for this is called for every dot of a chart. */
    while (level + 1 < VALUE_PYRAMID_LEVELS && (from & (size * VALUE_PYRAMID_FACTOR - 1)) == 0 &&
           from + size * VALUE_PYRAMID_FACTOR <= limit) {
        size *= VALUE_PYRAMID_FACTOR;
        level++;
    }
    value_span_join(span, &pyramid->levels[level][from / size]);
    return size;
}

size_t value_pyramid_skip(const ValuePyramid *pyramid, size_t from, size_t end, double low,
                          double high)
{
    size_t skipped = 0;
    for (int level = 0; fits(pyramid, level, from, end); level++) {
        if (!value_span_is_within(&pyramid->levels[level][from / block_size(level)], low, high)) {
            break;
        }
        skipped = block_size(level);
    }
    return skipped;
}
