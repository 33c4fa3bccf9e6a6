/* tests/data/test_unigram_file.c -- the forms XLM-R and its like are published in, and what is refused of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/unigram_file.h"

/* As small as it can be; tests change parts of it. */
static const char DOCUMENT[] =
    "{\"added_tokens\": [{\"id\": 0, \"content\": \"<s>\", \"normalized\": true}, {\"id\": 1, "
    "\"content\": \"</s>\"},"
    " {\"id\": 5, \"content\": \"<mask>\", \"lstrip\": true}], \"normalizer\": null,"
    " \"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"▁\"},"
    " \"model\": {\"type\": \"Unigram\", \"unk_id\": 2, \"byte_fallback\": false, \"vocab\":"
    " [[\"<s>\", 0], [\"</s>\", 0], [\"<unk>\", 0], [\"▁a\", -1.5], [\"b\", -2]]}}";

/* The document with the first `old` in it turned into `new`. */
static Status read_changed(const char *old, const char *new, Unigram *unigram,
                           TextNormalizer *normalizer, Vocabulary *vocabulary, Problem *problem)
{
    char text[4096];
    const char *found = strstr(DOCUMENT, old);
    assert_non_null(found);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(found - DOCUMENT), DOCUMENT, new,
             found + strlen(old));
    Json *root = NULL;
    if (json_parse(text, strlen(text), "test", &root, problem) != STATUS_OK) {
        fail_msg("%s", problem->text);
    }
    const Status status =
        unigram_from_json(root, "t.json", unigram, normalizer, vocabulary, problem);
    json_destroy(root);
    return status;
}

static void reads_the_parts(void **state)
{
    (void)state;
    Unigram unigram;
    TextNormalizer normalizer;
    Vocabulary vocabulary;
    Problem problem = {0};
    assert_int_equal(read_changed("null", "null", &unigram, &normalizer, &vocabulary, &problem),
                     STATUS_OK);
    assert_int_equal(vocabulary.token_count, 6);
    assert_int_equal(vocabulary.end_of_text, 1);
    assert_string_equal(vocabulary.tokens[5].special_text, "<mask>");
    assert_string_equal(vocabulary.tokens[2].special_text, "<unk>");
    assert_true(vocabulary.tokens[5].flags.takes_blanks_before);
    assert_false(vocabulary.tokens[1].flags.takes_blanks_before);
    assert_true(vocabulary.tokens[0].flags.is_normalized);
    assert_true(vocabulary.has_prefix_space);
    assert_memory_equal(vocabulary.tokens[3].bytes, "▁a", 4);
    assert_int_equal(unigram.unknown, 2);
    assert_true(unigram.has_prefix_mark);
    assert_false(unigram.splits_at_white_space);
    assert_true(unigram.lowest_score == -2.0);
    assert_int_equal(normalizer.step_count, 0);
    unigram_clear(&unigram);
    vocabulary_clear(&vocabulary);
}

