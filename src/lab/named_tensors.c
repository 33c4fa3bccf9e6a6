#include "lab/named_tensors.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The next tensor's place with all but its values; it counts only when those are there. */
static NamedTensor *next_tensor(NamedTensors *list, const char *name, TensorShape shape)
{
    assert(list->count < NAMED_TENSORS_MAX && named_tensors_find(list, name) == NULL);
    assert(strlen(name) < NAMED_TENSOR_NAME_BYTES);
    NamedTensor *tensor = &list->tensors[list->count];
    *tensor = (NamedTensor){.shape = shape, .count = 1};
    memcpy(tensor->name, name, strlen(name) + 1);
    for (size_t i = 0; i < shape.dimensions; i++) {
        tensor->count *= shape.sizes[i];
    }
    return tensor;
}

Status named_tensors_add_integers(NamedTensors *list, const char *name, TensorShape shape,
                                  int32_t **values)
{
    NamedTensor *tensor = next_tensor(list, name, shape);
    tensor->integers = calloc(tensor->count, sizeof *tensor->integers);
    if (tensor->integers == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    list->count++;
    *values = tensor->integers;
    return STATUS_OK;
}

Status named_tensors_add_reals(NamedTensors *list, const char *name, TensorShape shape,
                               Real **values)
{
    NamedTensor *tensor = next_tensor(list, name, shape);
    tensor->reals = calloc(tensor->count, sizeof *tensor->reals);
    if (tensor->reals == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    list->count++;
    *values = tensor->reals;
    return STATUS_OK;
}

const NamedTensor *named_tensors_find(const NamedTensors *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->tensors[i].name, name) == 0) {
            return &list->tensors[i];
        }
    }
    return NULL;
}

void named_tensors_clear(NamedTensors *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->tensors[i].integers);
        free(list->tensors[i].reals);
    }
    *list = (NamedTensors){0};
}
