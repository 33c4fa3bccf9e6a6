/* model/causal_lm.c -- the forward and the backward pass, block by block. */
#include "model/causal_lm.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/random.h"
#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/dropout.h"
#include "kernels/gemm.h"
#include "kernels/layer_norm.h"
#include "kernels/linear.h"
#include "kernels/vector_ops.h"
#include "model/slots.h"

/* Every array of a workspace. Those of a block exist once per layer. */
typedef enum Slot {
    SLOT_RESIDUAL,   /* [2L + 1, N, C] the stream before ln_1, before ln_2, ..., before ln_f */
    SLOT_MEAN,       /* [2L + 1, N] of each layer norm */
    SLOT_RSTD,       /* [2L + 1, N] */
    SLOT_NORM_1,     /* [L, N, C] ln_1's output */
    SLOT_QKV,        /* [L, N, 3C] */
    SLOT_STATISTICS, /* [L, B, H, T, 2] of the attention's rows */
    SLOT_MIXED,      /* [L, N, C] attention's output */
    SLOT_NORM_2,     /* [L, N, C] ln_2's output */
    SLOT_SLOPE,      /* [L, N, F] the MLP's pre-activation, then GELU's derivative there */
    SLOT_HIDDEN,     /* [L, N, F] GELU's output */
    SLOT_NORM_F,     /* [N, C] ln_f's output */
    SLOT_LOGITS,     /* [N, V] */
    SLOT_SCRATCH,    /* attention's */
    SLOT_D_RESIDUAL, /* [N, C] */
    SLOT_D_NARROW,   /* [N, C] */
    SLOT_D_WIDE,     /* [N, max(3C, F)] */
    SLOT_COUNT
} Slot;

struct CausalLmWorkspace {
    Arena arena;
    size_t B_max;
    size_t T_max;
    ModelPass options; /* of the last forward pass: its backward pass drops the same units */
    Real *slots[SLOT_COUNT];
};

static void plan_slots(const CausalLmShape *s, size_t B, size_t T, size_t counts[SLOT_COUNT])
{
    const size_t N = slot_product(B, T);
    const size_t norms = 2 * s->L + 1;
    const size_t narrow = slot_product(N, s->C);
    const size_t wide = slot_product(N, 3 * s->C > s->F ? 3 * s->C : s->F);
    counts[SLOT_RESIDUAL] = slot_product(norms, narrow);
    counts[SLOT_MEAN] = slot_product(norms, N);
    counts[SLOT_RSTD] = slot_product(norms, N);
    counts[SLOT_NORM_1] = slot_product(s->L, narrow);
    counts[SLOT_QKV] = slot_product(3 * s->L, narrow);
    counts[SLOT_STATISTICS] = slot_product(s->L, slot_product(2 * s->H, N));
    counts[SLOT_MIXED] = slot_product(s->L, narrow);
    counts[SLOT_NORM_2] = slot_product(s->L, narrow);
    counts[SLOT_SLOPE] = slot_product(s->L, slot_product(N, s->F));
    counts[SLOT_HIDDEN] = slot_product(s->L, slot_product(N, s->F));
    counts[SLOT_NORM_F] = narrow;
    counts[SLOT_LOGITS] = slot_product(N, s->V);
    counts[SLOT_SCRATCH] = slot_product(attention_scratch_count(1), T);
    counts[SLOT_D_RESIDUAL] = narrow;
    counts[SLOT_D_NARROW] = narrow;
    counts[SLOT_D_WIDE] = wide;
}

size_t causal_lm_workspace_bytes(const CausalLmShape *shape, size_t B_max, size_t T_max)
{
    size_t counts[SLOT_COUNT];
    plan_slots(shape, B_max, T_max, counts);
    const size_t bytes = slots_bytes(counts, SLOT_COUNT);
    return bytes == SIZE_MAX ? SIZE_MAX : bytes + sizeof(CausalLmWorkspace);
}

Status causal_lm_workspace_create(const CausalLmShape *shape, size_t B_max, size_t T_max,
                                  CausalLmWorkspace **out)
{
    *out = NULL;
    size_t counts[SLOT_COUNT];
    plan_slots(shape, B_max, T_max, counts);
    CausalLmWorkspace *const workspace = calloc(1, sizeof *workspace);
    const Status status =
        workspace == NULL ? STATUS_OUT_OF_MEMORY
                          : slots_create(counts, SLOT_COUNT, &workspace->arena, workspace->slots);
    if (status != STATUS_OK) {
        causal_lm_workspace_destroy(workspace);
        return status;
    }
    workspace->B_max = B_max;
    workspace->T_max = T_max;
    *out = workspace;
    return STATUS_OK;
}

