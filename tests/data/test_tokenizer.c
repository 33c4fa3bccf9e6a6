/* tests/data/test_tokenizer.c -- any bytes come back, files encode alike, and long words do not hang. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/random.h"
#include "data/pre_tokenizer.h"
#include "data/text_corpus.h"
#include "data/pre_tokenizer.h"
#include "data/tokenizer.h"

enum { VOCAB_SIZE = 600 };

/* One tokenizer for all tests, trained on a part of the bundled text. */
static int set_up(void **state)
{
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load("sample-runs/data/cross-domain", &corpus, NULL), STATUS_OK);
    const char *texts[2] = {0};
    size_t sizes[2] = {0};
    for (size_t i = 0; i < 2; i++) {
        texts[i] = corpus.domains[i].text;
        sizes[i] = 60000;
    }
    Tokenizer *tokenizer = NULL;
    assert_int_equal(tokenizer_train(texts, sizes, 2, VOCAB_SIZE, &tokenizer, NULL), STATUS_OK);
    text_corpus_clear(&corpus);
    *state = tokenizer;
    return 0;
}

static int tear_down(void **state)
{
    tokenizer_destroy(*state);
    return 0;
}

/* Encode and decode; the ids are the caller's to free. */
static int32_t *assert_round_trip(const Tokenizer *tokenizer, const char *text, size_t size,
                                  size_t *id_count)
{
    int32_t *ids = malloc((size + 1) * sizeof *ids);
    char *back = malloc(size + 1);
    assert_non_null(ids);
    assert_non_null(back);
    ids[size] = 12345;
    assert_int_equal(tokenizer_encode(tokenizer, text, size, ids, id_count), STATUS_OK);
    assert_true(*id_count <= size);
    assert_int_equal(ids[size], 12345); /* nothing beyond the capacity promised */
    for (size_t i = 0; i < *id_count; i++) {
        assert_in_range(ids[i], 0, tokenizer_vocab_size(tokenizer) - 1);
    }
    assert_int_equal(tokenizer_decode(tokenizer, ids, *id_count, back, size + 1), size);
    assert_memory_equal(back, text, size);
    free(back);
    return ids;
}

static void check(const Tokenizer *tokenizer, const char *text, size_t size)
{
    size_t id_count = 0;
    free(assert_round_trip(tokenizer, text, size, &id_count));
}

static void every_single_byte_comes_back(void **state)
{
    for (int byte = 0; byte < 256; byte++) {
        const char text = (char)byte;
        size_t id_count = 0;
        int32_t *ids = assert_round_trip(*state, &text, 1, &id_count);
        assert_int_equal(id_count, 1);
        assert_in_range(ids[0], 0, 255);
        free(ids);
    }
}

static void strange_texts_come_back(void **state)
{
    static const char *const texts[] = {
        "",
        "😄👍🏽🏳️‍🌈 e\u0301 日本語 ½ \u00A0\u3000x",
        "\xC3\x28 \xFF\xFE\xED\xA0\x80\xF4\x90\x80\x80",
        "  \n\n\t  x\r\n",
        "<|endoftext|>",
        "don't 'tis we'll ''",
        "\xE2\x82"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        check(*state, texts[i], strlen(texts[i]));
    }
    check(*state, "a\0b\0\0", 5);
}

static void random_bytes_come_back(void **state)
{
    Random random = random_stream(1, RANDOM_STREAM_NOISE, 0);
    char text[3000];
    for (int round = 0; round < 300; round++) {
        const size_t size = random_below(&random, sizeof text);
        /* From few bytes and from all, so that both merges and odd bytes are met. */
        const size_t alphabet = round % 2 == 0 ? 256 : 5;
        for (size_t i = 0; i < size; i++) {
            const size_t drawn = random_below(&random, alphabet);
            text[i] = alphabet == 256 ? (char)drawn : "the d"[drawn];
        }
        check(*state, text, size);
    }
}

static void text_like_the_training_text_gets_shorter(void **state)
{
    static const char text[] = "And it came to pass that the king said to him, Go to the house.";
    size_t id_count = 0;
    free(assert_round_trip(*state, text, sizeof text - 1, &id_count));
    assert_true(id_count * 3 < (sizeof text - 1) * 2);
}

