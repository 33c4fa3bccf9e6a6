/* model/encoder_stack.c -- block by block, each two branches: attention (even) and MLP (odd). */
#include "model/encoder_stack.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/activation.h"
#include "kernels/dense.h"
#include "kernels/erf_gelu.h"
#include "kernels/layer_norm.h"
#include "kernels/masked_attention.h"
#include "kernels/vector_ops.h"
#include "model/slots.h"

/* Every array of a workspace. Branch b = 2l is block l's attention, b = 2l + 1 its MLP. */
typedef enum Slot {
    SLOT_STREAM,     /* [2L + 1, N, C] the stream before branch b */
    SLOT_SIDE,       /* [2L, N, C] norms behind: what norm b reads; before: what it gives */
    SLOT_MEAN,       /* [2L, N] of each layer norm */
    SLOT_RSTD,       /* [2L, N] */
    SLOT_QKV,        /* [L, N, 3C] */
    SLOT_STATISTICS, /* [L, B, H, T, 2] of the attention's rows */
    SLOT_MIXED,      /* [L, N, C] attention's output */
    SLOT_SLOPE,      /* [L, N, F] the MLP's pre-activation, then GELU's derivative there */
    SLOT_HIDDEN,     /* [L, N, F] GELU's output */
    SLOT_SCRATCH,    /* attention's */
    SLOT_D_STREAM,   /* [N, C] */
    SLOT_D_SUM,      /* [N, C] */
    SLOT_D_NARROW,   /* [N, C] */
    SLOT_D_WIDE,     /* [N, max(3C, F)] */
    SLOT_COUNT
} Slot;

struct EncoderStack {
    Arena arena;
    size_t B_max;
    size_t T_max;
    Real *slots[SLOT_COUNT];
};

static void plan_slots(const StackShape *s, size_t B, size_t T, size_t counts[SLOT_COUNT])
{
    const size_t N = slot_product(B, T);
    const size_t narrow = slot_product(N, s->C);
    const size_t hidden = slot_product(s->L, slot_product(N, s->F));
    counts[SLOT_STREAM] = slot_product(2 * s->L + 1, narrow);
    counts[SLOT_SIDE] = slot_product(2 * s->L, narrow);
    counts[SLOT_MEAN] = slot_product(2 * s->L, N);
    counts[SLOT_RSTD] = slot_product(2 * s->L, N);
    counts[SLOT_QKV] = slot_product(3 * s->L, narrow);
    counts[SLOT_STATISTICS] = slot_product(s->L, slot_product(2 * s->H, N));
    counts[SLOT_MIXED] = slot_product(s->L, narrow);
    counts[SLOT_SLOPE] = hidden;
    counts[SLOT_HIDDEN] = hidden;
    counts[SLOT_SCRATCH] = slot_product(masked_attention_scratch_count(1), T);
    counts[SLOT_D_STREAM] = narrow;
    counts[SLOT_D_SUM] = narrow;
    counts[SLOT_D_NARROW] = narrow;
    counts[SLOT_D_WIDE] = slot_product(N, 3 * s->C > s->F ? 3 * s->C : s->F);
}

size_t encoder_stack_bytes(const StackShape *shape, size_t B_max, size_t T_max)
{
    size_t counts[SLOT_COUNT];
    plan_slots(shape, B_max, T_max, counts);
    const size_t bytes = slots_bytes(counts, SLOT_COUNT);
    return bytes == SIZE_MAX ? SIZE_MAX : bytes + sizeof(EncoderStack);
}

Status encoder_stack_create(const StackShape *shape, size_t B_max, size_t T_max, EncoderStack **out)
{
    *out = NULL;
    size_t counts[SLOT_COUNT];
    plan_slots(shape, B_max, T_max, counts);
    EncoderStack *const stack = calloc(1, sizeof *stack);
    if (stack == NULL ||
        slots_create(counts, SLOT_COUNT, &stack->arena, stack->slots) != STATUS_OK) {
        encoder_stack_destroy(stack);
        return STATUS_OUT_OF_MEMORY;
    }
    stack->B_max = B_max;
    stack->T_max = T_max;
    *out = stack;
    return STATUS_OK;
}

void encoder_stack_destroy(EncoderStack *stack)
{
    if (stack != NULL) {
        arena_destroy(&stack->arena);
        free(stack);
    }
}

Real *encoder_stack_input(EncoderStack *stack)
{
    return stack->slots[SLOT_STREAM];
}

