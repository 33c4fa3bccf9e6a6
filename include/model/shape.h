/* model/shape.h -- the sizes of a transformer, and the letters used for them everywhere. */
#ifndef MODEL_SHAPE_H
#define MODEL_SHAPE_H

#include <stddef.h>

#include "base/json.h"
#include "base/problem.h"

/* The fixed letters: B batch, T tokens in a window, C channels (n_embd), H heads, L layers, V vocabulary.
 * D = C / H is a head's width. Rows N = B * T. */
typedef struct CausalLmShape {
    size_t V; /* vocab_size */
    size_t P; /* n_positions: longest window, T <= P */
    size_t C; /* n_embd */
    size_t L; /* n_layer */
    size_t H; /* n_head */
    size_t F; /* n_inner: width of the MLP, 4 * C where the file says null */
    double layer_norm_epsilon;
    double embedding_dropout; /* embd_pdrop: shares of units dropped in training, 0 <= p < 1 */
    double attention_dropout; /* attn_pdrop */
    double residual_dropout;  /* resid_pdrop */
} CausalLmShape;

/* Read a Hugging Face GPT-2 configuration (model_type "gpt2", activation_function "gelu_new", tied head).
 * Dropout is read as the file has it; where it has none it is 0, though Hugging Face then takes 0.1: no dropout unless asked for.
 * source_name  for messages. STATUS_BAD_VALUE names the key: missing, not a whole number, out of range (each size 1..2^20),
 * C not divisible by H, or an unsupported setting (other model_type or activation, untied head, scale_attn_by_inverse_layer_idx,
 * reorder_and_upcast_attn, add_cross_attention true). *out is then untouched. */
Status shape_from_json(const Json *config, const char *source_name, CausalLmShape *out,
                       Problem *problem);

/* The configuration as Hugging Face writes it (GPT2LMHeadModel); NULL when out of memory. The caller destroys it. */
Json *shape_to_json(const CausalLmShape *shape);

#endif
