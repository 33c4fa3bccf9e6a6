/* model/text_encoder.h -- XLM-R and RoBERTa on a few windows, forward and backward, written out by hand. */
#ifndef MODEL_TEXT_ENCODER_H
#define MODEL_TEXT_ENCODER_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "model/model_pass.h"
#include "model/parameter_table.h"
#include "model/text_encoder_shape.h"

/* B windows of T tokens, <s> first; a pair is one window with </s></s> between. The arrays are borrowed. */
typedef struct TextEncoderBatch {
    size_t B;
    size_t T;
    const int32_t *tokens; /* [B, T] in 0..V-1; pad_token_id is padding, and nobody looks at it */
    size_t stride;         /* from one window's tokens to the next one's, T or more; 0: T */
    const int32_t *types;  /* [B, T] token types; NULL: all 0 */
    /* masked LM: [B, asked_count] positions 0..T-1 in each window at which logits are wanted (one may be asked for twice); NULL: at all T */
    const uint32_t *asked;
    size_t asked_count;
} TextEncoderBatch;

/* Rows of logits that the batch gives: B of a classifier, else B * asked_count or B * T. */
size_t text_encoder_output_rows(const TextEncoderShape *shape, const TextEncoderBatch *batch);

/* One worker's activations. Opaque; holds no weights. One thread at a time. */
typedef struct TextEncoderWorkspace TextEncoderWorkspace;

/* Allocate activations for at most B_max windows of at most T_max <= text_encoder_longest tokens, and rows_max rows of logits of a
 * masked LM (they are long; a classifier has B_max). The caller calls text_encoder_workspace_destroy.
 * STATUS_OUT_OF_MEMORY: *out is NULL. */
Status text_encoder_workspace_create(const TextEncoderShape *shape, size_t B_max, size_t T_max,
                                     size_t rows_max, TextEncoderWorkspace **out);
void text_encoder_workspace_destroy(TextEncoderWorkspace *workspace);
size_t text_encoder_workspace_bytes(const TextEncoderShape *shape, size_t B_max, size_t T_max,
                                    size_t rows_max);

/* Run the network: embeddings of word, position (counted over tokens that are not padding, from padding + 1) and type, noise, norm,
 * dropout; post-LN blocks with exact GELU; then
 *     classifier: out_proj(tanh(dense(x of the first token)))     masked LM: norm(gelu(dense(x))) E^T + bias, E the word embedding
 * params  [n] in, laid out by `table` (model/text_encoder_parameters.h)
 * Dropout at the shape's rates: behind the embeddings' norm, on attention weights and both branches, and on the classifier's two inputs.
 * Returns the logits [output rows, output width] inside the workspace: the caller may overwrite them (with their gradient, say); they
 * live until the next call. Rates of 0 and noise of sigma 0 give the bits of a plain pass. Allocates nothing. */
Real *text_encoder_forward(const TextEncoderShape *shape, const ParameterTable *table,
                           const Real *params, const TextEncoderBatch *batch,
                           const ModelPass *options, TextEncoderWorkspace *workspace);

/* Back-propagate d_logits through the forward pass just run in this workspace with the same arguments and
 * keeps_for_backward: the workspace remembers the rest of that pass, and the same units are dropped.
 * d_logits  [output rows, output width] in; may be the array that text_encoder_forward returned
 * grads     [n] in/out: the gradient is ADDED, in a fixed order. As in PyTorch, the embeddings of padding get none (from the input side) */
void text_encoder_backward(const TextEncoderShape *shape, const ParameterTable *table,
                           const Real *params, const TextEncoderBatch *batch, const Real *d_logits,
                           Real *grads, TextEncoderWorkspace *workspace);

#endif
