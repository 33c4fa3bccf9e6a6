/* tests/data/test_emoji_pairs.c -- strings and pairs from emoji names, and that no split leaks into another. */
#include "sample_file.h"

#include "data/emoji_pairs.h"

static const char ENGLISH[] = "sample-runs/data/cross-lingual/emoji.en.tsv";

static int set_up(void **state)
{
    static const char small[] = "😀\ttrain\t0\tgrin\tface|smile\n"
                                "😃\ttrain\t0\tlaugh\thappy|smile\n"
                                "🐶\ttrain\t2\tdog\tdog|pet\n"
                                "🐱\ttest\t2\tcat\tkitten\n";
    SampleFile *sample = sample_file_make("emoji.tsv");
    sample_file_write_text(sample, small);
    EmojiTable *table = calloc(1, sizeof *table);
    assert_non_null(table);
    assert_int_equal(emoji_table_read(sample->path, table, NULL), STATUS_OK);
    sample_file_remove(sample);
    *state = table;
    return 0;
}

static int tear_down(void **state)
{
    emoji_table_clear(*state);
    free(*state);
    return 0;
}

static void strings_come_in_file_order_with_their_groups(void **state)
{
    static const char *const expected[] = {"grin",  "grin face smile", "face",
                                           "smile", "laugh",           "laugh happy smile"};
    LabelledText set = {0};
    assert_int_equal(
        emoji_strings_add(*state, "en",
                          EMOJI_STRINGS_NAME | EMOJI_STRINGS_JOINED | EMOJI_STRINGS_KEYWORDS, &set),
        STATUS_OK);
    assert_int_equal(set.count, 4 + 4 + 7);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(labelled_text_first(&set, i), expected[i]);
        assert_null(labelled_text_second(&set, i));
    }
    assert_string_equal(set.labels.names[set.examples[14].label], "2");
    assert_string_equal(set.splits.names[set.examples[14].split], "test");
    assert_int_equal(emoji_pairs_add(*state, "en", 1, &set), STATUS_BAD_VALUE);
    labelled_text_clear(&set);
}

/* 3,335 strings as the documentation counts them: names, joined and single keywords of the 418 to train on. */
static void english_has_the_documented_number_of_strings(void **state)
{
    (void)state;
    EmojiTable english = {0};
    LabelledText set = {0};
    assert_int_equal(emoji_table_read(ENGLISH, &english, NULL), STATUS_OK);
    assert_int_equal(emoji_strings_add(&english, "en", 7, &set), STATUS_OK);
    assert_int_equal(labelled_text_choose(&set, "en", "train", NULL), 3335);
    labelled_text_clear(&set);
    assert_int_equal(emoji_strings_add(&english, "en", EMOJI_STRINGS_NAME, &set), STATUS_OK);
    assert_int_equal(labelled_text_choose(&set, "en", "test", NULL), 274);
    labelled_text_clear(&set);
    emoji_table_clear(&english);
}

static const EmojiRow *row_named(const EmojiTable *table, const char *name)
{
    size_t i = 0;
    while (i + 1 < table->count && strcmp(table->rows[i].name, name) != 0) {
        i++;
    }
    assert_string_equal(table->rows[i].name, name);
    return &table->rows[i];
}

/* Does an emoji of that split have the keyword; in a group for which (group == label) == is_same? */
static bool is_keyword_there(const EmojiTable *table, const char *keyword, const EmojiRow *premise,
                             bool is_same)
{
    for (size_t i = 0; i < table->count; i++) {
        const EmojiRow *row = &table->rows[i];
        if (row == premise || row->split != premise->split ||
            (row->label == premise->label) != is_same) {
            continue;
        }
        for (size_t k = 0; k < row->keyword_count; k++) {
            if (strcmp(table->keywords[row->first_keyword + k], keyword) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool is_own(const EmojiTable *table, const EmojiRow *row, const char *text)
{
    for (size_t k = 0; k < row->keyword_count; k++) {
        if (strcmp(table->keywords[row->first_keyword + k], text) == 0) {
            return true;
        }
    }
    return strcmp(row->name, text) == 0;
}

static void check_pair(const EmojiTable *table, const LabelledText *set, size_t index)
{
    const char *hypothesis = labelled_text_second(set, index);
    const char *label = set->labels.names[set->examples[index].label];
    const EmojiRow *row = row_named(table, labelled_text_first(set, index));
    assert_string_equal(set->splits.names[set->examples[index].split],
                        emoji_split_name(row->split));
    if (strcmp(label, "entailment") == 0) {
        assert_true(is_own(table, row, hypothesis));
        assert_string_not_equal(hypothesis, row->name);
        return;
    }
    assert_false(is_own(table, row, hypothesis));
    assert_true(is_keyword_there(table, hypothesis, row, strcmp(label, "neutral") == 0));
}

static void pairs_are_what_their_labels_say(void **state)
{
    (void)state;
    EmojiTable english = {0};
    LabelledText set = {0};
    assert_int_equal(emoji_table_read(ENGLISH, &english, NULL), STATUS_OK);
    assert_int_equal(emoji_pairs_add(&english, "en", 1, &set), STATUS_OK);
    size_t entailed = 0;
    for (size_t i = 0; i < set.count; i++) {
        entailed += set.examples[i].label == name_list_find(&set.labels, "entailment");
        if (i % 7 == 0) {
            check_pair(&english, &set, i);
        }
    }
    assert_int_equal(entailed, 7776); /* as documented */
    assert_in_range(set.count, 3 * 7776 - 50, 3 * 7776);
    labelled_text_clear(&set);
    emoji_table_clear(&english);
}

static void pairs_depend_on_the_seed_and_nothing_else(void **state)
{
    (void)state;
    EmojiTable english = {0};
    LabelledText sets[3] = {{0}};
    assert_int_equal(emoji_table_read(ENGLISH, &english, NULL), STATUS_OK);
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(emoji_pairs_add(&english, "en", i / 2, &sets[i]), STATUS_OK);
    }
    assert_int_equal(sets[0].text_bytes, sets[1].text_bytes);
    assert_memory_equal(sets[0].texts, sets[1].texts, sets[0].text_bytes);
    assert_true(sets[2].text_bytes != sets[0].text_bytes ||
                memcmp(sets[0].texts, sets[2].texts, sets[0].text_bytes) != 0);
    for (size_t i = 0; i < 3; i++) {
        labelled_text_clear(&sets[i]);
    }
    emoji_table_clear(&english);
}

static void leaves_out_what_cannot_be_drawn(void **state)
{
    LabelledText set = {0};
    assert_int_equal(emoji_pairs_add(*state, "en", 3, &set), STATUS_OK);
    /* In the test split the cat is alone, the dog is the only animal to train on. */
    assert_int_equal(labelled_text_choose(&set, "en", "test", NULL), 1);
    for (size_t i = 0; i < set.count; i++) {
        check_pair(*state, &set, i);
        if (strcmp(labelled_text_first(&set, i), "dog") == 0) {
            assert_string_not_equal(set.labels.names[set.examples[i].label], "neutral");
        }
    }
    labelled_text_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_come_in_file_order_with_their_groups),
        cmocka_unit_test(english_has_the_documented_number_of_strings),
        cmocka_unit_test(pairs_are_what_their_labels_say),
        cmocka_unit_test(pairs_depend_on_the_seed_and_nothing_else),
        cmocka_unit_test(leaves_out_what_cannot_be_drawn),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
