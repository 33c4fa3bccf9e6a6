/* tests/data/test_vocabulary_file.c -- what is written is read again, and a broken file is refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "data/vocabulary_file.h"

typedef struct Fixture {
    char folder[64];
    char path[96];
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    strcpy(fixture->folder, "/tmp/tramlab-vocabulary-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof fixture->path, "%s/tokenizer.json", fixture->folder);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    unlink(fixture->path);
    const int result = rmdir(fixture->folder); /* fails if a temporary file was left behind */
    free(fixture);
    return result;
}

/* All bytes, "th" and "the" with their merges, and end of text. */
static void make_vocabulary(Vocabulary *vocabulary)
{
    *vocabulary = (Vocabulary){0};
    assert_int_equal(vocabulary_add_all_bytes(vocabulary), STATUS_OK);
    assert_int_equal(vocabulary_add_token(vocabulary, "th", 2), STATUS_OK);
    assert_int_equal(vocabulary_add_token(vocabulary, " th", 3), STATUS_OK);
    assert_int_equal(vocabulary_add_merge(vocabulary, (MergeRule){83, 71, 256}), STATUS_OK);
    assert_int_equal(vocabulary_add_merge(vocabulary, (MergeRule){220, 256, 257}), STATUS_OK);
    vocabulary->end_of_text = 258;
    assert_int_equal(vocabulary_add_special(vocabulary, END_OF_TEXT), STATUS_OK);
}

/* Write the small vocabulary with the first `old` in it turned into `new`. */
static void write_changed(const Fixture *fixture, const char *old, const char *new)
{
    Vocabulary vocabulary;
    make_vocabulary(&vocabulary);
    assert_int_equal(vocabulary_write(&vocabulary, fixture->path, NULL), STATUS_OK);
    vocabulary_clear(&vocabulary);
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(json_read_text(fixture->path, 1 << 20, &text, &size, NULL), STATUS_OK);
    const char *found = strstr(text, old);
    assert_non_null(found);
    FILE *file = fopen(fixture->path, "wb");
    assert_non_null(file);
    fprintf(file, "%.*s%s%s", (int)(found - text), text, new, found + strlen(old));
    assert_int_equal(fclose(file), 0);
    free(text);
}

static void assert_refused(const Fixture *fixture, Status expected, const char *word)
{
    Vocabulary untouched = {.end_of_text = 77};
    Problem problem = {0};
    assert_int_equal(vocabulary_read(fixture->path, &untouched, &problem), expected);
    assert_int_equal(problem.status, expected);
    assert_non_null(strstr(problem.text, fixture->path));
    if (strstr(problem.text, word) == NULL) {
        fail_msg("\"%s\" is not in: %s", word, problem.text);
    }
    assert_int_equal(untouched.end_of_text, 77);
    assert_null(untouched.tokens);
}

static void reads_what_it_wrote(void **state)
{
    const Fixture *fixture = *state;
    Vocabulary vocabulary;
    Vocabulary read = {0};
    make_vocabulary(&vocabulary);
    assert_int_equal(vocabulary_write(&vocabulary, fixture->path, NULL), STATUS_OK);
    assert_int_equal(vocabulary_read(fixture->path, &read, NULL), STATUS_OK);
    assert_int_equal(read.token_count, vocabulary.token_count);
    assert_int_equal(read.end_of_text, 258);
    for (size_t i = 0; i < 258; i++) {
        assert_int_equal(read.tokens[i].size, vocabulary.tokens[i].size);
        assert_memory_equal(read.tokens[i].bytes, vocabulary.tokens[i].bytes, read.tokens[i].size);
    }
    assert_string_equal(read.tokens[258].special_text, END_OF_TEXT);
    assert_int_equal(read.merge_count, 2);
    assert_memory_equal(read.merges, vocabulary.merges, 2 * sizeof *read.merges);
    vocabulary_clear(&vocabulary);
    vocabulary_clear(&read);
}

