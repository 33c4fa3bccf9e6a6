/* model/stack_shape.c -- the keys that encoders of all kinds have in common. */
#include "model/stack_shape.h"

#include <assert.h>

/* X(field, key) */
#define SIZE_TABLE(X)                                                                              \
    X(C, "hidden_size")                                                                            \
    X(L, "num_hidden_layers")                                                                      \
    X(H, "num_attention_heads")                                                                    \
    X(F, "intermediate_size")

/* X(field, key) */
#define DROPOUT_TABLE(X)                                                                           \
    X(hidden_dropout, "hidden_dropout_prob")                                                       \
    X(attention_dropout, "attention_probs_dropout_prob")

Status stack_shape_read(ConfigSource source, StackShape *out)
{
    StackShape shape = {0};
    TRY(config_check_word(source, "hidden_act", "gelu", true));
#define READ_SIZE(field, key) TRY(config_read_size(source, key, 1, &shape.field));
    SIZE_TABLE(READ_SIZE)
#undef READ_SIZE
    assert(shape.H > 0); /* config_read_size has seen to it */
    if (shape.C % shape.H != 0) {
        return problem_describe(
            source.problem, STATUS_BAD_VALUE,
            "%s: \"hidden_size\" (%zu) is not divisible by \"num_attention_heads\" (%zu)",
            source.name, shape.C, shape.H);
    }
    TRY(config_read_epsilon(source, "layer_norm_eps", 1e-12, &shape.layer_norm_epsilon));
    TRY(config_read_epsilon(source, "initializer_range", 0.02, &shape.initializer_range));
#define READ_DROPOUT(field, key) TRY(config_read_dropout(source, key, &shape.field));
    DROPOUT_TABLE(READ_DROPOUT)
#undef READ_DROPOUT
    *out = shape;
    return STATUS_OK;
}

bool stack_shape_add(Json *config, const StackShape *shape)
{
    bool is_complete = json_add_string(config, "hidden_act", "gelu");
#define ADD_SIZE(field, key)                                                                       \
    is_complete = json_add_number(config, key, (double)shape->field) && is_complete;
    SIZE_TABLE(ADD_SIZE)
#undef ADD_SIZE
    is_complete =
        json_add_number(config, "layer_norm_eps", shape->layer_norm_epsilon) && is_complete;
    /* Written even when 0: Hugging Face would take 0.1 for a missing one. */
#define ADD_DROPOUT(field, key)                                                                    \
    is_complete = json_add_number(config, key, shape->field) && is_complete;
    DROPOUT_TABLE(ADD_DROPOUT)
#undef ADD_DROPOUT
    return json_add_number(config, "initializer_range", shape->initializer_range) && is_complete;
}
