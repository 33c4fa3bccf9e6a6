/* model/test_slots.c -- arrays that do not meet, and sizes that no memory holds. */
#include "model/slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void arrays_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    const size_t counts[] = {3, 0, 1000, 1, 17};
    Arena arena;
    Real *slots[5];
    assert_int_equal(slots_create(counts, 5, &arena, slots), STATUS_OK);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal((uintptr_t)slots[i] % 64, 0);
        for (size_t k = 0; k < counts[i]; k++) {
            assert_true(slots[i][k] == 0);
            slots[i][k] = (Real)(i + 1);
        }
    }
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < counts[i]; k++) {
            assert_true(slots[i][k] == (Real)(i + 1));
        }
    }
    arena_destroy(&arena);
}

static void products_stop_at_the_largest_size(void **state)
{
    (void)state;
    assert_int_equal(slot_product(6, 7), 42);
    assert_true(slot_product(SIZE_MAX, 2) == SIZE_MAX);
    assert_true(slot_product((size_t)1 << 40, (size_t)1 << 40) == SIZE_MAX);
    assert_int_equal(slot_product(SIZE_MAX, 0), 0);
}

static void sizes_that_no_memory_holds_are_refused(void **state)
{
    (void)state;
    const size_t half = SIZE_MAX / 2 / sizeof(Real) - 64;
    const size_t counts[][4] = {
        {SIZE_MAX, 1, 1, 1},
        {SIZE_MAX / sizeof(Real), 1, 1, 1},
        {half, half, half, half}, /* the sum alone would wrap round to something small */
        {half, 1, 1, 1}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        Arena arena;
        Real *slots[4];
        assert_int_equal(slots_create(counts[i], 4, &arena, slots), STATUS_OUT_OF_MEMORY);
        assert_null(arena.block);
        assert_int_equal(slots_bytes(counts[i], 4) == SIZE_MAX, i < 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_are_zeroed_aligned_and_apart),
        cmocka_unit_test(products_stop_at_the_largest_size),
        cmocka_unit_test(sizes_that_no_memory_holds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