/* One change to the file that must still be read, with the same merges. */
static void assert_accepted(const Fixture *fixture, const char *old, const char *new)
{
    write_changed(fixture, old, new);
    Vocabulary read = {0};
    Problem problem = {0};
    if (vocabulary_read(fixture->path, &read, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(read.merge_count, 2);
    assert_int_equal(read.merges[1].result, 257);
    vocabulary_clear(&read);
}

static void accepts_the_forms_of_other_writers(void **state)
{
    const Fixture *fixture = *state;
    assert_accepted(fixture, "\"t h\"", "[\"t\", \"h\"]");
    assert_accepted(fixture, "\"continuing_subword_prefix\":\tnull",
                    "\"continuing_subword_prefix\":\t\"\"");
    /* GPT-2's own file has no type in its model. */
    assert_accepted(fixture, "\"type\":\t\"BPE\",", "");
    assert_accepted(fixture, "\"use_regex\":\ttrue", "\"unknown\": 1");
    assert_accepted(fixture, "\"post_processor\":\tnull",
                    "\"post_processor\": {\"type\": \"ByteLevel\"}");
    /* An added token which the vocabulary does not list, with the id after it. */
    assert_accepted(fixture, ",\n\t\t\t\"<|endoftext|>\":\t258", "");
}

static void keeps_the_prefix_space_and_the_tokens_of_an_encoder(void **state)
{
    const Fixture *fixture = *state;
    static const char *const specials[] = {"<s>", "<pad>", "</s>", "<unk>"};
    Vocabulary vocabulary = {.has_prefix_space = true};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(vocabulary_add_special(&vocabulary, specials[i]), STATUS_OK);
    }
    assert_int_equal(vocabulary_add_all_bytes(&vocabulary), STATUS_OK);
    assert_int_equal(vocabulary_add_special(&vocabulary, "<mask>"), STATUS_OK);
    vocabulary.tokens[260].flags.takes_blanks_before = true; /* as RoBERTa's */
    assert_int_equal(vocabulary_write(&vocabulary, fixture->path, NULL), STATUS_OK);
    vocabulary_clear(&vocabulary);
    assert_int_equal(vocabulary_read(fixture->path, &vocabulary, NULL), STATUS_OK);
    assert_true(vocabulary.has_prefix_space);
    assert_int_equal(vocabulary.end_of_text, 2);
    assert_int_equal(vocabulary_find_special(&vocabulary, "<mask>"), 260);
    assert_true(vocabulary.tokens[260].flags.takes_blanks_before);
    assert_false(vocabulary.tokens[0].flags.takes_blanks_before);
    assert_int_equal(vocabulary_find_special(&vocabulary, "<|endoftext|>"), -1);
    vocabulary_clear(&vocabulary);
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(json_read_text(fixture->path, 1 << 20, &text, &size, NULL), STATUS_OK);
    assert_non_null(strstr(text, "RobertaProcessing"));
    free(text);
}

/* Write an encoder's vocabulary that splits at white space. */
static char *write_splitting(const Fixture *fixture)
{
    Vocabulary vocabulary = {.has_prefix_space = true, .splits_at_white_space = true};
    assert_int_equal(vocabulary_add_special(&vocabulary, "</s>"), STATUS_OK);
    assert_int_equal(vocabulary_add_all_bytes(&vocabulary), STATUS_OK);
    assert_int_equal(vocabulary_write(&vocabulary, fixture->path, NULL), STATUS_OK);
    vocabulary_clear(&vocabulary);
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(json_read_text(fixture->path, 1 << 20, &text, &size, NULL), STATUS_OK);
    return text;
}

static void keeps_the_split_at_white_space(void **state)
{
    const Fixture *fixture = *state;
    Vocabulary vocabulary = {0};
    char *text = write_splitting(fixture);
    assert_non_null(strstr(text, "\"WhitespaceSplit\""));
    free(text);
    assert_int_equal(vocabulary_read(fixture->path, &vocabulary, NULL), STATUS_OK);
    assert_true(vocabulary.splits_at_white_space);
    assert_true(vocabulary.has_prefix_space);
    vocabulary_clear(&vocabulary);
}

/* The words would be others: without a blank before them, cut again by the pattern, split by something else. */
static void refuses_other_sequences(void **state)
{
    const Fixture *fixture = *state;
    static const char *const changes[][2] = {
        {"\"add_prefix_space\":\ttrue", "\"add_prefix_space\":\tfalse"},
        {"\"use_regex\":\tfalse", "\"use_regex\":\ttrue"},
        {"\"use_regex\":\tfalse", "\"unknown\":\t1"},
        {"\"WhitespaceSplit\"", "\"Digits\""},
        {"\"pretokenizers\"", "\"others\""},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *text = write_splitting(fixture);
        char *found = strstr(text, changes[i][0]);
        assert_non_null(found);
        FILE *stream = fopen(fixture->path, "w");
        assert_non_null(stream);
        fprintf(stream, "%.*s%s%s", (int)(found - text), text, changes[i][1],
                found + strlen(changes[i][0]));
        assert_int_equal(fclose(stream), 0);
        free(text);
        Vocabulary vocabulary = {0};
        Problem problem = {0};
        assert_int_equal(vocabulary_read(fixture->path, &vocabulary, &problem), STATUS_BAD_VALUE);
        assert_non_null(strstr(problem.text, "pre_tokenizer.pretokenizers"));
    }
}

static void names_the_key_that_is_wrong(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *old;
        const char *new;
        Status status;
        const char *word;
    } changes[] = {
        {"\"BPE\"", "\"WordPiece\"", STATUS_BAD_VALUE, "model.type"},
        {"\"pre_tokenizer\":\t{", "\"pre_tokenizer\": null, \"x\": {", STATUS_BAD_FORMAT,
         "pre_tokenizer"},
        {"\"ByteLevel\"", "\"Whitespace\"", STATUS_BAD_VALUE, "pre_tokenizer.type"},
        {"\"add_prefix_space\":\tfalse", "\"add_prefix_space\": 1", STATUS_BAD_FORMAT,
         "pre_tokenizer.add_prefix_space"},
        {"\"special\":\ttrue", "\"special\": false", STATUS_BAD_VALUE, "is not special"},
        {"\"use_regex\":\ttrue", "\"use_regex\": false", STATUS_BAD_VALUE,
         "pre_tokenizer.use_regex"},
        {"\"normalizer\":\tnull", "\"normalizer\": {\"type\": \"NFC\"}", STATUS_BAD_VALUE,
         "normalizer"},
        {"\"dropout\":\tnull", "\"dropout\": 0.1", STATUS_BAD_VALUE, "model.dropout"},
        {"\"end_of_word_suffix\":\tnull", "\"end_of_word_suffix\": \"</w>\"", STATUS_BAD_VALUE,
         "model.end_of_word_suffix"},
        {"\"ignore_merges\":\tfalse", "\"ignore_merges\": true", STATUS_BAD_VALUE,
         "model.ignore_merges"},
        {"\"vocab\":\t{", "\"vocab\": 3, \"x\": {", STATUS_BAD_FORMAT, "model.vocab"},
        {"\"!\":\t0", "\"!\": 0.5", STATUS_BAD_VALUE, "model.vocab"},
        {"\"!\":\t0", "\"!\": -1", STATUS_BAD_VALUE, "model.vocab"},
        {"\"!\":\t0", "\"!\": 1e300", STATUS_BAD_VALUE, "model.vocab"},
        {"\"!\":\t0", "\"!\": 1", STATUS_BAD_VALUE, "second time"},
        {"\"!\":\t0", "\"!\": 1000", STATUS_BAD_VALUE, "without a gap"},
        {"\"!\":\t0", "\"!!\": 0", STATUS_BAD_VALUE, "0x21"},
        {"\"!\":\t0", "\"\": 0", STATUS_BAD_VALUE, "byte-level"},
        {"\"!\":\t0", "\"\xE2\x82\xAC\": 0", STATUS_BAD_VALUE, "byte-level"},
        {"\"t h\"", "\"th\"", STATUS_BAD_FORMAT, "model.merges.0"},
        {"\"t h\"", "\"t h e\"", STATUS_BAD_FORMAT, "model.merges.0"},
        {"\"t h\"", "7", STATUS_BAD_FORMAT, "model.merges.0"},
        {"\"t h\"", "[\"t\"]", STATUS_BAD_FORMAT, "model.merges.0"},
        {"\"t h\"", "\"t e\"", STATUS_BAD_VALUE, "what becomes of"},
        {"\"t h\"", "\"xyz h\"", STATUS_BAD_VALUE, "the first half"},
        {"\"t h\"", "\"t xyz\"", STATUS_BAD_VALUE, "the second half"},
        {"\"merges\":\t[", "\"merges\": null, \"x\": [", STATUS_BAD_FORMAT, "model.merges"},
        {"\"added_tokens\":\t[", "\"added_tokens\": [3, ", STATUS_BAD_FORMAT, "added_tokens"},
        {"<|endoftext|>", "<|other|>", STATUS_BAD_VALUE, "258"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        write_changed(fixture, changes[i].old, changes[i].new);
        assert_refused(fixture, changes[i].status, changes[i].word);
    }
}

static void no_cut_off_file_is_read(void **state)
{
    const Fixture *fixture = *state;
    write_changed(fixture, "\"version\"", "\"version\"");
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(json_read_text(fixture->path, 1 << 20, &text, &size, NULL), STATUS_OK);
    for (size_t cut = 0; cut + 2 < size; cut += 97) {
        FILE *file = fopen(fixture->path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(text, 1, cut, file), cut);
        assert_int_equal(fclose(file), 0);
        Vocabulary read = {0};
        assert_int_equal(vocabulary_read(fixture->path, &read, NULL), STATUS_BAD_FORMAT);
    }
    free(text);
}

static void a_missing_file_and_a_missing_folder_are_named(void **state)
{
    const Fixture *fixture = *state;
    assert_refused(fixture, STATUS_FILE_UNREADABLE, "tokenizer.json");
    Vocabulary vocabulary;
    make_vocabulary(&vocabulary);
    Problem problem = {0};
    assert_int_equal(vocabulary_write(&vocabulary, "/nonexistent/t.json", &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "/nonexistent/t.json"));
    vocabulary_clear(&vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_what_it_wrote, set_up, tear_down),
        cmocka_unit_test_setup_teardown(accepts_the_forms_of_other_writers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_the_prefix_space_and_the_tokens_of_an_encoder, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(keeps_the_split_at_white_space, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_other_sequences, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_the_key_that_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_cut_off_file_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_file_and_a_missing_folder_are_named, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
