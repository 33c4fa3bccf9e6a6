/* tests/data/test_vocabulary.c -- tokens keep their place and their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/byte_symbol.h"
#include "data/vocabulary.h"

static void tokens_and_merges_keep_their_order(void **state)
{
    (void)state;
    Vocabulary vocabulary = {0};
    assert_int_equal(vocabulary_add_all_bytes(&vocabulary), STATUS_OK);
    assert_int_equal(vocabulary.token_count, 256);
    for (int i = 0; i < 256; i++) {
        assert_int_equal(vocabulary.tokens[i].size, 1);
        assert_int_equal((uint8_t)vocabulary.tokens[i].bytes[0], byte_of_rank(i));
    }
    assert_int_equal(vocabulary_add_token(&vocabulary, "a\0b", 3), STATUS_OK);
    assert_int_equal(vocabulary_add_special(&vocabulary, END_OF_TEXT), STATUS_OK);
    assert_memory_equal(vocabulary.tokens[256].bytes, "a\0b", 3);
    assert_null(vocabulary.tokens[257].bytes);
    assert_string_equal(vocabulary.tokens[257].special_text, "<|endoftext|>");
    for (int32_t i = 0; i < 500; i++) {
        const MergeRule rule = {i, i + 1, i + 2};
        assert_int_equal(vocabulary_add_merge(&vocabulary, rule), STATUS_OK);
    }
    assert_int_equal(vocabulary.merge_count, 500);
    assert_int_equal(vocabulary.merges[499].result, 501);
    vocabulary_clear(&vocabulary);
    assert_int_equal(vocabulary.token_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tokens_and_merges_keep_their_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
