/* tests/fuzz/fuzz_tokenizer.c -- damaged tokenizer.json files are refused in a line, or encode any text within bounds. */
#include "damage.h"

#include <unistd.h>

#include "base/json.h"
#include "data/tokenizer.h"

/* Small, so that much of it is damaged; read as it is, too. */
static const char SMALL[] =
    "{\"added_tokens\": [{\"id\": 0, \"content\": \"<s>\"}, {\"id\": 1, \"content\": \"</s>\"}, "
    "{\"id\": 6, \"content\": \"<mask>\"}],"
    " \"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKC\"}, {\"type\": "
    "\"Strip\", \"strip_left\": true,"
    " \"strip_right\": true}, {\"type\": \"Replace\", \"pattern\": {\"Regex\": \" {2,}\"}, "
    "\"content\": \"▁\"}]},"
    " \"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": "
    "\"WhitespaceSplit\"}, {\"type\": \"Metaspace\","
    " \"replacement\": \"▁\", \"prepend_scheme\": \"always\"}]}, \"model\": {\"type\": "
    "\"Unigram\", \"unk_id\": 2, \"byte_fallback\": false,"
    " \"vocab\": [[\"<s>\", 0], [\"</s>\", 0], [\"<unk>\", 0], [\"▁a\", -1.5], [\"b\", -2], "
    "[\"ab\", -2.5]]}}";

static void encode_texts(const Tokenizer *tokenizer, Random *random, uint64_t round)
{
    static const char alphabet[] =
        "aab  the'sll1\n\t\xE2\x96\x81\xEF\xB7\xBA\xF0\x9F\x98\x80\xCC\x81";
    for (int i = 0; i < 8; i++) {
        char text[96];
        const size_t size = random_below(random, sizeof text);
        for (size_t j = 0; j < size; j++) {
            const uint64_t bits = random_bits(random);
            text[j] = i % 2 == 0 ? alphabet[bits % (sizeof alphabet - 1)] : (char)bits;
        }
        int32_t *ids = malloc(tokenizer_ids_max(tokenizer, size) * sizeof *ids);
        size_t count = 0;
        assert_int_equal(tokenizer_encode(tokenizer, text, size, ids, &count), STATUS_OK);
        assert_true(count <= tokenizer_ids_max(tokenizer, size));
        for (size_t j = 0; j < count; j++) {
            if (ids[j] < 0 || (size_t)ids[j] >= tokenizer_vocab_size(tokenizer)) {
                fail_msg("round %lu: id %d", (unsigned long)round, ids[j]);
            }
        }
        char back[64];
        (void)tokenizer_decode(tokenizer, ids, count, back, sizeof back);
        free(ids);
    }
}

/* Returns whether the damaged file could still be read. */
static int try_damaged(const char *original, size_t original_size, const char *path, uint64_t round)
{
    Random random = random_stream(round, RANDOM_STREAM_NOISE, original_size);
    char *text = malloc(original_size + 1);
    size_t size = original_size;
    assert_non_null(text);
    memcpy(text, original, original_size + 1);
    damage(&random, &text, &size);
    write_whole(path, text, size);
    free(text);
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    if (tokenizer_load(path, &tokenizer, &problem) != STATUS_OK) {
        assert_null(tokenizer);
        assert_one_line(&problem, path, round);
        return 0;
    }
    encode_texts(tokenizer, &random, round);
    tokenizer_destroy(tokenizer);
    return 1;
}

static void damage_again_and_again(const char *original, size_t size, uint64_t rounds)
{
    char path[] = "/tmp/tramlab-fuzz-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    const uint64_t first = fuzz_setting("FUZZ_FIRST", 0);
    uint64_t readable = 0;
    for (uint64_t round = first; round < first + rounds; round++) {
        readable += (uint64_t)try_damaged(original, size, path, round);
    }
    unlink(path);
    /* Some of both, or nothing was tried. */
    assert_true(rounds < 100 || (readable > 0 && readable < rounds));
}

static void damage_file(const char *path, uint64_t rounds)
{
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(json_read_text(path, 1 << 20, &text, &size, NULL), STATUS_OK);
    damage_again_and_again(text, size, rounds);
    free(text);
}

static void a_damaged_bpe_file_is_refused_or_encodes(void **state)
{
    (void)state;
    damage_file("tests/reference/gpt2_tokenizer.json", fuzz_setting("FUZZ_ROUNDS", 200));
}

static void a_damaged_unigram_file_is_refused_or_encodes(void **state)
{
    (void)state;
    damage_file("tests/reference/unigram_tokenizer.json", fuzz_setting("FUZZ_ROUNDS", 200) / 2);
}

static void a_damaged_small_file_is_refused_or_encodes(void **state)
{
    (void)state;
    damage_again_and_again(SMALL, sizeof SMALL - 1, fuzz_setting("FUZZ_ROUNDS", 200) * 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_bpe_file_is_refused_or_encodes),
        cmocka_unit_test(a_damaged_unigram_file_is_refused_or_encodes),
        cmocka_unit_test(a_damaged_small_file_is_refused_or_encodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
