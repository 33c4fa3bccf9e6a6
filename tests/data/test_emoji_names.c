/* tests/data/test_emoji_names.c -- which strings an emoji is to be told from, by share, and that nothing of the test split is there. */
#include "sample_file.h"

#include "data/emoji_names.h"
#include "data/language_shares.h"

enum { MIXES = 5 };

static int set_up(void **state)
{
    EmojiTable *english = calloc(1, sizeof *english);
    assert_non_null(english);
    assert_int_equal(emoji_table_read("sample-runs/data/cross-lingual/emoji.en.tsv", english, NULL),
                     STATUS_OK);
    *state = english;
    return 0;
}

static int tear_down(void **state)
{
    emoji_table_clear(*state);
    free(*state);
    return 0;
}

static LabelledText make(const EmojiTable *table, double share, uint64_t seed)
{
    LabelledText set = {0};
    const EmojiNames wanted = {
        .language = "en", .number = 2, .share = share, .mixes = MIXES, .seed = seed};
    assert_int_equal(emoji_names_add(table, &wanted, &set), STATUS_OK);
    return set;
}

/* The strings of one row at least, in order: joined, name, keywords, mixes. */
static void check_train(const EmojiTable *table, const EmojiRow *row, const LabelledText *set,
                        size_t first)
{
    assert_string_equal(labelled_text_first(set, first + 1), row->name);
    assert_int_equal(strncmp(labelled_text_first(set, first), row->name, strlen(row->name)), 0);
    for (size_t k = 0; k < row->keyword_count; k++) {
        const char *keyword = table->keywords[row->first_keyword + k];
        assert_string_equal(labelled_text_first(set, first + 2 + k), keyword);
        assert_non_null(strstr(labelled_text_first(set, first), keyword));
    }
    for (size_t i = 0; i < 2 + row->keyword_count + MIXES; i++) {
        const LabelledExample *example = &set->examples[first + i];
        assert_string_equal(set->labels.names[example->label], row->emoji);
        assert_string_equal(set->splits.names[example->split], "train");
        assert_true(strlen(labelled_text_first(set, first + i)) <=
                    strlen(labelled_text_first(set, first)));
    }
}

static void shares_decide_what_is_trained_on_and_what_is_kept_apart(void **state)
{
    static const double shares[] = {0.08, 0.5, 1.0};
    const EmojiTable *table = *state;
    for (size_t s = 0; s < 3; s++) {
        LabelledText set = make(table, shares[s], 1);
        size_t next = 0;
        size_t kept_apart = 0;
        for (size_t i = 0; i < table->count; i++) {
            const EmojiRow *row = &table->rows[i];
            const double draw = language_shares_draw(2, i);
            if (row->split == EMOJI_SPLIT_TEST) {
                continue;
            }
            if (draw >= 0.96) {
                assert_string_equal(set.splits.names[set.examples[next].split], "dev");
                assert_string_equal(set.labels.names[set.examples[next].label], row->emoji);
                next++;
                kept_apart++;
            } else if (draw < shares[s]) {
                check_train(table, row, &set, next);
                next += 2 + row->keyword_count + MIXES;
            }
        }
        assert_int_equal(next, set.count);
        assert_true(kept_apart > 20 && kept_apart < 80);
        labelled_text_clear(&set);
    }
}

static void no_label_is_of_the_test_split(void **state)
{
    const EmojiTable *table = *state;
    LabelledText set = make(table, 1.0, 1);
    assert_int_equal(set.labels.count, 1392 - 274);
    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i].split == EMOJI_SPLIT_TEST) {
            assert_int_equal(name_list_find(&set.labels, table->rows[i].emoji), NAME_NOT_FOUND);
        }
    }
    labelled_text_clear(&set);
}

static bool is_word(const EmojiTable *table, const EmojiRow *row, const char *text)
{
    bool is_found = strcmp(text, row->name) == 0;
    for (size_t k = 0; k < row->keyword_count; k++) {
        is_found = is_found || strcmp(text, table->keywords[row->first_keyword + k]) == 0;
    }
    return is_found;
}

/* Of n words 1 to n are taken, each as likely: mixes of all words and of one are 1 / n each, in expectation; and a mix of all words is
 * seldom in the order of the file. */
