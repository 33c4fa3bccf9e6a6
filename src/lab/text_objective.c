#include "lab/text_objective.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/cross_entropy.h"
#include "kernels/divergence.h"
#include "kernels/mean_discrepancy.h"
#include "kernels/vector_ops.h"
#include "lab/window_loss.h"
#include "model/causal_lm.h"

/* Pieces of the gradient that workers add up, and how much of it stays in the first-level cache while all parts are added. */
enum { REDUCTION_PIECES = 16, REDUCTION_BLOCK = 4096 };

/* Windows first .. first + count - 1 of the batch. */
typedef struct WindowRange {
    size_t first;
    size_t count;
} WindowRange;

/* A number for each position of the batch and word: outputs, or their gradients. */
typedef struct LogitStore {
    Real *values;      /* [B*T, V]; NULL before the first use */
    WindowRange range; /* what it holds */
} LogitStore;

struct TextObjective {
    TextObjectiveOptions options;
    size_t part_windows; /* windows in a micro-batch */
    TokenBatch batch;
    CausalLmWorkspace **workspaces; /* [worker_count] */
    CausalLmWorkspace **twins;      /* [worker_count] for noised twins; NULL before the first use */
    /* [micro_batch_count - 1] of [n]: the first micro-batch writes to the caller's gradient */
    Real **part_grads;
    size_t part_grad_count;
    LogitStore outputs[OUTPUT_SLOT_TARGET + 1]; /* by slot; nothing for OUTPUT_SLOT_NONE */
    LogitStore deltas;                          /* dL/dlogits of the task loss */
    WindowLossScratch *scratches;               /* [worker_count] */
    /* [windows of the largest batch] nats of each window, by its place in the batch */
    double *sums;
    double *penalties; /* [same] divergence of each window to target or twin */
    DiscrepancySample sample;
    double row_sums[DISCREPANCY_ROWS_MAX];
};

/* Everything that one pass's pieces share. */
typedef struct PassJob {
    TextObjective *objective;
    const PassRequest *request;
    TokenBatch batch; /* of this pass */
    size_t first;     /* its first window's place in the whole batch */
    const Real *params;
    Real *grads;        /* NULL: forward only */
    Real *logits;       /* where the first window's outputs are kept; NULL: not kept */
    const Real *target; /* the first window's target outputs; NULL: no penalty */
    Real *deltas;       /* the first window's; NULL: neither kept nor used */
    bool has_twin;
    WindowLossPlan plan;
} PassJob;

static size_t part_count(const TextObjective *objective, TokenBatch batch)
{
    return (batch.B + objective->part_windows - 1) / objective->part_windows;
}

static TokenBatch windows_of(TokenBatch batch, WindowRange range)
{
    return (TokenBatch){.B = range.count,
                        .T = batch.T,
                        .inputs = batch.inputs + range.first * batch.T,
                        .targets = batch.targets + range.first * batch.T};
}

static TokenBatch part_of(const TextObjective *objective, TokenBatch batch, size_t index)
{
    const size_t first = index * objective->part_windows;
    const size_t rest = batch.B - first;
    const size_t count = rest < objective->part_windows ? rest : objective->part_windows;
    return windows_of(batch, (WindowRange){first, count});
}

static Noise noise_of(const EmbeddingNoise *noise)
{
    return (Noise){
        .sigma = noise->sigma, .is_uniform = noise->kind == NOISE_UNIFORM, .seed = noise->seed};
}

static CausalLmPass model_pass(const PassJob *job, size_t part_first, const EmbeddingNoise *noise)
{
    return (CausalLmPass){.keeps_for_backward = job->grads != NULL,
                          .has_dropout = !job->request->is_evaluation,
                          .dropout_seed = job->request->dropout_seed,
                          .noise = noise_of(noise),
                          .first_window = job->first + part_first};
}

/* Losses and gradients of the windows of one part; noised is NULL without twin. */
static void finish_part(const PassJob *job, size_t part_first, size_t windows, Real *logits,
                        Real *noised, size_t worker)
{
    const TextObjective *objective = job->objective;
    const size_t window_values = job->plan.T * job->plan.V;
    for (size_t b = 0; b < windows; b++) {
        const size_t window = part_first + b;
        const size_t offset = window * window_values;
        const WindowLogits at = {.logits = logits + b * window_values,
                                 .noised = noised == NULL ? NULL : noised + b * window_values,
                                 .target = job->target == NULL ? NULL : job->target + offset,
                                 .deltas = job->deltas == NULL ? NULL : job->deltas + offset,
                                 .targets = job->batch.targets + window * job->plan.T};
        const WindowNats nats = window_loss(&job->plan, &at, &objective->scratches[worker]);
        objective->sums[job->first + window] = nats.task;
        objective->penalties[job->first + window] = nats.penalty;
    }
}

