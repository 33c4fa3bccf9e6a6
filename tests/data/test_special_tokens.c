/* tests/data/test_special_tokens.c -- sequences as RoBERTa has them, and cutting against cutting token by token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/special_tokens.h"

static const SpecialTokens SPECIAL = {.start = 0, .padding = 1, .end = 2, .unknown = 3, .mask = 99};
static const int32_t FIRST[] = {10, 11, 12, 13, 14, 15, 16, 17};
static const int32_t SECOND[] = {20, 21, 22, 23, 24, 25, 26, 27};

static void puts_tokens_around_one_text_and_two(void **state)
{
    (void)state;
    int32_t ids[12] = {0};
    const TokenSpan none = {0};
    const TokenSpan first = {FIRST, 2};
    const TokenSpan second = {SECOND, 1};
    ids[4] = 77;
    assert_int_equal(special_tokens_wrap(&SPECIAL, first, none, 12, ids), 4);
    assert_memory_equal(ids, ((int32_t[]){0, 10, 11, 2, 77}), 5 * sizeof *ids);
    assert_int_equal(special_tokens_wrap(&SPECIAL, first, second, 12, ids), 7);
    assert_memory_equal(ids, ((int32_t[]){0, 10, 11, 2, 2, 20, 2}), 7 * sizeof *ids);
    assert_int_equal(special_tokens_wrap(&SPECIAL, (TokenSpan){FIRST, 8}, none, 5, ids), 5);
    assert_memory_equal(ids, ((int32_t[]){0, 10, 11, 12, 2}), 5 * sizeof *ids);
    assert_int_equal(
        special_tokens_wrap(&SPECIAL, (TokenSpan){FIRST, 0}, (TokenSpan){SECOND, 0}, 6, ids), 4);
    assert_memory_equal(ids, ((int32_t[]){0, 2, 2, 2}), 4 * sizeof *ids);
}

/* As Hugging Face's Python has it: one token after the other. */
static void cut_slowly(size_t *first, size_t *second, size_t room)
{
    while (*first + *second > room) {
        if (*first > *second) {
            (*first)--;
        } else {
            (*second)--;
        }
    }
}

static void cuts_the_longer_text_token_by_token(void **state)
{
    (void)state;
    for (size_t a = 0; a <= 8; a++) {
        for (size_t b = 0; b <= 8; b++) {
            for (size_t T = PAIR_SEQUENCE_MIN; T <= 21; T++) {
                int32_t ids[21];
                size_t first = a;
                size_t second = b;
                cut_slowly(&first, &second, T - 4);
                const size_t length = special_tokens_wrap(&SPECIAL, (TokenSpan){FIRST, a},
                                                          (TokenSpan){SECOND, b}, T, ids);
                assert_int_equal(length, first + second + 4);
                assert_memory_equal(ids + 1, FIRST, first * sizeof *ids);
                assert_int_equal(ids[first + 1], 2);
                assert_memory_equal(ids + first + 3, SECOND, second * sizeof *ids);
            }
        }
    }
}

static void knows_its_own(void **state)
{
    (void)state;
    assert_true(special_tokens_have(&SPECIAL, 0));
    assert_true(special_tokens_have(&SPECIAL, 99));
    assert_false(special_tokens_have(&SPECIAL, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_tokens_around_one_text_and_two),
        cmocka_unit_test(cuts_the_longer_text_token_by_token),
        cmocka_unit_test(knows_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
