/* tui/value_pyramid.h -- extremes and mean of any stretch of a growing row of values, in a few look-ups. */
#ifndef TUI_VALUE_PYRAMID_H
#define TUI_VALUE_PYRAMID_H

#include <stddef.h>

#include "base/status.h"
#include "tui/value_span.h"

/* Blocks of 16 values, of 64, of 256, ...: one span for each that is whole. The values themselves stay with the caller, who reads
 * those of a block that is cut. Memory: 4 bytes a value. */
enum { VALUE_PYRAMID_LEAF = 16, VALUE_PYRAMID_FACTOR = 4, VALUE_PYRAMID_LEVELS = 14 };

typedef struct ValuePyramid {
    ValueSpan *levels[VALUE_PYRAMID_LEVELS]; /* all in one block, which levels[0] starts; owned */
    size_t capacity;                         /* of values; 0 or a power of two >= 64 */
    size_t count;                            /* of values taken in */
    ValueSpan open;                          /* of the last leaf, which is not whole */
} ValuePyramid;

void value_pyramid_clear(ValuePyramid *pyramid);

/* Room for `capacity` values (a power of two >= 64). STATUS_OUT_OF_MEMORY leaves it unchanged. */
Status value_pyramid_reserve(ValuePyramid *pyramid, size_t capacity);

/* Take in the next value; there is room. Amortised O(1). */
void value_pyramid_append(ValuePyramid *pyramid, double value);

/* Join the largest whole block that starts at value `from` and ends by `end` to *span. Returns its values, 0 if there is none. */
size_t value_pyramid_take(const ValuePyramid *pyramid, size_t from, size_t end, ValueSpan *span);

/* The largest such block all of whose finite values lie within low..high; 0 if there is none. */
size_t value_pyramid_skip(const ValuePyramid *pyramid, size_t from, size_t end, double low,
                          double high);

#endif
