/* model/text_encoder_parameters.c -- names and sizes of XLM-R's and RoBERTa's tensors. */
#include "model/text_encoder_parameters.h"

#include <string.h>

/* In the order of StackTensor. */
static const StackNames STACK_NAMES = {
    .layer_prefix = "roberta.encoder.layer.",
    .tensors = {"attention.self.query.weight", "attention.self.key.weight",
                "attention.self.value.weight", "attention.self.query.bias",
                "attention.self.key.bias", "attention.self.value.bias",
                "attention.output.dense.weight", "attention.output.dense.bias",
                "attention.output.LayerNorm.weight", "attention.output.LayerNorm.bias",
                "intermediate.dense.weight", "intermediate.dense.bias", "output.dense.weight",
                "output.dense.bias", "output.LayerNorm.weight", "output.LayerNorm.bias"}};

/* Other heads are left aside (classifier.weight is of one that tells classes token by token); the pooler belongs to no head of ours; the
 * decoder is tied; the last two are buffers. */
static const char *const SKIPPED_BY_CLASSIFIER[] = {"lm_head.*",
                                                    "classifier.weight",
                                                    "classifier.bias",
                                                    "qa_outputs.*",
                                                    "roberta.pooler.*",
                                                    "pooler.*",
                                                    "*embeddings.position_ids",
                                                    "*embeddings.token_type_ids",
                                                    NULL};
static const char *const SKIPPED_BY_MASKED_LM[] = {"classifier.*",
                                                   "lm_head.decoder.*",
                                                   "qa_outputs.*",
                                                   "roberta.pooler.*",
                                                   "pooler.*",
                                                   "*embeddings.position_ids",
                                                   "*embeddings.token_type_ids",
                                                   NULL};

static const CheckpointNames CLASSIFIER_FILES = {
    .prefix = "roberta.", .is_prefix_in_table = true, .skipped = SKIPPED_BY_CLASSIFIER};
static const CheckpointNames MASKED_LM_FILES = {
    .prefix = "roberta.", .is_prefix_in_table = true, .skipped = SKIPPED_BY_MASKED_LM};

/* X(name, rows, cols, group, is_vector, is_bias), in the order of the enumerators. */
#define EMBEDDING_TABLE(X, s)                                                                      \
    X("word_embeddings.weight", (s)->V, (s)->stack.C, PARAMETER_GROUP_EMBEDDING, 0, 0)             \
    X("position_embeddings.weight", (s)->P, (s)->stack.C, PARAMETER_GROUP_EMBEDDING, 0, 0)         \
    X("token_type_embeddings.weight", (s)->type_count, (s)->stack.C, PARAMETER_GROUP_EMBEDDING, 0, \
      0)                                                                                           \
    X("LayerNorm.weight", 1, (s)->stack.C, PARAMETER_GROUP_NORM, 1, 0)                             \
    X("LayerNorm.bias", 1, (s)->stack.C, PARAMETER_GROUP_NORM, 1, 1)

#define CLASSIFIER_TABLE(X, s)                                                                     \
    X("dense.weight", (s)->stack.C, (s)->stack.C, PARAMETER_GROUP_HEAD, 0, 0)                      \
    X("dense.bias", 1, (s)->stack.C, PARAMETER_GROUP_HEAD, 1, 1)                                   \
    X("out_proj.weight", (s)->label_count, (s)->stack.C, PARAMETER_GROUP_HEAD, 0, 0)               \
    X("out_proj.bias", 1, (s)->label_count, PARAMETER_GROUP_HEAD, 1, 1)

#define MASKED_LM_TABLE(X, s)                                                                      \
    X("dense.weight", (s)->stack.C, (s)->stack.C, PARAMETER_GROUP_HEAD, 0, 0)                      \
    X("dense.bias", 1, (s)->stack.C, PARAMETER_GROUP_HEAD, 1, 1)                                   \
    X("layer_norm.weight", 1, (s)->stack.C, PARAMETER_GROUP_HEAD, 1, 0)                            \
    X("layer_norm.bias", 1, (s)->stack.C, PARAMETER_GROUP_HEAD, 1, 1)                              \
    X("bias", 1, (s)->V, PARAMETER_GROUP_HEAD, 1, 1)

#define AS_TENSOR(tensor_name, tensor_rows, tensor_cols, tensor_group, vector, bias)               \
    {.name = tensor_name,                                                                          \
     .rows = (tensor_rows),                                                                        \
     .cols = (tensor_cols),                                                                        \
     .group = (tensor_group),                                                                      \
     .is_vector = (vector),                                                                        \
     .is_bias = (bias)},

size_t text_encoder_first_head_tensor(const TextEncoderShape *shape)
{
    return TEXT_TENSOR_FIRST_BLOCK + shape->stack.L * STACK_TENSOR_COUNT;
}

static void append_all(ParameterTable *table, const char *prefix, const ParameterTensor *tensors,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        parameter_table_append(table, prefix, &tensors[i]);
    }
}

static void append_head(ParameterTable *table, const TextEncoderShape *shape)
{
    const ParameterTensor classifier[CLASSIFIER_TENSOR_COUNT] = {
        CLASSIFIER_TABLE(AS_TENSOR, shape)};
    const ParameterTensor masked_lm[MASKED_LM_TENSOR_COUNT] = {MASKED_LM_TABLE(AS_TENSOR, shape)};
    switch (shape->head) {
    case TEXT_HEAD_CLASSIFIER:
        append_all(table, "classifier.", classifier, CLASSIFIER_TENSOR_COUNT);
        break;
    case TEXT_HEAD_MASKED_LM:
        append_all(table, "lm_head.", masked_lm, MASKED_LM_TENSOR_COUNT);
        break;
    }
}

Status text_encoder_table_create(const TextEncoderShape *shape, ParameterTable *table)
{
    ParameterTensor embeddings[TEXT_TENSOR_FIRST_BLOCK] = {EMBEDDING_TABLE(AS_TENSOR, shape)};
    const bool is_masked_lm = shape->head == TEXT_HEAD_MASKED_LM;
    const size_t head_count = is_masked_lm ? MASKED_LM_TENSOR_COUNT : CLASSIFIER_TENSOR_COUNT;
    embeddings[TEXT_TENSOR_WORD_EMBEDDING].is_tied_head = is_masked_lm ? 1 : 0;
    TRY(parameter_table_begin(table, text_encoder_first_head_tensor(shape) + head_count,
                              is_masked_lm ? &MASKED_LM_FILES : &CLASSIFIER_FILES));
    append_all(table, "roberta.embeddings.", embeddings, TEXT_TENSOR_FIRST_BLOCK);
    stack_parameters_append(table, &shape->stack, &STACK_NAMES);
    append_head(table, shape);
    return parameter_table_end(table);
}

void text_encoder_initialise(const ParameterTable *table, const TextEncoderShape *shape,
                             uint64_t seed, Real *params)
{
    for (size_t i = 0; i < table->count; i++) {
        parameter_tensor_initialise(table, i, shape->stack.initializer_range, seed, params);
    }
    for (size_t i = TEXT_TENSOR_WORD_EMBEDDING; i <= TEXT_TENSOR_POSITION_EMBEDDING; i++) {
        memset(params + table->tensors[i].offset + shape->padding * shape->stack.C, 0,
               shape->stack.C * sizeof *params);
    }
}