static void assert_accepted(const char *old, const char *new, size_t steps, bool splits,
                            bool has_prefix)
{
    Unigram unigram;
    TextNormalizer normalizer;
    Vocabulary vocabulary;
    Problem problem = {0};
    if (read_changed(old, new, &unigram, &normalizer, &vocabulary, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(normalizer.step_count, steps);
    assert_int_equal(unigram.splits_at_white_space, splits);
    assert_int_equal(unigram.has_prefix_mark, has_prefix);
    unigram_clear(&unigram);
    text_normalizer_clear(&normalizer);
    vocabulary_clear(&vocabulary);
}

static void accepts_the_forms_of_several_years(void **state)
{
    (void)state;
    static const char CUTTER[] = "{\"type\": \"Metaspace\", \"replacement\": \"▁\"}";
    assert_accepted(CUTTER,
                    "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"},"
                    " {\"type\": \"Metaspace\", \"replacement\": \"▁\", \"add_prefix_space\": "
                    "true}]}",
                    0, true, true);
    assert_accepted(CUTTER, "{\"type\": \"Metaspace\", \"prepend_scheme\": \"never\"}", 0, false,
                    false);
    assert_accepted(CUTTER, "{\"type\": \"Metaspace\", \"prepend_scheme\": \"first\"}", 0, false,
                    true);
    assert_accepted(CUTTER, "{\"type\": \"Metaspace\", \"add_prefix_space\": false}", 0, false,
                    false);
    assert_accepted("null", "{\"type\": \"NFKC\"}", 1, false, true);
    assert_accepted("null",
                    "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKC\"},"
                    " {\"type\": \"Strip\", \"strip_left\": false, \"strip_right\": true},"
                    " {\"type\": \"Precompiled\", \"precompiled_charsmap\": null},"
                    " {\"type\": \"Replace\", \"pattern\": {\"Regex\": \" {2,}\"}, \"content\": "
                    "\"▁\"}]}",
                    3, false, true);
}

static void names_what_it_cannot_read(void **state)
{
    (void)state;
    static const struct {
        const char *old;
        const char *new;
        Status status;
        const char *word;
    } changes[] = {
        {"null", "{\"type\": \"Lowercase\"}", STATUS_BAD_VALUE, "Lowercase"},
        {"null", "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAA\"}",
         STATUS_BAD_FORMAT, "precompiled_charsmap"},
        {"null", "{\"type\": \"Precompiled\", \"precompiled_charsmap\": 5}", STATUS_BAD_FORMAT,
         "precompiled_charsmap"},
        {"null", "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \" \"}",
         STATUS_BAD_VALUE, "{2,}"},
        {"\"Metaspace\"", "\"ByteLevel\"", STATUS_BAD_VALUE, "pre_tokenizer"},
        {"\"replacement\": \"▁\"", "\"replacement\": \"_\"", STATUS_BAD_VALUE, "U+2581"},
        {"\"replacement\": \"▁\"", "\"split\": false", STATUS_BAD_VALUE, "split"},
        {"\"Metaspace\"", "\"Sequence\", \"pretokenizers\": []", STATUS_BAD_FORMAT,
         "pretokenizers"},
        {"\"unk_id\": 2", "\"unk_id\": 5", STATUS_BAD_FORMAT, "unk_id"},
        {"\"unk_id\": 2", "\"unk_id\": null", STATUS_BAD_FORMAT, "unk_id"},
        {"\"byte_fallback\": false", "\"byte_fallback\": true", STATUS_BAD_VALUE, "byte_fallback"},
        {"[\"b\", -2]", "[\"▁a\", -2]", STATUS_BAD_VALUE, "model.vocab.4"},
        {"[\"b\", -2]", "[\"b\"]", STATUS_BAD_VALUE, "model.vocab.4"},
        {"[\"b\", -2]", "[\"\", -2]", STATUS_BAD_VALUE, "model.vocab.4"},
        {"[\"b\", -2]", "[\"b\", \"x\"]", STATUS_BAD_VALUE, "model.vocab.4"},
        {"[\"b\", -2]", "7", STATUS_BAD_VALUE, "model.vocab.4"},
        {"\"vocab\":", "\"vocab\": {}, \"x\":", STATUS_BAD_FORMAT, "model.vocab"},
        {"\"id\": 5", "\"id\": 6", STATUS_BAD_VALUE, "<mask>"},
        {"\"id\": 0", "\"id\": 3", STATUS_BAD_VALUE, "<s>"},
        {"\"id\": 0", "\"id\": -1", STATUS_BAD_FORMAT, "added_tokens"},
        {"\"content\": \"</s>\"", "\"content\": \"</t>\"", STATUS_BAD_VALUE, "</t>"},
        {"{\"id\": 1, \"content\": \"</s>\"},", "", STATUS_BAD_VALUE, "</s>"},
        {"\"added_tokens\": [", "\"added_tokens\": 3, \"x\": [", STATUS_BAD_FORMAT, "added_tokens"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        Unigram unigram;
        TextNormalizer normalizer;
        Vocabulary vocabulary;
        Problem problem = {0};
        assert_int_equal(read_changed(changes[i].old, changes[i].new, &unigram, &normalizer,
                                      &vocabulary, &problem),
                         changes[i].status);
        assert_int_equal(problem.status, changes[i].status);
        if (strstr(problem.text, "t.json") == NULL ||
            strstr(problem.text, changes[i].word) == NULL) {
            fail_msg("\"%s\" should be in: %s", changes[i].word, problem.text);
        }
        assert_null(unigram.pieces);
        assert_null(vocabulary.tokens);
    }
}

static void byte_pieces_are_not_found_in_a_text(void **state)
{
    (void)state;
    char text[8192];
    char *end = stpcpy(text, "{\"added_tokens\": [{\"id\": 0, \"content\": \"</s>\"}],"
                             "\"pre_tokenizer\": {\"type\": \"Metaspace\"}, \"model\": {\"type\": "
                             "\"Unigram\", \"byte_fallback\": true, \"unk_id\": 1, \"vocab\": "
                             "[[\"</s>\", 0], [\"<unk>\", 0]");
    for (int i = 0; i < 256; i++) {
        end += sprintf(end, ", [\"<0x%02X>\", -3.5]", (unsigned)i);
    }
    strcpy(end, "]}}");
    Json *root = NULL;
    Problem problem = {0};
    assert_int_equal(json_parse(text, strlen(text), "t", &root, &problem), STATUS_OK);
    Unigram unigram;
    TextNormalizer normalizer;
    Vocabulary vocabulary;
    assert_int_equal(unigram_from_json(root, "t", &unigram, &normalizer, &vocabulary, &problem),
                     STATUS_OK);
    json_destroy(root);
    assert_int_equal(unigram.byte_ids[0xFE], 2 + 0xFE);
    assert_int_equal(vocabulary.tokens[2 + 0xFE].size, 1);
    assert_int_equal((uint8_t)vocabulary.tokens[2 + 0xFE].bytes[0], 0xFE);
    UnigramScratch scratch = {0};
    int32_t ids[8];
    size_t count = 0;
    assert_int_equal(unigram_encode_word(&unigram, "<0x41>", 6, &scratch, ids, &count), STATUS_OK);
    assert_int_equal(count, 6);
    assert_int_equal(ids[0], 2 + '<');
    unigram_scratch_clear(&scratch);
    unigram_clear(&unigram);
    vocabulary_clear(&vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_parts),
        cmocka_unit_test(accepts_the_forms_of_several_years),
        cmocka_unit_test(names_what_it_cannot_read),
        cmocka_unit_test(byte_pieces_are_not_found_in_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
