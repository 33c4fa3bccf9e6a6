/* model/vision_transformer.c -- patches, the blocks of model/encoder_stack.h, and the classifier. */
#include "model/vision_transformer.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/dense.h"
#include "kernels/layer_norm.h"
#include "kernels/vector_ops.h"
#include "model/encoder_stack.h"
#include "model/slots.h"
#include "model/vision_parameters.h"

/* Every array of a workspace besides the blocks'. */
typedef enum Slot {
    SLOT_PATCHES, /* [B, patches, numbers of a patch] the images, cut */
    SLOT_TAKEN,   /* [B, C] the blocks' output at the first tokens */
    SLOT_MEAN,    /* [B] of the last norm */
    SLOT_RSTD,    /* [B] */
    SLOT_NORM,    /* [B, C] its output */
    SLOT_D_NORM,  /* [B, C] */
    SLOT_D_TAKEN, /* [B, C] */
    SLOT_LOGITS,  /* [B, label_count] */
    SLOT_COUNT
} Slot;

struct VisionWorkspace {
    Arena arena;
    EncoderStack *stack;
    size_t B_max;
    ModelPass options; /* of the last forward pass: its backward pass drops the same units */
    Real *slots[SLOT_COUNT];
};

static size_t token_count(const VisionShape *shape)
{
    return vision_patch_count(shape) + 1;
}

static void plan_slots(const VisionShape *shape, size_t B, size_t counts[SLOT_COUNT])
{
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        counts[i] = slot_product(B, shape->stack.C);
    }
    counts[SLOT_PATCHES] = slot_product(B, vision_image_numbers(shape));
    counts[SLOT_MEAN] = B;
    counts[SLOT_RSTD] = B;
    counts[SLOT_LOGITS] = slot_product(B, shape->label_count);
}

size_t vision_workspace_bytes(const VisionShape *shape, size_t B_max)
{
    size_t counts[SLOT_COUNT];
    plan_slots(shape, B_max, counts);
    const size_t own = slots_bytes(counts, SLOT_COUNT);
    const size_t stack = encoder_stack_bytes(&shape->stack, B_max, token_count(shape));
    size_t total;
    if (__builtin_add_overflow(own, stack, &total) ||
        __builtin_add_overflow(total, sizeof(VisionWorkspace), &total)) {
        return SIZE_MAX;
    }
    return total;
}

Status vision_workspace_create(const VisionShape *shape, size_t B_max, VisionWorkspace **out)
{
    *out = NULL;
    size_t counts[SLOT_COUNT];
    plan_slots(shape, B_max, counts);
    VisionWorkspace *const workspace = calloc(1, sizeof *workspace);
    Status status = workspace == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    if (status == STATUS_OK) {
        status = encoder_stack_create(&shape->stack, B_max, token_count(shape), &workspace->stack);
    }
    if (status == STATUS_OK) {
        status = slots_create(counts, SLOT_COUNT, &workspace->arena, workspace->slots);
    }
    if (status != STATUS_OK) {
        vision_workspace_destroy(workspace);
        return status;
    }
    workspace->B_max = B_max;
    *out = workspace;
    return STATUS_OK;
}

void vision_workspace_destroy(VisionWorkspace *workspace)
{
    if (workspace != NULL) {
        encoder_stack_destroy(workspace->stack);
        arena_destroy(&workspace->arena);
        free(workspace);
    }
}

/* What the functions below share. `grads` is NULL in a forward pass. */
typedef struct Pass {
    const VisionShape *shape;
    const ParameterTable *table;
    const Real *params;
    Real *grads;
    const VisionBatch *batch;
    VisionWorkspace *workspace;
    size_t T; /* tokens of an image: the first one and its patches */
} Pass;

static const Real *weight(const Pass *pass, size_t tensor)
{
    return pass->params + pass->table->tensors[tensor].offset;
}

static Real *gradient(const Pass *pass, size_t tensor)
{
    return pass->grads + pass->table->tensors[tensor].offset;
}

static const Real *head_weight(const Pass *pass, VisionHeadTensor tensor)
{
    return weight(pass, vision_head_tensor(pass->shape, tensor));
}

