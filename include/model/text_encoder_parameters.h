/* model/text_encoder_parameters.h -- how the tensors of XLM-R and RoBERTa lie in the flat parameter vector. */
#ifndef MODEL_TEXT_ENCODER_PARAMETERS_H
#define MODEL_TEXT_ENCODER_PARAMETERS_H

#include <stddef.h>
#include <stdint.h>

#include "model/parameter_table.h"
#include "model/stack_parameters.h"
#include "model/text_encoder_shape.h"

/* Where each tensor stands: the embeddings, each block's (STACK_TENSOR_COUNT), the head's. */
enum {
    TEXT_TENSOR_WORD_EMBEDDING,
    TEXT_TENSOR_POSITION_EMBEDDING,
    TEXT_TENSOR_TYPE_EMBEDDING,
    TEXT_TENSOR_NORM_GAIN,
    TEXT_TENSOR_NORM_BIAS,
    TEXT_TENSOR_FIRST_BLOCK
};
typedef enum ClassifierTensor {
    CLASSIFIER_DENSE_WEIGHT,
    CLASSIFIER_DENSE_BIAS,
    CLASSIFIER_OUT_WEIGHT,
    CLASSIFIER_OUT_BIAS,
    CLASSIFIER_TENSOR_COUNT
} ClassifierTensor;
typedef enum MaskedLmTensor {
    MASKED_LM_DENSE_WEIGHT,
    MASKED_LM_DENSE_BIAS,
    MASKED_LM_NORM_GAIN,
    MASKED_LM_NORM_BIAS,
    MASKED_LM_BIAS, /* of the decoder, whose weight is the word embedding */
    MASKED_LM_TENSOR_COUNT
} MaskedLmTensor;

/* Index of the head's first tensor. */
size_t text_encoder_first_head_tensor(const TextEncoderShape *shape);

/* Lay out the tensors under the names of XLMRobertaForSequenceClassification or XLMRobertaForMaskedLM, which are RoBERTa's too. Files may
 * lack "roberta." and hold the other head, a pooler and position_ids besides.
 * STATUS_OUT_OF_MEMORY leaves *table all zero. The caller calls parameter_table_clear. */
Status text_encoder_table_create(const TextEncoderShape *shape, ParameterTable *table);

/* First weights as Hugging Face makes them: normal(0, 0.02), the embeddings of padding 0, biases 0, gains 1.
 * params [n] out. A pure function of shape and seed. */
void text_encoder_initialise(const ParameterTable *table, const TextEncoderShape *shape,
                             uint64_t seed, Real *params);

#endif