Real *encoder_stack_gradient(EncoderStack *stack)
{
    return stack->slots[SLOT_D_STREAM];
}

/* What the functions below share. `grads` is NULL in a forward pass. */
typedef struct Pass {
    const StackRun *run;
    Real *const *slots;
    Real *grads;
    size_t N;
} Pass;

/* Layer (or branch) `index` of a slot whose entries are `count` numbers each: without a backward pass all share the first. */
static Real *entry(const Pass *pass, Slot slot, size_t index, size_t count)
{
    return pass->slots[slot] + (pass->run->pass->keeps_for_backward ? index * count : 0);
}

static Real *stream(const Pass *pass, size_t branch)
{
    return entry(pass, SLOT_STREAM, branch, pass->N * pass->run->shape->C);
}

static Real *side(const Pass *pass, size_t branch)
{
    return entry(pass, SLOT_SIDE, branch, pass->N * pass->run->shape->C);
}

static bool is_norm_before(const Pass *pass)
{
    return pass->run->norms == NORM_BEFORE;
}

/* What branch b's first product reads. */
static Real *branch_input(const Pass *pass, size_t branch)
{
    return is_norm_before(pass) ? side(pass, branch) : stream(pass, branch);
}

/* Where the stream and what branch b adds to it come together. */
static Real *branch_sum(const Pass *pass, size_t branch)
{
    return is_norm_before(pass) ? stream(pass, branch + 1) : side(pass, branch);
}

static size_t offset_in_block(const Pass *pass, size_t layer, StackTensor tensor)
{
    const size_t index = pass->run->first_tensor + layer * STACK_TENSOR_COUNT + (size_t)tensor;
    return pass->run->table->tensors[index].offset;
}

static const Real *weight(const Pass *pass, size_t layer, StackTensor tensor)
{
    return pass->run->params + offset_in_block(pass, layer, tensor);
}

static Real *gradient(const Pass *pass, size_t layer, StackTensor tensor)
{
    return pass->grads + offset_in_block(pass, layer, tensor);
}

static StackTensor norm_gain(size_t branch)
{
    return branch % 2 == 0 ? STACK_NORM_1_GAIN : STACK_NORM_2_GAIN;
}

static StackTensor norm_bias(size_t branch)
{
    return branch % 2 == 0 ? STACK_NORM_1_BIAS : STACK_NORM_2_BIAS;
}

static void norm_forward(const Pass *pass, Real *y, const Real *x, size_t branch)
{
    const StackShape *const shape = pass->run->shape;
    layer_norm_forward(
        y, entry(pass, SLOT_MEAN, branch, pass->N), entry(pass, SLOT_RSTD, branch, pass->N), x,
        weight(pass, branch / 2, norm_gain(branch)), weight(pass, branch / 2, norm_bias(branch)),
        pass->N, shape->C, shape->layer_norm_epsilon);
}

/* Adds the gradient of x to d_x. */
static void norm_backward(const Pass *pass, Real *d_x, const Real *d_y, const Real *x,
                          size_t branch)
{
    layer_norm_backward(d_x, gradient(pass, branch / 2, norm_gain(branch)),
                        gradient(pass, branch / 2, norm_bias(branch)), d_y, x,
                        entry(pass, SLOT_MEAN, branch, pass->N),
                        entry(pass, SLOT_RSTD, branch, pass->N),
                        weight(pass, branch / 2, norm_gain(branch)), pass->N, pass->run->shape->C);
}

static AttentionSizes attention_sizes(const Pass *pass)
{
    const StackRun *const run = pass->run;
    return (AttentionSizes){run->B, run->T, run->shape->C, run->shape->H};
}

static Real *statistics(const Pass *pass, size_t l)
{
    const StackRun *const run = pass->run;
    return entry(pass, SLOT_STATISTICS, l,
                 attention_statistics_count(run->B, run->T, run->shape->H));
}

static Dropout attention_dropout(const Pass *pass, size_t l)
{
    return model_pass_dropout(pass->run->pass, pass->run->shape->attention_dropout, l,
                              DROPOUT_PLACE_ATTENTION);
}

/* Of what branch b adds to the stream. */
static Dropout branch_dropout(const Pass *pass, size_t branch)
{
    return model_pass_dropout(pass->run->pass, pass->run->shape->hidden_dropout, branch / 2,
                              branch % 2 == 0 ? DROPOUT_PLACE_ATTENTION_OUT
                                              : DROPOUT_PLACE_MLP_OUT);
}

