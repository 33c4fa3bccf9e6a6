/* lab/named_tensors.h -- copies of arrays, each under the name it has in a file. */
#ifndef LAB_NAMED_TENSORS_H
#define LAB_NAMED_TENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "model/parameter_table.h"

enum { NAMED_TENSORS_MAX = 8, NAMED_TENSOR_NAME_BYTES = 24 };

typedef struct TensorShape {
    size_t sizes[PARAMETER_DIMENSIONS_MAX];
    size_t dimensions; /* 1 .. PARAMETER_DIMENSIONS_MAX */
} TensorShape;

/* One array, row-major; it has either integers or reals. Owned. */
typedef struct NamedTensor {
    char name[NAMED_TENSOR_NAME_BYTES];
    TensorShape shape;
    size_t count; /* of its elements */
    int32_t *integers;
    Real *reals;
} NamedTensor;

/* `{0}` is an empty list. */
typedef struct NamedTensors {
    NamedTensor tensors[NAMED_TENSORS_MAX];
    size_t count;
} NamedTensors;

/* Append room for a tensor, all zero; *values is where to fill it in. At most NAMED_TENSORS_MAX, with different short names.
 * STATUS_OUT_OF_MEMORY leaves list and *values as they were. The caller calls named_tensors_clear. */
Status named_tensors_add_integers(NamedTensors *list, const char *name, TensorShape shape,
                                  int32_t **values);
Status named_tensors_add_reals(NamedTensors *list, const char *name, TensorShape shape,
                               Real **values);

/* Borrowed; NULL if there is none of that name. */
const NamedTensor *named_tensors_find(const NamedTensors *list, const char *name);

void named_tensors_clear(NamedTensors *list);

#endif
