/* model/stack_parameters.h -- how the tensors of encoder blocks lie in the flat parameter vector. */
#ifndef MODEL_STACK_PARAMETERS_H
#define MODEL_STACK_PARAMETERS_H

#include <stddef.h>

#include "model/parameter_table.h"
#include "model/stack_shape.h"

/* Tensors of a block, in this order; weights are [out, in] as torch's Linear has them. Query, key and value stand side by side, so that
 * they are one matrix [3C, C] and one bias [3C]. */
typedef enum StackTensor {
    STACK_QUERY_WEIGHT,
    STACK_KEY_WEIGHT,
    STACK_VALUE_WEIGHT,
    STACK_QUERY_BIAS,
    STACK_KEY_BIAS,
    STACK_VALUE_BIAS,
    STACK_ATTENTION_OUT_WEIGHT,
    STACK_ATTENTION_OUT_BIAS,
    STACK_NORM_1_GAIN, /* beside the attention, before or behind it */
    STACK_NORM_1_BIAS,
    STACK_MLP_IN_WEIGHT,
    STACK_MLP_IN_BIAS,
    STACK_MLP_OUT_WEIGHT,
    STACK_MLP_OUT_BIAS,
    STACK_NORM_2_GAIN, /* beside the MLP */
    STACK_NORM_2_BIAS,
    STACK_TENSOR_COUNT
} StackTensor;

/* What a model's files call them: layer l's are layer_prefix + l + "." + tensors[i]. */
typedef struct StackNames {
    const char *layer_prefix; /* "roberta.encoder.layer." */
    const char *tensors[STACK_TENSOR_COUNT];
} StackNames;

/* Append the tensors of all blocks: STACK_TENSOR_COUNT for each of the L. */
void stack_parameters_append(ParameterTable *table, const StackShape *shape,
                             const StackNames *names);

#endif