/* y = x, dropped; both [N, C], and y may be x. */
static void drop(const Pass *pass, Real *y, const Real *x, const Dropout *dropout)
{
    dropout_windows(y, x, dropout, pass->run->B, pass->run->T, pass->run->shape->C);
}

/* The end of branch b: sum = stream + x W^T + bias, the latter two dropped. */
static void branch_out_forward(const Pass *pass, size_t branch, const Real *x, size_t in,
                               const Real *out_weight, const Real *out_bias)
{
    const size_t C = pass->run->shape->C;
    const LinearSizes sizes = {pass->N, in, C};
    const Real *const before = stream(pass, branch);
    Real *const sum = branch_sum(pass, branch);
    const Dropout dropout = branch_dropout(pass, branch);
    if (!(dropout.rate > 0)) {
        dense_forward(sum, x, out_weight, out_bias, before, sizes);
        return;
    }
    Real *const added = pass->slots[SLOT_D_NARROW];
    dense_forward(added, x, out_weight, out_bias, NULL, sizes);
    drop(pass, added, added, &dropout);
    vector_add_scaled(sum, before, 1, added, pass->N * C);
}

static void attention_forward_of(const Pass *pass, size_t l)
{
    const size_t N = pass->N;
    const size_t C = pass->run->shape->C;
    Real *const qkv = entry(pass, SLOT_QKV, l, N * 3 * C);
    Real *const mixed = entry(pass, SLOT_MIXED, l, N * C);
    const Dropout dropout = attention_dropout(pass, l);
    dense_forward(qkv, branch_input(pass, 2 * l), weight(pass, l, STACK_QUERY_WEIGHT),
                  weight(pass, l, STACK_QUERY_BIAS), NULL, (LinearSizes){N, C, 3 * C});
    masked_attention_forward(mixed, statistics(pass, l), pass->slots[SLOT_SCRATCH], qkv,
                             pass->run->is_padding, attention_sizes(pass), &dropout);
    branch_out_forward(pass, 2 * l, mixed, C, weight(pass, l, STACK_ATTENTION_OUT_WEIGHT),
                       weight(pass, l, STACK_ATTENTION_OUT_BIAS));
}

static void mlp_forward_of(const Pass *pass, size_t l)
{
    const size_t N = pass->N;
    const size_t F = pass->run->shape->F;
    Real *const slope = entry(pass, SLOT_SLOPE, l, N * F);
    Real *const hidden = entry(pass, SLOT_HIDDEN, l, N * F);
    dense_forward(slope, branch_input(pass, 2 * l + 1), weight(pass, l, STACK_MLP_IN_WEIGHT),
                  weight(pass, l, STACK_MLP_IN_BIAS), NULL,
                  (LinearSizes){N, pass->run->shape->C, F});
    erf_gelu_forward(hidden, pass->run->pass->keeps_for_backward ? slope : NULL, slope, N * F);
    branch_out_forward(pass, 2 * l + 1, hidden, F, weight(pass, l, STACK_MLP_OUT_WEIGHT),
                       weight(pass, l, STACK_MLP_OUT_BIAS));
}

static void branch_forward(const Pass *pass, size_t branch)
{
    if (is_norm_before(pass)) {
        norm_forward(pass, side(pass, branch), stream(pass, branch), branch);
    }
    if (branch % 2 == 0) {
        attention_forward_of(pass, branch / 2);
    } else {
        mlp_forward_of(pass, branch / 2);
    }
    if (!is_norm_before(pass)) {
        norm_forward(pass, stream(pass, branch + 1), side(pass, branch), branch);
    }
}

const Real *encoder_stack_forward(EncoderStack *stack, const StackRun *run)
{
    assert(run->B <= stack->B_max && run->T <= stack->T_max);
    const Pass pass = {.run = run, .slots = stack->slots, .N = run->B * run->T};
    for (size_t branch = 0; branch < 2 * run->shape->L; branch++) {
        branch_forward(&pass, branch);
    }
    return stream(&pass, 2 * run->shape->L);
}

/* The gradient of what branch b adds to the stream: that of the sum, or, dropped like the branch, a copy in `scratch`. */
static const Real *dropped_gradient(const Pass *pass, size_t branch, const Real *d_sum,
                                    Real *scratch)
{
    const Dropout dropout = branch_dropout(pass, branch);
    if (!(dropout.rate > 0)) {
        return d_sum;
    }
    drop(pass, scratch, d_sum, &dropout);
    return scratch;
}

