#include "data/tokenizer_config.h"

#include <stdio.h>

/* What a token is for. */
typedef struct TokenRole {
    const char *key;
    const char *text;     /* the token, if it is there */
    bool is_of_documents; /* "<|endoftext|>", where there is one, has this role instead */
} TokenRole;

static const TokenRole ROLES[] = {
    {"bos_token", "<s>", true},      {"cls_token", "<s>", false},   {"eos_token", "</s>", true},
    {"mask_token", "<mask>", false}, {"pad_token", "<pad>", false}, {"sep_token", "</s>", false},
    {"unk_token", "<unk>", true},
};

/* A configuration while it is made. */
typedef struct Making {
    const Vocabulary *vocabulary;
    Json *config;
    Json *tokens; /* "added_tokens_decoder", by id */
} Making;

static bool add_token(Making *making, const char *number, int32_t id)
{
    const VocabularyToken *token = &making->vocabulary->tokens[id];
    if (json_member(making->tokens, number) != NULL) {
        return true; /* it has another role, too */
    }
    Json *entry = json_new_object();
    const bool is_complete =
        entry != NULL && added_token_describe(entry, token->special_text, token->flags);
    return json_add(making->tokens, number, entry) && is_complete;
}

static bool add_role(Making *making, const TokenRole *role)
{
    enum { NUMBER_BYTES = 16 };
    char number[NUMBER_BYTES];
    int32_t id =
        role->is_of_documents ? vocabulary_find_special(making->vocabulary, END_OF_TEXT) : -1;
    if (id < 0) {
        id = vocabulary_find_special(making->vocabulary, role->text);
    }
    if (id < 0) {
        return true;
    }
    snprintf(number, sizeof number, "%d", (int)id);
    return json_add_string(making->config, role->key,
                           making->vocabulary->tokens[id].special_text) &&
           add_token(making, number, id);
}

static bool add_roles(Making *making)
{
    bool is_complete = true;
    for (size_t i = 0; i < sizeof ROLES / sizeof *ROLES; i++) {
        is_complete = add_role(making, &ROLES[i]) && is_complete;
    }
    return is_complete;
}

static bool add_input_names(Json *config)
{
    Json *names = json_new_array();
    bool is_complete = json_append(names, json_new_string("input_ids"));
    is_complete = json_append(names, json_new_string("attention_mask")) && is_complete;
    return json_add(config, "model_input_names", names) && is_complete;
}

static bool fill(Making *making, size_t longest)
{
    Json *config = making->config;
    bool is_complete =
        json_add_bool(config, "add_prefix_space", making->vocabulary->has_prefix_space);
    is_complete = add_roles(making) && is_complete;
    is_complete = json_add_bool(config, "clean_up_tokenization_spaces", false) && is_complete;
    is_complete = add_input_names(config) && is_complete;
    is_complete = json_add_number(config, "model_max_length", (double)longest) && is_complete;
    return json_add_string(config, "tokenizer_class", "PreTrainedTokenizerFast") && is_complete;
}

Json *tokenizer_config_new(const Vocabulary *vocabulary, size_t longest)
{
    Making making = {vocabulary, json_new_object(), json_new_object()};
    bool is_complete = making.config != NULL && making.tokens != NULL && fill(&making, longest);
    is_complete = json_add(making.config, "added_tokens_decoder", making.tokens) && is_complete;
    if (!is_complete) {
        json_destroy(making.config);
        return NULL;
    }
    return making.config;
}