void causal_lm_workspace_destroy(CausalLmWorkspace *workspace)
{
    if (workspace != NULL) {
        arena_destroy(&workspace->arena);
        free(workspace);
    }
}

/* One pass over one batch: what the functions below share. `grads` is NULL in a forward pass. */
typedef struct Pass {
    const CausalLmShape *shape;
    const ParameterTable *table;
    const Real *params;
    Real *grads;
    const TokenBatch *batch;
    CausalLmWorkspace *workspace;
    size_t N;
    bool keeps_all; /* each layer has its own activations; else all share those of the first */
    const ModelPass *options;
} Pass;

/* Where units are dropped; each has masks of its own in every layer. */
typedef enum DropoutSite {
    DROPOUT_EMBEDDING,
    DROPOUT_ATTENTION,
    DROPOUT_ATTENTION_OUT,
    DROPOUT_MLP_OUT,
    DROPOUT_SITE_COUNT
} DropoutSite;

static double dropout_rate(const CausalLmShape *shape, DropoutSite site)
{
    switch (site) {
    case DROPOUT_EMBEDDING:
        return shape->embedding_dropout;
    case DROPOUT_ATTENTION:
        return shape->attention_dropout;
    case DROPOUT_ATTENTION_OUT:
    case DROPOUT_MLP_OUT:
        return shape->residual_dropout;
    case DROPOUT_SITE_COUNT:
        break;
    }
    return 0;
}

/* Dropout of layer `l` at `site`: rate 0 in a pass without any. */
static Dropout dropout_at(const Pass *pass, size_t l, DropoutSite site)
{
    if (!pass->options->has_dropout) {
        return (Dropout){0};
    }
    const uint64_t place = l * DROPOUT_SITE_COUNT + site;
    return (Dropout){
        .rate = dropout_rate(pass->shape, site),
        .key = random_stream(pass->options->dropout_seed, RANDOM_STREAM_DROPOUT, place).key,
        .first_window = pass->options->first_window};
}

/* y = x, dropped; both [N, C], and y may be x. */
static void drop(const Pass *pass, Real *y, const Real *x, const Dropout *dropout)
{
    dropout_windows(y, x, dropout, pass->batch->B, pass->batch->T, pass->shape->C);
}

/* Layer (or norm) `index` of a slot whose entries are `count` numbers each. */
static Real *entry(const Pass *pass, Slot slot, size_t index, size_t count)
{
    return pass->workspace->slots[slot] + (pass->keeps_all ? index * count : 0);
}

/* The stream before norm `index`; without a backward pass every branch is added in place. */
static Real *residual(const Pass *pass, size_t index)
{
    return entry(pass, SLOT_RESIDUAL, index, pass->N * pass->shape->C);
}

static size_t offset_in_block(const Pass *pass, size_t layer, BlockTensor tensor)
{
    return pass->table->tensors[TENSOR_FIRST_BLOCK + layer * BLOCK_TENSOR_COUNT + tensor].offset;
}

static const Real *weight(const Pass *pass, size_t layer, BlockTensor tensor)
{
    return pass->params + offset_in_block(pass, layer, tensor);
}

static Real *gradient(const Pass *pass, size_t layer, BlockTensor tensor)
{
    return pass->grads + offset_in_block(pass, layer, tensor);
}

/* ln_f stands where a further block's ln_1 would stand, so gain and bias are found the same way. */
static void norm_forward(const Pass *pass, Real *y, size_t index, const Real *gain,
                         const Real *bias)
{
    layer_norm_forward(y, entry(pass, SLOT_MEAN, index, pass->N),
                       entry(pass, SLOT_RSTD, index, pass->N), residual(pass, index), gain, bias,
                       pass->N, pass->shape->C, pass->shape->layer_norm_epsilon);
}

static AttentionSizes attention_sizes(const Pass *pass)
{
    return (AttentionSizes){pass->batch->B, pass->batch->T, pass->shape->C, pass->shape->H};
}

static size_t statistics_count(const Pass *pass)
{
    return attention_statistics_count(pass->batch->B, pass->batch->T, pass->shape->H);
}

