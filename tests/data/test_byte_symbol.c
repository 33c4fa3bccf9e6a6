/* tests/data/test_byte_symbol.c -- GPT-2's alphabet against its published corners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/byte_symbol.h"

static void every_byte_has_its_own_symbol_and_comes_back(void **state)
{
    (void)state;
    bool is_taken[0x144] = {false};
    for (int byte = 0; byte < BYTE_SYMBOL_COUNT; byte++) {
        const int32_t symbol = byte_to_symbol((uint8_t)byte);
        assert_in_range(symbol, 0x21, 0x143);
        assert_false(is_taken[symbol]);
        is_taken[symbol] = true;
        assert_int_equal(symbol_to_byte(symbol), byte);
    }
}

static void symbols_are_those_of_gpt2(void **state)
{
    (void)state;
    static const struct {
        uint8_t byte;
        int32_t symbol;
    } known[] = {{0, 0x100},   {'\n', 0x10A}, {' ', 0x120},  {'!', '!'},
                 {'~', '~'},   {0x7F, 0x121}, {0xA0, 0x142}, {0xA1, 0xA1},
                 {0xAC, 0xAC}, {0xAD, 0x143}, {0xAE, 0xAE},  {0xFF, 0xFF}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(byte_to_symbol(known[i].byte), known[i].symbol);
    }
}

static void other_characters_stand_for_no_byte(void **state)
{
    (void)state;
    static const int32_t strangers[] = {-1, 0, ' ', 0x7F, 0xA0, 0xAD, 0x144, 0x1F600};
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        assert_int_equal(symbol_to_byte(strangers[i]), -1);
    }
}

static void ranks_follow_the_symbols(void **state)
{
    (void)state;
    for (int rank = 1; rank < BYTE_SYMBOL_COUNT; rank++) {
        assert_true(byte_to_symbol(byte_of_rank(rank)) > byte_to_symbol(byte_of_rank(rank - 1)));
    }
    /* GPT-2's ids: "!" is 0 and the space is 220. */
    assert_int_equal(byte_of_rank(0), '!');
    assert_int_equal(byte_of_rank(220), ' ');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_has_its_own_symbol_and_comes_back),
        cmocka_unit_test(symbols_are_those_of_gpt2),
        cmocka_unit_test(other_characters_stand_for_no_byte),
        cmocka_unit_test(ranks_follow_the_symbols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
