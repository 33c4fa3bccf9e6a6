#include "data/byte_symbol.h"

#include <stddef.h>

/* Bytes that stand for themselves, and where they begin when counted through. */
typedef struct PlainRange {
    int first;
    int last;
    int rank; /* of `first` */
} PlainRange;

static const PlainRange plain_ranges[] = {{0x21, 0x7E, 0}, {0xA1, 0xAC, 94}, {0xAE, 0xFF, 106}};

/* The other bytes, likewise; their characters begin at U+0100. */
static const PlainRange moved_ranges[] = {{0x00, 0x20, 0}, {0x7F, 0xA0, 33}, {0xAD, 0xAD, 67}};

enum { RANGE_COUNT = 3, FIRST_MOVED_SYMBOL = 0x100, PLAIN_COUNT = 188, MOVED_COUNT = 68 };

int32_t byte_to_symbol(uint8_t byte)
{
    for (size_t i = 0; i < RANGE_COUNT; i++) {
        const PlainRange range = moved_ranges[i];
        if (byte >= range.first && byte <= range.last) {
            return FIRST_MOVED_SYMBOL + range.rank + byte - range.first;
        }
    }
    return byte;
}

static int byte_in_ranges(const PlainRange *ranges, int rank)
{
    size_t i = RANGE_COUNT - 1;
    while (i > 0 && ranges[i].rank > rank) {
        i--;
    }
    return ranges[i].first + rank - ranges[i].rank;
}

int symbol_to_byte(int32_t code_point)
{
    if (code_point >= FIRST_MOVED_SYMBOL && code_point < FIRST_MOVED_SYMBOL + MOVED_COUNT) {
        return byte_in_ranges(moved_ranges, code_point - FIRST_MOVED_SYMBOL);
    }
    if (code_point < 0 || code_point >= FIRST_MOVED_SYMBOL) {
        return -1;
    }
    return byte_to_symbol((uint8_t)code_point) == code_point ? (int)code_point : -1;
}

uint8_t byte_of_rank(int rank)
{
    return (uint8_t)(rank < PLAIN_COUNT ? byte_in_ranges(plain_ranges, rank)
                                        : byte_in_ranges(moved_ranges, rank - PLAIN_COUNT));
}
