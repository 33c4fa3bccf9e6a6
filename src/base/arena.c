/* base/arena.c -- one zeroed block, handed out from the front at multiples of 64 bytes. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A cache line, and the width of an AVX-512 register. */
static const size_t alignment = 64;

/* Bytes to skip from `place` to the next multiple of the alignment. */
static size_t gap_after(const char *place)
{
    return (size_t)(-(uintptr_t)place & (alignment - 1));
}

Status arena_create(Arena *arena, size_t size_bytes)
{
    *arena = (Arena){0};
    if (size_bytes > (size_t)PTRDIFF_MAX - alignment) {
        return STATUS_OUT_OF_MEMORY;
    }
    /* calloc rather than aligned_alloc: the pages of a large block come zeroed and untouched. */
    char *const block = calloc(size_bytes + alignment, 1);
    if (block == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    arena->block = block;
    arena->next = block + gap_after(block);
    arena->end = arena->next + size_bytes;
    return STATUS_OK;
}

void arena_destroy(Arena *arena)
{
    if (arena == NULL) {
        return;
    }
    free(arena->block);
    *arena = (Arena){0};
}

Status arena_take(Arena *arena, size_t count, size_t size_bytes, void **out)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size_bytes, &bytes)) {
        return STATUS_OUT_OF_MEMORY;
    }
    const size_t gap = gap_after(arena->next);
    const size_t left = (size_t)(arena->end - arena->next);
    if (gap > left || bytes > left - gap) {
        return STATUS_OUT_OF_MEMORY;
    }
    char *const taken = arena->next + gap;
    if (bytes > 0) {
        /* Always: a scratch arena is handed out again and again, dirty after the first time. */
        memset(taken, 0, bytes);
    }
    arena->next = taken + bytes;
    *out = taken;
    return STATUS_OK;
}

Status arena_reals(Arena *arena, size_t count, Real **out)
{
    void *taken = NULL;
    TRY(arena_take(arena, count, sizeof **out, &taken));
    *out = taken;
    return STATUS_OK;
}

size_t arena_bytes_for(size_t count, size_t size_bytes)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size_bytes, &bytes) || bytes > SIZE_MAX - (alignment - 1)) {
        return SIZE_MAX; /* no arena is that large, so that the failure shows in arena_create */
    }
    return (bytes + alignment - 1) & ~(alignment - 1);
}
