/* tests/data/test_pair_map.c -- pairs are found again, and only those. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/pair_map.h"

static void finds_all_pairs_after_growing_and_no_others(void **state)
{
    (void)state;
    PairMap map = {0};
    assert_int_equal(pair_map_find(&map, 1, 2), PAIR_NOT_FOUND);
    for (int32_t i = 0; i < 300; i++) {
        for (int32_t j = 0; j < 30; j++) {
            assert_int_equal(pair_map_set(&map, i, j, (uint32_t)(i * 30 + j)), STATUS_OK);
        }
    }
    assert_int_equal(map.count, 9000);
    for (int32_t i = 0; i < 300; i++) {
        for (int32_t j = 0; j < 30; j++) {
            assert_int_equal(pair_map_find(&map, i, j), i * 30 + j);
        }
        assert_int_equal(pair_map_find(&map, i, 30), PAIR_NOT_FOUND);
    }
    pair_map_clear(&map);
}

static void left_and_right_are_not_the_same(void **state)
{
    (void)state;
    PairMap map = {0};
    assert_int_equal(pair_map_set(&map, 1, 2, 7), STATUS_OK);
    assert_int_equal(pair_map_find(&map, 2, 1), PAIR_NOT_FOUND);
    assert_int_equal(pair_map_set(&map, 1, 2, 8), STATUS_OK);
    assert_int_equal(pair_map_find(&map, 1, 2), 8);
    assert_int_equal(map.count, 1);
    pair_map_clear(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_all_pairs_after_growing_and_no_others),
        cmocka_unit_test(left_and_right_are_not_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