static void run_part(void *argument, size_t index, size_t worker)
{
    const PassJob *job = argument;
    const TextObjective *objective = job->objective;
    const CausalLmShape *shape = objective->options.shape;
    const ParameterTable *table = objective->options.table;
    const TokenBatch part = part_of(objective, job->batch, index);
    const size_t first = index * objective->part_windows;
    const CausalLmPass pass = model_pass(job, first, &job->request->noise);
    Real *noised = NULL;
    Real *logits =
        causal_lm_forward(shape, table, job->params, &part, &pass, objective->workspaces[worker]);
    if (job->logits != NULL) {
        vector_copy(job->logits + first * part.T * shape->V, logits, part.B * part.T * shape->V);
    }
    if (job->has_twin) {
        const CausalLmPass twin_pass = model_pass(job, first, &job->request->twin.noise);
        noised = causal_lm_forward(shape, table, job->params, &part, &twin_pass,
                                   objective->twins[worker]);
    }
    if (!job->request->outputs_only) {
        finish_part(job, first, part.B, logits, noised, worker);
    }
    if (job->grads == NULL) {
        return;
    }
    Real *grads = index == 0 ? job->grads : objective->part_grads[index - 1];
    memset(grads, 0, table->size * sizeof *grads);
    causal_lm_backward(shape, table, job->params, &part, logits, grads,
                       objective->workspaces[worker]);
    if (job->has_twin && !job->request->twin.is_detached) {
        causal_lm_backward(shape, table, job->params, &part, noised, grads,
                           objective->twins[worker]);
    }
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

static double sum_of_windows(const double *values, WindowRange windows)
{
    double total = 0.0;
    for (size_t i = 0; i < windows.count; i++) {
        total += values[windows.first + i];
    }
    return total;
}

/* Run all micro-batches; gradients are added in their order. Losses are then in `sums` and `penalties`. */
static void run_job(PassJob *job)
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
}

/* -- memory made by the first pass that needs it ------------------------------------------------------------ */

static Status need_store(const TextObjective *objective, LogitStore *store)
{
    const TextObjectiveOptions *options = &objective->options;
    if (store->values == NULL) {
        store->values = calloc(options->B * options->T * options->shape->V, sizeof(Real));
    }
    return store->values == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static void destroy_workspaces(CausalLmWorkspace **workspaces, size_t count)
{
    for (size_t i = 0; workspaces != NULL && i < count; i++) {
        causal_lm_workspace_destroy(workspaces[i]);
    }
    free(workspaces);
}

static Status create_workspaces(const TextObjective *objective, CausalLmWorkspace ***out)
{
    const TextObjectiveOptions *options = &objective->options;
    CausalLmWorkspace **made = calloc(options->runner.worker_count, sizeof(CausalLmWorkspace *));
    Status status = made == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < options->runner.worker_count; i++) {
        status = causal_lm_workspace_create(options->shape, objective->part_windows, options->T,
                                            &made[i]);
    }
    if (status != STATUS_OK) {
        destroy_workspaces(made, options->runner.worker_count);
        return status;
    }
    *out = made;
    return STATUS_OK;
}

/* -- passes ------------------------------------------------------------------------------------------------- */

static bool has_penalty(const PassRequest *request)
{
    return request->penalty.weight > 0.0 || request->penalty.weight < 0.0;
}

static bool has_twin(const PassRequest *request)
{
    return request->twin.weight > 0.0 || request->twin.weight < 0.0;
}

/* The windows a request runs over. */
static WindowRange range_of(const PassRequest *request, size_t B)
{
    if (request->part_count == 0) {
        return (WindowRange){0, B};
    }
    const size_t first = B * request->part / request->part_count;
    return (WindowRange){first, B * (request->part + 1) / request->part_count - first};
}

/* A range without windows is held by nobody: so what was never kept cannot be asked for. */
static bool holds(const LogitStore *store, WindowRange range)
{
    return range.count > 0 && store->values != NULL && store->range.first <= range.first &&
           range.first + range.count <= store->range.first + store->range.count;
}

