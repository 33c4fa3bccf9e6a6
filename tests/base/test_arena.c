/* base/test_arena.c -- memory from the front, aligned, zeroed, and refused when there is none. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The sanitizers would end the program where malloc should return NULL. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void takes_are_aligned_zeroed_and_apart(void **state)
{
    (void)state;
    Arena arena;
    assert_int_equal(arena_create(&arena, 4096), STATUS_OK);
    char *last_end = arena.next;
    for (size_t count = 1; count < 20; count++) {
        void *taken = NULL;
        assert_int_equal(arena_take(&arena, count, 7, &taken), STATUS_OK);
        char *const bytes = taken;
        assert_int_equal((uintptr_t)bytes % 64, 0);
        assert_true(bytes >= last_end);
        for (size_t i = 0; i < count * 7; i++) {
            assert_int_equal(bytes[i], 0);
        }
        memset(bytes, 0xAB, count * 7);
        last_end = bytes + count * 7;
    }
    arena_destroy(&arena);
    assert_null(arena.block);
    assert_null(arena.next);
    assert_null(arena.end);
}

static void what_was_used_as_scratch_comes_zeroed_again(void **state)
{
    (void)state;
    Arena arena;
    assert_int_equal(arena_create(&arena, 256), STATUS_OK);
    for (int round = 0; round < 2; round++) {
        Arena scratch = arena; /* by value: given back on return */
        Real *numbers = NULL;
        assert_int_equal(arena_reals(&scratch, 8, &numbers), STATUS_OK);
        for (size_t i = 0; i < 8; i++) {
            assert_true(numbers[i] == (Real)0);
            numbers[i] = (Real)3;
        }
    }
    arena_destroy(&arena);
}

static void the_bytes_foretold_are_exactly_enough(void **state)
{
    (void)state;
    const size_t needed = arena_bytes_for(3, sizeof(Real)) + arena_bytes_for(100, 1);
    Arena arena;
    assert_int_equal(arena_create(&arena, needed), STATUS_OK);
    Real *numbers = NULL;
    void *bytes = NULL;
    assert_int_equal(arena_reals(&arena, 3, &numbers), STATUS_OK);
    assert_int_equal(arena_take(&arena, 100, 1, &bytes), STATUS_OK);
    void *more = NULL;
    assert_int_equal(arena_take(&arena, 64, 1, &more), STATUS_OUT_OF_MEMORY);
    arena_destroy(&arena);
    assert_int_equal(arena_bytes_for(0, 8), 0);
    assert_int_equal(arena_bytes_for(1, 1), 64);
    assert_int_equal(arena_bytes_for(64, 1), 64);
    assert_int_equal(arena_bytes_for(65, 1), 128);
}

static void a_refused_take_leaves_arena_and_result_alone(void **state)
{
    (void)state;
    Arena arena;
    assert_int_equal(arena_create(&arena, 128), STATUS_OK);
    const Arena before = arena;
    void *out = &arena;
    assert_int_equal(arena_take(&arena, 129, 1, &out), STATUS_OUT_OF_MEMORY);
    assert_int_equal(arena_take(&arena, SIZE_MAX / 2, 3, &out), STATUS_OUT_OF_MEMORY);
    assert_int_equal(arena_take(&arena, SIZE_MAX, 1, &out), STATUS_OUT_OF_MEMORY);
    Real *numbers = NULL;
    assert_int_equal(arena_reals(&arena, SIZE_MAX / 2, &numbers), STATUS_OUT_OF_MEMORY);
    assert_null(numbers);
    assert_ptr_equal(out, &arena);
    assert_memory_equal(&arena, &before, sizeof arena);
    assert_int_equal(arena_take(&arena, 1, 1, &out), STATUS_OK);
    assert_int_equal(arena_take(&arena, 65, 1, &out),
                     STATUS_OUT_OF_MEMORY); /* 63 go to alignment */
    assert_int_equal(arena_take(&arena, 64, 1, &out), STATUS_OK);
    assert_int_equal(arena_take(&arena, 1, 1, &out), STATUS_OUT_OF_MEMORY);
    arena_destroy(&arena);
}

static void absurd_sizes_are_out_of_memory_and_leave_an_empty_arena(void **state)
{
    (void)state;
    const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 63, (size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX / 2};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char here = 0;
        Arena arena = {.next = &here, .end = &here, .block = &here};
        assert_int_equal(arena_create(&arena, sizes[i]), STATUS_OUT_OF_MEMORY);
        assert_null(arena.block);
        assert_null(arena.next);
        assert_null(arena.end);
        arena_destroy(&arena);
    }
    assert_int_equal(arena_bytes_for(SIZE_MAX, 2), SIZE_MAX);
    assert_int_equal(arena_bytes_for(SIZE_MAX, 1), SIZE_MAX);
}

static void an_empty_and_a_borrowed_arena_work_too(void **state)
{
    (void)state;
    Arena empty = {0};
    void *out = NULL;
    assert_int_equal(arena_take(&empty, 1, 1, &out), STATUS_OUT_OF_MEMORY);
    assert_int_equal(arena_take(&empty, 0, 8, &out), STATUS_OK);
    arena_destroy(&empty);
    arena_destroy(NULL);

    char room[256];
    Arena borrowed = {.next = room + 1, .end = room + sizeof room, .block = NULL};
    assert_int_equal(arena_take(&borrowed, 100, 1, &out), STATUS_OK);
    assert_int_equal((uintptr_t)out % 64, 0);
    assert_int_equal(arena_take(&borrowed, 200, 1, &out), STATUS_OUT_OF_MEMORY);
    arena_destroy(&borrowed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_are_aligned_zeroed_and_apart),
        cmocka_unit_test(what_was_used_as_scratch_comes_zeroed_again),
        cmocka_unit_test(the_bytes_foretold_are_exactly_enough),
        cmocka_unit_test(a_refused_take_leaves_arena_and_result_alone),
        cmocka_unit_test(absurd_sizes_are_out_of_memory_and_leave_an_empty_arena),
        cmocka_unit_test(an_empty_and_a_borrowed_arena_work_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
