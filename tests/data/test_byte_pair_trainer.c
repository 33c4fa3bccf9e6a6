/* tests/data/test_byte_pair_trainer.c -- merges worked out on paper, and against counting anew each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "data/byte_pair_trainer.h"
#include "data/pre_tokenizer.h"

static Status learn(const char *text, size_t size, size_t goal, Vocabulary *vocabulary)
{
    *vocabulary = (Vocabulary){0};
    assert_int_equal(vocabulary_add_all_bytes(vocabulary), STATUS_OK);
    return byte_pairs_learn(&text, &size, 1, goal, vocabulary, NULL);
}

static void merges_the_most_frequent_pair_first(void **state)
{
    (void)state;
    /* Words: "low" 1, " low" 2, " lower" 1, " newest" 3. l-o, o-w and w-e occur 4 times, all others at most 3. */
    static const char text[] = "low low low lower newest newest newest";
    Vocabulary vocabulary;
    assert_int_equal(learn(text, sizeof text - 1, 260, &vocabulary), STATUS_OK);
    /* Smaller ids first: l-o, which leaves w-e with 4. Then many pairs occur 3 times; 'e' is the smallest left half: e-we. */
    assert_memory_equal(vocabulary.tokens[256].bytes, "lo", 2);
    assert_memory_equal(vocabulary.tokens[257].bytes, "we", 2);
    assert_memory_equal(vocabulary.tokens[258].bytes, "ewe", 3);
    vocabulary_clear(&vocabulary);
}

static void a_run_of_one_letter_is_merged_from_the_left(void **state)
{
    (void)state;
    Vocabulary vocabulary;
    assert_int_equal(learn("aaaaa", 5, 258, &vocabulary), STATUS_OK);
    assert_memory_equal(vocabulary.tokens[256].bytes, "aa", 2);
    /* aa aa a: (aa, aa) and (aa, a) once each; 'a' has the smaller id. */
    assert_memory_equal(vocabulary.tokens[257].bytes, "aaa", 3);
    vocabulary_clear(&vocabulary);
}

static void says_how_many_tokens_a_small_text_gives(void **state)
{
    (void)state;
    const char *text = "ab";
    const size_t size = 2;
    Vocabulary vocabulary = {0};
    Problem problem = {0};
    assert_int_equal(vocabulary_add_all_bytes(&vocabulary), STATUS_OK);
    assert_int_equal(byte_pairs_learn(&text, &size, 1, 300, &vocabulary, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "257"));
    assert_non_null(strstr(problem.text, "300"));
    vocabulary_clear(&vocabulary);
}

enum { SMALL_TEXT_BYTES = 400, SMALL_SYMBOLS = 512 };

/* The text's symbols with -1 between words, for counting the plain way. */
typedef struct PlainText {
    int32_t symbols[SMALL_SYMBOLS * 2];
    size_t count;
} PlainText;

static int32_t byte_id(const Vocabulary *vocabulary, char byte)
{
    int32_t id = 0;
    while (vocabulary->tokens[id].bytes[0] != byte) {
        id++;
    }
    return id;
}

static void spell(const Vocabulary *vocabulary, const char *text, size_t size, PlainText *plain)
{
    plain->count = 0;
    for (size_t at = 0; at < size;) {
        const size_t length = pre_token_length(text + at, size - at);
        for (size_t i = at; i < at + length; i++) {
            plain->symbols[plain->count++] = byte_id(vocabulary, text[i]);
        }
        plain->symbols[plain->count++] = -1;
        at += length;
    }
}

static size_t count_pair(const PlainText *plain, int32_t left, int32_t right)
{
    size_t found = 0;
    for (size_t i = 0; i + 1 < plain->count; i++) {
        found += plain->symbols[i] == left && plain->symbols[i + 1] == right ? 1 : 0;
    }
    return found;
}

static MergeRule best_pair(const PlainText *plain)
{
    MergeRule best = {-1, -1, -1};
    size_t best_count = 0;
    for (size_t i = 0; i + 1 < plain->count; i++) {
        const MergeRule pair = {plain->symbols[i], plain->symbols[i + 1], -1};
        if (pair.left < 0 || pair.right < 0) {
            continue;
        }
        const size_t count = count_pair(plain, pair.left, pair.right);
        const bool is_smaller =
            pair.left < best.left || (pair.left == best.left && pair.right < best.right);
        if (count > best_count || (count == best_count && is_smaller)) {
            best = pair;
            best_count = count;
        }
    }
    return best;
}

static void merge(PlainText *plain, MergeRule rule)
{
    size_t written = 0;
    for (size_t i = 0; i < plain->count; i++) {
        const bool is_pair = i + 1 < plain->count && plain->symbols[i] == rule.left &&
                             plain->symbols[i + 1] == rule.right;
        plain->symbols[written++] = is_pair ? rule.result : plain->symbols[i];
        i += is_pair ? 1 : 0;
    }
    plain->count = written;
}

static bool is_known(const Vocabulary *vocabulary, size_t merge_count, MergeRule pair)
{
    for (size_t i = 0; i < merge_count; i++) {
        if (vocabulary->merges[i].left == pair.left && vocabulary->merges[i].right == pair.right) {
            return true;
        }
    }
    return false;
}

static int32_t result_of(const Vocabulary *vocabulary, MergeRule pair)
{
    for (size_t i = 0; i < vocabulary->merge_count; i++) {
        if (vocabulary->merges[i].left == pair.left && vocabulary->merges[i].right == pair.right) {
            return vocabulary->merges[i].result;
        }
    }
    return -1;
}

static void assert_no_token_twice(const Vocabulary *vocabulary)
{
    for (size_t i = 0; i < vocabulary->token_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const VocabularyToken a = vocabulary->tokens[i];
            const VocabularyToken b = vocabulary->tokens[j];
            assert_false(a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0);
        }
    }
}

static void agrees_with_counting_anew_each_time(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        Random random = random_stream(seed, RANDOM_STREAM_NOISE, 0);
        char text[SMALL_TEXT_BYTES];
        for (size_t i = 0; i < sizeof text; i++) {
            text[i] = "aaabbc "[random_below(&random, 7)];
        }
        Vocabulary vocabulary;
        assert_int_equal(learn(text, sizeof text, 330, &vocabulary), STATUS_OK);
        assert_no_token_twice(&vocabulary);
        PlainText plain;
        spell(&vocabulary, text, sizeof text, &plain);
        for (size_t done = 0; done < vocabulary.merge_count;) {
            MergeRule best = best_pair(&plain);
            if (!is_known(&vocabulary, done, best)) {
                assert_int_equal(vocabulary.merges[done].left, best.left);
                assert_int_equal(vocabulary.merges[done].right, best.right);
                done++;
            }
            best.result = result_of(&vocabulary, best);
            merge(&plain, best);
        }
        vocabulary_clear(&vocabulary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_the_most_frequent_pair_first),
        cmocka_unit_test(a_run_of_one_letter_is_merged_from_the_left),
        cmocka_unit_test(says_how_many_tokens_a_small_text_gives),
        cmocka_unit_test(agrees_with_counting_anew_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