static void end_of_text_is_the_last_entry_and_never_in_a_text(void **state)
{
    const Tokenizer *tokenizer = *state;
    assert_int_equal(tokenizer_vocab_size(tokenizer), VOCAB_SIZE);
    assert_int_equal(tokenizer_end_of_text(tokenizer), VOCAB_SIZE - 1);
    static const char text[] = "a<|endoftext|>b";
    size_t id_count = 0;
    int32_t *ids = assert_round_trip(tokenizer, text, sizeof text - 1, &id_count);
    for (size_t i = 0; i < id_count; i++) {
        assert_int_not_equal(ids[i], VOCAB_SIZE - 1);
    }
    free(ids);
}

static void decoding_passes_over_specials_and_unknown_ids_and_stops_at_the_capacity(void **state)
{
    const Tokenizer *tokenizer = *state;
    int32_t ids[8] = {-1, VOCAB_SIZE - 1, VOCAB_SIZE, INT32_MAX, INT32_MIN};
    char out[4] = "....";
    assert_int_equal(tokenizer_decode(tokenizer, ids, 5, out, sizeof out), 0);
    size_t id_count = 0;
    assert_int_equal(tokenizer_encode(tokenizer, "abcdef", 6, ids, &id_count), STATUS_OK);
    assert_int_equal(tokenizer_decode(tokenizer, ids, id_count, out, 3), 6);
    assert_memory_equal(out, "abc.", 4);
    assert_int_equal(tokenizer_decode(tokenizer, ids, id_count, NULL, 0), 6);
    /* One token of several bytes, of which only the first fits. */
    assert_int_equal(tokenizer_encode(tokenizer, " the", 4, ids, &id_count), STATUS_OK);
    assert_int_equal(id_count, 1);
    memcpy(out, "....", sizeof out);
    assert_int_equal(tokenizer_decode(tokenizer, ids, 1, out, 1), 4);
    assert_memory_equal(out, " ...", 4);
}

/* The published algorithm, as slowly as it is written: the lowest rank of all, everywhere in the word, again and again.
 * The ranks of a trained tokenizer are the ids of what the merges give. */
static size_t encode_slowly(const Tokenizer *tokenizer, const char *word, size_t size, int32_t *ids)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        size_t one = 0;
        assert_int_equal(tokenizer_encode(tokenizer, word + i, 1, ids + count, &one), STATUS_OK);
        count += one;
    }
    for (;;) {
        int32_t best = INT32_MAX;
        size_t best_at = 0;
        for (size_t i = 0; i + 1 < count; i++) {
            char bytes[256];
            const size_t length = tokenizer_decode(tokenizer, ids + i, 2, bytes, sizeof bytes);
            for (int32_t id = 256; id < VOCAB_SIZE - 1 && id < best; id++) {
                char token[256];
                if (tokenizer_decode(tokenizer, &id, 1, token, sizeof token) == length &&
                    memcmp(token, bytes, length) == 0) {
                    best = id;
                    best_at = i;
                }
            }
        }
        if (best == INT32_MAX) {
            return count;
        }
        ids[best_at] = best;
        memmove(ids + best_at + 1, ids + best_at + 2, (count - best_at - 2) * sizeof *ids);
        count--;
    }
}

static void merges_in_the_order_they_were_learnt(void **state)
{
    static const char text[] = "Therefore thus says the LORD: Behold, abandonment y aquellas";
    for (size_t at = 0; at < sizeof text - 1;) {
        const size_t length = pre_token_length(text + at, sizeof text - 1 - at);
        int32_t slow[64];
        int32_t fast[64];
        size_t fast_count = 0;
        const size_t slow_count = encode_slowly(*state, text + at, length, slow);
        assert_int_equal(tokenizer_encode(*state, text + at, length, fast, &fast_count), STATUS_OK);
        assert_int_equal(fast_count, slow_count);
        assert_memory_equal(fast, slow, slow_count * sizeof *slow);
        at += length;
    }
}