static void embed(const Pass *pass)
{
    const size_t C = pass->shape->C;
    const Real *const tokens = pass->params + pass->table->tensors[TENSOR_TOKEN_EMBEDDING].offset;
    const Real *const positions =
        pass->params + pass->table->tensors[TENSOR_POSITION_EMBEDDING].offset;
    Real *const x = residual(pass, 0);
    for (size_t i = 0; i < pass->N; i++) {
        assert(pass->batch->inputs[i] >= 0 && (size_t)pass->batch->inputs[i] < pass->shape->V);
        const Real *const token = tokens + (size_t)pass->batch->inputs[i] * C;
        const Real *const position = positions + i % pass->batch->T * C;
        for (size_t j = 0; j < C; j++) {
            x[i * C + j] = token[j] + position[j];
        }
    }
    noise_add(x, &pass->options->noise, pass->options->first_window, pass->batch->B, pass->batch->T,
              C);
    const Dropout dropout = dropout_at(pass, 0, DROPOUT_EMBEDDING);
    if (dropout.rate > 0) {
        drop(pass, x, x, &dropout);
    }
}

/* The end of a branch: the stream after it = the stream before it + x W + bias, the latter dropped. */
static void branch_out_forward(const Pass *pass, size_t index, const Real *x, size_t in,
                               const Real *branch_weight, const Real *bias, const Dropout *dropout)
{
    const LinearSizes sizes = {pass->N, in, pass->shape->C};
    const Real *const before = residual(pass, index);
    Real *const after = residual(pass, index + 1);
    if (!(dropout->rate > 0)) {
        linear_forward(after, x, branch_weight, bias, before, sizes);
        return;
    }
    Real *const branch = pass->workspace->slots[SLOT_D_NARROW];
    linear_forward(branch, x, branch_weight, bias, NULL, sizes);
    drop(pass, branch, branch, dropout);
    vector_add_scaled(after, before, 1, branch, pass->N * pass->shape->C);
}

static void attention_branch_forward(const Pass *pass, size_t l)
{
    const size_t N = pass->N;
    const size_t C = pass->shape->C;
    Real *const norm = entry(pass, SLOT_NORM_1, l, N * C);
    Real *const qkv = entry(pass, SLOT_QKV, l, N * 3 * C);
    Real *const mixed = entry(pass, SLOT_MIXED, l, N * C);
    norm_forward(pass, norm, 2 * l, weight(pass, l, BLOCK_LN_1_GAIN),
                 weight(pass, l, BLOCK_LN_1_BIAS));
    linear_forward(qkv, norm, weight(pass, l, BLOCK_QKV_WEIGHT), weight(pass, l, BLOCK_QKV_BIAS),
                   NULL, (LinearSizes){N, C, 3 * C});
    const Dropout weight_dropout = dropout_at(pass, l, DROPOUT_ATTENTION);
    const Dropout out_dropout = dropout_at(pass, l, DROPOUT_ATTENTION_OUT);
    attention_forward(mixed, entry(pass, SLOT_STATISTICS, l, statistics_count(pass)),
                      pass->workspace->slots[SLOT_SCRATCH], qkv, attention_sizes(pass),
                      &weight_dropout);
    branch_out_forward(pass, 2 * l, mixed, C, weight(pass, l, BLOCK_ATTENTION_OUT_WEIGHT),
                       weight(pass, l, BLOCK_ATTENTION_OUT_BIAS), &out_dropout);
}

static void mlp_branch_forward(const Pass *pass, size_t l)
{
    const size_t N = pass->N;
    const size_t C = pass->shape->C;
    const size_t F = pass->shape->F;
    Real *const norm = entry(pass, SLOT_NORM_2, l, N * C);
    Real *const slope = entry(pass, SLOT_SLOPE, l, N * F);
    Real *const hidden = entry(pass, SLOT_HIDDEN, l, N * F);
    norm_forward(pass, norm, 2 * l + 1, weight(pass, l, BLOCK_LN_2_GAIN),
                 weight(pass, l, BLOCK_LN_2_BIAS));
    linear_forward(slope, norm, weight(pass, l, BLOCK_MLP_IN_WEIGHT),
                   weight(pass, l, BLOCK_MLP_IN_BIAS), NULL, (LinearSizes){N, C, F});
    gelu_forward(hidden, pass->keeps_all ? slope : NULL, slope, N * F);
    const Dropout dropout = dropout_at(pass, l, DROPOUT_MLP_OUT);
    branch_out_forward(pass, 2 * l + 1, hidden, F, weight(pass, l, BLOCK_MLP_OUT_WEIGHT),
                       weight(pass, l, BLOCK_MLP_OUT_BIAS), &dropout);
}

