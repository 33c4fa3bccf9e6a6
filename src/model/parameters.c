/* model/parameters.c -- the order, names and first values of GPT-2's tensors. */
#include "model/parameters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* Files may also hold the tied head, or one that tells classes, and old ones the causal masks. */
static const char *const SKIPPED[] = {"lm_head.weight", "score.weight", "*.attn.bias",
                                      "*.attn.masked_bias", NULL};
static const CheckpointNames NAMES = {.prefix = "transformer.", .skipped = SKIPPED};

static void append_block(ParameterTable *table, const CausalLmShape *shape, size_t layer)
{
    const ParameterTensor tensors[BLOCK_TENSOR_COUNT] = {BLOCK_TENSOR_TABLE(AS_TENSOR, shape)};
    char prefix[32];
    (void)snprintf(prefix, sizeof prefix, "h.%zu.", layer);
    for (size_t i = 0; i < BLOCK_TENSOR_COUNT; i++) {
        parameter_table_append(table, prefix, &tensors[i]);
    }
}

Status parameter_table_create(const CausalLmShape *shape, ParameterTable *table)
{
    const ParameterTensor first[TENSOR_FIRST_BLOCK] = {
        {.name = "wte.weight", .rows = shape->V, .cols = shape->C, .is_tied_head = 1},
        {.name = "wpe.weight", .rows = shape->P, .cols = shape->C}};
    const ParameterTensor last[FINAL_TENSOR_COUNT] = {
        AS_TENSOR("ln_f.weight", 1, shape->C, PARAMETER_GROUP_NORM, 1, 0)
            AS_TENSOR("ln_f.bias", 1, shape->C, PARAMETER_GROUP_NORM, 1, 1)};
    TRY(parameter_table_begin(
        table, TENSOR_FIRST_BLOCK + shape->L * BLOCK_TENSOR_COUNT + FINAL_TENSOR_COUNT, &NAMES));
    parameter_table_append(table, "", &first[0]);
    parameter_table_append(table, "", &first[1]);
    for (size_t layer = 0; layer < shape->L; layer++) {
        append_block(table, shape, layer);
    }
    parameter_table_append(table, "", &last[0]);
    parameter_table_append(table, "", &last[1]);
    return parameter_table_end(table);
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
        /* So that the sum of 2L residual branches keeps its size (Radford et al. 2019). */
        const int is_residual = ends_with(table->tensors[i].name, "c_proj.weight");
        const double scale = is_residual ? deviation / sqrt(2.0 * (double)shape->L) : deviation;
        parameter_tensor_initialise(table, i, scale, seed, params);
    }
}