static void a_megabyte_of_one_letter_takes_no_time(void **state)
{
    enum { SIZE = 1000000 };
    char *text = malloc(SIZE);
    assert_non_null(text);
    memset(text, 'e', SIZE);
    const clock_t start = clock();
    check(*state, text, SIZE);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 20.0); /* quadratic would be hours */
    free(text);
}

static void assert_same_encoding(const Tokenizer *a, const Tokenizer *b, const char *text,
                                 size_t size)
{
    size_t a_count = 0;
    size_t b_count = 0;
    int32_t *a_ids = assert_round_trip(a, text, size, &a_count);
    int32_t *b_ids = assert_round_trip(b, text, size, &b_count);
    assert_int_equal(a_count, b_count);
    assert_memory_equal(a_ids, b_ids, a_count * sizeof *a_ids);
    free(a_ids);
    free(b_ids);
}

static void a_saved_tokenizer_encodes_the_same_when_loaded(void **state)
{
    char path[] = "/tmp/tramlab-tokenizer-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(tokenizer_save(*state, path, NULL), STATUS_OK);
    Tokenizer *loaded = NULL;
    assert_int_equal(tokenizer_load(path, &loaded, NULL), STATUS_OK);
    unlink(path);
    assert_int_equal(tokenizer_vocab_size(loaded), VOCAB_SIZE);
    assert_int_equal(tokenizer_end_of_text(loaded), VOCAB_SIZE - 1);
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load("sample-runs/data/cross-domain", &corpus, NULL), STATUS_OK);
    for (size_t i = 0; i < corpus.count; i++) {
        assert_same_encoding(*state, loaded, corpus.domains[i].text, 20000);
    }
    text_corpus_clear(&corpus);
    tokenizer_destroy(loaded);
}

static void the_bundled_tokenizer_reads_all_bundled_text(void **state)
{
    (void)state;
    Tokenizer *bundled = NULL;
    Problem problem = {0};
    assert_int_equal(
        tokenizer_load("sample-runs/models/base-lm/tokenizer.json", &bundled, &problem), STATUS_OK);
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load("sample-runs/data/cross-domain", &corpus, NULL), STATUS_OK);
    for (size_t i = 0; i < corpus.count; i++) {
        const TextDomain *domain = &corpus.domains[i];
        size_t id_count = 0;
        free(assert_round_trip(bundled, domain->text, domain->size, &id_count));
        assert_true(id_count * 2 < domain->size);
    }
    text_corpus_clear(&corpus);
    tokenizer_destroy(bundled);
}

/* Words that come again are looked up in a long text, and merged in a short one. */
static void a_long_text_is_encoded_like_its_lines(void **state)
{
    TextCorpus corpus = {0};
    assert_int_equal(text_corpus_load("sample-runs/data/cross-domain", &corpus, NULL), STATUS_OK);
    const char *text = corpus.domains[2].text;
    const size_t size = 200000;
    size_t whole_count = 0;
    size_t count = 0;
    int32_t *whole = assert_round_trip(*state, text, size, &whole_count);
    int32_t *lines = calloc(size, sizeof *lines);
    assert_non_null(lines);
    assert_true(corpus.domains[2].size > size);
    for (size_t at = 0; at < size;) {
        /* No word goes on behind a letter before a blank. */
        size_t end = at + 1;
        while (end < size && !(end - at > 60 && text[end] == ' ' && text[end - 1] >= 'a' &&
                               text[end - 1] <= 'z')) {
            end++;
        }
        size_t line_count = 0;
        assert_int_equal(tokenizer_encode(*state, text + at, end - at, lines + count, &line_count),
                         STATUS_OK);
        count += line_count;
        at = end;
    }
    assert_int_equal(count, whole_count);
    assert_memory_equal(lines, whole, count * sizeof *lines);
    free(lines);
    free(whole);
    text_corpus_clear(&corpus);
}

