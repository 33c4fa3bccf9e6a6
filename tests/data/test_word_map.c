/* tests/data/test_word_map.c -- words are found again, and only those. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/word_map.h"

static void finds_all_words_after_growing_and_no_others(void **state)
{
    (void)state;
    WordMap map = {0};
    assert_int_equal(word_map_find(&map, "x", 1), WORD_NOT_FOUND);
    uint32_t numbers[5000];
    for (uint32_t i = 0; i < 5000; i++) {
        numbers[i] = i * 7;
        assert_int_equal(word_map_add(&map, (const char *)&numbers[i], sizeof numbers[i], i),
                         STATUS_OK);
    }
    for (uint32_t i = 0; i < 5000; i++) {
        const uint32_t copy = i * 7;
        const uint32_t stranger = i * 7 + 1;
        assert_int_equal(word_map_find(&map, (const char *)&copy, sizeof copy), i);
        assert_int_equal(word_map_find(&map, (const char *)&stranger, sizeof stranger),
                         WORD_NOT_FOUND);
    }
    word_map_clear(&map);
}

static void a_word_is_not_its_beginning_and_may_hold_zeros(void **state)
{
    (void)state;
    WordMap map = {0};
    assert_int_equal(word_map_add(&map, "ab\0c", 4, 1), STATUS_OK);
    assert_int_equal(word_map_find(&map, "ab", 2), WORD_NOT_FOUND);
    assert_int_equal(word_map_find(&map, "ab\0d", 4), WORD_NOT_FOUND);
    assert_int_equal(word_map_find(&map, "ab\0c", 4), 1);
    word_map_clear(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_all_words_after_growing_and_no_others),
        cmocka_unit_test(a_word_is_not_its_beginning_and_may_hold_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
