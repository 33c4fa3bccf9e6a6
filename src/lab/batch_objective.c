#include "lab/batch_objective.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/cross_entropy.h"
#include "kernels/divergence.h"
#include "kernels/mean_discrepancy.h"
#include "kernels/vector_ops.h"
#include "lab/window_loss.h"

/* Pieces of the gradient that workers add up, and how much of it stays in the first-level cache while all parts are added. */
enum { REDUCTION_PIECES = 16, REDUCTION_BLOCK = 4096 };

/* Examples first .. first + count - 1 of the batch. */
typedef struct ExampleRange {
    size_t first;
    size_t count;
} ExampleRange;

/* A number for each output of the batch and class: outputs, or their gradients. */
typedef struct OutputStore {
    Real *values;       /* [B * rows, classes]; NULL before the first use */
    ExampleRange range; /* what it holds */
} OutputStore;

struct BatchObjective {
    BatchObjectiveOptions options;
    size_t part_examples; /* examples in a micro-batch */
    size_t round_parts;   /* micro-batches whose gradients are held at the same time */
    ExampleBatch batch;
    void **workspaces; /* [worker_count] */
    void **twins;      /* [worker_count] for noised twins; NULL before the first use */
    /* [round_parts - 1] of [n]: the first micro-batch of a round writes to the caller's gradient */
    Real **part_grads;
    size_t part_grad_count;
    OutputStore outputs[OUTPUT_SLOT_TARGET + 1]; /* by slot; nothing for OUTPUT_SLOT_NONE */
    OutputStore deltas;                          /* dL/doutputs of the task loss */
    WindowLossScratch *scratches;                /* [worker_count] */
    /* [examples of the largest batch] nats of each example, by its place in the batch */
    double *sums;
    double *penalties; /* [same] divergence of each example to target or twin */
    DiscrepancySample sample;
    double row_sums[DISCREPANCY_ROWS_MAX];
};

/* Everything that one pass's pieces share. */
typedef struct PassJob {
    BatchObjective *objective;
    const PassRequest *request;
    ExampleBatch batch; /* of this pass */
    size_t first;       /* its first example's place in the whole batch */
    const Real *params;
    Real *grads;        /* NULL: forward only */
    Real *outputs;      /* where the first example's outputs are kept; NULL: not kept */
    const Real *target; /* the first example's target outputs; NULL: no penalty */
    const Real
        *compared; /* likewise, those that this pass's are compared with; NULL: no comparison */
    Real *deltas;  /* the first example's; NULL: neither kept nor used */
    bool has_twin;
    size_t first_part; /* of the round under way */
    WindowLossPlan plan;
} PassJob;

static size_t part_count(const BatchObjective *objective, ExampleBatch batch)
{
    return (batch.B + objective->part_examples - 1) / objective->part_examples;
}

static ExampleBatch examples_of(ExampleBatch batch, ExampleRange range)
{
    return (ExampleBatch){.B = range.count,
                          .rows = batch.rows,
                          .targets = batch.targets + range.first * batch.rows,
                          .inputs = batch.inputs,
                          .first = batch.first + range.first};
}

static ExampleBatch part_of(const BatchObjective *objective, ExampleBatch batch, size_t index)
{
    const size_t first = index * objective->part_examples;
    const size_t rest = batch.B - first;
    const size_t count = rest < objective->part_examples ? rest : objective->part_examples;
    return examples_of(batch, (ExampleRange){first, count});
}

static Noise noise_of(const EmbeddingNoise *noise)
{
    return (Noise){
        .sigma = noise->sigma, .is_uniform = noise->kind == NOISE_UNIFORM, .seed = noise->seed};
}

static NetworkPass network_pass(const PassJob *job, const EmbeddingNoise *noise)
{
    return (NetworkPass){.keeps_for_backward = job->grads != NULL,
                         .has_dropout = !job->request->is_evaluation,
                         .dropout_seed = job->request->dropout_seed,
                         .noise = noise_of(noise)};
}

