/* data/growing_array.h -- room for one more item, in amortized constant time. */
#ifndef DATA_GROWING_ARRAY_H
#define DATA_GROWING_ARRAY_H

#include <stddef.h>

/* Make sure that the heap block `items` has room for `needed` items of `item_bytes` each.
 * items     the block as malloc gave it, or NULL; use the returned pointer in its place
 * capacity  in/out, in items
 * Returns NULL when out of memory or when the product overflows: `items` and *capacity are then untouched. */
void *array_with_room(void *items, size_t *capacity, size_t needed, size_t item_bytes);

#endif
