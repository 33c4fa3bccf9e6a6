/* tests/data/test_pre_tokenizer.c -- words as GPT-2's pattern cuts them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data/pre_tokenizer.h"

/* Cut `text` and compare with `words`, which are separated by '|'. */
static void assert_words(const char *text, const char *words)
{
    char joined[256];
    size_t written = 0;
    const size_t size = strlen(text);
    for (size_t at = 0; at < size;) {
        const size_t length = pre_token_length(text + at, size - at);
        assert_in_range(length, 1, size - at);
        assert_true(written + length + 2 < sizeof joined);
        if (at > 0) {
            joined[written++] = '|';
        }
        memcpy(joined + written, text + at, length);
        written += length;
        at += length;
    }
    joined[written] = '\0';
    assert_string_equal(joined, words);
}

static void words_take_the_space_before_them(void **state)
{
    (void)state;
    assert_words("Hello world", "Hello| world");
    assert_words(" of 1,240 men.", " of| 1|,|240| men|.");
    assert_words("abc123def", "abc|123|def");
    assert_words(" -- ...!", " --| ...!");
}

static void contractions_are_cut_off_in_lower_case_only(void **state)
{
    (void)state;
    assert_words("don't we'll they've I'm he's you're I'd",
                 "don|'t| we|'ll| they|'ve| I|'m| he|'s| you|'re| I|'d");
    assert_words("DON'T", "DON|'|T");
    assert_words("'tis", "'t|is");
    assert_words(" 's", " '|s");
    assert_words("'", "'");
    assert_words("x'r", "x|'|r");
}

static void of_several_spaces_the_last_goes_to_the_word(void **state)
{
    (void)state;
    assert_words("a  b", "a| | b");
    assert_words("a   ", "a|   ");
    assert_words("a\n\nb", "a|\n|\n|b");
    assert_words("a\nb", "a|\n|b");
    assert_words("a \n b", "a| \n| b");
    assert_words(" ", " ");
    assert_words("\t x", "\t| x");
}

static void letters_and_numbers_are_those_of_unicode(void **state)
{
    (void)state;
    assert_words("está aquí", "está| aquí");
    assert_words("日本語の本", "日本語の本");
    assert_words("x½²Ⅷ", "x|½²Ⅷ");
    assert_words("hi 😄👍!", "hi| 😄👍!");
    assert_words("a\u00A0\u3000b", "a|\u00A0|\u3000|b");
    assert_words("e\u0301t", "e|\u0301|t"); /* a combining accent is no letter */
}

static void bytes_that_are_not_utf8_are_neither_letter_nor_space(void **state)
{
    (void)state;
    assert_words("a\xFF\x80!b", "a|\xFF\x80!|b");
    assert_words(" \xC3", " \xC3");
}

static void nothing_is_cut_from_nothing(void **state)
{
    (void)state;
    assert_int_equal(pre_token_length("", 0), 0);
}

/* Write the words of a text with blanks before them, and show where each begins by "|". */
static void assert_spaced(const char *text, const char *expected)
{
    char spaced[128];
    char shown[256];
    const size_t size = pre_tokenizer_space_words(text, strlen(text), spaced);
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        const size_t length = spaced_word_length(spaced + at, size - at);
        used += (size_t)snprintf(shown + used, sizeof shown - used, "%s%.*s", at > 0 ? "|" : "",
                                 (int)length, spaced + at);
        at += length;
    }
    shown[used] = '\0';
    assert_string_equal(shown, expected);
}

static void white_space_alone_can_part_words(void **state)
{
    (void)state;
    assert_spaced("it's 3.5 km!", " it's| 3.5| km!");
    assert_spaced("  a\t\nb \u3000c ", " a| b| c");
    assert_spaced("\u0939\u093f\u0902\u0926\u0940 \u0e44\u0e17\u0e22",
                  " \u0939\u093f\u0902\u0926\u0940| \u0e44\u0e17\u0e22");
    assert_spaced("a\xFF\x80 b", " a\xFF\x80| b");
    assert_spaced(" \n", "");
    assert_spaced("", "");
    assert_int_equal(spaced_word_length("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_take_the_space_before_them),
        cmocka_unit_test(contractions_are_cut_off_in_lower_case_only),
        cmocka_unit_test(of_several_spaces_the_last_goes_to_the_word),
        cmocka_unit_test(letters_and_numbers_are_those_of_unicode),
        cmocka_unit_test(bytes_that_are_not_utf8_are_neither_letter_nor_space),
        cmocka_unit_test(nothing_is_cut_from_nothing),
        cmocka_unit_test(white_space_alone_can_part_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
