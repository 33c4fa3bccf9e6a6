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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_decide_what_is_trained_on_and_what_is_kept_apart),
        cmocka_unit_test(no_label_is_of_the_test_split),
        cmocka_unit_test(mixes_have_all_sizes_in_any_order),
        cmocka_unit_test(mixes_follow_the_seed_alone),
        cmocka_unit_test(pairs_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
