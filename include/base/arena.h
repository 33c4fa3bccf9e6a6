/* base/arena.h -- memory decided once at the start of a run and given back all at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/real.h"
#include "base/status.h"

/* A stretch of memory handed out from the front. `Arena *` means "what I make outlives me";
 * an `Arena` by value means "my scratch, gone when I return". Not thread safe: one thread an arena. */
typedef struct Arena {
    char *next;
    char *end;
    char *block; /* what arena_destroy frees; NULL in a borrowed arena */
} Arena;

/* Allocate (zeroed) `size_bytes`. The caller calls arena_destroy.
 * STATUS_OUT_OF_MEMORY: *arena is all NULL. */
Status arena_create(Arena *arena, size_t size_bytes);

/* Free the block; allowed on `{0}`. */
void arena_destroy(Arena *arena);

/* Take count * size bytes, zeroed, aligned to 64. The product is checked.
 * STATUS_OUT_OF_MEMORY: the arena and *out are untouched. */
Status arena_take(Arena *arena, size_t count, size_t size_bytes, void **out);

/* The same for `count` numbers. */
Status arena_reals(Arena *arena, size_t count, Real **out);

/* Bytes that `count` items of `size_bytes` will use in an arena, padding included; for sizing it beforehand. */
size_t arena_bytes_for(size_t count, size_t size_bytes);

#endif