static Real *head_gradient(const Pass *pass, VisionHeadTensor tensor)
{
    return gradient(pass, vision_head_tensor(pass->shape, tensor));
}

static StackRun stack_run(const Pass *pass)
{
    return (StackRun){.shape = &pass->shape->stack,
                      .norms = NORM_BEFORE,
                      .table = pass->table,
                      .first_tensor = VISION_TENSOR_FIRST_BLOCK,
                      .params = pass->params,
                      .B = pass->batch->B,
                      .T = pass->T,
                      .pass = &pass->workspace->options};
}

static Dropout embedding_dropout(const Pass *pass)
{
    return model_pass_dropout(&pass->workspace->options, pass->shape->stack.hidden_dropout, 0,
                              DROPOUT_PLACE_EMBEDDING);
}

/* One image [channels, S, S] becomes its patches, row after row, each [channels, p, p] as the Conv2d's weights are. */
static void cut_image(const VisionShape *shape, Real *patches, const Real *image)
{
    const size_t S = shape->image_size;
    const size_t p = shape->patch_size;
    for (size_t top = 0; top < S; top += p) {
        for (size_t left = 0; left < S; left += p) {
            for (size_t row = 0; row < shape->channel_count * p; row++) {
                const Real *const channel = image + row / p * S * S;
                memcpy(patches, channel + (top + row % p) * S + left, p * sizeof *patches);
                patches += p;
            }
        }
    }
}

static LinearSizes patch_sizes(const Pass *pass)
{
    return (LinearSizes){pass->T - 1, vision_patch_width(pass->shape), pass->shape->stack.C};
}

/* Image b's tokens x [T, C]. */
static void embed_image(const Pass *pass, size_t b, Real *x)
{
    const ModelPass *const options = &pass->workspace->options;
    const size_t C = pass->shape->stack.C;
    const size_t numbers = vision_image_numbers(pass->shape);
    Real *const patches = pass->workspace->slots[SLOT_PATCHES] + b * numbers;
    cut_image(pass->shape, patches, pass->batch->images + b * numbers);
    vector_copy(x, weight(pass, VISION_TENSOR_FIRST_TOKEN), C);
    dense_forward(x + C, patches, weight(pass, VISION_TENSOR_PATCH_WEIGHT),
                  weight(pass, VISION_TENSOR_PATCH_BIAS), NULL, patch_sizes(pass));
    noise_add(x + C, &options->noise, options->first_window + b, 1, pass->T - 1, C);
    vector_add_scaled(x, x, 1, weight(pass, VISION_TENSOR_POSITION_EMBEDDING), pass->T * C);
}

static void embed(const Pass *pass)
{
    const size_t B = pass->batch->B;
    const size_t C = pass->shape->stack.C;
    Real *const x = encoder_stack_input(pass->workspace->stack);
    const Dropout dropout = embedding_dropout(pass);
    for (size_t b = 0; b < B; b++) {
        embed_image(pass, b, x + b * pass->T * C);
    }
    if (dropout.rate > 0) {
        dropout_windows(x, x, &dropout, B, pass->T, C);
    }
}

static LinearSizes head_sizes(const Pass *pass)
{
    return (LinearSizes){pass->batch->B, pass->shape->stack.C, pass->shape->label_count};
}

/* A norm and a classifier see the first tokens only: what becomes of the patches is nobody's affair. */
static void classify(const Pass *pass, const Real *x)
{
    Real *const *const slots = pass->workspace->slots;
    const size_t C = pass->shape->stack.C;
    for (size_t b = 0; b < pass->batch->B; b++) {
        vector_copy(slots[SLOT_TAKEN] + b * C, x + b * pass->T * C, C);
    }
    layer_norm_forward(slots[SLOT_NORM], slots[SLOT_MEAN], slots[SLOT_RSTD], slots[SLOT_TAKEN],
                       head_weight(pass, VISION_HEAD_NORM_GAIN),
                       head_weight(pass, VISION_HEAD_NORM_BIAS), pass->batch->B, C,
                       pass->shape->stack.layer_norm_epsilon);
    dense_forward(slots[SLOT_LOGITS], slots[SLOT_NORM], head_weight(pass, VISION_HEAD_OUT_WEIGHT),
                  head_weight(pass, VISION_HEAD_OUT_BIAS), NULL, head_sizes(pass));
}

