/* model/text_encoder.c -- embeddings, the blocks of model/encoder_stack.h, and two heads. */
#include "model/text_encoder.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/activation.h"
#include "kernels/dense.h"
#include "kernels/erf_gelu.h"
#include "kernels/hyperbolic_tangent.h"
#include "kernels/layer_norm.h"
#include "model/encoder_stack.h"
#include "model/slots.h"
#include "model/text_encoder_parameters.h"

/* Every array of a workspace besides the blocks'; R output rows. */
typedef enum Slot {
    SLOT_EMBEDDED,   /* [N, C] what the embeddings' norm reads */
    SLOT_MEAN,       /* [N] of that norm */
    SLOT_RSTD,       /* [N] */
    SLOT_D_EMBEDDED, /* [N, C] */
    SLOT_TAKEN,      /* [R, C] the blocks' output where the head looks, dropped */
    SLOT_DENSE,      /* [R, C] classifier: tanh's output; masked LM: pre-activation, then slope */
    SLOT_ACTIVE,     /* [R, C] classifier: tanh's output, dropped; masked LM: GELU's output */
    SLOT_HEAD_NORM,  /* [R, C] masked LM: the norm's output */
    SLOT_HEAD_MEAN,  /* [R] */
    SLOT_HEAD_RSTD,  /* [R] */
    SLOT_D_HEAD,     /* [R, C] */
    SLOT_D_HEAD_TOO, /* [R, C] */
    SLOT_LOGITS,     /* [R, output width] */
    SLOT_COUNT
} Slot;

struct TextEncoderWorkspace {
    Arena arena;
    EncoderStack *stack;
    size_t B_max;
    size_t T_max;
    size_t rows_max;
    ModelPass options;   /* of the last forward pass: its backward pass drops the same units */
    uint32_t *positions; /* [N] of that pass: rows of the position embedding */
    bool *is_padding;    /* [N] */
    Real *slots[SLOT_COUNT];
};

static size_t rows_for(const TextEncoderShape *shape, size_t B_max, size_t rows_max)
{
    return shape->head == TEXT_HEAD_CLASSIFIER ? B_max : rows_max;
}

static void plan_slots(const TextEncoderShape *shape, size_t N, size_t R, size_t counts[SLOT_COUNT])
{
    const size_t C = shape->stack.C;
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        counts[i] = slot_product(R, C);
    }
    counts[SLOT_EMBEDDED] = slot_product(N, C);
    counts[SLOT_MEAN] = N;
    counts[SLOT_RSTD] = N;
    counts[SLOT_D_EMBEDDED] = slot_product(N, C);
    counts[SLOT_HEAD_MEAN] = R;
    counts[SLOT_HEAD_RSTD] = R;
    counts[SLOT_LOGITS] = slot_product(R, text_encoder_output_width(shape));
}

static size_t sum(size_t a, size_t b)
{
    size_t result;
    return __builtin_add_overflow(a, b, &result) ? SIZE_MAX : result;
}

size_t text_encoder_workspace_bytes(const TextEncoderShape *shape, size_t B_max, size_t T_max,
                                    size_t rows_max)
{
    size_t counts[SLOT_COUNT];
    const size_t N = slot_product(B_max, T_max);
    plan_slots(shape, N, rows_for(shape, B_max, rows_max), counts);
    const size_t own = sum(slots_bytes(counts, SLOT_COUNT), sizeof(TextEncoderWorkspace));
    const size_t maps = slot_product(N, sizeof(uint32_t) + sizeof(bool));
    return sum(sum(own, maps), encoder_stack_bytes(&shape->stack, B_max, T_max));
}