static Status check_request(const TextObjective *objective, const PassRequest *request,
                            WindowRange range)
{
    const Penalty *penalty = &request->penalty;
    const bool has_place = request->part_count == 0 || request->part < request->part_count;
    const bool is_penalty_good =
        !has_penalty(request) ||
        (divergence_is_kl(penalty->kind) && penalty->temperature > 0.0 &&
         penalty->target != OUTPUT_SLOT_NONE && penalty->target != request->keep &&
         holds(&objective->outputs[penalty->target], range));
    const bool is_twin_good = !has_twin(request) || divergence_is_kl(request->twin.kind);
    const bool are_deltas_good =
        !request->uses_deltas || (!request->keeps_deltas && holds(&objective->deltas, range));
    const bool is_outputs_good =
        !request->outputs_only || (request->keep != OUTPUT_SLOT_NONE && request->grads == NULL);
    const bool is_good = has_place && range.count > 0 && is_penalty_good && is_twin_good &&
                         are_deltas_good && is_outputs_good;
    return is_good ? STATUS_OK : STATUS_BAD_VALUE;
}

static Status need_memory(TextObjective *objective, const PassRequest *request)
{
    if (request->keep != OUTPUT_SLOT_NONE) {
        TRY(need_store(objective, &objective->outputs[request->keep]));
    }
    if (request->keeps_deltas) {
        TRY(need_store(objective, &objective->deltas));
    }
    if (has_twin(request) && objective->twins == NULL) {
        TRY(create_workspaces(objective, &objective->twins));
    }
    return STATUS_OK;
}

/* `weight` of a nat of a divergence, as the gradient of the mean over `valid` positions counts it. */
static KlPenalty kl_penalty(DivergenceKind kind, double temperature, double weight, double valid)
{
    return (KlPenalty){.kind = kind, .temperature = temperature, .scale = weight / valid};
}

static WindowLossPlan plan_of(const TextObjective *objective, const PassRequest *request,
                              double valid)
{
    const double tau = request->penalty.temperature;
    return (WindowLossPlan){
        .T = objective->batch.T,
        .V = objective->options.shape->V,
        .has_gradient = request->grads != NULL,
        .gradient_scale = (Real)(1.0 / valid),
        .keeps_deltas = request->keeps_deltas,
        .uses_deltas = request->uses_deltas,
        .penalty =
            kl_penalty(request->penalty.kind, tau, request->penalty.weight * tau * tau, valid),
        .twin = kl_penalty(request->twin.kind, 1.0, request->twin.weight, valid),
        .is_twin_detached = request->twin.is_detached};
}

static PassJob job_of(TextObjective *objective, const PassRequest *request, WindowRange range,
                      double valid)
{
    const size_t offset = range.first * objective->batch.T * objective->options.shape->V;
    PassJob job = {.objective = objective,
                   .request = request,
                   .batch = windows_of(objective->batch, range),
                   .first = range.first,
                   .params = request->params,
                   .grads = request->grads,
                   .has_twin = has_twin(request),
                   .plan = plan_of(objective, request, valid)};
    if (request->keep != OUTPUT_SLOT_NONE) {
        job.logits = objective->outputs[request->keep].values + offset;
    }
    if (has_penalty(request)) {
        job.target = objective->outputs[request->penalty.target].values + offset;
    }
    if (request->grads != NULL && (request->keeps_deltas || request->uses_deltas)) {
        job.deltas = objective->deltas.values + offset;
    }
    return job;
}

static Status run_pass(void *context, const PassRequest *request, PassResult *result)
{
    TextObjective *objective = context;
    const WindowRange range = range_of(request, objective->batch.B);
    TRY(check_request(objective, request, range));
    TRY(need_memory(objective, request));
    const TokenBatch batch = windows_of(objective->batch, range);
    const size_t counted = cross_entropy_count(batch.targets, batch.B * batch.T);
    const double valid = counted == 0 ? 1.0 : (double)counted;
    PassJob job = job_of(objective, request, range, valid);
    run_job(&job);
    objective->outputs[request->keep].range = range;
    if (request->keeps_deltas && request->grads != NULL) {
        objective->deltas.range = range;
    }
    if (request->outputs_only) {
        *result = (PassResult){0};
        return STATUS_OK;
    }
    *result = (PassResult){.loss_nats = sum_of_windows(objective->sums, range) / valid,
                           .penalty_nats = sum_of_windows(objective->penalties, range) / valid};
    return STATUS_OK;
}