static void mixes_have_all_sizes_in_any_order(void **state)
{
    const EmojiTable *table = *state;
    LabelledText set = make(table, 1.0, 1);
    size_t whole = 0;
    size_t ordered = 0;
    size_t single = 0;
    double expected = 0.0;
    size_t next = 0;
    for (size_t i = 0; i < table->count; i++) {
        const EmojiRow *row = &table->rows[i];
        if (row->split == EMOJI_SPLIT_TEST) {
            continue;
        }
        if (language_shares_draw(2, i) >= 0.96) {
            next++;
            continue;
        }
        const char *joined = labelled_text_first(&set, next);
        next += 2 + row->keyword_count;
        expected += (double)MIXES / (double)(row->keyword_count + 1);
        for (const size_t end = next + MIXES; next < end; next++) {
            const char *mix = labelled_text_first(&set, next);
            whole += strlen(mix) == strlen(joined) ? 1 : 0;
            ordered += strcmp(mix, joined) == 0 ? 1 : 0;
            single += is_word(table, row, mix) ? 1 : 0;
        }
    }
    assert_true((double)whole > 0.85 * expected && (double)whole < 1.15 * expected);
    assert_true((double)single > 0.85 * expected && (double)single < 1.15 * expected);
    assert_true(ordered < whole / 2);
    labelled_text_clear(&set);
}

static void mixes_follow_the_seed_alone(void **state)
{
    LabelledText sets[3] = {make(*state, 1.0, 1), make(*state, 1.0, 1), make(*state, 1.0, 2)};
    assert_int_equal(sets[0].text_bytes, sets[1].text_bytes);
    assert_memory_equal(sets[0].texts, sets[1].texts, sets[0].text_bytes);
    assert_true(sets[0].text_bytes != sets[2].text_bytes ||
                memcmp(sets[0].texts, sets[2].texts, sets[0].text_bytes) != 0);
    for (size_t i = 0; i < 3; i++) {
        labelled_text_clear(&sets[i]);
    }
}

static void pairs_are_refused(void **state)
{
    LabelledText set = {0};
    const LabelledRow pair = {"a", "b", "0", "en", "train"};
    const EmojiNames wanted = {.language = "en", .share = 1.0};
    assert_int_equal(labelled_text_add(&set, &pair), STATUS_OK);
    assert_int_equal(emoji_names_add(*state, &wanted, &set), STATUS_BAD_VALUE);
    labelled_text_clear(&set);
}

/* French strings labelled with English words. */
static LabelledText make_french(const EmojiTable *french, const EmojiTable *english, uint64_t seed)
{
    LabelledText set = {0};
    const EmojiNames wanted = {.language = "fr",
                               .number = 3,
                               .share = 1.0,
                               .mixes = MIXES,
                               .seed = seed,
                               .label_table = english};
    assert_int_equal(emoji_names_add(french, &wanted, &set), STATUS_OK);
    return set;
}

static EmojiTable read_french(void)
{
    EmojiTable french = {0};
    assert_int_equal(emoji_table_read("sample-runs/data/cross-lingual/emoji.fr.tsv", &french, NULL),
                     STATUS_OK);
    return french;
}

