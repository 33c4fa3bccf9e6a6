/* data/test_recent_words.c -- a word is found where it was kept, and never another one. */
#include "data/recent_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static RecentWords *new_table(void)
{
    RecentWords *recent = calloc(1, sizeof *recent);
    assert_non_null(recent);
    return recent;
}

static void an_empty_table_holds_no_word(void **state)
{
    (void)state;
    RecentWords *recent = new_table();
    RecentWord word = {.count = 7};
    assert_false(recent_words_find(recent, "", 0, &word));
    assert_false(recent_words_find(recent, " the", 4, &word));
    assert_int_equal(word.count, 7);
    free(recent);
}

static void the_last_keeping_of_a_word_is_found_and_prefixes_are_not(void **state)
{
    (void)state;
    RecentWords *recent = new_table();
    RecentWord word = {0};
    recent_words_keep(recent, (RecentWord){" there", 6, 10, 2});
    recent_words_keep(recent, (RecentWord){" there", 6, 20, 2});
    assert_true(recent_words_find(recent, " there", 6, &word));
    assert_int_equal(word.first, 20);
    assert_false(recent_words_find(recent, " there", 4, &word));
    assert_false(recent_words_find(recent, " theres", 7, &word));
    free(recent);
}

/* Many more words than places: each is either found as it was kept, or gone. */
static void words_that_share_a_place_are_never_mixed_up(void **state)
{
    (void)state;
    enum { WORDS = 5 * RECENT_WORDS, BYTES = 12 };
    RecentWords *recent = new_table();
    char(*text)[BYTES] = calloc(WORDS, sizeof *text);
    size_t found = 0;
    assert_non_null(text);
    for (size_t i = 0; i < WORDS; i++) {
        const int size = snprintf(text[i], BYTES, " w%zu", i);
        recent_words_keep(recent, (RecentWord){text[i], (size_t)size, i, 1});
    }
    for (size_t i = 0; i < WORDS; i++) {
        RecentWord word = {0};
        if (recent_words_find(recent, text[i], strlen(text[i]), &word)) {
            assert_int_equal(word.first, i);
            found++;
        }
    }
    assert_in_range(found, RECENT_WORDS / 2, RECENT_WORDS);
    free(text);
    free(recent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_table_holds_no_word),
        cmocka_unit_test(the_last_keeping_of_a_word_is_found_and_prefixes_are_not),
        cmocka_unit_test(words_that_share_a_place_are_never_mixed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
