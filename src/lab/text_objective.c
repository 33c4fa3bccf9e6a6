#include "lab/text_objective.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/cross_entropy.h"
#include "kernels/divergence.h"
#include "kernels/vector_ops.h"
#include "model/causal_lm.h"

/* Pieces of the gradient that workers add up, and how much of it stays in the first-level cache while all parts are added. */
enum { REDUCTION_PIECES = 16, REDUCTION_BLOCK = 4096 };

struct TextObjective {
    TextObjectiveOptions options;
    size_t part_windows; /* windows in a micro-batch */
    TokenBatch batch;
    CausalLmWorkspace **workspaces; /* [worker_count] */
    Real **
        part_grads; /* [micro_batch_count - 1] of [n]: the first micro-batch writes to the caller's gradient */
    size_t part_grad_count;
    Real *outputs[OUTPUT_SLOT_TARGET + 1]; /* [B*T, V] by slot; NULL for OUTPUT_SLOT_NONE */
    double *sums;                          /* [windows of the largest batch] nats of each window */
};

/* Everything that one pass's pieces share. */
typedef struct PassJob {
    TextObjective *objective;
    const Real *params;
    TokenBatch batch;
    Real *grads;  /* NULL: forward only */
    Real *logits; /* NULL: not kept */
    Real gradient_scale;
} PassJob;

static size_t part_count(const TextObjective *objective, TokenBatch batch)
{
    return (batch.B + objective->part_windows - 1) / objective->part_windows;
}

static TokenBatch part_of(const TextObjective *objective, TokenBatch batch, size_t index)
{
    const size_t first = index * objective->part_windows;
    const size_t rest = batch.B - first;
    return (TokenBatch){.B = rest < objective->part_windows ? rest : objective->part_windows,
                        .T = batch.T,
                        .inputs = batch.inputs + first * batch.T,
                        .targets = batch.targets + first * batch.T};
}

static void run_part(void *argument, size_t index, size_t worker)
{
    const PassJob *job = argument;
    const TextObjective *objective = job->objective;
    const CausalLmShape *shape = objective->options.shape;
    const ParameterTable *table = objective->options.table;
    CausalLmWorkspace *workspace = objective->workspaces[worker];
    const TokenBatch part = part_of(objective, job->batch, index);
    const size_t N = part.B * part.T;
    Real *logits =
        causal_lm_forward(shape, table, job->params, &part, job->grads != NULL, workspace);
    if (job->logits != NULL) {
        vector_copy(job->logits + index * objective->part_windows * part.T * shape->V, logits,
                    N * shape->V);
    }
    for (size_t b = 0; b < part.B; b++) {
        Real *window = logits + b * part.T * shape->V;
        const int32_t *targets = part.targets + b * part.T;
        objective->sums[index * objective->part_windows + b] =
            job->grads == NULL ? cross_entropy_sum(window, targets, part.T, shape->V)
                               : cross_entropy_sum_and_gradient(window, targets, part.T, shape->V,
                                                                job->gradient_scale);
    }
    if (job->grads == NULL) {
        return;
    }
    Real *grads = index == 0 ? job->grads : objective->part_grads[index - 1];
    memset(grads, 0, table->size * sizeof *grads);
    causal_lm_backward(shape, table, job->params, &part, logits, grads, workspace);
}

typedef struct ReductionJob {
    Real *grads;
    Real *const *parts;
    size_t part_count;
    size_t n;
} ReductionJob;

static void reduce_piece(void *argument, size_t index, size_t worker)
{
    (void)worker;
    const ReductionJob *job = argument;
    const size_t begin = job->n * index / REDUCTION_PIECES;
    const size_t end = job->n * (index + 1) / REDUCTION_PIECES;
    for (size_t start = begin; start < end; start += REDUCTION_BLOCK) {
        const size_t rest = end - start;
        const size_t length = rest < (size_t)REDUCTION_BLOCK ? rest : (size_t)REDUCTION_BLOCK;
        Real *sum = job->grads + start;
        for (size_t p = 0; p < job->part_count; p++) {
            vector_add_scaled(sum, sum, 1.0, job->parts[p] + start, length);
        }
    }
}

static double sum_of_windows(const TextObjective *objective, size_t windows)
{
    double total = 0.0;
    for (size_t i = 0; i < windows; i++) {
        total += objective->sums[i];
    }
    return total;
}

/* Run all micro-batches; gradients are added in their order, nats in that of the windows. Returns the sum of nats. */
static double run_job(PassJob *job)
{
    const TextObjective *objective = job->objective;
    const TaskRunner runner = objective->options.runner;
    const size_t parts = part_count(objective, job->batch);
    runner.run(runner.context, parts, run_part, job);
    if (job->grads != NULL && parts > 1) {
        ReductionJob reduction = {.grads = job->grads,
                                  .parts = objective->part_grads,
                                  .part_count = parts - 1,
                                  .n = objective->options.table->size};
        runner.run(runner.context, REDUCTION_PIECES, reduce_piece, &reduction);
    }
    return sum_of_windows(objective, job->batch.B);
}

static Status run_pass(void *context, const PassRequest *request, double *loss_nats)
{
    TextObjective *objective = context;
    const size_t counted =
        cross_entropy_count(objective->batch.targets, objective->batch.B * objective->batch.T);
    const double valid = counted == 0 ? 1.0 : (double)counted;
    PassJob job = {.objective = objective,
                   .params = request->params,
                   .batch = objective->batch,
                   .grads = request->grads,
                   .logits = objective->outputs[request->keep],
                   .gradient_scale = (Real)(1.0 / valid)};
    *loss_nats = run_job(&job) / valid;
    return STATUS_OK;
}