static void training_twice_gives_the_same_and_refuses_bad_sizes(void **state)
{
    (void)state;
    static const char *const text = "the cat sat on the mat; the rat ate that cat's hat";
    const size_t size = strlen(text);
    Tokenizer *a = NULL;
    Tokenizer *b = NULL;
    assert_int_equal(tokenizer_train(&text, &size, 1, 270, &a, NULL), STATUS_OK);
    assert_int_equal(tokenizer_train(&text, &size, 1, 270, &b, NULL), STATUS_OK);
    assert_same_encoding(a, b, text, size);
    tokenizer_destroy(a);
    tokenizer_destroy(b);
    Tokenizer *none = NULL;
    Problem problem = {0};
    assert_int_equal(tokenizer_train(&text, &size, 1, 256, &none, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "257"));
    assert_int_equal(tokenizer_train(&text, &size, 1, 65537, &none, NULL), STATUS_BAD_VALUE);
    assert_int_equal(tokenizer_train(&text, &size, 1, 5000, &none, NULL), STATUS_BAD_VALUE);
    assert_int_equal(tokenizer_train(NULL, NULL, 0, 258, &none, NULL), STATUS_BAD_VALUE);
    assert_null(none);
    assert_int_equal(tokenizer_train(NULL, NULL, 0, 257, &none, NULL), STATUS_OK);
    assert_int_equal(tokenizer_end_of_text(none), 256);
    tokenizer_destroy(none);
    tokenizer_destroy(NULL);
}

