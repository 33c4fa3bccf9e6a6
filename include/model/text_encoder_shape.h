/* model/text_encoder_shape.h -- the sizes of an XLM-R or RoBERTa encoder and of the head on it. */
#ifndef MODEL_TEXT_ENCODER_SHAPE_H
#define MODEL_TEXT_ENCODER_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/problem.h"
#include "model/stack_shape.h"

/* They differ in name and tokenizer only. */
typedef enum TextEncoderFamily { TEXT_ENCODER_ROBERTA, TEXT_ENCODER_XLM_ROBERTA } TextEncoderFamily;

typedef enum TextEncoderHead { TEXT_HEAD_CLASSIFIER, TEXT_HEAD_MASKED_LM } TextEncoderHead;

typedef struct TextEncoderShape {
    StackShape stack;
    TextEncoderFamily family;
    TextEncoderHead head;
    size_t V; /* vocab_size */
    size_t P; /* max_position_embeddings: rows of the table, more than the longest window */
    size_t type_count;         /* type_vocab_size */
    size_t padding;            /* pad_token_id; a window's first token has position padding + 1 */
    size_t label_count;        /* of the classifier */
    double classifier_dropout; /* hidden_dropout_prob where the file says null */
} TextEncoderShape;

/* Longest window, in tokens: 512 for the published models. */
size_t text_encoder_longest(const TextEncoderShape *shape);

/* Numbers in a row of logits. */
size_t text_encoder_output_width(const TextEncoderShape *shape);

/* Passes in training drop units somewhere. */
bool text_encoder_has_dropout(const TextEncoderShape *shape);

/* Read a Hugging Face configuration (model_type "roberta" or "xlm-roberta") for a model with `head`, whatever head the file was saved
 * with. Dropout is 0 where the file has none (model/config_key.h).
 * source_name  for messages. STATUS_BAD_VALUE names the key: missing, out of range, pad_token_id not below vocab_size and
 * max_position_embeddings - 1, or an unsupported setting (hidden_act other than gelu, position_embedding_type other than absolute,
 * is_decoder or add_cross_attention true, untied embeddings). *out is then untouched. */
Status text_encoder_shape_from_json(const Json *config, const char *source_name,
                                    TextEncoderHead head, TextEncoderShape *out, Problem *problem);

/* The configuration as Hugging Face writes it; NULL when out of memory. The caller destroys it.
 * label_names  [label_count], all different; NULL: LABEL_0, LABEL_1, ... */
Json *text_encoder_shape_to_json(const TextEncoderShape *shape, const char *const *label_names);

#endif
