/* model/slots.c -- sums that cannot wrap round. */
#include "model/slots.h"

#include <stdint.h>

size_t slot_product(size_t a, size_t b)
{
    size_t result;
    return __builtin_mul_overflow(a, b, &result) ? SIZE_MAX : result;
}

size_t slots_bytes(const size_t *counts, size_t slot_count)
{
    size_t total = 0;
    for (size_t i = 0; i < slot_count; i++) {
        /* Twice, for the padding of the array. */
        if (slot_product(counts[i], 2 * sizeof(Real)) == SIZE_MAX ||
            __builtin_add_overflow(total, arena_bytes_for(counts[i], sizeof(Real)), &total)) {
            return SIZE_MAX;
        }
    }
    return total;
}

Status slots_create(const size_t *counts, size_t slot_count, Arena *arena, Real **slots)
{
    *arena = (Arena){0};
    const size_t bytes = slots_bytes(counts, slot_count);
    Status status = bytes == SIZE_MAX ? STATUS_OUT_OF_MEMORY : arena_create(arena, bytes);
    for (size_t i = 0; i < slot_count && status == STATUS_OK; i++) {
        status = arena_reals(arena, counts[i], &slots[i]);
    }
    if (status != STATUS_OK) {
        arena_destroy(arena);
        *arena = (Arena){0};
    }
    return status;
}