/* Encode each of a reference's strings and compare. true_ids, if the reference has some, leads from our ids to its. */
static void assert_reference(const char *tokenizer_path, const char *reference_path)
{
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    if (tokenizer_load(tokenizer_path, &tokenizer, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    char *text = NULL;
    size_t size = 0;
    Json *root = NULL;
    assert_int_equal(json_read_text(reference_path, 1 << 24, &text, &size, NULL), STATUS_OK);
    assert_int_equal(json_parse(text, size, reference_path, &root, NULL), STATUS_OK);
    free(text);
    int32_t true_ids[4096];
    size_t true_count = 0;
    const Json *list = json_member(root, "true_ids");
    for (const Json *id = json_first(list); id != NULL; id = json_next(id)) {
        true_ids[true_count++] = (int32_t)json_number(id);
    }
    const Json *cases = json_member(root, "cases");
    assert_true(json_count(cases) >= 39);
    for (const Json *item = json_first(cases); item != NULL; item = json_next(item)) {
        const char *string = json_string(json_member(item, "text"));
        const size_t bytes = strlen(string);
        int32_t *ids = malloc((tokenizer_ids_max(tokenizer, bytes) + 1) * sizeof *ids);
        assert_non_null(ids);
        size_t count = 0;
        assert_int_equal(tokenizer_encode(tokenizer, string, bytes, ids, &count), STATUS_OK);
        const Json *expected = json_member(item, "ids");
        if (count != json_count(expected)) {
            fail_msg("\"%s\": %zu tokens instead of %zu", string, count, json_count(expected));
        }
        const Json *id = json_first(expected);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(true_count > 0 ? true_ids[ids[i]] : ids[i], (int)json_number(id));
            id = json_next(id);
        }
        free(ids);
    }
    json_destroy(root);
    tokenizer_destroy(tokenizer);
}

static void encodes_as_gpt2_itself(void **state)
{
    (void)state;
    assert_reference("tests/reference/gpt2_tokenizer.json", "tests/reference/gpt2_tokens.json");
}

static void encodes_as_sentencepiece_itself(void **state)
{
    (void)state;
    assert_reference("tests/reference/unigram_tokenizer.json",
                     "tests/reference/unigram_tokens.json");
}

/* The texts of all 15 languages, names and keywords, as one file each. */
static size_t read_languages(char **texts, size_t *sizes)
{
    static const char *const languages[] = {"en", "fr", "es", "de", "el", "bg", "ru", "tr",
                                            "ar", "vi", "th", "zh", "hi", "sw", "ur"};
    const size_t count = sizeof languages / sizeof *languages;
    for (size_t i = 0; i < count; i++) {
        char path[96];
        snprintf(path, sizeof path, "sample-runs/data/cross-lingual/emoji.%s.tsv", languages[i]);
        assert_int_equal(json_read_text(path, 1 << 20, &texts[i], &sizes[i], NULL), STATUS_OK);
    }
    return count;
}

/* What decoding must give back: the words of a text, each with one blank before it. */
static void assert_words_round_trip(const Tokenizer *tokenizer, const char *text, size_t size)
{
    char *words = malloc(size + 1);
    char *decoded = malloc(size + 1);
    int32_t *ids = malloc(tokenizer_ids_max(tokenizer, size) * sizeof *ids);
    assert_non_null(words);
    assert_non_null(decoded);
    assert_non_null(ids);
    const size_t word_bytes = pre_tokenizer_space_words(text, size, words);
    size_t id_count = 0;
    assert_int_equal(tokenizer_encode(tokenizer, text, size, ids, &id_count), STATUS_OK);
    for (size_t j = 0; j < id_count; j++) {
        assert_in_range(ids[j], 4, 4094);
    }
    assert_true(id_count * 3 < size * 2);
    assert_int_equal(tokenizer_decode(tokenizer, ids, id_count, decoded, size + 1), word_bytes);
    assert_memory_equal(decoded, words, word_bytes);
    free(words);
    free(decoded);
    free(ids);
}

static void learns_fifteen_languages_with_the_tokens_of_an_encoder(void **state)
{
    (void)state;
    char *texts[15];
    size_t sizes[15];
    const size_t count = read_languages(texts, sizes);
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += sizes[i];
    }
    char *joined = malloc(total);
    assert_non_null(joined);
    for (size_t i = 0, at = 0; i < count; at += sizes[i], i++) {
        memcpy(joined + at, texts[i], sizes[i]);
    }
    Tokenizer *tokenizer = NULL;
    assert_int_equal(tokenizer_train_for_encoder(joined, total, 4096, &tokenizer, NULL), STATUS_OK);
    free(joined);
    assert_int_equal(tokenizer_vocab_size(tokenizer), 4096);
    assert_int_equal(tokenizer_end_of_text(tokenizer), 2);
    const SpecialTokens special = tokenizer_special_tokens(tokenizer);
    assert_int_equal(special.start, 0);
    assert_int_equal(special.padding, 1);
    assert_int_equal(special.end, 2);
    assert_int_equal(special.unknown, 3);
    assert_int_equal(special.mask, 4095);
    for (size_t i = 0; i < count; i++) {
        assert_words_round_trip(tokenizer, texts[i], sizes[i]);
        free(texts[i]);
    }
    char path[] = "/tmp/tramlab-tokenizer-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(tokenizer_save(tokenizer, path, NULL), STATUS_OK);
    Tokenizer *loaded = NULL;
    assert_int_equal(tokenizer_load(path, &loaded, NULL), STATUS_OK);
    unlink(path);
    static const char *const WORDS[] = {" cat", "cat", "\t\ncat \u3000"};
    int32_t ids[3][8];
    size_t counts[3];
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            tokenizer_encode(tokenizer, WORDS[i], strlen(WORDS[i]), ids[i], &counts[i]), STATUS_OK);
    }
    for (size_t i = 1; i < 3; i++) {
        assert_int_equal(counts[0], counts[i]);
        assert_memory_equal(ids[0], ids[i], counts[0] * sizeof *ids[0]);
    }
    static const char thai[] = " สวัสดี नमस्ते 你好 مرحبا <mask></s>";
    assert_same_encoding(tokenizer, loaded, thai, sizeof thai - 1);
    assert_int_equal(tokenizer_special_tokens(loaded).mask, 4095);
    tokenizer_destroy(loaded);
    tokenizer_destroy(tokenizer);
}