/* Does the word stand between spaces in the text? */
static bool has_word(const char *text, const char *word)
{
    const size_t length = strlen(word);
    bool is_found = false;
    for (const char *at = strstr(text, word); at != NULL && !is_found; at = strstr(at + 1, word)) {
        is_found = (at == text || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0');
    }
    return is_found;
}

static bool row_has_word(const EmojiTable *table, const EmojiRow *row, const char *word)
{
    bool is_found = has_word(row->name, word);
    for (size_t k = 0; k < row->keyword_count; k++) {
        is_found = is_found || has_word(table->keywords[row->first_keyword + k], word);
    }
    return is_found;
}

/* Of all labels, how many are words of the row? */
static size_t count_labels(const EmojiTable *table, const EmojiRow *row, const NameList *labels)
{
    size_t count = 0;
    for (size_t i = 0; i < labels->count; i++) {
        count += row_has_word(table, row, labels->names[i]) ? 1 : 0;
    }
    return count;
}

/* The labels of a row's strings are words of its English row, and none comes up a second time before all others have. */
static void check_labels(const EmojiTable *english, const EmojiRow *row, const LabelledText *set,
                         size_t first, size_t count)
{
    size_t words = 1;
    while (words < count && set->examples[first + words].label != set->examples[first].label) {
        words++;
    }
    assert_true(words == count || words == count_labels(english, row, &set->labels));
    for (size_t i = 0; i < count; i++) {
        const uint32_t label = set->examples[first + i].label;
        assert_true(row_has_word(english, row, set->labels.names[label]));
        assert_int_equal(label, set->examples[first + i % words].label);
        for (size_t j = 0; i < words && j < i; j++) {
            assert_true(set->examples[first + j].label != label);
        }
    }
}

static void labels_are_the_words_of_another_language_in_turn(void **state)
{
    const EmojiTable *english = *state;
    EmojiTable french = read_french();
    LabelledText set = make_french(&french, english, 1);
    size_t next = 0;
    for (size_t i = 0; i < french.count; i++) {
        const EmojiRow *row = &french.rows[i];
        if (row->split != EMOJI_SPLIT_TEST) {
            const bool is_dev = language_shares_draw(3, i) >= 0.96;
            const size_t strings = is_dev ? 1 : 2 + row->keyword_count + MIXES;
            assert_string_equal(english->rows[i].emoji, row->emoji);
            check_labels(english, &english->rows[i], &set, next, strings);
            next += strings;
        }
    }
    assert_int_equal(next, set.count);
    assert_true(set.labels.count > 2000);
    labelled_text_clear(&set);
    emoji_table_clear(&french);
}

/* Which word comes first is drawn: by the seed, and not the same place for all rows. */
static void the_first_label_is_drawn(void **state)
{
    EmojiTable french = read_french();
    LabelledText sets[3] = {make_french(&french, *state, 1), make_french(&french, *state, 1),
                            make_french(&french, *state, 2)};
    size_t moved = 0;
    assert_int_equal(sets[0].count, sets[2].count);
    for (size_t i = 0; i < sets[0].count; i++) {
        assert_int_equal(sets[0].examples[i].label, sets[1].examples[i].label);
        moved += strcmp(sets[0].labels.names[sets[0].examples[i].label],
                        sets[2].labels.names[sets[2].examples[i].label]) != 0;
    }
    assert_true(moved > sets[0].count / 2 && moved < sets[0].count);
    for (size_t i = 0; i < 3; i++) {
        labelled_text_clear(&sets[i]);
    }
    emoji_table_clear(&french);
}

/* Rows need not stand in the same line of both files, and one that the other language lacks is left out. */
static void rows_are_matched_by_their_emoji(void **state)
{
    const EmojiTable *english = *state;
    EmojiTable french = read_french();
    LabelledText whole = make_french(&french, english, 1);
    const EmojiTable later = {.rows = english->rows + 1,
                              .count = english->count - 1,
                              .keywords = english->keywords,
                              .keyword_count = english->keyword_count};
    LabelledText part = make_french(&french, &later, 1);
    const size_t left_out = 2 + french.rows[0].keyword_count + MIXES;
    assert_int_equal(french.rows[0].split, EMOJI_SPLIT_PRETRAIN);
    assert_true(language_shares_draw(3, 0) < 0.96);
    assert_int_equal(part.count + left_out, whole.count);
    for (size_t i = 0; i < part.count; i++) {
        assert_string_equal(part.labels.names[part.examples[i].label],
                            whole.labels.names[whole.examples[left_out + i].label]);
    }
    labelled_text_clear(&whole);
    labelled_text_clear(&part);
    emoji_table_clear(&french);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_the_words_of_another_language_in_turn),
        cmocka_unit_test(the_first_label_is_drawn),
        cmocka_unit_test(rows_are_matched_by_their_emoji),
        cmocka_unit_test(shares_decide_what_is_trained_on_and_what_is_kept_apart),
        cmocka_unit_test(no_label_is_of_the_test_split),
        cmocka_unit_test(mixes_have_all_sizes_in_any_order),
        cmocka_unit_test(mixes_follow_the_seed_alone),
        cmocka_unit_test(pairs_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
