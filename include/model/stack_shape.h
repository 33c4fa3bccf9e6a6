/* model/stack_shape.h -- the sizes of a stack of encoder blocks, which text encoders and Vision Transformers share. */
#ifndef MODEL_STACK_SHAPE_H
#define MODEL_STACK_SHAPE_H

#include <stddef.h>

#include "base/json.h"
#include "model/config_key.h"

/* The letters of model/shape.h. */
typedef struct StackShape {
    size_t C; /* hidden_size */
    size_t L; /* num_hidden_layers */
    size_t H; /* num_attention_heads */
    size_t F; /* intermediate_size */
    double layer_norm_epsilon;
    double hidden_dropout;    /* of embeddings and of what both branches add to the stream */
    double attention_dropout; /* attention_probs_dropout_prob */
    double initializer_range; /* standard deviation of new weights */
} StackShape;

/* Read the keys above, with hidden_act "gelu" (also where it is missing, as Hugging Face has it) and layer_norm_eps (1e-12 where
 * missing) and initializer_range (0.02 where missing). Refusals as in model/config_key.h, also if C is not divisible by H. *out is then untouched. */
Status stack_shape_read(ConfigSource source, StackShape *out);

/* Add them to `config`; false when out of memory. */
bool stack_shape_add(Json *config, const StackShape *shape);

#endif