void text_objective_noise(const TextObjective *objective, const EmbeddingNoise *noise, Real *z)
{
    const size_t C = objective->options.shape->C;
    const Noise drawn = noise_of(noise);
    memset(z, 0, objective->batch.B * objective->batch.T * C * sizeof *z);
    noise_add(z, &drawn, 0, objective->batch.B, objective->batch.T, C);
}

void text_objective_evaluate(TextObjective *objective, const Real *params, TokenBatch batch,
                             Real *logits, double *window_nats)
{
    assert(batch.B <= objective->options.B_evaluation && batch.T <= objective->options.T);
    const PassRequest request = {.is_evaluation = true};
    PassJob job = {.objective = objective,
                   .request = &request,
                   .params = params,
                   .batch = batch,
                   .logits = logits,
                   .plan = {.T = batch.T, .V = objective->options.shape->V}};
    run_job(&job);
    for (size_t b = 0; window_nats != NULL && b < batch.B; b++) {
        window_nats[b] = objective->sums[b];
    }
}

/* -- divergences -------------------------------------------------------------------------------------------- */

typedef struct DivergenceJob {
    const TextObjective *objective;
    DivergenceKind kind;
    bool is_centred;
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
        job->objective->sums[window] =
            divergence_sum(job->kind, job->is_centred, job->target + offset, job->current + offset,
                           part.targets + b * part.T, part.T, V);
    }
}

/* Kinds that compare row with row: the mean over the valid positions. */
static double mean_of_rows(DivergenceJob *job)
{
    const TextObjective *objective = job->objective;
    const TaskRunner runner = objective->options.runner;
    const size_t valid = cross_entropy_count(job->batch.targets, job->batch.B * job->batch.T);
    runner.run(runner.context, part_count(objective, job->batch), divergence_part, job);
    return sum_of_windows(objective->sums, (WindowRange){0, job->batch.B}) /
           (double)(valid == 0 ? 1 : valid);
}

static void discrepancy_row(void *argument, size_t index, size_t worker)
{
    (void)worker;
    TextObjective *objective = argument;
    objective->row_sums[index] = discrepancy_row_sum(&objective->sample, index);
}

/* Kinds that compare all rows with all. */
static double discrepancy(TextObjective *objective, const DivergenceJob *job, uint64_t seed)
{
    const TaskRunner runner = objective->options.runner;
    DiscrepancySample *sample = &objective->sample;
    *sample = (DiscrepancySample){.kind = job->kind,
                                  .target = job->target,
                                  .current = job->current,
                                  .V = objective->options.shape->V};
    discrepancy_choose_positions(sample, job->batch.targets, job->batch.B * job->batch.T, seed);
    discrepancy_measure_rows(sample, job->is_centred);
    runner.run(runner.context, sample->count, discrepancy_row, objective);
    return discrepancy_mean(sample,
                            sum_of_windows(objective->row_sums, (WindowRange){0, sample->count}));
}

double text_objective_divergence(TextObjective *objective, TokenBatch batch,
                                 const Real *target_logits, const Real *current_logits)
{
    assert(batch.B <= objective->options.B_evaluation && batch.T <= objective->options.T);
    DivergenceJob job = {.objective = objective,
                         .kind = DIVERGENCE_FORWARD_KL,
                         .batch = batch,
                         .target = target_logits,
                         .current = current_logits};
    return mean_of_rows(&job);
}

static Status slot_divergence(void *context, DivergenceKind kind, bool is_centred, uint64_t seed,
                              OutputSlot target, OutputSlot current, double *value)
{
    TextObjective *objective = context;
    const WindowRange range = objective->outputs[current].range;
    if (!holds(&objective->outputs[current], range) || !holds(&objective->outputs[target], range)) {
        return STATUS_BAD_VALUE;
    }
    const size_t offset = range.first * objective->batch.T * objective->options.shape->V;
    DivergenceJob job = {.objective = objective,
                         .kind = kind,
                         .is_centred = is_centred,
                         .batch = windows_of(objective->batch, range),
                         .target = objective->outputs[target].values + offset,
                         .current = objective->outputs[current].values + offset};
    *value =
        divergence_is_discrepancy(kind) ? discrepancy(objective, &job, seed) : mean_of_rows(&job);
    return STATUS_OK;
}