/* Both leave the gradient of the branch's input in SLOT_D_NARROW. */
static void mlp_backward_of(const Pass *pass, size_t l, const Real *d_sum)
{
    const size_t N = pass->N;
    const size_t C = pass->run->shape->C;
    const size_t F = pass->run->shape->F;
    Real *const d_narrow = pass->slots[SLOT_D_NARROW];
    Real *const d_hidden = pass->slots[SLOT_D_WIDE];
    /* The narrow scratch is free until the MLP's first half. */
    const Real *const d_branch = dropped_gradient(pass, 2 * l + 1, d_sum, d_narrow);
    dense_backward(d_hidden, gradient(pass, l, STACK_MLP_OUT_WEIGHT),
                   gradient(pass, l, STACK_MLP_OUT_BIAS), d_branch,
                   entry(pass, SLOT_HIDDEN, l, N * F), weight(pass, l, STACK_MLP_OUT_WEIGHT),
                   (LinearSizes){N, F, C});
    gelu_backward(d_hidden, entry(pass, SLOT_SLOPE, l, N * F), N * F);
    dense_backward(d_narrow, gradient(pass, l, STACK_MLP_IN_WEIGHT),
                   gradient(pass, l, STACK_MLP_IN_BIAS), d_hidden, branch_input(pass, 2 * l + 1),
                   weight(pass, l, STACK_MLP_IN_WEIGHT), (LinearSizes){N, C, F});
}

static void attention_backward_of(const Pass *pass, size_t l, const Real *d_sum)
{
    const size_t N = pass->N;
    const size_t C = pass->run->shape->C;
    Real *const d_narrow = pass->slots[SLOT_D_NARROW];
    Real *const d_qkv = pass->slots[SLOT_D_WIDE];
    Real *const mixed = entry(pass, SLOT_MIXED, l, N * C);
    const Dropout dropout = attention_dropout(pass, l);
    /* The wide scratch is free until the attention's gradient is written there. */
    const Real *const d_branch = dropped_gradient(pass, 2 * l, d_sum, d_qkv);
    dense_backward(d_narrow, gradient(pass, l, STACK_ATTENTION_OUT_WEIGHT),
                   gradient(pass, l, STACK_ATTENTION_OUT_BIAS), d_branch, mixed,
                   weight(pass, l, STACK_ATTENTION_OUT_WEIGHT), (LinearSizes){N, C, C});
    masked_attention_backward(d_qkv, pass->slots[SLOT_SCRATCH], d_narrow, mixed,
                              entry(pass, SLOT_QKV, l, N * 3 * C), statistics(pass, l),
                              pass->run->is_padding, attention_sizes(pass), &dropout);
    dense_backward(d_narrow, gradient(pass, l, STACK_QUERY_WEIGHT),
                   gradient(pass, l, STACK_QUERY_BIAS), d_qkv, branch_input(pass, 2 * l),
                   weight(pass, l, STACK_QUERY_WEIGHT), (LinearSizes){N, C, 3 * C});
}

static void branch_input_backward(const Pass *pass, size_t branch, const Real *d_sum)
{
    if (branch % 2 == 0) {
        attention_backward_of(pass, branch / 2, d_sum);
    } else {
        mlp_backward_of(pass, branch / 2, d_sum);
    }
}

/* SLOT_D_STREAM holds the gradient of the stream behind branch b, and then of the stream before it. */
static void branch_backward(const Pass *pass, size_t branch)
{
    const size_t count = pass->N * pass->run->shape->C;
    Real *const d_stream = pass->slots[SLOT_D_STREAM];
    Real *const d_sum = pass->slots[SLOT_D_SUM];
    const Real *const d_input = pass->slots[SLOT_D_NARROW];
    if (is_norm_before(pass)) {
        branch_input_backward(pass, branch, d_stream);
        norm_backward(pass, d_stream, d_input, stream(pass, branch), branch);
        return;
    }
    memset(d_sum, 0, count * sizeof *d_sum);
    norm_backward(pass, d_sum, d_stream, side(pass, branch), branch);
    branch_input_backward(pass, branch, d_sum);
    vector_add_scaled(d_stream, d_sum, 1, d_input, count);
}

void encoder_stack_backward(EncoderStack *stack, const StackRun *run, Real *grads)
{
    assert(run->pass->keeps_for_backward);
    const Pass pass = {.run = run, .slots = stack->slots, .grads = grads, .N = run->B * run->T};
    for (size_t branch = 2 * run->shape->L; branch-- > 0;) {
        branch_backward(&pass, branch);
    }
}
