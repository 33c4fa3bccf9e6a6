/* tests/data/test_unigram.c -- the best way through a word against all ways, and words against Metaspace's rules. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/text.h"
#include "data/unigram.h"

enum { PIECES_MAX = 40, UNKNOWN = 0 };

typedef struct Piece {
    char text[16];
    double score;
} Piece;

/* Letters of one, two and three bytes. */
static const char *const LETTERS[] = {"a", "b", "\xC3\xA9", "\xE2\x96\x81", "z"};

static size_t random_word(Random *random, size_t letters, size_t length, char *word)
{
    word[0] = '\0';
    for (size_t i = 0; i < length; i++) {
        strcat(word, LETTERS[random_below(random, letters)]);
    }
    return strlen(word);
}

/* Pieces of all but the last letter, each at most three long; ids from 1. */
static size_t make_pieces(Random *random, Piece *pieces, Unigram *unigram)
{
    size_t count = 0;
    assert_int_equal(unigram_init(unigram), STATUS_OK);
    unigram->unknown = UNKNOWN;
    for (int i = 0; i < PIECES_MAX; i++) {
        Piece *piece = &pieces[count];
        const size_t size = random_word(random, 4, 1 + random_below(random, 3), piece->text);
        piece->score = -1.0 - 9.0 * random_uniform(random);
        const Status status =
            unigram_add_piece(unigram, piece->text, size, (int32_t)count + 1, piece->score);
        count += status == STATUS_OK ? 1 : 0;
    }
    return count;
}

/* The best score of all ways to cut word[at..], by trying each. A letter without a piece of its own may be unknown. */
static double best_of_all(const Piece *pieces, size_t count, double unknown, const char *word)
{
    if (word[0] == '\0') {
        return 0.0;
    }
    double best = -(double)INFINITY;
    int32_t code_point = 0;
    const size_t letter = text_decode(word, strlen(word), &code_point);
    int has_single = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t size = strlen(pieces[i].text);
        if (strncmp(word, pieces[i].text, size) == 0) {
            const double score = pieces[i].score + best_of_all(pieces, count, unknown, word + size);
            best = score > best ? score : best;
            has_single = has_single || size == letter;
        }
    }
    if (!has_single) {
        const double score = unknown + best_of_all(pieces, count, unknown, word + letter);
        best = score > best ? score : best;
    }
    return best;
}

/* The score of what was found; also checks that it spells the word. */
static double score_of(const Piece *pieces, double unknown, const char *word, const int32_t *ids,
                       size_t count)
{
    double score = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (ids[i] != UNKNOWN) {
            const Piece *piece = &pieces[ids[i] - 1];
            assert_int_equal(strncmp(word, piece->text, strlen(piece->text)), 0);
            word += strlen(piece->text);
            score += piece->score;
            continue;
        }
        /* One id for a run of unknown letters: as many as lead to what comes next. */
        assert_true(i == 0 || ids[i - 1] != UNKNOWN);
        const char *next = i + 1 < count ? pieces[ids[i + 1] - 1].text : "";
        do {
            int32_t code_point = 0;
            word += text_decode(word, strlen(word), &code_point);
            score += unknown;
        } while (*word != '\0' &&
                 (next[0] == '\0' || *word == 'z' || strncmp(word, next, strlen(next)) != 0));
    }
    assert_string_equal(word, "");
    return score;
}

static void finds_the_best_of_all_ways(void **state)
{
    (void)state;
    Random random = random_stream(1, RANDOM_STREAM_NOISE, 0);
    UnigramScratch scratch = {0};
    for (int round = 0; round < 60; round++) {
        Piece pieces[PIECES_MAX];
        Unigram unigram;
        const size_t piece_count = make_pieces(&random, pieces, &unigram);
        const double unknown = unigram.lowest_score - 10.0;
        for (int i = 0; i < 20; i++) {
            char word[64];
            int32_t ids[64];
            size_t count = 0;
            const size_t letters = i % 2 == 0 ? 5 : 4;
            const size_t size = random_word(&random, letters, 1 + random_below(&random, 8), word);
            assert_int_equal(unigram_encode_word(&unigram, word, size, &scratch, ids, &count),
                             STATUS_OK);
            const double found = score_of(pieces, unknown, word, ids, count);
            const double best = best_of_all(pieces, piece_count, unknown, word);
            if (fabs(found - best) > 1e-9) {
                fail_msg("%s: %f, but %f is possible", word, found, best);
            }
        }
        unigram_clear(&unigram);
    }
    unigram_scratch_clear(&scratch);
}

