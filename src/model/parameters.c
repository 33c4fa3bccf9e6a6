/* model/parameters.c -- the order, names and first values of GPT-2's tensors. */
#include "model/parameters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum { FINAL_TENSOR_COUNT = 2 };

/* X(suffix, rows, cols, group, is_vector, is_bias), in the order of BlockTensor. */
#define BLOCK_TENSOR_TABLE(X, s)                                                                   \
    X("ln_1.weight", 1, (s)->C, PARAMETER_GROUP_NORM, 1, 0)                                        \
    X("ln_1.bias", 1, (s)->C, PARAMETER_GROUP_NORM, 1, 1)                                          \
    X("attn.c_attn.weight", (s)->C, 3 * (s)->C, PARAMETER_GROUP_ATTENTION, 0, 0)                   \
    X("attn.c_attn.bias", 1, 3 * (s)->C, PARAMETER_GROUP_ATTENTION, 1, 1)                          \
    X("attn.c_proj.weight", (s)->C, (s)->C, PARAMETER_GROUP_ATTENTION, 0, 0)                       \
    X("attn.c_proj.bias", 1, (s)->C, PARAMETER_GROUP_ATTENTION, 1, 1)                              \
    X("ln_2.weight", 1, (s)->C, PARAMETER_GROUP_NORM, 1, 0)                                        \
    X("ln_2.bias", 1, (s)->C, PARAMETER_GROUP_NORM, 1, 1)                                          \
    X("mlp.c_fc.weight", (s)->C, (s)->F, PARAMETER_GROUP_MLP, 0, 0)                                \
    X("mlp.c_fc.bias", 1, (s)->F, PARAMETER_GROUP_MLP, 1, 1)                                       \
    X("mlp.c_proj.weight", (s)->F, (s)->C, PARAMETER_GROUP_MLP, 0, 0)                              \
    X("mlp.c_proj.bias", 1, (s)->C, PARAMETER_GROUP_MLP, 1, 1)

#define AS_TENSOR(suffix, tensor_rows, tensor_cols, tensor_group, vector, bias)                    \
    {.name = suffix,                                                                               \
     .rows = (tensor_rows),                                                                        \
     .cols = (tensor_cols),                                                                        \
     .group = (tensor_group),                                                                      \
     .is_vector = (vector),                                                                        \
     .is_bias = (bias)},

static void append(ParameterTable *table, const char *prefix, ParameterTensor tensor)
{
    ParameterTensor *const place = &table->tensors[table->count];
    *place = tensor;
    (void)snprintf(place->name, sizeof place->name, "%.24s%.38s", prefix, tensor.name);
    place->offset = table->size;
    table->size += tensor.rows * tensor.cols;
    table->count++;
}

static void append_block(ParameterTable *table, const CausalLmShape *shape, size_t layer)
{
    const ParameterTensor tensors[BLOCK_TENSOR_COUNT] = {BLOCK_TENSOR_TABLE(AS_TENSOR, shape)};
    char prefix[32];
    (void)snprintf(prefix, sizeof prefix, "h.%zu.", layer);
    for (size_t i = 0; i < BLOCK_TENSOR_COUNT; i++) {
        append(table, prefix, tensors[i]);
    }
}

Status parameter_table_create(const CausalLmShape *shape, ParameterTable *table)
{
    *table = (ParameterTable){0};
    const size_t count = TENSOR_FIRST_BLOCK + shape->L * BLOCK_TENSOR_COUNT + FINAL_TENSOR_COUNT;
    ParameterTable made = {.tensors = calloc(count, sizeof *made.tensors)};
    if (made.tensors == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    append(&made, "", (ParameterTensor){.name = "wte.weight", .rows = shape->V, .cols = shape->C});
    append(&made, "", (ParameterTensor){.name = "wpe.weight", .rows = shape->P, .cols = shape->C});
    for (size_t layer = 0; layer < shape->L; layer++) {
        append_block(&made, shape, layer);
    }
    const ParameterTensor last[FINAL_TENSOR_COUNT] = {
        AS_TENSOR("ln_f.weight", 1, shape->C, PARAMETER_GROUP_NORM, 1, 0)
            AS_TENSOR("ln_f.bias", 1, shape->C, PARAMETER_GROUP_NORM, 1, 1)};
    append(&made, "", last[0]);
    append(&made, "", last[1]);
    if (made.size > SIZE_MAX / sizeof(Real)) { /* sizes come from a file */
        free(made.tensors);
        return STATUS_OUT_OF_MEMORY;
    }
    *table = made;
    return STATUS_OK;
}

void parameter_table_clear(ParameterTable *table)
{
    free(table->tensors);
    *table = (ParameterTable){0};
}

size_t parameter_table_find(const ParameterTable *table, const char *name)
{
    static const char prefix[] = "transformer.";
    if (strncmp(name, prefix, sizeof prefix - 1) == 0) {
        name += sizeof prefix - 1;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->tensors[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static int ends_with(const char *text, const char *ending)
{
    const size_t length = strlen(text);
    const size_t ending_length = strlen(ending);
    return length >= ending_length && strcmp(text + length - ending_length, ending) == 0;
}

void parameters_initialise(const ParameterTable *table, const CausalLmShape *shape, uint64_t seed,
                           Real *params)
{
    const double deviation = 0.02; /* Hugging Face's initializer_range */
    for (size_t i = 0; i < table->count; i++) {
        const ParameterTensor *const tensor = &table->tensors[i];
        const size_t n = tensor->rows * tensor->cols;
        Real *const values = params + tensor->offset;
        if (tensor->is_vector) {
            for (size_t k = 0; k < n; k++) {
                values[k] = tensor->is_bias ? 0 : 1;
            }
            continue;
        }
        /* So that the sum of 2L residual branches keeps its size (Radford et al. 2019). */
        const int is_residual = ends_with(tensor->name, "c_proj.weight");
        const double scale = is_residual ? deviation / sqrt(2.0 * (double)shape->L) : deviation;
        Random random = random_stream(seed, RANDOM_STREAM_WEIGHTS, i);
        for (size_t k = 0; k < n; k++) {
            values[k] = (Real)(scale * random_normal(&random));
        }
    }
}