/* Outputs that are about to become gradients are kept row by row as that happens; others are written to their place at once. */
static bool keeps_in_loss(const PassJob *job)
{
    return job->outputs != NULL && job->grads != NULL;
}

/* Losses and gradients of the examples of one part; noised is NULL without twin. */
static void finish_part(const PassJob *job, size_t part_first, size_t examples, Real *outputs,
                        Real *noised, size_t worker)
{
    const BatchObjective *objective = job->objective;
    const size_t example_values = job->plan.T * job->plan.V;
    for (size_t b = 0; b < examples; b++) {
        const size_t example = part_first + b;
        const size_t offset = example * example_values;
        const WindowLogits at = {.logits = outputs + b * example_values,
                                 .noised = noised == NULL ? NULL : noised + b * example_values,
                                 .target = job->target == NULL ? NULL : job->target + offset,
                                 .deltas = job->deltas == NULL ? NULL : job->deltas + offset,
                                 .kept = keeps_in_loss(job) ? job->outputs + offset : NULL,
                                 .targets = job->batch.targets + example * job->plan.T};
        const WindowNats nats = window_loss(&job->plan, &at, &objective->scratches[worker]);
        objective->sums[job->first + example] = nats.task;
        objective->penalties[job->first + example] = nats.penalty;
    }
}

/* The comparison's sums go where the losses would. */
static void compare_part(const PassJob *job, size_t part_first, size_t examples,
                         const Real *outputs)
{
    const Comparison *comparison = &job->request->comparison;
    const size_t T = job->plan.T;
    const size_t V = job->plan.V;
    for (size_t b = 0; b < examples; b++) {
        const size_t example = part_first + b;
        job->objective->sums[job->first + example] =
            divergence_sum(comparison->kind, comparison->is_centred, outputs + b * T * V,
                           job->compared + example * T * V, job->batch.targets + example * T, T, V);
    }
}

/* The pass of one part, its outputs kept where they are wanted. */
static Real *run_forward(const PassJob *job, const ExampleBatch *part, size_t part_first,
                         void *workspace)
{
    const Network *network = &job->objective->options.network;
    const size_t example_values = part->rows * network->classes;
    Real *place = job->outputs == NULL ? NULL : job->outputs + part_first * example_values;
    NetworkPass pass = network_pass(job, &job->request->noise);
    pass.outputs = keeps_in_loss(job) ? NULL : place;
    Real *outputs = network->forward(network->context, job->params, part, &pass, workspace);
    if (pass.outputs != NULL && outputs != place) {
        vector_copy(place, outputs, part->B * example_values);
    }
    return outputs;
}