static void make_small(Unigram *unigram)
{
    assert_int_equal(unigram_init(unigram), STATUS_OK);
    unigram->unknown = UNKNOWN;
    assert_int_equal(unigram_add_piece(unigram, "a", 1, 1, -1.0), STATUS_OK);
    assert_int_equal(unigram_add_piece(unigram, "aa", 2, 2, -2.0), STATUS_OK);
    assert_int_equal(unigram_add_piece(unigram, "ab", 2, 3, -8.0), STATUS_OK);
}

static void assert_ids(const Unigram *unigram, const char *word, const int32_t *expected,
                       size_t expected_count)
{
    UnigramScratch scratch = {0};
    int32_t ids[32];
    size_t count = 99;
    assert_int_equal(unigram_encode_word(unigram, word, strlen(word), &scratch, ids, &count),
                     STATUS_OK);
    assert_int_equal(count, expected_count);
    assert_memory_equal(ids, expected, count * sizeof *ids);
    unigram_scratch_clear(&scratch);
}

static void of_equal_ways_the_longer_last_piece_wins_and_unknowns_are_one(void **state)
{
    (void)state;
    Unigram unigram;
    make_small(&unigram);
    assert_ids(&unigram, "aa", (int32_t[]){2}, 1);
    assert_ids(&unigram, "aaa", (int32_t[]){1, 2}, 2); /* not 2, 1: the way to the end is longer */
    assert_ids(&unigram, "ab", (int32_t[]){3}, 1);
    assert_ids(&unigram, "axya", (int32_t[]){1, UNKNOWN, 1}, 3);
    assert_ids(&unigram, "\xE2\x82\xAC\xE2\x82\xAC", (int32_t[]){UNKNOWN}, 1);
    assert_ids(&unigram, "", NULL, 0);
    assert_int_equal(unigram_add_piece(&unigram, "ab", 2, 4, -1.0), STATUS_BAD_VALUE);
    unigram_clear(&unigram);
}

static void falls_back_to_bytes(void **state)
{
    (void)state;
    Unigram unigram;
    make_small(&unigram);
    unigram.has_byte_fallback = true;
    for (int i = 0; i < BYTE_SYMBOL_COUNT; i++) {
        unigram.byte_ids[i] = 1000 + i;
    }
    assert_ids(&unigram, "a\xC3\xA9x", (int32_t[]){1, 1000 + 0xC3, 1000 + 0xA9, 1000 + 'x'}, 4);
    unigram_clear(&unigram);
}

/* The words of a text, each followed by a bar. */
static void assert_words(const Unigram *unigram, const char *text, const char *expected)
{
    char all[128] = "";
    char word[64];
    size_t at = 0;
    const size_t size = strlen(text);
    for (;;) {
        const size_t length = unigram_next_word(unigram, text, size, &at, word);
        if (length == 0) {
            break;
        }
        assert_true(length <= size + WORD_MARK_BYTES);
        strncat(all, word, length);
        strcat(all, "|");
    }
    assert_int_equal(at, size);
    assert_string_equal(all, expected);
}

static void words_are_those_of_metaspace(void **state)
{
    (void)state;
    Unigram unigram = {.has_prefix_mark = true};
    assert_words(&unigram, "", "");
    assert_words(&unigram, "a bc", "▁a|▁bc|");
    assert_words(&unigram, " a  b ", "▁a|▁|▁b|▁|");
    assert_words(&unigram, "a▁b\tc", "▁a|▁b\tc|");
    unigram.has_prefix_mark = false;
    assert_words(&unigram, "a bc", "a|▁bc|");
    unigram.splits_at_white_space = true;
    assert_words(&unigram, " a\t b\n", "a|b|");
    unigram.has_prefix_mark = true;
    assert_words(&unigram, " a\t b▁c▁\u3000▁d", "▁a|▁b|▁c|▁|▁d|");
    assert_words(&unigram, "  ", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_best_of_all_ways),
        cmocka_unit_test(of_equal_ways_the_longer_last_piece_wins_and_unknowns_are_one),
        cmocka_unit_test(falls_back_to_bytes),
        cmocka_unit_test(words_are_those_of_metaspace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
