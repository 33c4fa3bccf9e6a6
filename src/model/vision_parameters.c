/* model/vision_parameters.c -- names and sizes of a Vision Transformer's tensors. */
#include "model/vision_parameters.h"

/* In the order of StackTensor. */
static const StackNames STACK_NAMES = {
    .layer_prefix = "vit.encoder.layer.",
    .tensors = {"attention.attention.query.weight", "attention.attention.key.weight",
                "attention.attention.value.weight", "attention.attention.query.bias",
                "attention.attention.key.bias", "attention.attention.value.bias",
                "attention.output.dense.weight", "attention.output.dense.bias",
                "layernorm_before.weight", "layernorm_before.bias", "intermediate.dense.weight",
                "intermediate.dense.bias", "output.dense.weight", "output.dense.bias",
                "layernorm_after.weight", "layernorm_after.bias"}};

static const char *const SKIPPED[] = {"vit.pooler.*", "pooler.*", NULL};
static const CheckpointNames FILES = {
    .prefix = "vit.", .is_prefix_in_table = true, .skipped = SKIPPED};

size_t vision_head_tensor(const VisionShape *shape, VisionHeadTensor tensor)
{
    return VISION_TENSOR_FIRST_BLOCK + shape->stack.L * STACK_TENSOR_COUNT + (size_t)tensor;
}

static void append_embeddings(ParameterTable *table, const VisionShape *shape)
{
    const size_t C = shape->stack.C;
    const size_t T = vision_patch_count(shape) + 1;
    const size_t p = shape->patch_size;
    const ParameterTensor tensors[VISION_TENSOR_FIRST_BLOCK] = {
        {.name = "cls_token", .rows = 1, .cols = C, .file_shape = {1, 1, C}, .file_dimensions = 3},
        {.name = "position_embeddings",
         .rows = T,
         .cols = C,
         .file_shape = {1, T, C},
         .file_dimensions = 3},
        {.name = "patch_embeddings.projection.weight",
         .rows = C,
         .cols = vision_patch_width(shape),
         .file_shape = {C, shape->channel_count, p, p},
         .file_dimensions = 4},
        {.name = "patch_embeddings.projection.bias",
         .rows = 1,
         .cols = C,
         .is_vector = 1,
         .is_bias = 1}};
    for (size_t i = 0; i < VISION_TENSOR_FIRST_BLOCK; i++) {
        parameter_table_append(table, "vit.embeddings.", &tensors[i]);
    }
}

static void append_head(ParameterTable *table, const VisionShape *shape)
{
    const ParameterTensor tensors[VISION_HEAD_TENSOR_COUNT] = {{.name = "vit.layernorm.weight",
                                                                .rows = 1,
                                                                .cols = shape->stack.C,
                                                                .group = PARAMETER_GROUP_NORM,
                                                                .is_vector = 1},
                                                               {.name = "vit.layernorm.bias",
                                                                .rows = 1,
                                                                .cols = shape->stack.C,
                                                                .group = PARAMETER_GROUP_NORM,
                                                                .is_vector = 1,
                                                                .is_bias = 1},
                                                               {.name = "classifier.weight",
                                                                .rows = shape->label_count,
                                                                .cols = shape->stack.C,
                                                                .group = PARAMETER_GROUP_HEAD},
                                                               {.name = "classifier.bias",
                                                                .rows = 1,
                                                                .cols = shape->label_count,
                                                                .group = PARAMETER_GROUP_HEAD,
                                                                .is_vector = 1,
                                                                .is_bias = 1}};
    for (size_t i = 0; i < VISION_HEAD_TENSOR_COUNT; i++) {
        parameter_table_append(table, "", &tensors[i]);
    }
}

Status vision_table_create(const VisionShape *shape, ParameterTable *table)
{
    TRY(parameter_table_begin(table, vision_head_tensor(shape, VISION_HEAD_TENSOR_COUNT), &FILES));
    append_embeddings(table, shape);
    stack_parameters_append(table, &shape->stack, &STACK_NAMES);
    append_head(table, shape);
    return parameter_table_end(table);
}

void vision_initialise(const ParameterTable *table, uint64_t seed, Real *params)
{
    const double deviation = 0.02; /* Hugging Face's initializer_range */
    for (size_t i = 0; i < table->count; i++) {
        parameter_tensor_initialise(table, i, deviation, seed, params);
    }
}
