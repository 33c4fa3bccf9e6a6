/* model/shape.c -- GPT-2's configuration, believed key by key. */
#include "model/shape.h"

#include <assert.h>
#include <stdbool.h>

#include "model/config_key.h"

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

static Status check_settings(ConfigSource source)
{
    TRY(config_check_word(source, "model_type", "gpt2", false));
    TRY(config_check_word(source, "activation_function", "gelu_new", true));
#define CHECK_SWITCH(key, standard, supported)                                                     \
    TRY(config_check_switch(source, key, standard, supported));
    SWITCH_TABLE(CHECK_SWITCH)
#undef CHECK_SWITCH
    return STATUS_OK;
}

Status shape_from_json(const Json *config, const char *source_name, CausalLmShape *out,
                       Problem *problem)
{
    const ConfigSource source = {config, source_name, problem};
    TRY(config_check_object(source));
    TRY(check_settings(source));
    CausalLmShape shape = {0};
#define READ_SIZE(field, key) TRY(config_read_size(source, key, 1, &shape.field));
    SIZE_TABLE(READ_SIZE)
#undef READ_SIZE
    assert(shape.H > 0); /* config_read_size has seen to it */
    if (shape.C % shape.H != 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s: \"n_embd\" (%zu) is not divisible by \"n_head\" (%zu)",
                                source_name, shape.C, shape.H);
    }
    shape.F = 4 * shape.C;
    if (config_has(source, "n_inner")) {
        TRY(config_read_size(source, "n_inner", 1, &shape.F));
    }
    TRY(config_read_epsilon(source, "layer_norm_epsilon", 1e-5, &shape.layer_norm_epsilon));
#define READ_DROPOUT(field, key) TRY(config_read_dropout(source, key, &shape.field));
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