static Status fill_workspace(const TextEncoderShape *shape, TextEncoderWorkspace *workspace)
{
    size_t counts[SLOT_COUNT];
    const size_t N = slot_product(workspace->B_max, workspace->T_max);
    TRY(encoder_stack_create(&shape->stack, workspace->B_max, workspace->T_max, &workspace->stack));
    plan_slots(shape, N, workspace->rows_max, counts);
    TRY(slots_create(counts, SLOT_COUNT, &workspace->arena, workspace->slots));
    workspace->positions = calloc(N, sizeof *workspace->positions);
    workspace->is_padding = calloc(N, sizeof *workspace->is_padding);
    const bool is_complete = workspace->positions != NULL && workspace->is_padding != NULL;
    return is_complete ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

Status text_encoder_workspace_create(const TextEncoderShape *shape, size_t B_max, size_t T_max,
                                     size_t rows_max, TextEncoderWorkspace **out)
{
    *out = NULL;
    TextEncoderWorkspace *const workspace = calloc(1, sizeof *workspace);
    if (workspace == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    workspace->B_max = B_max;
    workspace->T_max = T_max;
    workspace->rows_max = rows_for(shape, B_max, rows_max);
    const Status status = fill_workspace(shape, workspace);
    if (status != STATUS_OK) {
        text_encoder_workspace_destroy(workspace);
        return status;
    }
    *out = workspace;
    return STATUS_OK;
}

void text_encoder_workspace_destroy(TextEncoderWorkspace *workspace)
{
    if (workspace != NULL) {
        encoder_stack_destroy(workspace->stack);
        arena_destroy(&workspace->arena);
        free(workspace->positions);
        free(workspace->is_padding);
        free(workspace);
    }
}

size_t text_encoder_output_rows(const TextEncoderShape *shape, const TextEncoderBatch *batch)
{
    if (shape->head == TEXT_HEAD_CLASSIFIER) {
        return batch->B;
    }
    return batch->B * (batch->asked == NULL ? batch->T : batch->asked_count);
}

/* What the functions below share. `grads` is NULL in a forward pass. */
typedef struct Pass {
    const TextEncoderShape *shape;
    const ParameterTable *table;
    const Real *params;
    Real *grads;
    const TextEncoderBatch *batch;
    TextEncoderWorkspace *workspace;
    size_t N;
    size_t R;
} Pass;

static Pass pass_of(const TextEncoderShape *shape, const ParameterTable *table, const Real *params,
                    const TextEncoderBatch *batch, TextEncoderWorkspace *workspace)
{
    return (Pass){.shape = shape,
                  .table = table,
                  .params = params,
                  .batch = batch,
                  .workspace = workspace,
                  .N = batch->B * batch->T,
                  .R = text_encoder_output_rows(shape, batch)};
}

static const Real *weight(const Pass *pass, size_t tensor)
{
    return pass->params + pass->table->tensors[tensor].offset;
}

static Real *gradient(const Pass *pass, size_t tensor)
{
    return pass->grads + pass->table->tensors[tensor].offset;
}

static size_t head_tensor(const Pass *pass, size_t tensor)
{
    return text_encoder_first_head_tensor(pass->shape) + tensor;
}

static StackRun stack_run(const Pass *pass)
{
    return (StackRun){.shape = &pass->shape->stack,
                      .norms = NORM_BEHIND,
                      .table = pass->table,
                      .first_tensor = TEXT_TENSOR_FIRST_BLOCK,
                      .params = pass->params,
                      .B = pass->batch->B,
                      .T = pass->batch->T,
                      .is_padding = pass->workspace->is_padding,
                      .pass = &pass->workspace->options};
}

static Dropout embedding_dropout(const Pass *pass)
{
    return model_pass_dropout(&pass->workspace->options, pass->shape->stack.hidden_dropout, 0,
                              DROPOUT_PLACE_EMBEDDING);
}

static Dropout classifier_dropout(const Pass *pass, DropoutPlace place)
{
    return model_pass_dropout(&pass->workspace->options, pass->shape->classifier_dropout,
                              pass->shape->stack.L, place);
}

static size_t token_at(const Pass *pass, size_t i)
{
    const TextEncoderBatch *const batch = pass->batch;
    const size_t stride = batch->stride == 0 ? batch->T : batch->stride;
    const int32_t token = batch->tokens[i / batch->T * stride + i % batch->T];
    assert(token >= 0 && (size_t)token < pass->shape->V);
    return (size_t)token;
}

/* Positions are counted from padding + 1 over the tokens which are not padding; padding stands at position `padding`. */
static void place_tokens(const Pass *pass)
{
    const uint32_t padding = (uint32_t)pass->shape->padding;
    uint32_t next = padding;
    for (size_t i = 0; i < pass->N; i++) {
        const bool is_padding = token_at(pass, i) == padding;
        next = i % pass->batch->T == 0 ? padding + 1 : next;
        pass->workspace->is_padding[i] = is_padding;
        pass->workspace->positions[i] = is_padding ? padding : next;
        next += is_padding ? 0 : 1;
    }
}

static size_t type_at(const Pass *pass, size_t i)
{
    const int32_t type = pass->batch->types == NULL ? 0 : pass->batch->types[i];
    assert(type >= 0 && (size_t)type < pass->shape->type_count);
    return (size_t)type;
}

static void look_up(const Pass *pass, Real *x)
{
    const size_t C = pass->shape->stack.C;
    const Real *const words = weight(pass, TEXT_TENSOR_WORD_EMBEDDING);
    const Real *const positions = weight(pass, TEXT_TENSOR_POSITION_EMBEDDING);
    const Real *const types = weight(pass, TEXT_TENSOR_TYPE_EMBEDDING);
    for (size_t i = 0; i < pass->N; i++) {
        const Real *const word = words + token_at(pass, i) * C;
        const Real *const position = positions + pass->workspace->positions[i] * C;
        const Real *const type = types + type_at(pass, i) * C;
        for (size_t j = 0; j < C; j++) {
            x[i * C + j] = word[j] + type[j] + position[j];
        }
    }
}

static void embed(const Pass *pass)
{
    TextEncoderWorkspace *const workspace = pass->workspace;
    const TextEncoderBatch *const batch = pass->batch;
    const size_t C = pass->shape->stack.C;
    Real *const x = workspace->slots[SLOT_EMBEDDED];
    Real *const y = encoder_stack_input(workspace->stack);
    const Dropout dropout = embedding_dropout(pass);
    place_tokens(pass);
    look_up(pass, x);
    noise_add(x, &workspace->options.noise, workspace->options.first_window, batch->B, batch->T, C);
    layer_norm_forward(y, workspace->slots[SLOT_MEAN], workspace->slots[SLOT_RSTD], x,
                       weight(pass, TEXT_TENSOR_NORM_GAIN), weight(pass, TEXT_TENSOR_NORM_BIAS),
                       pass->N, C, pass->shape->stack.layer_norm_epsilon);
    if (dropout.rate > 0) {
        dropout_windows(y, y, &dropout, batch->B, batch->T, C);
    }
}

/* The position, in the batch, of output row r. */
static size_t row_position(const Pass *pass, size_t r)
{
    const TextEncoderBatch *const batch = pass->batch;
    if (pass->shape->head == TEXT_HEAD_CLASSIFIER) {
        return r * batch->T; /* the first token's */
    }
    if (batch->asked == NULL) {
        return r;
    }
    assert(batch->asked[r] < batch->T);
    return r / batch->asked_count * batch->T + batch->asked[r];
}

static void take_rows(const Pass *pass, const Real *x)
{
    const size_t C = pass->shape->stack.C;
    for (size_t r = 0; r < pass->R; r++) {
        memcpy(pass->workspace->slots[SLOT_TAKEN] + r * C, x + row_position(pass, r) * C,
               C * sizeof *x);
    }
}

/* A row may be asked for twice, so they are added one after the other. */
static void give_rows_back(const Pass *pass, const Real *d_taken)
{
    const size_t C = pass->shape->stack.C;
    Real *const d_x = encoder_stack_gradient(pass->workspace->stack);
    memset(d_x, 0, pass->N * C * sizeof *d_x);
    for (size_t r = 0; r < pass->R; r++) {
        Real *const row = d_x + row_position(pass, r) * C;
        for (size_t j = 0; j < C; j++) {
            row[j] += d_taken[r * C + j];
        }
    }
}

static LinearSizes head_dense_sizes(const Pass *pass)
{
    return (LinearSizes){pass->R, pass->shape->stack.C, pass->shape->stack.C};
}

static LinearSizes head_out_sizes(const Pass *pass)
{
    return (LinearSizes){pass->R, pass->shape->stack.C, text_encoder_output_width(pass->shape)};
}

static void classify(const Pass *pass)
{
    Real *const *const slots = pass->workspace->slots;
    const size_t C = pass->shape->stack.C;
    const Dropout before = classifier_dropout(pass, DROPOUT_PLACE_HEAD_IN);
    const Dropout between = classifier_dropout(pass, DROPOUT_PLACE_HEAD_OUT);
    dropout_windows(slots[SLOT_TAKEN], slots[SLOT_TAKEN], &before, pass->R, 1, C);
    dense_forward(slots[SLOT_DENSE], slots[SLOT_TAKEN],
                  weight(pass, head_tensor(pass, CLASSIFIER_DENSE_WEIGHT)),
                  weight(pass, head_tensor(pass, CLASSIFIER_DENSE_BIAS)), NULL,
                  head_dense_sizes(pass));
    hyperbolic_tangent_forward(slots[SLOT_DENSE], slots[SLOT_DENSE], pass->R * C);
    dropout_windows(slots[SLOT_ACTIVE], slots[SLOT_DENSE], &between, pass->R, 1, C);
    dense_forward(slots[SLOT_LOGITS], slots[SLOT_ACTIVE],
                  weight(pass, head_tensor(pass, CLASSIFIER_OUT_WEIGHT)),
                  weight(pass, head_tensor(pass, CLASSIFIER_OUT_BIAS)), NULL, head_out_sizes(pass));
}

static void classify_backward(const Pass *pass, const Real *d_logits)
{
    Real *const *const slots = pass->workspace->slots;
    const size_t C = pass->shape->stack.C;
    const Dropout before = classifier_dropout(pass, DROPOUT_PLACE_HEAD_IN);
    const Dropout between = classifier_dropout(pass, DROPOUT_PLACE_HEAD_OUT);
    Real *const d_dense = slots[SLOT_D_HEAD];
    Real *const d_taken = slots[SLOT_D_HEAD_TOO];
    dense_backward(d_dense, gradient(pass, head_tensor(pass, CLASSIFIER_OUT_WEIGHT)),
                   gradient(pass, head_tensor(pass, CLASSIFIER_OUT_BIAS)), d_logits,
                   slots[SLOT_ACTIVE], weight(pass, head_tensor(pass, CLASSIFIER_OUT_WEIGHT)),
                   head_out_sizes(pass));
    dropout_windows(d_dense, d_dense, &between, pass->R, 1, C);
    hyperbolic_tangent_backward(d_dense, slots[SLOT_DENSE], pass->R * C);
    dense_backward(d_taken, gradient(pass, head_tensor(pass, CLASSIFIER_DENSE_WEIGHT)),
                   gradient(pass, head_tensor(pass, CLASSIFIER_DENSE_BIAS)), d_dense,
                   slots[SLOT_TAKEN], weight(pass, head_tensor(pass, CLASSIFIER_DENSE_WEIGHT)),
                   head_dense_sizes(pass));
    dropout_windows(d_taken, d_taken, &before, pass->R, 1, C);
    give_rows_back(pass, d_taken);
}

/* The decoder is the word embedding, transposed. */
static void predict_words(const Pass *pass)
{
    Real *const *const slots = pass->workspace->slots;
    const size_t C = pass->shape->stack.C;
    Real *const slope = slots[SLOT_DENSE];
    dense_forward(slope, slots[SLOT_TAKEN], weight(pass, head_tensor(pass, MASKED_LM_DENSE_WEIGHT)),
                  weight(pass, head_tensor(pass, MASKED_LM_DENSE_BIAS)), NULL,
                  head_dense_sizes(pass));
    erf_gelu_forward(slots[SLOT_ACTIVE], pass->workspace->options.keeps_for_backward ? slope : NULL,
                     slope, pass->R * C);
    layer_norm_forward(slots[SLOT_HEAD_NORM], slots[SLOT_HEAD_MEAN], slots[SLOT_HEAD_RSTD],
                       slots[SLOT_ACTIVE], weight(pass, head_tensor(pass, MASKED_LM_NORM_GAIN)),
                       weight(pass, head_tensor(pass, MASKED_LM_NORM_BIAS)), pass->R, C,
                       pass->shape->stack.layer_norm_epsilon);
    dense_forward(slots[SLOT_LOGITS], slots[SLOT_HEAD_NORM],
                  weight(pass, TEXT_TENSOR_WORD_EMBEDDING),
                  weight(pass, head_tensor(pass, MASKED_LM_BIAS)), NULL, head_out_sizes(pass));
}

static void predict_words_backward(const Pass *pass, const Real *d_logits)
{
    Real *const *const slots = pass->workspace->slots;
    const size_t C = pass->shape->stack.C;
    Real *const d_norm = slots[SLOT_D_HEAD];
    Real *const d_dense = slots[SLOT_D_HEAD_TOO];
    dense_backward(d_norm, gradient(pass, TEXT_TENSOR_WORD_EMBEDDING),
                   gradient(pass, head_tensor(pass, MASKED_LM_BIAS)), d_logits,
                   slots[SLOT_HEAD_NORM], weight(pass, TEXT_TENSOR_WORD_EMBEDDING),
                   head_out_sizes(pass));
    memset(d_dense, 0, pass->R * C * sizeof *d_dense);
    layer_norm_backward(d_dense, gradient(pass, head_tensor(pass, MASKED_LM_NORM_GAIN)),
                        gradient(pass, head_tensor(pass, MASKED_LM_NORM_BIAS)), d_norm,
                        slots[SLOT_ACTIVE], slots[SLOT_HEAD_MEAN], slots[SLOT_HEAD_RSTD],
                        weight(pass, head_tensor(pass, MASKED_LM_NORM_GAIN)), pass->R, C);
    gelu_backward(d_dense, slots[SLOT_DENSE], pass->R * C);
    Real *const d_taken = d_norm;
    dense_backward(d_taken, gradient(pass, head_tensor(pass, MASKED_LM_DENSE_WEIGHT)),
                   gradient(pass, head_tensor(pass, MASKED_LM_DENSE_BIAS)), d_dense,
                   slots[SLOT_TAKEN], weight(pass, head_tensor(pass, MASKED_LM_DENSE_WEIGHT)),
                   head_dense_sizes(pass));
    give_rows_back(pass, d_taken);
}

Real *text_encoder_forward(const TextEncoderShape *shape, const ParameterTable *table,
                           const Real *params, const TextEncoderBatch *batch,
                           const ModelPass *options, TextEncoderWorkspace *workspace)
{
    const Pass pass = pass_of(shape, table, params, batch, workspace);
    assert(batch->B <= workspace->B_max && batch->T <= workspace->T_max);
    assert(batch->T <= text_encoder_longest(shape) && pass.R <= workspace->rows_max);
    workspace->options = *options;
    const StackRun run = stack_run(&pass);
    embed(&pass);
    take_rows(&pass, encoder_stack_forward(workspace->stack, &run));
    switch (shape->head) {
    case TEXT_HEAD_CLASSIFIER:
        classify(&pass);
        break;
    case TEXT_HEAD_MASKED_LM:
        predict_words(&pass);
        break;
    }
    return workspace->slots[SLOT_LOGITS];
}

/* A word may stand in many places: they are added one after the other, so the sum's order is fixed. */
static void look_up_backward(const Pass *pass, const Real *d_x)
{
    const size_t C = pass->shape->stack.C;
    Real *const d_words = gradient(pass, TEXT_TENSOR_WORD_EMBEDDING);
    Real *const d_positions = gradient(pass, TEXT_TENSOR_POSITION_EMBEDDING);
    Real *const d_types = gradient(pass, TEXT_TENSOR_TYPE_EMBEDDING);
    for (size_t i = 0; i < pass->N; i++) {
        const Real *const d_row = d_x + i * C;
        Real *const d_type = d_types + type_at(pass, i) * C;
        for (size_t j = 0; j < C; j++) {
            d_type[j] += d_row[j];
        }
        if (pass->workspace->is_padding[i]) {
            continue;
        }
        Real *const d_word = d_words + token_at(pass, i) * C;
        Real *const d_position = d_positions + pass->workspace->positions[i] * C;
        for (size_t j = 0; j < C; j++) {
            d_word[j] += d_row[j];
            d_position[j] += d_row[j];
        }
    }
}

static void embed_backward(const Pass *pass)
{
    TextEncoderWorkspace *const workspace = pass->workspace;
    const size_t C = pass->shape->stack.C;
    Real *const d_y = encoder_stack_gradient(workspace->stack);
    Real *const d_x = workspace->slots[SLOT_D_EMBEDDED];
    const Dropout dropout = embedding_dropout(pass);
    if (dropout.rate > 0) {
        dropout_windows(d_y, d_y, &dropout, pass->batch->B, pass->batch->T, C);
    }
    memset(d_x, 0, pass->N * C * sizeof *d_x);
    layer_norm_backward(d_x, gradient(pass, TEXT_TENSOR_NORM_GAIN),
                        gradient(pass, TEXT_TENSOR_NORM_BIAS), d_y, workspace->slots[SLOT_EMBEDDED],
                        workspace->slots[SLOT_MEAN], workspace->slots[SLOT_RSTD],
                        weight(pass, TEXT_TENSOR_NORM_GAIN), pass->N, C);
    look_up_backward(pass, d_x);
}

void text_encoder_backward(const TextEncoderShape *shape, const ParameterTable *table,
                           const Real *params, const TextEncoderBatch *batch, const Real *d_logits,
                           Real *grads, TextEncoderWorkspace *workspace)
{
    assert(workspace->options.keeps_for_backward);
    Pass pass = pass_of(shape, table, params, batch, workspace);
    pass.grads = grads;
    const StackRun run = stack_run(&pass);
    switch (shape->head) {
    case TEXT_HEAD_CLASSIFIER:
        classify_backward(&pass, d_logits);
        break;
    case TEXT_HEAD_MASKED_LM:
        predict_words_backward(&pass, d_logits);
        break;
    }
    encoder_stack_backward(workspace->stack, &run, grads);
    embed_backward(&pass);
}