void text_objective_set_batch(TextObjective *objective, TokenBatch batch)
{
    objective->batch = batch;
    /* What is kept belongs to the batch before. */
    for (size_t slot = 0; slot <= OUTPUT_SLOT_TARGET; slot++) {
        objective->outputs[slot].range = (WindowRange){0};
    }
    objective->deltas.range = (WindowRange){0};
}

Objective text_objective_view(TextObjective *objective)
{
    const TextObjectiveOptions *options = &objective->options;
    const size_t B = objective->batch.B > 0 ? objective->batch.B : options->B;
    return (Objective){.context = objective,
                       .n = options->table->size,
                       .run_pass = run_pass,
                       .divergence = slot_divergence,
                       .reference_factor = 1.0 / ((double)options->shape->V * (double)B)};
}

/* -- life --------------------------------------------------------------------------------------------------- */

static Status create_scratches(TextObjective *objective)
{
    const size_t workers = objective->options.runner.worker_count;
    objective->scratches = calloc(workers, sizeof *objective->scratches);
    if (objective->scratches == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < workers; i++) {
        TRY(window_loss_scratch_create(objective->options.shape->V, &objective->scratches[i]));
    }
    return STATUS_OK;
}

static Status create_part_grads(TextObjective *objective)
{
    const TextObjectiveOptions *options = &objective->options;
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
    return STATUS_OK;
}

static Status create_buffers(TextObjective *objective)
{
    const TextObjectiveOptions *options = &objective->options;
    const size_t largest = options->B_evaluation > options->B ? options->B_evaluation : options->B;
    objective->sums = calloc(largest, sizeof *objective->sums);
    objective->penalties = calloc(largest, sizeof *objective->penalties);
    if (objective->sums == NULL || objective->penalties == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    TRY(create_scratches(objective));
    TRY(create_part_grads(objective));
    TRY(create_workspaces(objective, &objective->workspaces));
    if (options->has_twin) {
        TRY(create_workspaces(objective, &objective->twins));
    }
    if (options->keeps_deltas) {
        TRY(need_store(objective, &objective->deltas));
    }
    for (size_t slot = OUTPUT_SLOT_CURRENT; options->keeps_outputs && slot <= OUTPUT_SLOT_TARGET;
         slot++) {
        TRY(need_store(objective, &objective->outputs[slot]));
    }
    return STATUS_OK;
}

static size_t windows_of_part(const TextObjectiveOptions *options)
{
    return (options->B + options->micro_batch_count - 1) / options->micro_batch_count;
}

double text_objective_bytes(const TextObjectiveOptions *options)
{
    const size_t part_windows = windows_of_part(options);
    const size_t parts = (options->B + part_windows - 1) / part_windows;
    const double workspaces =
        (double)options->runner.worker_count * (options->has_twin ? 2.0 : 1.0) *
        (double)causal_lm_workspace_bytes(options->shape, part_windows, options->T);
    const double stores =
        (options->keeps_outputs ? 2.0 : 0.0) + (options->keeps_deltas ? 1.0 : 0.0);
    const double logits =
        (double)options->B * (double)options->T * (double)options->shape->V * sizeof(Real);
    const double grads = (double)(parts - 1) * (double)options->table->size * sizeof(Real);
    return workspaces + stores * logits + grads;
}

Status text_objective_create(const TextObjectiveOptions *options, TextObjective **out)
{
    *out = NULL;
    TextObjective *objective = calloc(1, sizeof *objective);
    if (objective == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    objective->options = *options;
    objective->part_windows = windows_of_part(options);
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
    const size_t workers = objective->options.runner.worker_count;
    destroy_workspaces(objective->workspaces, workers);
    destroy_workspaces(objective->twins, workers);
    for (size_t i = 0; objective->scratches != NULL && i < workers; i++) {
        window_loss_scratch_clear(&objective->scratches[i]);
    }
    for (size_t i = 0; i < objective->part_grad_count; i++) {
        free(objective->part_grads[i]);
    }
    for (size_t slot = 0; slot <= OUTPUT_SLOT_TARGET; slot++) {
        free(objective->outputs[slot].values);
    }
    free(objective->deltas.values);
    free(objective->part_grads);
    free(objective->scratches);
    free(objective->sums);
    free(objective->penalties);
    free(objective);
}