Real *causal_lm_forward(const CausalLmShape *shape, const ParameterTable *table, const Real *params,
                        const TokenBatch *batch, const ModelPass *options,
                        CausalLmWorkspace *workspace)
{
    assert(batch->B <= workspace->B_max && batch->T <= workspace->T_max && batch->T <= shape->P);
    workspace->options = *options;
    const Pass pass = {.shape = shape,
                       .table = table,
                       .params = params,
                       .batch = batch,
                       .workspace = workspace,
                       .N = batch->B * batch->T,
                       .keeps_all = options->keeps_for_backward,
                       .options = &workspace->options};
    embed(&pass);
    for (size_t l = 0; l < shape->L; l++) {
        attention_branch_forward(&pass, l);
        mlp_branch_forward(&pass, l);
    }
    Real *const norm = workspace->slots[SLOT_NORM_F];
    Real *const logits =
        options->outputs == NULL ? workspace->slots[SLOT_LOGITS] : options->outputs;
    norm_forward(&pass, norm, 2 * shape->L, weight(&pass, shape->L, BLOCK_LN_1_GAIN),
                 weight(&pass, shape->L, BLOCK_LN_1_BIAS));
    /* The head is the token embedding, transposed. */
    gemm(logits, shape->V, (GemmOperand){norm, shape->C, false},
         (GemmOperand){params + table->tensors[TENSOR_TOKEN_EMBEDDING].offset, shape->C, true},
         (GemmSizes){pass.N, shape->V, shape->C}, 1, 0);
    return logits;
}

/* Gradient of the stream before norm `index`, added to SLOT_D_RESIDUAL. */
static void norm_backward(const Pass *pass, const Real *d_y, size_t index, size_t layer,
                          BlockTensor gain, BlockTensor bias)
{
    layer_norm_backward(pass->workspace->slots[SLOT_D_RESIDUAL], gradient(pass, layer, gain),
                        gradient(pass, layer, bias), d_y, residual(pass, index),
                        entry(pass, SLOT_MEAN, index, pass->N),
                        entry(pass, SLOT_RSTD, index, pass->N), weight(pass, layer, gain), pass->N,
                        pass->shape->C);
}

static void head_backward(const Pass *pass, const Real *d_logits)
{
    const size_t N = pass->N;
    const size_t C = pass->shape->C;
    const size_t V = pass->shape->V;
    const size_t wte = pass->table->tensors[TENSOR_TOKEN_EMBEDDING].offset;
    Real *const *const slots = pass->workspace->slots;
    gemm(pass->grads + wte, C, (GemmOperand){d_logits, V, true},
         (GemmOperand){slots[SLOT_NORM_F], C, false}, (GemmSizes){V, C, N}, 1, 1);
    gemm(slots[SLOT_D_NARROW], C, (GemmOperand){d_logits, V, false},
         (GemmOperand){pass->params + wte, C, false}, (GemmSizes){N, C, V}, 1, 0);
    memset(slots[SLOT_D_RESIDUAL], 0, N * C * sizeof(Real));
    norm_backward(pass, slots[SLOT_D_NARROW], 2 * pass->shape->L, pass->shape->L, BLOCK_LN_1_GAIN,
                  BLOCK_LN_1_BIAS);
}

/* The gradient of what a branch adds to the stream: the stream's own, or, dropped like the branch, a copy in `scratch`. */
static const Real *branch_gradient(const Pass *pass, size_t l, DropoutSite site, Slot scratch)
{
    const Dropout dropout = dropout_at(pass, l, site);
    const Real *const d_stream = pass->workspace->slots[SLOT_D_RESIDUAL];
    if (!(dropout.rate > 0)) {
        return d_stream;
    }
    drop(pass, pass->workspace->slots[scratch], d_stream, &dropout);
    return pass->workspace->slots[scratch];
}