void text_objective_evaluate(TextObjective *objective, const Real *params, TokenBatch batch,
                             Real *logits, double *window_nats)
{
    assert(batch.B <= objective->options.B_evaluation && batch.T <= objective->options.T);
    PassJob job = {.objective = objective, .params = params, .batch = batch, .logits = logits};
    run_job(&job);
    for (size_t b = 0; window_nats != NULL && b < batch.B; b++) {
        window_nats[b] = objective->sums[b];
    }
}

typedef struct DivergenceJob {
    const TextObjective *objective;
    TokenBatch batch;
    const Real *target;
    const Real *current;
} DivergenceJob;

static void divergence_part(void *argument, size_t index, size_t worker)
{
    (void)worker;
    const DivergenceJob *job = argument;
    const size_t V = job->objective->options.shape->V;
    const TokenBatch part = part_of(job->objective, job->batch, index);
    for (size_t b = 0; b < part.B; b++) {
        const size_t window = index * job->objective->part_windows + b;
        const size_t offset = window * part.T * V;
        job->objective->sums[window] = divergence_forward_kl_sum(
            job->target + offset, job->current + offset, part.targets + b * part.T, part.T, V);
    }
}

double text_objective_divergence(TextObjective *objective, TokenBatch batch,
                                 const Real *target_logits, const Real *current_logits)
{
    assert(batch.B <= objective->options.B_evaluation && batch.T <= objective->options.T);
    const TaskRunner runner = objective->options.runner;
    const size_t valid = cross_entropy_count(batch.targets, batch.B * batch.T);
    const size_t parts = part_count(objective, batch);
    DivergenceJob job = {
        .objective = objective, .batch = batch, .target = target_logits, .current = current_logits};
    runner.run(runner.context, parts, divergence_part, &job);
    return sum_of_windows(objective, batch.B) / (double)(valid == 0 ? 1 : valid);
}

static Status slot_divergence(void *context, OutputSlot target, OutputSlot current, double *nats)
{
    TextObjective *objective = context;
    *nats = text_objective_divergence(objective, objective->batch, objective->outputs[target],
                                      objective->outputs[current]);
    return STATUS_OK;
}

void text_objective_set_batch(TextObjective *objective, TokenBatch batch)
{
    objective->batch = batch;
}

Objective text_objective_view(TextObjective *objective)
{
    return (Objective){.context = objective,
                       .n = objective->options.table->size,
                       .run_pass = run_pass,
                       .divergence = objective->options.keeps_outputs ? slot_divergence : NULL};
}

static Status create_workspaces(TextObjective *objective)
{
    const TextObjectiveOptions *options = &objective->options;
    objective->workspaces = calloc(options->runner.worker_count, sizeof(CausalLmWorkspace *));
    if (objective->workspaces == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < options->runner.worker_count; i++) {
        TRY(causal_lm_workspace_create(options->shape, objective->part_windows, options->T,
                                       &objective->workspaces[i]));
    }
    return STATUS_OK;
}

static Status create_buffers(TextObjective *objective)
{
    const TextObjectiveOptions *options = &objective->options;
    TRY(create_workspaces(objective));
    const size_t largest = options->B_evaluation > options->B ? options->B_evaluation : options->B;
    objective->sums = calloc(largest, sizeof *objective->sums);
    if (objective->sums == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    const size_t extra_parts =
        (options->B + objective->part_windows - 1) / objective->part_windows - 1;
    objective->part_grads = calloc(extra_parts + 1, sizeof(Real *));
    if (objective->part_grads == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (; objective->part_grad_count < extra_parts; objective->part_grad_count++) {
        Real *grads = calloc(options->table->size, sizeof *grads);
        if (grads == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
        objective->part_grads[objective->part_grad_count] = grads;
    }
    for (size_t slot = OUTPUT_SLOT_CURRENT; options->keeps_outputs && slot <= OUTPUT_SLOT_TARGET;
         slot++) {
        objective->outputs[slot] =
            calloc(options->B * options->T * options->shape->V, sizeof(Real));
        if (objective->outputs[slot] == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
    }
    return STATUS_OK;
}

Status text_objective_create(const TextObjectiveOptions *options, TextObjective **out)
{
    *out = NULL;
    TextObjective *objective = calloc(1, sizeof *objective);
    if (objective == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    objective->options = *options;
    objective->part_windows =
        (options->B + options->micro_batch_count - 1) / options->micro_batch_count;
    const Status status = create_buffers(objective);
    if (status != STATUS_OK) {
        text_objective_destroy(objective);
        return status;
    }
    *out = objective;
    return STATUS_OK;
}

void text_objective_destroy(TextObjective *objective)
{
    if (objective == NULL) {
        return;
    }
    for (size_t i = 0; objective->workspaces != NULL && i < objective->options.runner.worker_count;
         i++) {
        causal_lm_workspace_destroy(objective->workspaces[i]);
    }
    for (size_t i = 0; i < objective->part_grad_count; i++) {
        free(objective->part_grads[i]);
    }
    for (size_t slot = 0; slot <= OUTPUT_SLOT_TARGET; slot++) {
        free(objective->outputs[slot]);
    }
    free(objective->workspaces);
    free(objective->part_grads);
    free(objective->sums);
    free(objective);
}
