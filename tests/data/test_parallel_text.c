#include "data/parallel_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char FOLDER[] = "sample-runs/data/cross-lingual";

static size_t count_strings(const ParallelText *text, size_t language, size_t first, size_t end)
{
    size_t count = 0;
    for (size_t bundle = first; bundle < end; bundle++) {
        count += parallel_text_string(text, bundle, language) != NULL ? 1 : 0;
    }
    return count;
}

static size_t language_of(const ParallelText *text, const char *name)
{
    const uint32_t number = name_list_find(&text->languages, name);
    assert_true(number != NAME_NOT_FOUND);
    return number;
}

/* What the data's page counts: 1,392 emoji of which 274 are test; 1,173 names; 31 articles. */
static void reads_the_bundled_texts_without_the_test_split(void **state)
{
    (void)state;
    ParallelText text = {0};
    Problem problem = {0};
    if (parallel_text_read(FOLDER, &text, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    const size_t en = language_of(&text, "en");
    const size_t sw = language_of(&text, "sw");
    const size_t emoji = 2 * 1392;
    assert_int_equal(text.languages.count, 15);
    assert_int_equal(count_strings(&text, en, 0, emoji), 2 * (1392 - 274));
    /* A share of 0.08, give or take. */
    const size_t swahili = count_strings(&text, sw, 0, emoji);
    assert_true(swahili > 2 * 50 && swahili < 2 * 140);
    assert_string_equal(parallel_text_string(&text, 0, en), "grinning face");
    assert_true(strncmp(parallel_text_string(&text, 1, en), "grinning face ", 14) == 0);
    assert_true(count_strings(&text, en, emoji, text.bundle_count) > 1100);
    assert_true(count_strings(&text, sw, text.bundle_count - 31 * 32, text.bundle_count) > 40);
    parallel_text_clear(&text);
}

static void the_same_folder_gives_the_same_texts(void **state)
{
    (void)state;
    ParallelText a = {0};
    ParallelText b = {0};
    Problem problem = {0};
    assert_int_equal(parallel_text_read(FOLDER, &a, &problem), STATUS_OK);
    assert_int_equal(parallel_text_read(FOLDER, &b, &problem), STATUS_OK);
    assert_int_equal(a.text_bytes, b.text_bytes);
    assert_memory_equal(a.texts, b.texts, a.text_bytes);
    parallel_text_clear(&a);
    parallel_text_clear(&b);
}

static void copy_into(const char *folder, const char *name)
{
    char command[256];
    (void)snprintf(command, sizeof command, "cp %s/%s '%s'", FOLDER, name, folder);
    assert_int_equal(system(command), 0);
}

/* The other kinds of text may be missing; of one that is there every language needs its file. */
static void emoji_alone_will_do(void **state)
{
    (void)state;
    char folder[] = "/tmp/tramlab-test-XXXXXX";
    char command[64];
    ParallelText all = {0};
    ParallelText text = {0};
    Problem problem = {0};
    assert_non_null(mkdtemp(folder));
    copy_into(folder, "shares.tsv");
    copy_into(folder, "emoji.*.tsv");
    assert_int_equal(parallel_text_read(FOLDER, &all, &problem), STATUS_OK);
    assert_int_equal(parallel_text_read(folder, &text, &problem), STATUS_OK);
    assert_int_equal(text.bundle_count, 2 * 1392);
    for (size_t bundle = 0; bundle < text.bundle_count; bundle++) {
        const char *string = parallel_text_string(&text, bundle, 1);
        const char *same = parallel_text_string(&all, bundle, 1);
        assert_true(string == same ||
                    (string != NULL && same != NULL && strcmp(string, same) == 0));
    }
    parallel_text_clear(&all);
    parallel_text_clear(&text);
    copy_into(folder, "udhr.en.tsv");
    assert_int_equal(parallel_text_read(folder, &text, &problem), STATUS_FILE_UNREADABLE);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void a_folder_without_shares_is_refused(void **state)
{
    (void)state;
    ParallelText text = {0};
    Problem problem = {0};
    assert_int_equal(parallel_text_read("sample-runs/data/cross-domain", &text, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "shares.tsv"));
    assert_null(text.texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_bundled_texts_without_the_test_split),
        cmocka_unit_test(the_same_folder_gives_the_same_texts),
        cmocka_unit_test(emoji_alone_will_do),
        cmocka_unit_test(a_folder_without_shares_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