static void mlp_branch_backward(const Pass *pass, size_t l)
{
    const size_t N = pass->N;
    const size_t C = pass->shape->C;
    const size_t F = pass->shape->F;
    Real *const *const slots = pass->workspace->slots;
    /* The narrow scratch is free until the MLP's first half. */
    const Real *const d_branch = branch_gradient(pass, l, DROPOUT_MLP_OUT, SLOT_D_NARROW);
    linear_backward(slots[SLOT_D_WIDE], gradient(pass, l, BLOCK_MLP_OUT_WEIGHT),
                    gradient(pass, l, BLOCK_MLP_OUT_BIAS), d_branch,
                    entry(pass, SLOT_HIDDEN, l, N * F), weight(pass, l, BLOCK_MLP_OUT_WEIGHT),
                    (LinearSizes){N, F, C});
    gelu_backward(slots[SLOT_D_WIDE], entry(pass, SLOT_SLOPE, l, N * F), N * F);
    linear_backward(slots[SLOT_D_NARROW], gradient(pass, l, BLOCK_MLP_IN_WEIGHT),
                    gradient(pass, l, BLOCK_MLP_IN_BIAS), slots[SLOT_D_WIDE],
                    entry(pass, SLOT_NORM_2, l, N * C), weight(pass, l, BLOCK_MLP_IN_WEIGHT),
                    (LinearSizes){N, C, F});
    norm_backward(pass, slots[SLOT_D_NARROW], 2 * l + 1, l, BLOCK_LN_2_GAIN, BLOCK_LN_2_BIAS);
}

static void attention_branch_backward(const Pass *pass, size_t l)
{
    const size_t N = pass->N;
    const size_t C = pass->shape->C;
    Real *const *const slots = pass->workspace->slots;
    Real *const mixed = entry(pass, SLOT_MIXED, l, N * C);
    const Dropout weight_dropout = dropout_at(pass, l, DROPOUT_ATTENTION);
    /* The wide scratch is free until the attention's gradient is written there. */
    const Real *const d_branch = branch_gradient(pass, l, DROPOUT_ATTENTION_OUT, SLOT_D_WIDE);
    linear_backward(slots[SLOT_D_NARROW], gradient(pass, l, BLOCK_ATTENTION_OUT_WEIGHT),
                    gradient(pass, l, BLOCK_ATTENTION_OUT_BIAS), d_branch, mixed,
                    weight(pass, l, BLOCK_ATTENTION_OUT_WEIGHT), (LinearSizes){N, C, C});
    attention_backward(slots[SLOT_D_WIDE], slots[SLOT_SCRATCH], slots[SLOT_D_NARROW], mixed,
                       entry(pass, SLOT_QKV, l, N * 3 * C),
                       entry(pass, SLOT_STATISTICS, l, statistics_count(pass)),
                       attention_sizes(pass), &weight_dropout);
    linear_backward(slots[SLOT_D_NARROW], gradient(pass, l, BLOCK_QKV_WEIGHT),
                    gradient(pass, l, BLOCK_QKV_BIAS), slots[SLOT_D_WIDE],
                    entry(pass, SLOT_NORM_1, l, N * C), weight(pass, l, BLOCK_QKV_WEIGHT),
                    (LinearSizes){N, C, 3 * C});
    norm_backward(pass, slots[SLOT_D_NARROW], 2 * l, l, BLOCK_LN_1_GAIN, BLOCK_LN_1_BIAS);
}

/* A token may stand in many positions: they are added one after the other, so the sum's order is
 * fixed. */
static void embed_backward(const Pass *pass)
{
    const size_t C = pass->shape->C;
    Real *const d_tokens = pass->grads + pass->table->tensors[TENSOR_TOKEN_EMBEDDING].offset;
    Real *const d_positions = pass->grads + pass->table->tensors[TENSOR_POSITION_EMBEDDING].offset;
    Real *const d_x = pass->workspace->slots[SLOT_D_RESIDUAL];
    const Dropout dropout = dropout_at(pass, 0, DROPOUT_EMBEDDING);
    if (dropout.rate > 0) {
        drop(pass, d_x, d_x, &dropout);
    }
    for (size_t i = 0; i < pass->N; i++) {
        Real *const d_token = d_tokens + (size_t)pass->batch->inputs[i] * C;
        Real *const d_position = d_positions + i % pass->batch->T * C;
        for (size_t j = 0; j < C; j++) {
            d_token[j] += d_x[i * C + j];
            d_position[j] += d_x[i * C + j];
        }
    }
}

void causal_lm_backward(const CausalLmShape *shape, const ParameterTable *table, const Real *params,
                        const TokenBatch *batch, Real *d_logits, Real *grads,
                        CausalLmWorkspace *workspace)
{
    assert(workspace->options.keeps_for_backward);
    const Pass pass = {.shape = shape,
                       .table = table,
                       .params = params,
                       .grads = grads,
                       .batch = batch,
                       .workspace = workspace,
                       .N = batch->B * batch->T,
                       .keeps_all = true,
                       .options = &workspace->options};
    head_backward(&pass, d_logits);
    for (size_t l = shape->L; l-- > 0;) {
        mlp_branch_backward(&pass, l);
        attention_branch_backward(&pass, l);
    }
    embed_backward(&pass);
}
