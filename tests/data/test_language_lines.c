/* tests/data/test_language_lines.c -- the bundled unlabelled texts in full, and small broken ones. */
#include "sample_file.h"

#include "data/language_lines.h"

static const char FOLDER[] = "sample-runs/data/cross-lingual";
static const char *const LANGUAGES[] = {"en", "fr", "es", "de", "el", "bg", "ru", "tr",
                                        "ar", "vi", "th", "zh", "hi", "sw", "ur"};
enum { LANGUAGE_COUNT = 15, NAMES_COUNT = 1173 };

static void assert_is_line(const LanguageLines *lines, size_t index, const char *text, uint32_t row)
{
    const LanguageLine line = lines->lines[index];
    assert_int_equal(line.size, strlen(text));
    assert_memory_equal(lines->text + line.start, text, line.size);
    assert_int_equal(lines->text[line.start + line.size], '\n');
    assert_int_equal(line.row, row);
}

static void bundled_names_of_places_have_a_column_for_each_language(void **state)
{
    (void)state;
    char path[96];
    int complete[NAMES_COUNT] = {0};
    snprintf(path, sizeof path, "%s/localenames.tsv", FOLDER);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        LanguageLines lines = {0};
        Problem problem = {0};
        if (language_lines_add_column(&lines, path, LANGUAGES[i], &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        assert_in_range(lines.count, 791, NAMES_COUNT);
        for (size_t j = 0; j < lines.count; j++) {
            complete[lines.lines[j].row]++;
        }
        if (i == 0) {
            assert_is_line(&lines, 0, "Afar", 0);
            assert_is_line(&lines, 1, "Abkhazian", 1);
        }
        language_lines_clear(&lines);
    }
    size_t in_all = 0;
    for (size_t row = 0; row < NAMES_COUNT; row++) {
        in_all += complete[row] == LANGUAGE_COUNT;
    }
    assert_int_equal(in_all, 791); /* as documented */
}

static void bundled_declarations_have_all_articles(void **state)
{
    (void)state;
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        char path[96];
        int seen[31] = {0};
        LanguageLines lines = {0};
        Problem problem = {0};
        snprintf(path, sizeof path, "%s/udhr.%s.tsv", FOLDER, LANGUAGES[i]);
        if (language_lines_add_articles(&lines, path, &problem) != STATUS_OK) {
            fail_msg("%s", problem.text);
        }
        assert_in_range(lines.count, 58, 60);
        for (size_t j = 0; j < lines.count; j++) {
            assert_in_range(lines.lines[j].row, 0, 30);
            seen[lines.lines[j].row]++;
        }
        for (size_t article = 0; article <= 30; article++) {
            assert_true(seen[article] > 0);
        }
        language_lines_clear(&lines);
    }
}

static void emoji_of_one_split_give_names_and_keywords(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("emoji.tsv");
    sample_file_write_text(sample, "😀\tpre\t0\tgrin\tface|smile\n🐶\ttest\t2\tdog\tpet\n"
                                   "🐱\tpre\t2\tcat\t\n");
    EmojiTable table = {0};
    LanguageLines lines = {0};
    assert_int_equal(emoji_table_read(sample->path, &table, NULL), STATUS_OK);
    assert_int_equal(language_lines_add_emoji(&lines, &table, EMOJI_SPLIT_PRETRAIN), STATUS_OK);
    assert_int_equal(lines.count, 4);
    assert_is_line(&lines, 0, "grin", 0);
    assert_is_line(&lines, 2, "smile", 0);
    assert_is_line(&lines, 3, "cat", 2);
    assert_int_equal(lines.text_bytes, strlen("grin\nface\nsmile\ncat\n"));
    language_lines_clear(&lines);
    emoji_table_clear(&table);
    sample_file_remove(sample);
}

static void names_file_and_line_of_what_is_broken(void **state)
{
    (void)state;
    SampleFile *sample = sample_file_make("x.tsv");
    LanguageLines lines = {0};
    Problem problem = {0};
    sample_file_write_text(sample, "code\ten\tsw\na\tb\t\nc\t\td\n");
    assert_int_equal(language_lines_add_column(&lines, sample->path, "sw", &problem), STATUS_OK);
    assert_int_equal(lines.count, 1);
    assert_is_line(&lines, 0, "d", 1);
    assert_int_equal(language_lines_add_column(&lines, sample->path, "ur", &problem),
                     STATUS_BAD_VALUE);
    assert_problem(&problem, STATUS_BAD_VALUE, sample->path, "no column \"ur\"");
    sample_file_write_text(sample, "code\ten\tsw\na\tb\n");
    assert_int_equal(language_lines_add_column(&lines, sample->path, "en", &problem),
                     STATUS_BAD_FORMAT);
    assert_problem(&problem, STATUS_BAD_FORMAT, sample->path, "line 2: has 2 columns");
    static const char *const broken[] = {"one\ttext\n", "1\n", "1\t\n", "1\ta\tb\n", "-1\ta\n"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        sample_file_write_text(sample, broken[i]);
        assert_int_equal(language_lines_add_articles(&lines, sample->path, &problem),
                         STATUS_BAD_FORMAT);
        assert_problem(&problem, STATUS_BAD_FORMAT, sample->path, "line 1: should be a number");
    }
    assert_int_equal(lines.count, 1);
    language_lines_clear(&lines);
    sample_file_remove(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bundled_names_of_places_have_a_column_for_each_language),
        cmocka_unit_test(bundled_declarations_have_all_articles),
        cmocka_unit_test(emoji_of_one_split_give_names_and_keywords),
        cmocka_unit_test(names_file_and_line_of_what_is_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
