/* model/parameters.h -- one table naming the tensors inside the flat parameter vector. */
#ifndef MODEL_PARAMETERS_H
#define MODEL_PARAMETERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "model/shape.h"

enum { PARAMETER_NAME_BYTES = 64 };

/* Which part of the model a tensor belongs to; perturbation masks and per-group shares read it. */
typedef enum ParameterGroup {
    PARAMETER_GROUP_EMBEDDING,
    PARAMETER_GROUP_ATTENTION,
    PARAMETER_GROUP_MLP,
    PARAMETER_GROUP_NORM,
    PARAMETER_GROUP_HEAD
} ParameterGroup;

typedef struct ParameterTensor {
    char name[PARAMETER_NAME_BYTES]; /* Hugging Face's, without prefix: "h.0.attn.c_attn.weight" */
    size_t rows;                     /* 1 for a vector */
    size_t cols;
    size_t offset; /* of its first element in the flat vector; row-major */
    ParameterGroup group;
    int is_vector; /* one dimension in files: biases and norm gains */
    int is_bias;
} ParameterTensor;

/* Every tensor once (the head is tied to wte.weight and so not listed). */
typedef struct ParameterTable {
    ParameterTensor *tensors; /* [count], owned */
    size_t count;
    size_t size; /* n: elements of the flat vector */
} ParameterTable;

/* Where each tensor stands in `tensors`: block l's tensors begin at TENSOR_FIRST_BLOCK + l * BLOCK_TENSOR_COUNT,
 * the two of ln_f follow the last block. */
enum { TENSOR_TOKEN_EMBEDDING, TENSOR_POSITION_EMBEDDING, TENSOR_FIRST_BLOCK };
typedef enum BlockTensor {
    BLOCK_LN_1_GAIN,
    BLOCK_LN_1_BIAS,
    BLOCK_QKV_WEIGHT,
    BLOCK_QKV_BIAS,
    BLOCK_ATTENTION_OUT_WEIGHT,
    BLOCK_ATTENTION_OUT_BIAS,
    BLOCK_LN_2_GAIN,
    BLOCK_LN_2_BIAS,
    BLOCK_MLP_IN_WEIGHT,
    BLOCK_MLP_IN_BIAS,
    BLOCK_MLP_OUT_WEIGHT,
    BLOCK_MLP_OUT_BIAS,
    BLOCK_TENSOR_COUNT
} BlockTensor;

/* Lay out GPT-2's tensors in this order: wte, wpe, each block's ln_1, attn.c_attn, attn.c_proj, ln_2, mlp.c_fc, mlp.c_proj, ln_f.
 * STATUS_OUT_OF_MEMORY leaves *table all zero. The caller calls parameter_table_clear. */
Status parameter_table_create(const CausalLmShape *shape, ParameterTable *table);
void parameter_table_clear(ParameterTable *table);

/* Index of the tensor called `name` (a leading "transformer." is ignored); SIZE_MAX if there is none. */
size_t parameter_table_find(const ParameterTable *table, const char *name);

/* GPT-2's initialisation: normal(0, 0.02), the two c_proj weights of a block by 1/sqrt(2 L), biases 0, gains 1.
 * params [n] out. A pure function of shape and seed. */
void parameters_initialise(const ParameterTable *table, const CausalLmShape *shape, uint64_t seed,
                           Real *params);

#endif