/* Write the small reference with one change and load it. */
static Tokenizer *load_changed(const char *path, const char *old, const char *new)
{
    char changed[] = "/tmp/tramlab-tokenizer-XXXXXX";
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(json_read_text(path, 1 << 24, &text, &size, NULL), STATUS_OK);
    const char *found = strstr(text, old);
    assert_non_null(found);
    const int file = mkstemp(changed);
    assert_true(file >= 0);
    FILE *stream = fdopen(file, "w");
    assert_non_null(stream);
    fprintf(stream, "%.*s%s%s", (int)(found - text), text, new, found + strlen(old));
    assert_int_equal(fclose(stream), 0);
    free(text);
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    if (tokenizer_load(changed, &tokenizer, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    unlink(changed);
    return tokenizer;
}

/* Merges of the bundled model's tokenizer; a rate of nearly 1 leaves the bytes. */
static void with_dropout_a_text_is_spelled_in_many_ways(void **state)
{
    static const char TEXT[] = " the presidential address of the president, the president";
    enum { ROOM = sizeof TEXT };
    static const double RATES[] = {0.0, 0.1, 0.5, 0.999999};
    const Tokenizer *tokenizer = *state;
    int32_t plain[ROOM];
    size_t plain_count = 0;
    assert_int_equal(tokenizer_encode(tokenizer, TEXT, ROOM - 1, plain, &plain_count), STATUS_OK);
    size_t fewer = plain_count;
    for (size_t r = 0; r < 4; r++) {
        int32_t ids[2][ROOM];
        size_t counts[2];
        char decoded[ROOM];
        size_t sum = 0;
        bool do_differ = false;
        for (uint64_t seed = 0; seed < 20; seed++) {
            for (size_t i = 0; i < 2; i++) {
                Random random = random_stream(seed, RANDOM_STREAM_SPELLINGS, 1);
                const MergeDropout dropout = {.rate = RATES[r], .random = &random};
                assert_int_equal(tokenizer_encode_dropping(tokenizer, &dropout, TEXT, ROOM - 1,
                                                           ids[i], &counts[i]),
                                 STATUS_OK);
            }
            assert_int_equal(counts[0], counts[1]);
            assert_memory_equal(ids[0], ids[1], counts[0] * sizeof *ids[0]);
            assert_int_equal(tokenizer_decode(tokenizer, ids[0], counts[0], decoded, ROOM),
                             ROOM - 1);
            assert_memory_equal(decoded, TEXT, ROOM - 1);
            do_differ = do_differ || counts[0] != plain_count ||
                        memcmp(ids[0], plain, counts[0] * sizeof *plain) != 0;
            sum += counts[0];
        }
        assert_true(do_differ == (r > 0));
        assert_true(r == 0 ? sum == 20 * plain_count : sum > 20 * fewer);
        fewer = sum / 20;
    }
    assert_int_equal(fewer, ROOM - 1);
}

/* In "abcd" with the merges ab, cd: ab is done at once with probability 1 - p, or after cd was, with p (1 - p) (1 - p). */
static void a_dropped_merge_has_another_chance_after_the_next(void **state)
{
    (void)state;
    enum { DRAWS = 8000 };
    static const char TEXT[] = "1ab 2ab 3ab 4cd 5cd";
    Tokenizer *tokenizer = NULL;
    assert_int_equal(tokenizer_train_for_encoder(TEXT, sizeof TEXT - 1, 263, &tokenizer, NULL),
                     STATUS_OK);
    int32_t ab[2];
    int32_t ids[8];
    size_t count = 0;
    assert_int_equal(tokenizer_encode(tokenizer, "ab", 2, ab, &count), STATUS_OK);
    assert_int_equal(count, 2);
    size_t done = 0;
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        Random random = random_stream(seed, RANDOM_STREAM_SPELLINGS, 1);
        const MergeDropout dropout = {.rate = 0.5, .random = &random};
        assert_int_equal(tokenizer_encode_dropping(tokenizer, &dropout, "abcd", 4, ids, &count),
                         STATUS_OK);
        done += ids[1] == ab[1];
    }
    assert_float_equal((double)done / DRAWS, 0.625, 0.02);
    tokenizer_destroy(tokenizer);
}

static void a_prefix_space_stands_before_texts_that_have_none(void **state)
{
    (void)state;
    static const char *const texts[] = {"Hello world", "'s", "  leading", "\n", "", " "};
    Tokenizer *plain = load_changed("tests/reference/gpt2_tokenizer.json", "{", "{");
    Tokenizer *prefixed = load_changed("tests/reference/gpt2_tokenizer.json",
                                       "\"add_prefix_space\":false", "\"add_prefix_space\":true");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char with_space[32];
        const char *text = texts[i];
        snprintf(with_space, sizeof with_space, "%s%s",
                 text[0] == ' ' || text[0] == '\0' ? "" : " ", text);
        int32_t a[32];
        int32_t b[32];
        size_t a_count = 0;
        size_t b_count = 0;
        assert_int_equal(tokenizer_ids_max(prefixed, 5), 6);
        assert_int_equal(tokenizer_encode(prefixed, text, strlen(text), a, &a_count), STATUS_OK);
        assert_int_equal(tokenizer_encode(plain, with_space, strlen(with_space), b, &b_count),
                         STATUS_OK);
        assert_int_equal(a_count, b_count);
        assert_memory_equal(a, b, a_count * sizeof *a);
    }
    tokenizer_destroy(plain);
    tokenizer_destroy(prefixed);
}

