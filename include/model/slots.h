/* model/slots.h -- the arrays of a workspace, counted first and made at once. */
#ifndef MODEL_SLOTS_H
#define MODEL_SLOTS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/real.h"
#include "base/status.h"

/* Products of sizes that a file chose: SIZE_MAX instead of wrapping round, which no allocation then grants. */
size_t slot_product(size_t a, size_t b);

/* Bytes of an arena for `slot_count` arrays of counts[i] numbers; SIZE_MAX if no memory can hold them. */
size_t slots_bytes(const size_t *counts, size_t slot_count);

/* Make the arena and the arrays in it, zeroed. The caller calls arena_destroy.
 * STATUS_OUT_OF_MEMORY: *arena is all NULL. */
Status slots_create(const size_t *counts, size_t slot_count, Arena *arena, Real **slots);

#endif
