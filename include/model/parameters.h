/* model/parameters.h -- how GPT-2's tensors lie in the flat parameter vector. */
#ifndef MODEL_PARAMETERS_H
#define MODEL_PARAMETERS_H

#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "model/parameter_table.h"
#include "model/shape.h"

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
 * Names are without the files' "transformer."; the head is tied to wte.weight and so not listed.
 * STATUS_OUT_OF_MEMORY leaves *table all zero. The caller calls parameter_table_clear. */
Status parameter_table_create(const CausalLmShape *shape, ParameterTable *table);

/* GPT-2's initialisation: normal(0, 0.02), the two c_proj weights of a block by 1/sqrt(2 L), biases 0, gains 1.
 * params [n] out. A pure function of shape and seed. */
void parameters_initialise(const ParameterTable *table, const CausalLmShape *shape, uint64_t seed,
                           Real *params);

#endif