static void classify_backward(const Pass *pass, const Real *d_logits)
{
    Real *const *const slots = pass->workspace->slots;
    const size_t B = pass->batch->B;
    const size_t C = pass->shape->stack.C;
    Real *const d_x = encoder_stack_gradient(pass->workspace->stack);
    Real *const d_taken = slots[SLOT_D_TAKEN];
    dense_backward(slots[SLOT_D_NORM], head_gradient(pass, VISION_HEAD_OUT_WEIGHT),
                   head_gradient(pass, VISION_HEAD_OUT_BIAS), d_logits, slots[SLOT_NORM],
                   head_weight(pass, VISION_HEAD_OUT_WEIGHT), head_sizes(pass));
    memset(d_taken, 0, B * C * sizeof *d_taken);
    layer_norm_backward(d_taken, head_gradient(pass, VISION_HEAD_NORM_GAIN),
                        head_gradient(pass, VISION_HEAD_NORM_BIAS), slots[SLOT_D_NORM],
                        slots[SLOT_TAKEN], slots[SLOT_MEAN], slots[SLOT_RSTD],
                        head_weight(pass, VISION_HEAD_NORM_GAIN), B, C);
    memset(d_x, 0, B * pass->T * C * sizeof *d_x);
    for (size_t b = 0; b < B; b++) {
        vector_copy(d_x + b * pass->T * C, d_taken + b * C, C);
    }
}

static void embed_backward(const Pass *pass)
{
    const size_t B = pass->batch->B;
    const size_t T = pass->T;
    const size_t C = pass->shape->stack.C;
    Real *const d_x = encoder_stack_gradient(pass->workspace->stack);
    Real *const d_first = gradient(pass, VISION_TENSOR_FIRST_TOKEN);
    Real *const d_positions = gradient(pass, VISION_TENSOR_POSITION_EMBEDDING);
    const Dropout dropout = embedding_dropout(pass);
    if (dropout.rate > 0) {
        dropout_windows(d_x, d_x, &dropout, B, T, C);
    }
    for (size_t b = 0; b < B; b++) {
        const Real *const d_image = d_x + b * T * C;
        const Real *const patches =
            pass->workspace->slots[SLOT_PATCHES] + b * vision_image_numbers(pass->shape);
        vector_add_scaled(d_first, d_first, 1, d_image, C);
        vector_add_scaled(d_positions, d_positions, 1, d_image, T * C);
        dense_backward(NULL, gradient(pass, VISION_TENSOR_PATCH_WEIGHT),
                       gradient(pass, VISION_TENSOR_PATCH_BIAS), d_image + C, patches,
                       weight(pass, VISION_TENSOR_PATCH_WEIGHT), patch_sizes(pass));
    }
}

Real *vision_forward(const VisionShape *shape, const ParameterTable *table, const Real *params,
                     const VisionBatch *batch, const ModelPass *options, VisionWorkspace *workspace)
{
    const Pass pass = {.shape = shape,
                       .table = table,
                       .params = params,
                       .batch = batch,
                       .workspace = workspace,
                       .T = token_count(shape)};
    const StackRun run = stack_run(&pass);
    assert(batch->B <= workspace->B_max);
    workspace->options = *options;
    embed(&pass);
    classify(&pass, encoder_stack_forward(workspace->stack, &run));
    return workspace->slots[SLOT_LOGITS];
}

void vision_backward(const VisionShape *shape, const ParameterTable *table, const Real *params,
                     const VisionBatch *batch, const Real *d_logits, Real *grads,
                     VisionWorkspace *workspace)
{
    const Pass pass = {.shape = shape,
                       .table = table,
                       .params = params,
                       .grads = grads,
                       .batch = batch,
                       .workspace = workspace,
                       .T = token_count(shape)};
    const StackRun run = stack_run(&pass);
    assert(workspace->options.keeps_for_backward);
    classify_backward(&pass, d_logits);
    encoder_stack_backward(workspace->stack, &run, grads);
    embed_backward(&pass);
}
