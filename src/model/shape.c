/* model/shape.c -- GPT-2's configuration, believed key by key. */
#include "model/shape.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const double SIZE_MOST =
    1048576.0; /* 2^20: no product of the sizes that a tensor has can then overflow */

/* X(field, key): the sizes that every configuration must hold. */
#define SIZE_TABLE(X)                                                                              \
    X(V, "vocab_size")                                                                             \
    X(P, "n_positions")                                                                            \
    X(C, "n_embd")                                                                                 \
    X(L, "n_layer")                                                                                \
    X(H, "n_head")

/* X(field, key): the shares of units dropped in training. */
#define DROPOUT_TABLE(X)                                                                           \
    X(embedding_dropout, "embd_pdrop")                                                             \
    X(attention_dropout, "attn_pdrop")                                                             \
    X(residual_dropout, "resid_pdrop")

/* X(key, value when absent, the only value supported): switches that would change the result. */
#define SWITCH_TABLE(X)                                                                            \
    X("tie_word_embeddings", true, true)                                                           \
    X("scale_attn_weights", true, true)                                                            \
    X("scale_attn_by_inverse_layer_idx", false, false)                                             \
    X("reorder_and_upcast_attn", false, false)                                                     \
    X("add_cross_attention", false, false)

static bool is_null(const Json *json)
{
    return json == NULL || !(json_is_number(json) || json_is_string(json) || json_is_bool(json) ||
                             json_is_array(json) || json_is_object(json));
}

static Status read_size(const Json *config, const char *key, const char *source_name, size_t *out,
                        Problem *problem)
{
    const Json *const json = json_member(config, key);
    if (json == NULL) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s: \"%s\" is missing", source_name,
                                key);
    }
    const double value = json_number(json);
    if (!json_is_number(json) || !(value >= 1 && value <= SIZE_MOST) || floor(value) < value) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be a whole number from 1 to %.0f", source_name,
                                key, SIZE_MOST);
    }
    *out = (size_t)value;
    return STATUS_OK;
}

static Status check_word(const Json *config, const char *key, const char *word, bool may_be_absent,
                         const char *source_name, Problem *problem)
{
    const Json *const json = json_member(config, key);
    if ((json == NULL && may_be_absent) ||
        (json_is_string(json) && strcmp(json_string(json), word) == 0)) {
        return STATUS_OK;
    }
    return problem_describe(problem, STATUS_BAD_VALUE,
                            "%s: \"%s\" must be \"%s\"; nothing else is supported", source_name,
                            key, word);
}

static Status check_switch(const Json *config, const char *key, bool standard, bool supported,
                           const char *source_name, Problem *problem)
{
    const Json *const json = json_member(config, key);
    if (json != NULL && !json_is_bool(json)) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s: \"%s\" must be true or false",
                                source_name, key);
    }
    if ((json == NULL ? standard : json_truth(json)) != supported) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be %s; nothing else is supported", source_name,
                                key, supported ? "true" : "false");
    }
    return STATUS_OK;
}

static Status check_settings(const Json *config, const char *source_name, Problem *problem)
{
    TRY(check_word(config, "model_type", "gpt2", false, source_name, problem));
    TRY(check_word(config, "activation_function", "gelu_new", true, source_name, problem));
#define CHECK_SWITCH(key, standard, supported)                                                     \
    TRY(check_switch(config, key, standard, supported, source_name, problem));
    SWITCH_TABLE(CHECK_SWITCH)
#undef CHECK_SWITCH
    return STATUS_OK;
}

static Status read_epsilon(const Json *config, const char *source_name, double *out,
                           Problem *problem)
{
    const Json *const json = json_member(config, "layer_norm_epsilon");
    const double value = json == NULL ? 1e-5 : json_number(json); /* Hugging Face's default */
    if (!(value > 0 && value <= 1)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: \"layer_norm_epsilon\" must be a number above 0 and at most 1",
                                source_name);
    }
    *out = value;
    return STATUS_OK;
}

/* DIFFERS from Hugging Face where the key is missing: 0 in place of 0.1, so that nobody trains with dropout unknowingly. */
static Status read_dropout(const Json *config, const char *key, const char *source_name,
                           double *out, Problem *problem)
{
    const Json *const json = json_member(config, key);
    const double value = json == NULL ? 0 : json_number(json);
    if ((json != NULL && !json_is_number(json)) || !(value >= 0 && value < 1)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: \"%s\" must be a number from 0 to below 1", source_name, key);
    }
    *out = value;
    return STATUS_OK;
}

Status shape_from_json(const Json *config, const char *source_name, CausalLmShape *out,
                       Problem *problem)
{
    if (!json_is_object(config)) {
        return problem_describe(problem, STATUS_BAD_VALUE, "%s: the configuration is not an object",
                                source_name);
    }
    TRY(check_settings(config, source_name, problem));
    CausalLmShape shape = {0};
#define READ_SIZE(field, key) TRY(read_size(config, key, source_name, &shape.field, problem));
    SIZE_TABLE(READ_SIZE)
#undef READ_SIZE
    assert(shape.H > 0); /* read_size has seen to it */
    if (shape.C % shape.H != 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: \"n_embd\" (%zu) is not divisible by \"n_head\" (%zu)",
                                source_name, shape.C, shape.H);
    }
    shape.F = 4 * shape.C;
    if (!is_null(json_member(config, "n_inner"))) {
        TRY(read_size(config, "n_inner", source_name, &shape.F, problem));
    }
    TRY(read_epsilon(config, source_name, &shape.layer_norm_epsilon, problem));
#define READ_DROPOUT(field, key) TRY(read_dropout(config, key, source_name, &shape.field, problem));
    DROPOUT_TABLE(READ_DROPOUT)
#undef READ_DROPOUT
    *out = shape;
    return STATUS_OK;
}

static bool fill(Json *config, const CausalLmShape *shape)
{
    Json *const architectures = json_new_array();
    bool is_complete = json_append(architectures, json_new_string("GPT2LMHeadModel"));
    is_complete = json_add(config, "architectures", architectures) && is_complete;
    is_complete = json_add_string(config, "model_type", "gpt2") && is_complete;
    is_complete = json_add_string(config, "activation_function", "gelu_new") && is_complete;
#define ADD_SIZE(field, key)                                                                       \
    is_complete = json_add_number(config, key, (double)shape->field) && is_complete;
    SIZE_TABLE(ADD_SIZE)
#undef ADD_SIZE
    is_complete = json_add_number(config, "n_inner", (double)shape->F) && is_complete;
    is_complete = json_add_number(config, "n_ctx", (double)shape->P) && is_complete;
    is_complete =
        json_add_number(config, "layer_norm_epsilon", shape->layer_norm_epsilon) && is_complete;
#define ADD_SWITCH(key, standard, supported)                                                       \
    is_complete = json_add_bool(config, key, supported) && is_complete;
    SWITCH_TABLE(ADD_SWITCH)
#undef ADD_SWITCH
    is_complete = json_add_number(config, "initializer_range", 0.02) && is_complete;
    /* Written even when 0: Hugging Face would take 0.1 for a missing one. */
#define ADD_DROPOUT(field, key)                                                                    \
    is_complete = json_add_number(config, key, shape->field) && is_complete;
    DROPOUT_TABLE(ADD_DROPOUT)
#undef ADD_DROPOUT
    return json_add_string(config, "torch_dtype", "float32") && is_complete;
}

Json *shape_to_json(const CausalLmShape *shape)
{
    Json *const config = json_new_object();
    if (config != NULL && !fill(config, shape)) {
        json_destroy(config);
        return NULL;
    }
    return config;
}
