#include "data/growing_array.h"

#include <stdint.h>
#include <stdlib.h>

void *array_with_room(void *items, size_t *capacity, size_t needed, size_t item_bytes)
{
    enum { FIRST_CAPACITY = 64 };
    if (items != NULL && needed <= *capacity) {
        return items;
    }
    size_t larger = *capacity < FIRST_CAPACITY ? FIRST_CAPACITY : *capacity;
    while (larger < needed) {
        if (larger > SIZE_MAX / 2) {
            return NULL;
        }
        larger *= 2;
    }
    if (larger > SIZE_MAX / item_bytes) {
        return NULL;
    }
    void *moved = realloc(items, larger * item_bytes);
    if (moved != NULL) {
        *capacity = larger;
    }
    return moved;
}
