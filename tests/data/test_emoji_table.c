/* tests/data/test_emoji_table.c -- the bundled tables agree with each other; broken ones are refused by line. */
#include "sample_file.h"

#include "data/emoji_table.h"

static void reads_a_small_table(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("emoji.en.tsv");
    sample_file_write_text(sample, "😀\tpre\t0\tgrinning face\tface|grin\n"
                                   "🐶\ttest\t2\tdog\t\n");
    EmojiTable table = {0};
    assert_int_equal(emoji_table_read(sample->path, &table, NULL), STATUS_OK);
    assert_int_equal(table.count, 2);
    assert_string_equal(table.rows[0].emoji, "😀");
    assert_string_equal(table.rows[0].name, "grinning face");
    assert_int_equal(table.rows[0].split, EMOJI_SPLIT_PRETRAIN);
    assert_int_equal(table.rows[0].keyword_count, 2);
    assert_string_equal(table.keywords[table.rows[0].first_keyword + 1], "grin");
    assert_int_equal(table.rows[1].label, 2);
    assert_int_equal(table.rows[1].split, EMOJI_SPLIT_TEST);
    assert_int_equal(table.rows[1].keyword_count, 0);
    emoji_table_clear(&table);
    sample_file_remove(sample);
}

static void refuses_broken_rows_by_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Status status;
        const char *word;
    } cases[] = {
        {"😀\tpre\t0\tface\tx\n🐶\ttest\t2\tdog\n", STATUS_BAD_FORMAT, "line 2: has 4 columns"},
        {"😀\tpre\t0\tface\tx\ty\n", STATUS_BAD_FORMAT, "line 1: has 6 columns"},
        {"😀\tall\t0\tface\tx\n", STATUS_BAD_VALUE, "the split \"all\""},
        {"😀\tpre\t8\tface\tx\n", STATUS_BAD_VALUE, "the label \"8\""},
        {"😀\tpre\t-1\tface\tx\n", STATUS_BAD_VALUE, "the label \"-1\""},
        {"😀\tpre\t\tface\tx\n", STATUS_BAD_VALUE, "the label \"\""},
        {"😀\tpre\t0\t\tx\n", STATUS_BAD_VALUE, "has no name"},
        {"\tpre\t0\tface\tx\n", STATUS_BAD_VALUE, "has no emoji"},
        {"😀\tpre\t0\tface\tx\n\n😀\ttest\t0\tface\tx\n", STATUS_BAD_VALUE,
         "line 3: the emoji 😀 stands in row 1"},
        {"😀\tpre\t0\tf\xFF\tx\n", STATUS_BAD_FORMAT, "line 1: is not UTF-8"},
        {"\n \n", STATUS_BAD_FORMAT, "has no rows"},
        {"", STATUS_BAD_FORMAT, "is empty"},
    };
    SampleFile *sample = sample_file_make("emoji.en.tsv");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sample_file_write_text(sample, cases[i].text);
        EmojiTable untouched = {.count = 77};
        Problem problem = {0};
        assert_int_equal(emoji_table_read(sample->path, &untouched, &problem), cases[i].status);
        assert_problem(&problem, cases[i].status, sample->path, cases[i].word);
        assert_int_equal(untouched.count, 77);
    }
    sample_file_remove(sample);
}

static void refuses_more_keywords_than_are_read(void **state)
{
    (void)state;
    char text[512] = "😀\tpre\t0\tface\tk";
    for (int i = 0; i < EMOJI_KEYWORDS_MAX; i++) {
        strcat(text, "|k");
    }
    SampleFile *sample = sample_file_make("emoji.en.tsv");
    sample_file_write_text(sample, text);
    EmojiTable table = {0};
    Problem problem = {0};
    assert_int_equal(emoji_table_read(sample->path, &table, &problem), STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, sample->path, "65 keywords");
    sample_file_remove(sample);
}

static void read_bundled(const char *language, EmojiTable *table)
{
    char path[96];
    snprintf(path, sizeof path, "sample-runs/data/cross-lingual/emoji.%s.tsv", language);
    Problem problem = {0};
    if (emoji_table_read(path, table, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
}

/* The same emoji in the same splits, so that nothing of a test split is trained on in another language; the counts
 * are those of the documentation. */
static void the_bundled_languages_have_the_same_emoji_in_the_same_splits(void **state)
{
    (void)state;
    static const char *const languages[] = {"en", "fr", "es", "de", "el", "bg", "ru", "tr",
                                            "ar", "vi", "th", "zh", "hi", "sw", "ur"};
    static const size_t group_sizes[EMOJI_LABEL_COUNT] = {163, 157, 154, 129, 219, 85, 264, 221};
    static const size_t split_sizes[EMOJI_SPLIT_COUNT] = {560, 418, 140, 274};
    EmojiTable english = {0};
    read_bundled("en", &english);
    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        EmojiTable table = {0};
        size_t groups[EMOJI_LABEL_COUNT] = {0};
        size_t splits[EMOJI_SPLIT_COUNT] = {0};
        read_bundled(languages[l], &table);
        assert_int_equal(table.count, 1392);
        for (size_t i = 0; i < table.count; i++) {
            assert_string_equal(table.rows[i].emoji, english.rows[i].emoji);
            assert_int_equal(table.rows[i].split, english.rows[i].split);
            assert_int_equal(table.rows[i].label, english.rows[i].label);
            assert_true(table.rows[i].keyword_count > 0);
            groups[table.rows[i].label]++;
            splits[table.rows[i].split]++;
        }
        assert_memory_equal(groups, group_sizes, sizeof groups);
        assert_memory_equal(splits, split_sizes, sizeof splits);
        emoji_table_clear(&table);
    }
    emoji_table_clear(&english);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_small_table),
        cmocka_unit_test(refuses_broken_rows_by_line),
        cmocka_unit_test(refuses_more_keywords_than_are_read),
        cmocka_unit_test(the_bundled_languages_have_the_same_emoji_in_the_same_splits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
