#include "data/tokenizer_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void add_specials(Vocabulary *vocabulary, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(vocabulary_add_special(vocabulary, texts[i]), STATUS_OK);
    }
}

static void assert_says(const Json *config, const char *key, const char *value)
{
    if (strcmp(json_string(json_member(config, key)), value) != 0) {
        fail_msg("\"%s\" is \"%s\"", key, json_string(json_member(config, key)));
    }
}

/* What stands in tokenizer.json is what is meant, and no model gets token types, which GPT-2 takes for words. */
static void assert_taken_as_it_is(const Json *config)
{
    const Json *names = json_member(config, "model_input_names");
    assert_says(config, "tokenizer_class", "PreTrainedTokenizerFast");
    assert_int_equal(json_count(names), 2);
    assert_string_equal(json_string(json_first(names)), "input_ids");
    assert_string_equal(json_string(json_next(json_first(names))), "attention_mask");
    assert_true(json_is_bool(json_member(config, "clean_up_tokenization_spaces")));
    assert_false(json_truth(json_member(config, "clean_up_tokenization_spaces")));
}

static void an_encoders_tokens_have_their_roles(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"<s>", "<pad>", "</s>", "<unk>", "<mask>", "<extra>"};
    static const char *const ROLES[][2] = {
        {"bos_token", "<s>"},     {"cls_token", "<s>"},   {"eos_token", "</s>"},
        {"sep_token", "</s>"},    {"pad_token", "<pad>"}, {"unk_token", "<unk>"},
        {"mask_token", "<mask>"},
    };
    Vocabulary vocabulary = {.has_prefix_space = true};
    add_specials(&vocabulary, TEXTS, 6);
    vocabulary.tokens[4].flags.takes_blanks_before = true;
    Json *config = tokenizer_config_new(&vocabulary, 62);
    assert_non_null(config);
    assert_taken_as_it_is(config);
    for (size_t i = 0; i < sizeof ROLES / sizeof *ROLES; i++) {
        assert_says(config, ROLES[i][0], ROLES[i][1]);
    }
    assert_true(json_truth(json_member(config, "add_prefix_space")));
    assert_true(json_number(json_member(config, "model_max_length")) == 62.0);
    const Json *tokens = json_member(config, "added_tokens_decoder");
    assert_int_equal(json_count(tokens), 5); /* each once */
    assert_says(json_member(tokens, "4"), "content", "<mask>");
    assert_true(json_truth(json_member(json_member(tokens, "4"), "lstrip")));
    assert_false(json_truth(json_member(json_member(tokens, "0"), "lstrip")));
    json_destroy(config);
    vocabulary_clear(&vocabulary);
}

static void the_end_of_a_document_begins_one_too(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {END_OF_TEXT, "<pad>"};
    Vocabulary vocabulary = {0};
    add_specials(&vocabulary, TEXTS, 2);
    Json *config = tokenizer_config_new(&vocabulary, 1024);
    assert_non_null(config);
    assert_taken_as_it_is(config);
    assert_says(config, "bos_token", END_OF_TEXT);
    assert_says(config, "eos_token", END_OF_TEXT);
    assert_says(config, "unk_token", END_OF_TEXT);
    assert_says(config, "pad_token", "<pad>");
    assert_null(json_member(config, "cls_token"));
    assert_null(json_member(config, "mask_token"));
    assert_true(json_is_bool(json_member(config, "add_prefix_space")));
    assert_false(json_truth(json_member(config, "add_prefix_space")));
    json_destroy(config);
    vocabulary_clear(&vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_encoders_tokens_have_their_roles),
        cmocka_unit_test(the_end_of_a_document_begins_one_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
