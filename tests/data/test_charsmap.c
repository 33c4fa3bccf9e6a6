/* tests/data/test_charsmap.c -- a trie made by hand, and tries that lead astray. The real thing is compared in test_tokenizer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "data/charsmap.h"

enum { UNIT_COUNT = 512 };

/* "a" becomes "xy", "ab" becomes "": units as darts-clone lays them out, offset << 10 | has_leaf << 8 | label;
 * with bit 9 the offset counts in 256ths. */
static size_t make_map(uint8_t *bytes)
{
    uint32_t units[UNIT_COUNT] = {0};
    units[0] = 1U << 10;
    units[1 ^ 'a'] = 1U << 10 | 1U << 9 | 1U << 8 | 'a';
    const size_t after_a = 1 ^ 'a' ^ 256;
    units[after_a] = 0x80000000U | 0;
    units[after_a ^ 'b'] = 4U << 10 | 1U << 8 | 'b';
    units[after_a ^ 'b' ^ 4] = 0x80000000U | 3;
    const uint32_t trie_bytes = sizeof units;
    static const char replacements[] = "xy\0";
    for (size_t i = 0; i < UNIT_COUNT + 1; i++) {
        const uint32_t unit = i == 0 ? trie_bytes : units[i - 1];
        for (size_t b = 0; b < 4; b++) {
            bytes[i * 4 + b] = (uint8_t)(unit >> (8 * b));
        }
    }
    memcpy(bytes + 4 + trie_bytes, replacements, sizeof replacements);
    return 4 + trie_bytes + sizeof replacements;
}

static void to_base64(const uint8_t *bytes, size_t count, char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        const uint32_t second = i + 1 < count ? bytes[i + 1] : 0;
        const uint32_t third = i + 2 < count ? bytes[i + 2] : 0;
        const uint32_t bits = (uint32_t)bytes[i] << 16 | second << 8 | third;
        *text++ = digits[bits >> 18];
        *text++ = digits[bits >> 12 & 63];
        *text++ = i + 1 < count ? digits[bits >> 6 & 63] : '=';
        *text++ = i + 2 < count ? digits[bits & 63] : '=';
    }
    *text = '\0';
}

static void finds_the_longest_match(void **state)
{
    (void)state;
    uint8_t bytes[4096];
    char text[8192];
    to_base64(bytes, make_map(bytes), text);
    Charsmap map = {0};
    assert_int_equal(charsmap_read(text, &map), STATUS_OK);
    const char *replacement = NULL;
    assert_int_equal(charsmap_match(&map, "ac", 2, &replacement), 1);
    assert_string_equal(replacement, "xy");
    assert_int_equal(charsmap_match(&map, "abc", 3, &replacement), 2);
    assert_string_equal(replacement, "");
    assert_int_equal(charsmap_match(&map, "ab", 1, &replacement), 1); /* no further than the text */
    assert_string_equal(replacement, "xy");
    assert_int_equal(charsmap_match(&map, "b", 1, &replacement), 0);
    assert_int_equal(charsmap_match(&map, "\xFF", 1, &replacement), 0);
    assert_int_equal(charsmap_match(&map, "", 0, &replacement), 0);
    assert_int_equal(charsmap_growth(&map), 2);
    charsmap_clear(&map);
    assert_int_equal(charsmap_match(&map, "a", 1, &replacement), 0);
    assert_int_equal(charsmap_growth(&map), 1);
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "AAAA", "AAAAAA==", "BAAAAA==", "!!!!", "AA=A", "AwAAAAAAAA==", "/////wAAAAA="};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Charsmap untouched = {.unit_count = 77};
        assert_int_equal(charsmap_read(texts[i], &untouched), STATUS_BAD_FORMAT);
        assert_int_equal(untouched.unit_count, 77);
    }
}

/* Whatever the units are, nothing outside them is read (address sanitizer), and matches lie within the text. */
static void a_broken_trie_stays_within_its_bounds(void **state)
{
    (void)state;
    uint8_t bytes[4096];
    char text[8192];
    Random random = random_stream(1, RANDOM_STREAM_NOISE, 0);
    for (int round = 0; round < 300; round++) {
        const size_t count = make_map(bytes);
        for (int i = 0; i < 200; i++) {
            bytes[4 + random_below(&random, count - 4)] = (uint8_t)random_bits(&random);
        }
        to_base64(bytes, count, text);
        Charsmap map = {0};
        assert_int_equal(charsmap_read(text, &map), STATUS_OK);
        const size_t growth = charsmap_growth(&map);
        assert_true(growth >= 1);
        for (int i = 0; i < 256; i++) {
            const char word[4] = {(char)i, 'b', 'a', (char)random_bits(&random)};
            const char *replacement = NULL;
            const size_t matched = charsmap_match(&map, word, sizeof word, &replacement);
            assert_in_range(matched, 0, sizeof word);
            assert_true(matched == 0 || strlen(replacement) <= matched * growth);
        }
        charsmap_clear(&map);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_longest_match),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(a_broken_trie_stays_within_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
