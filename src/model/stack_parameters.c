/* model/stack_parameters.c -- sizes and groups of a block's tensors. */
#include "model/stack_parameters.h"

#include <stdio.h>

/* X(rows, cols, group, is_vector, is_bias), in the order of StackTensor. */
#define STACK_TENSOR_TABLE(X, s)                                                                   \
    X((s)->C, (s)->C, PARAMETER_GROUP_ATTENTION, 0, 0)                                             \
    X((s)->C, (s)->C, PARAMETER_GROUP_ATTENTION, 0, 0)                                             \
    X((s)->C, (s)->C, PARAMETER_GROUP_ATTENTION, 0, 0)                                             \
    X(1, (s)->C, PARAMETER_GROUP_ATTENTION, 1, 1)                                                  \
    X(1, (s)->C, PARAMETER_GROUP_ATTENTION, 1, 1)                                                  \
    X(1, (s)->C, PARAMETER_GROUP_ATTENTION, 1, 1)                                                  \
    X((s)->C, (s)->C, PARAMETER_GROUP_ATTENTION, 0, 0)                                             \
    X(1, (s)->C, PARAMETER_GROUP_ATTENTION, 1, 1)                                                  \
    X(1, (s)->C, PARAMETER_GROUP_NORM, 1, 0)                                                       \
    X(1, (s)->C, PARAMETER_GROUP_NORM, 1, 1)                                                       \
    X((s)->F, (s)->C, PARAMETER_GROUP_MLP, 0, 0)                                                   \
    X(1, (s)->F, PARAMETER_GROUP_MLP, 1, 1)                                                        \
    X((s)->C, (s)->F, PARAMETER_GROUP_MLP, 0, 0)                                                   \
    X(1, (s)->C, PARAMETER_GROUP_MLP, 1, 1)                                                        \
    X(1, (s)->C, PARAMETER_GROUP_NORM, 1, 0)                                                       \
    X(1, (s)->C, PARAMETER_GROUP_NORM, 1, 1)

#define AS_TENSOR(tensor_rows, tensor_cols, tensor_group, vector, bias)                            \
    {.rows = (tensor_rows),                                                                        \
     .cols = (tensor_cols),                                                                        \
     .group = (tensor_group),                                                                      \
     .is_vector = (vector),                                                                        \
     .is_bias = (bias)},

void stack_parameters_append(ParameterTable *table, const StackShape *shape,
                             const StackNames *names)
{
    ParameterTensor tensors[STACK_TENSOR_COUNT] = {STACK_TENSOR_TABLE(AS_TENSOR, shape)};
    for (size_t i = 0; i < STACK_TENSOR_COUNT; i++) {
        (void)snprintf(tensors[i].name, sizeof tensors[i].name, "%s", names->tensors[i]);
    }
    for (size_t l = 0; l < shape->L; l++) {
        char prefix[PARAMETER_NAME_BYTES];
        (void)snprintf(prefix, sizeof prefix, "%s%zu.", names->layer_prefix, l);
        for (size_t i = 0; i < STACK_TENSOR_COUNT; i++) {
            parameter_table_append(table, prefix, &tensors[i]);
        }
    }
}