/* Part `place` of the round under way. */
static void run_part(void *argument, size_t place, size_t worker)
{
    const PassJob *job = argument;
    const BatchObjective *objective = job->objective;
    const Network *network = &objective->options.network;
    const size_t index = job->first_part + place;
    const ExampleBatch part = part_of(objective, job->batch, index);
    const size_t first = index * objective->part_examples;
    void *workspace = objective->workspaces[worker];
    const NetworkPass twin_pass = network_pass(job, &job->request->twin.noise);
    Real *noised = NULL;
    Real *outputs = run_forward(job, &part, first, workspace);
    if (job->has_twin) {
        noised = network->forward(network->context, job->params, &part, &twin_pass,
                                  objective->twins[worker]);
    }
    if (job->compared != NULL) {
        compare_part(job, first, part.B, outputs);
    }
    if (!job->request->outputs_only) {
        finish_part(job, first, part.B, outputs, noised, worker);
    }
    if (job->grads == NULL) {
        return;
    }
    Real *grads = place == 0 ? job->grads : objective->part_grads[place - 1];
    if (job->first_part == 0) {
        memset(grads, 0, network->n * sizeof *grads);
    }
    network->backward(network->context, job->params, &part, outputs, grads, workspace);
    if (job->has_twin && !job->request->twin.is_detached) {
        network->backward(network->context, job->params, &part, noised, grads,
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

static double sum_of_examples(const double *values, ExampleRange examples)
{
    double total = 0.0;
    for (size_t i = 0; i < examples.count; i++) {
        total += values[examples.first + i];
    }
    return total;
}

/* Run all micro-batches, those with gradients in rounds; gradients are added in the order of their places. Losses are then in `sums` and `penalties`. */
static void run_job(PassJob *job)
{
    const BatchObjective *objective = job->objective;
    const TaskRunner runner = objective->options.runner;
    const size_t parts = part_count(objective, job->batch);
    const size_t most = job->grads == NULL ? parts : objective->round_parts;
    const size_t used = parts < most ? parts : most;
    for (job->first_part = 0; job->first_part < parts; job->first_part += most) {
        const size_t rest = parts - job->first_part;
        runner.run(runner.context, rest < most ? rest : most, run_part, job);
    }
    if (job->grads != NULL && used > 1) {
        ReductionJob reduction = {.grads = job->grads,
                                  .parts = objective->part_grads,
                                  .part_count = used - 1,
                                  .n = objective->options.network.n};
        runner.run(runner.context, REDUCTION_PIECES, reduce_piece, &reduction);
    }
}

/* -- memory made by the first pass that needs it ------------------------------------------------------------ */

static Status need_store(const BatchObjective *objective, OutputStore *store)
{
    const BatchObjectiveOptions *options = &objective->options;
    if (store->values == NULL) {
        store->values =
            calloc(options->B * options->network.rows * options->network.classes, sizeof(Real));
    }
    return store->values == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static void destroy_workspaces(const Network *network, void **workspaces, size_t count)
{
    for (size_t i = 0; workspaces != NULL && i < count; i++) {
        network->destroy_workspace(workspaces[i]);
    }
    free(workspaces);
}

static Status create_workspaces(const BatchObjective *objective, void ***out)
{
    const BatchObjectiveOptions *options = &objective->options;
    const Network *network = &options->network;
    void **made = calloc(options->runner.worker_count, sizeof *made);
    Status status = made == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < options->runner.worker_count; i++) {
        status = network->create_workspace(network->context, objective->part_examples, &made[i]);
    }
    if (status != STATUS_OK) {
        destroy_workspaces(network, made, options->runner.worker_count);
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

/* The examples of a request's part of the batch. */
static ExampleRange part_range(const PassRequest *request, size_t B)
{
    if (request->part_count == 0) {
        return (ExampleRange){0, B};
    }
    const size_t first = B * request->part / request->part_count;
    return (ExampleRange){first, B * (request->part + 1) / request->part_count - first};
}

/* The examples a request runs over. */
static ExampleRange range_of(const PassRequest *request, size_t B)
{
    ExampleRange range = part_range(request, B);
    if (request->fraction > 0.0 && request->fraction < 1.0) {
        /* 0.1 of 30 are 3, whatever the rounding of their product. */
        range.count = (size_t)ceil(request->fraction * (double)range.count - 1e-9);
    }
    return range;
}

/* A range without examples is held by nobody: so what was never kept cannot be asked for. */
static bool holds(const OutputStore *store, ExampleRange range)
{
    return range.count > 0 && store->values != NULL && store->range.first <= range.first &&
           range.first + range.count <= store->range.first + store->range.count;
}

static Status check_request(const BatchObjective *objective, const PassRequest *request,
                            ExampleRange range)
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
    const Comparison *comparison = &request->comparison;
    const bool has_comparison = comparison->with != OUTPUT_SLOT_NONE;
    const bool is_comparison_good =
        !has_comparison ||
        (request->outputs_only && !divergence_is_discrepancy(comparison->kind) &&
         comparison->with != request->keep && holds(&objective->outputs[comparison->with], range));
    const bool is_outputs_good =
        !request->outputs_only ||
        ((request->keep != OUTPUT_SLOT_NONE || has_comparison) && request->grads == NULL);
    const bool is_good = has_place && range.count > 0 && is_penalty_good && is_twin_good &&
                         are_deltas_good && is_outputs_good && is_comparison_good;
    return is_good ? STATUS_OK : STATUS_BAD_VALUE;
}

static Status need_memory(BatchObjective *objective, const PassRequest *request)
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

static WindowLossPlan plan_of(const BatchObjective *objective, const PassRequest *request,
                              double valid)
{
    const double tau = request->penalty.temperature;
    return (WindowLossPlan){
        .T = objective->batch.rows,
        .V = objective->options.network.classes,
        .has_gradient = request->grads != NULL,
        .gradient_scale = (Real)(1.0 / valid),
        .keeps_deltas = request->keeps_deltas,
        .uses_deltas = request->uses_deltas,
        .penalty =
            kl_penalty(request->penalty.kind, tau, request->penalty.weight * tau * tau, valid),
        .twin = kl_penalty(request->twin.kind, 1.0, request->twin.weight, valid),
        .is_twin_detached = request->twin.is_detached};
}

static PassJob job_of(BatchObjective *objective, const PassRequest *request, ExampleRange range,
                      double valid)
{
    const size_t offset = range.first * objective->batch.rows * objective->options.network.classes;
    PassJob job = {.objective = objective,
                   .request = request,
                   .batch = examples_of(objective->batch, range),
                   .first = range.first,
                   .params = request->params,
                   .grads = request->grads,
                   .has_twin = has_twin(request),
                   .plan = plan_of(objective, request, valid)};
    if (request->keep != OUTPUT_SLOT_NONE) {
        job.outputs = objective->outputs[request->keep].values + offset;
    }
    if (request->comparison.with != OUTPUT_SLOT_NONE) {
        job.compared = objective->outputs[request->comparison.with].values + offset;
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
    BatchObjective *objective = context;
    const ExampleRange range = range_of(request, objective->batch.B);
    TRY(check_request(objective, request, range));
    TRY(need_memory(objective, request));
    const ExampleBatch batch = examples_of(objective->batch, range);
    const size_t counted = cross_entropy_count(batch.targets, batch.B * batch.rows);
    const double valid = counted == 0 ? 1.0 : (double)counted;
    const double share =
        (double)range.count / (double)part_range(request, objective->batch.B).count;
    PassJob job = job_of(objective, request, range, valid);
    run_job(&job);
    objective->outputs[request->keep].range = range;
    if (request->keeps_deltas && request->grads != NULL) {
        objective->deltas.range = range;
    }
    if (request->outputs_only) {
        *result = (PassResult){.share = share};
        if (job.compared != NULL) {
            result->comparison = sum_of_examples(objective->sums, range) / valid;
        }
        return STATUS_OK;
    }
    *result = (PassResult){.loss_nats = sum_of_examples(objective->sums, range) / valid,
                           .penalty_nats = sum_of_examples(objective->penalties, range) / valid,
                           .share = share};
    return STATUS_OK;
}

void batch_objective_evaluate(BatchObjective *objective, const Real *params, ExampleBatch batch,
                              Real *outputs, double *example_nats)
{
    assert(batch.B <= objective->options.B_evaluation &&
           batch.rows <= objective->options.network.rows);
    const PassRequest request = {.is_evaluation = true};
    PassJob job = {.objective = objective,
                   .request = &request,
                   .params = params,
                   .batch = batch,
                   .outputs = outputs,
                   .plan = {.T = batch.rows, .V = objective->options.network.classes}};
    run_job(&job);
    for (size_t b = 0; example_nats != NULL && b < batch.B; b++) {
        example_nats[b] = objective->sums[b];
    }
}

/* -- divergences -------------------------------------------------------------------------------------------- */

typedef struct DivergenceJob {
    const BatchObjective *objective;
    DivergenceKind kind;
    bool is_centred;
    ExampleBatch batch;
    const Real *target;
    const Real *current;
} DivergenceJob;

static void divergence_part(void *argument, size_t index, size_t worker)
{
    (void)worker;
    const DivergenceJob *job = argument;
    const size_t V = job->objective->options.network.classes;
    const ExampleBatch part = part_of(job->objective, job->batch, index);
    for (size_t b = 0; b < part.B; b++) {
        const size_t example = index * job->objective->part_examples + b;
        const size_t offset = example * part.rows * V;
        job->objective->sums[example] =
            divergence_sum(job->kind, job->is_centred, job->target + offset, job->current + offset,
                           part.targets + b * part.rows, part.rows, V);
    }
}

/* Kinds that compare row with row: the mean over the valid positions. */
static double mean_of_rows(DivergenceJob *job)
{
    const BatchObjective *objective = job->objective;
    const TaskRunner runner = objective->options.runner;
    const size_t valid = cross_entropy_count(job->batch.targets, job->batch.B * job->batch.rows);
    runner.run(runner.context, part_count(objective, job->batch), divergence_part, job);
    return sum_of_examples(objective->sums, (ExampleRange){0, job->batch.B}) /
           (double)(valid == 0 ? 1 : valid);
}

static void discrepancy_row(void *argument, size_t index, size_t worker)
{
    (void)worker;
    BatchObjective *objective = argument;
    objective->row_sums[index] = discrepancy_row_sum(&objective->sample, index);
}

/* Kinds that compare all rows with all. */
static double discrepancy(BatchObjective *objective, const DivergenceJob *job, uint64_t seed)
{
    const TaskRunner runner = objective->options.runner;
    DiscrepancySample *sample = &objective->sample;
    *sample = (DiscrepancySample){.kind = job->kind,
                                  .target = job->target,
                                  .current = job->current,
                                  .V = objective->options.network.classes};
    discrepancy_choose_positions(sample, job->batch.targets, job->batch.B * job->batch.rows, seed);
    discrepancy_measure_rows(sample, job->is_centred);
    runner.run(runner.context, sample->count, discrepancy_row, objective);
    return discrepancy_mean(sample,
                            sum_of_examples(objective->row_sums, (ExampleRange){0, sample->count}));
}

double batch_objective_divergence(BatchObjective *objective, ExampleBatch batch, const Real *target,
                                  const Real *current)
{
    assert(batch.B <= objective->options.B_evaluation &&
           batch.rows <= objective->options.network.rows);
    DivergenceJob job = {.objective = objective,
                         .kind = DIVERGENCE_FORWARD_KL,
                         .batch = batch,
                         .target = target,
                         .current = current};
    return mean_of_rows(&job);
}

static Status slot_divergence(void *context, DivergenceKind kind, bool is_centred, uint64_t seed,
                              OutputSlot target, OutputSlot current, double *value)
{
    BatchObjective *objective = context;
    const OutputStore *const ours = &objective->outputs[current];
    const OutputStore *const theirs = &objective->outputs[target];
    /* A target over a fraction of the windows: the first ones. */
    const bool is_fraction =
        theirs->range.first == ours->range.first && theirs->range.count < ours->range.count;
    const ExampleRange range = is_fraction ? theirs->range : ours->range;
    if (!holds(ours, range) || !holds(theirs, range)) {
        return STATUS_BAD_VALUE;
    }
    const size_t offset = range.first * objective->batch.rows * objective->options.network.classes;
    DivergenceJob job = {.objective = objective,
                         .kind = kind,
                         .is_centred = is_centred,
                         .batch = examples_of(objective->batch, range),
                         .target = theirs->values + offset,
                         .current = ours->values + offset};
    *value =
        divergence_is_discrepancy(kind) ? discrepancy(objective, &job, seed) : mean_of_rows(&job);
    return STATUS_OK;
}

void batch_objective_set_batch(BatchObjective *objective, ExampleBatch batch)
{
    objective->batch = batch;
    /* What is kept belongs to the batch before. */
    for (size_t slot = 0; slot <= OUTPUT_SLOT_TARGET; slot++) {
        objective->outputs[slot].range = (ExampleRange){0};
    }
    objective->deltas.range = (ExampleRange){0};
}

Objective batch_objective_view(BatchObjective *objective)
{
    const BatchObjectiveOptions *options = &objective->options;
    const size_t B = objective->batch.B > 0 ? objective->batch.B : options->B;
    return (Objective){.context = objective,
                       .n = options->network.n,
                       .has_comparisons = true,
                       .run_pass = run_pass,
                       .divergence = slot_divergence,
                       .reference_factor = 1.0 / ((double)options->network.classes * (double)B)};
}

/* -- life --------------------------------------------------------------------------------------------------- */

static Status create_scratches(BatchObjective *objective)
{
    const size_t workers = objective->options.runner.worker_count;
    objective->scratches = calloc(workers, sizeof *objective->scratches);
    if (objective->scratches == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < workers; i++) {
        TRY(window_loss_scratch_create(objective->options.network.classes,
                                       &objective->scratches[i]));
    }
    return STATUS_OK;
}

static Status create_part_grads(BatchObjective *objective)
{
    const BatchObjectiveOptions *options = &objective->options;
    const size_t extra_parts = objective->round_parts - 1;
    objective->part_grads = calloc(extra_parts + 1, sizeof(Real *));
    if (objective->part_grads == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (; objective->part_grad_count < extra_parts; objective->part_grad_count++) {
        Real *grads = calloc(options->network.n, sizeof *grads);
        if (grads == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
        objective->part_grads[objective->part_grad_count] = grads;
    }
    return STATUS_OK;
}

static Status create_buffers(BatchObjective *objective)
{
    const BatchObjectiveOptions *options = &objective->options;
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
    if (options->keeps_outputs) {
        TRY(need_store(objective, &objective->outputs[OUTPUT_SLOT_CURRENT]));
    }
    if (options->keeps_targets) {
        TRY(need_store(objective, &objective->outputs[OUTPUT_SLOT_TARGET]));
    }
    return STATUS_OK;
}

static size_t quotient_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static size_t examples_of_round(const BatchObjectiveOptions *options)
{
    return options->accumulation_steps == 0 ? options->B
                                            : quotient_up(options->B, options->accumulation_steps);
}

static size_t examples_of_part(const BatchObjectiveOptions *options)
{
    return quotient_up(examples_of_round(options), options->micro_batch_count);
}

static size_t parts_of_round(const BatchObjectiveOptions *options)
{
    return quotient_up(examples_of_round(options), examples_of_part(options));
}

double batch_objective_bytes(const BatchObjectiveOptions *options)
{
    const size_t part_examples = examples_of_part(options);
    const double workspaces =
        (double)options->runner.worker_count * (options->has_twin ? 2.0 : 1.0) *
        options->network.workspace_bytes(options->network.context, part_examples);
    const double stores = (options->keeps_outputs ? 1.0 : 0.0) +
                          (options->keeps_targets ? 1.0 : 0.0) +
                          (options->keeps_deltas ? 1.0 : 0.0);
    const double outputs = (double)options->B * (double)options->network.rows *
                           (double)options->network.classes * sizeof(Real);
    const double grads =
        (double)(parts_of_round(options) - 1) * (double)options->network.n * sizeof(Real);
    return workspaces + stores * outputs + grads;
}

Status batch_objective_create(const BatchObjectiveOptions *options, BatchObjective **out)
{
    *out = NULL;
    BatchObjective *objective = calloc(1, sizeof *objective);
    if (objective == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    objective->options = *options;
    objective->part_examples = examples_of_part(options);
    objective->round_parts = parts_of_round(options);
    const Status status = create_buffers(objective);
    if (status != STATUS_OK) {
        batch_objective_destroy(objective);
        return status;
    }
    *out = objective;
    return STATUS_OK;
}

void batch_objective_destroy(BatchObjective *objective)
{
    if (objective == NULL) {
        return;
    }
    const size_t workers = objective->options.runner.worker_count;
    destroy_workspaces(&objective->options.network, objective->workspaces, workers);
    destroy_workspaces(&objective->options.network, objective->twins, workers);
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