static void a_unigram_tokenizer_decodes_saves_and_stays_within_its_room(void **state)
{
    (void)state;
    static const char path[] = "tests/reference/unigram_tokenizer.json";
    Tokenizer *tokenizer = load_changed(path, "{", "{");
    assert_int_equal(tokenizer_end_of_text(tokenizer), 2);
    assert_int_equal(tokenizer_special_tokens(tokenizer).mask,
                     (int)tokenizer_vocab_size(tokenizer) - 1);
    int32_t ids[512];
    size_t count = 0;
    static const char text[] = "  All human   beings\xFF";
    char out[64];
    assert_int_equal(tokenizer_encode(tokenizer, text, sizeof text - 1, ids, &count), STATUS_OK);
    assert_int_equal(ids[count - 1], 3); /* U+FFFD has no piece */
    const size_t length = tokenizer_decode(tokenizer, ids, count, out, sizeof out);
    assert_int_equal(length, strlen("All human beings"));
    assert_memory_equal(out, "All human beings", length);
    assert_int_equal(tokenizer_decode(tokenizer, ids, count, NULL, 0), length);
    char saved[] = "/tmp/tramlab-tokenizer-XXXXXX";
    const int file = mkstemp(saved);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(tokenizer_save(tokenizer, saved, NULL), STATUS_OK);
    assert_reference(saved, "tests/reference/unigram_tokens.json");
    unlink(saved);
    /* What the room is promised for: any bytes, with no memory behind it (address sanitizer). */
    Random random = random_stream(1, RANDOM_STREAM_NOISE, 1);
    for (size_t size = 0; size < 40; size++) {
        char bytes[40];
        for (size_t i = 0; i < size; i++) {
            bytes[i] = size % 3 == 0 ? " a"[random_bits(&random) % 2] : (char)random_bits(&random);
        }
        int32_t *room = malloc(tokenizer_ids_max(tokenizer, size) * sizeof *room);
        assert_int_equal(tokenizer_encode(tokenizer, bytes, size, room, &count), STATUS_OK);
        assert_true(count <= tokenizer_ids_max(tokenizer, size));
        free(room);
    }
    tokenizer_destroy(tokenizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_single_byte_comes_back),
        cmocka_unit_test(strange_texts_come_back),
        cmocka_unit_test(random_bytes_come_back),
        cmocka_unit_test(text_like_the_training_text_gets_shorter),
        cmocka_unit_test(end_of_text_is_the_last_entry_and_never_in_a_text),
        cmocka_unit_test(decoding_passes_over_specials_and_unknown_ids_and_stops_at_the_capacity),
        cmocka_unit_test(merges_in_the_order_they_were_learnt),
        cmocka_unit_test(a_megabyte_of_one_letter_takes_no_time),
        cmocka_unit_test(a_saved_tokenizer_encodes_the_same_when_loaded),
        cmocka_unit_test(the_bundled_tokenizer_reads_all_bundled_text),
        cmocka_unit_test(encodes_as_gpt2_itself),
        cmocka_unit_test(encodes_as_sentencepiece_itself),
        cmocka_unit_test(learns_fifteen_languages_with_the_tokens_of_an_encoder),
        cmocka_unit_test(with_dropout_a_text_is_spelled_in_many_ways),
        cmocka_unit_test(a_dropped_merge_has_another_chance_after_the_next),
        cmocka_unit_test(a_prefix_space_stands_before_texts_that_have_none),
        cmocka_unit_test(a_unigram_tokenizer_decodes_saves_and_stays_within_its_room),
        cmocka_unit_test(a_long_text_is_encoded_like_its_lines),
        cmocka_unit_test(training_twice_gives_the_same_and_refuses_bad_sizes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
