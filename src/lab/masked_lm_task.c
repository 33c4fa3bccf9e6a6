#include "lab/masked_lm_task.h"

#include <math.h>
#include <stdlib.h>

#include "lab/batch_objective.h"
#include "lab/encoder_folder.h"
#include "lab/masked_pairs.h"
#include "lab/memory_check.h"
#include "lab/output_probes.h"
#include "model/text_encoder.h"

enum {
    FINAL_WINDOWS = 2048,
    TOKENS_PER_PREDICTION = 4 /* of so many tokens at most one is asked for */
};

typedef struct MaskedLmTask {
    const ExperimentSpec *spec;
    EncoderStart start;
    MaskedPairs pairs;
    MaskedWindows windows; /* of the batch under way */
    size_t room;           /* windows that fit */
    BatchObjective *objective;
    MemoryNeed memory;   /* that was predicted */
    double *nats;        /* [room] */
    OutputProbes probes; /* in the domain only */
} MaskedLmTask;

/* -- the network -------------------------------------------------------------------------------------------- */

static void destroy_workspace(void *workspace)
{
    text_encoder_workspace_destroy(workspace);
}

static Status create_workspace(const void *context, size_t examples, void **out)
{
    const MaskedLmTask *task = context;
    TextEncoderWorkspace *workspace = NULL;
    TRY(text_encoder_workspace_create(&task->start.shape, examples, task->windows.T,
                                      examples * task->windows.R, &workspace));
    *out = workspace;
    return STATUS_OK;
}

static double workspace_bytes(const void *context, size_t examples)
{
    const MaskedLmTask *task = context;
    return (double)text_encoder_workspace_bytes(&task->start.shape, examples, task->windows.T,
                                                examples * task->windows.R);
}

static TextEncoderBatch encoder_batch(const ExampleBatch *batch)
{
    const MaskedWindows *windows = batch->inputs;
    return (TextEncoderBatch){.B = batch->B,
                              .T = windows->T,
                              .tokens = windows->ids + batch->first * windows->T,
                              .asked = windows->places + batch->first * windows->R,
                              .asked_count = windows->R};
}

static Real *forward(const void *context, const Real *params, const ExampleBatch *batch,
                     const NetworkPass *pass, void *workspace)
{
    const MaskedLmTask *task = context;
    const TextEncoderBatch windows = encoder_batch(batch);
    const ModelPass options = network_model_pass(pass, batch);
    return text_encoder_forward(&task->start.shape, &task->start.table, params, &windows, &options,
                                workspace);
}

static void backward(const void *context, const Real *params, const ExampleBatch *batch,
                     Real *d_outputs, Real *grads, void *workspace)
{
    const MaskedLmTask *task = context;
    const TextEncoderBatch windows = encoder_batch(batch);
    text_encoder_backward(&task->start.shape, &task->start.table, params, &windows, d_outputs,
                          grads, workspace);
}

/* -- training and measuring --------------------------------------------------------------------------------- */

/* Windows first .. first + B - 1 of a pool. */
static ExampleBatch windows_of(MaskedLmTask *task, PairPool pool, uint64_t first, size_t B)
{
    MaskedWindows *windows = &task->windows;
    windows->B = B;
    masked_pairs_fill(&task->pairs, pool, (uint64_t)task->spec->seed, first, windows);
    return (ExampleBatch){
        .B = B, .rows = windows->R, .targets = windows->targets, .inputs = windows};
}

static void set_batch(void *context, uint64_t step)
{
    MaskedLmTask *task = context;
    const size_t B = (size_t)experiment_spec_step_examples(task->spec);
    batch_objective_set_batch(task->objective, windows_of(task, PAIR_POOL_TRAIN, step * B, B));
}

static Objective view_objective(void *context)
{
    const MaskedLmTask *task = context;
    return batch_objective_view(task->objective);
}

static ExampleBatch probe_examples(void *context, ProbeDomain domain)
{
    MaskedLmTask *task = context;
    return windows_of(task, PAIR_POOL_DEV, 0, task->probes.source.counts[domain]);
}

static void begin_probes(void *context)
{
    MaskedLmTask *task = context;
    output_probes_begin(&task->probes, task->objective, task->start.theta_0);
}

static void probe_before(void *context, const Real *params)
{
    MaskedLmTask *task = context;
    output_probes_before(&task->probes, task->objective, params);
}

static void add_probes(void *context, const Real *params, bool has_before, MetricSample *sample)
{
    MaskedLmTask *task = context;
    output_probes_add(&task->probes, task->objective, params, has_before, sample);
}

/* Mean nats of what is asked for in the first `count` windows kept apart. */
static double held_out_loss(MaskedLmTask *task, const Real *params, size_t count)
{
    double nats = 0.0;
    size_t asked = 0;
    for (size_t first = 0; first < count; first += task->room) {
        const size_t B = count - first < task->room ? count - first : task->room;
        const ExampleBatch batch = windows_of(task, PAIR_POOL_DEV, first, B);
        batch_objective_evaluate(task->objective, params, batch, NULL, task->nats);
        for (size_t b = 0; b < B; b++) {
            nats += task->nats[b];
        }
        for (size_t i = 0; i < B * batch.rows; i++) {
            asked += batch.targets[i] >= 0 ? 1 : 0;
        }
    }
    return nats / (double)asked;
}

static void add_evaluation(void *context, const Real *params, MetricSample *sample)
{
    MaskedLmTask *task = context;
    const double loss = held_out_loss(task, params, (size_t)task->spec->eval_windows);
    metric_sample_add(sample, METRIC_EVAL_LOSS, loss);
    metric_sample_add(sample, METRIC_EVAL_PERPLEXITY, exp(loss));
}

static double add_final(void *context, const Real *params, MetricSample *sample)
{
    MaskedLmTask *task = context;
    const size_t limit = experiment_spec_final_limit(task->spec);
    const double loss = held_out_loss(task, params, limit < FINAL_WINDOWS ? limit : FINAL_WINDOWS);
    metric_sample_add(sample, METRIC_FINAL_LOSS, loss);
    metric_sample_add(sample, METRIC_FINAL_PERPLEXITY, exp(loss));
    return loss;
}

static Status save(void *context, const char *folder, const Real *params, Problem *problem)
{
    const MaskedLmTask *task = context;
    return encoder_folder_save(folder, &task->start, params, NULL, problem);
}

/* -- for others to compute again ---------------------------------------------------------------------------- */

static Status keep_batch(void *context, NamedTensors *tensors)
{
    const MaskedLmTask *task = context;
    const MaskedWindows *windows = &task->windows;
    const TensorShape tokens = {{windows->B, windows->T}, 2};
    const TensorShape predictions = {{windows->B, windows->R}, 2};
    int32_t *x = NULL;
    int32_t *mask = NULL;
    int32_t *places = NULL;
    int32_t *y = NULL;
    TRY(named_tensors_add_integers(tensors, "x", tokens, &x));
    TRY(named_tensors_add_integers(tensors, "attention_mask", tokens, &mask));
    TRY(named_tensors_add_integers(tensors, "places", predictions, &places));
    TRY(named_tensors_add_integers(tensors, "y", predictions, &y));
    for (size_t i = 0; i < windows->B * windows->T; i++) {
        x[i] = windows->ids[i];
        mask[i] = (size_t)windows->ids[i] == task->start.shape.padding ? 0 : 1;
    }
    for (size_t i = 0; i < windows->B * windows->R; i++) {
        places[i] = (int32_t)windows->places[i];
        y[i] = windows->targets[i];
    }
    return STATUS_OK;
}

static Json *config_of(void *context)
{
    const MaskedLmTask *task = context;
    return text_encoder_shape_to_json(&task->start.shape, NULL);
}

/* -- life --------------------------------------------------------------------------------------------------- */

static void close_task(void *context)
{
    MaskedLmTask *task = context;
    batch_objective_destroy(task->objective);
    encoder_start_clear(&task->start);
    masked_pairs_clear(&task->pairs);
    masked_windows_clear(&task->windows);
    free(task->nats);
    output_probes_clear(&task->probes);
    free(task);
}

static Network network_of(const MaskedLmTask *task)
{
    return (Network){.context = task,
                     .n = task->start.table.size,
                     .rows = task->windows.R,
                     .classes = task->start.shape.V,
                     .create_workspace = create_workspace,
                     .destroy_workspace = destroy_workspace,
                     .workspace_bytes = workspace_bytes,
                     .forward = forward,
                     .backward = backward};
}

static Status create_buffers(MaskedLmTask *task)
{
    const ExperimentSpec *spec = task->spec;
    const size_t T = (size_t)spec->block_size;
    const size_t R = (T + TOKENS_PER_PREDICTION - 1) / TOKENS_PER_PREDICTION;
    task->room = (size_t)fmax(experiment_spec_step_examples(spec), spec->probe_windows);
    TRY(masked_windows_init(&task->windows, task->room, T, R));
    task->nats = calloc(task->room, sizeof *task->nats);
    const Network network = network_of(task);
    const ProbeSource source = {.context = task,
                                .counts = {[PROBE_IN_DOMAIN] = (size_t)spec->probe_windows},
                                .examples = probe_examples};
    TRY(output_probes_create(&task->probes, &source, &network));
    return task->nats != NULL ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

static Status load(MaskedLmTask *task, TaskNeeds needs, TaskRunner runner, Problem *problem)
{
    const ExperimentSpec *spec = task->spec;
    if (spec->block_size < PAIR_SEQUENCE_MIN) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "block_size %.0f is too short: a pair needs %d tokens",
                                spec->block_size, PAIR_SEQUENCE_MIN);
    }
    TRY(encoder_start_load(spec, TEXT_HEAD_MASKED_LM, NULL, 0, &task->start, problem));
    TRY(masked_pairs_read(spec->data, task->start.tokenizer, &task->pairs, problem));
    Status status = create_buffers(task);
    const BatchObjectiveOptions options = {
        .network = network_of(task),
        .B = (size_t)experiment_spec_step_examples(spec),
        .B_evaluation = task->room,
        .micro_batch_count = (size_t)fmin(spec->micro_batch_count, spec->batch_size),
        .accumulation_steps = (size_t)spec->accumulation_steps,
        .keeps_outputs = needs.keeps_outputs,
        .keeps_targets = needs.keeps_targets,
        .has_twin = needs.has_twin,
        .keeps_deltas = needs.keeps_deltas,
        .runner = runner};
    if (status == STATUS_OK) {
        const double vector = (double)options.network.n * sizeof(Real);
        task->memory = (MemoryNeed){.weights = vector,
                                    .lanes = needs.vectors * vector,
                                    .engine = batch_objective_bytes(&options)};
        TRY(memory_check(&task->memory, problem));
        status = batch_objective_create(&options, &task->objective);
    }
    return status == STATUS_OK
               ? STATUS_OK
               : problem_describe(problem, status, "not enough memory for batches of %.0f x %.0f",
                                  experiment_spec_step_examples(spec), spec->block_size);
}

Status masked_lm_task_open(const ExperimentSpec *spec, TaskNeeds needs, TaskRunner runner,
                           RaceTask *task, Problem *problem)
{
    MaskedLmTask *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the race");
    }
    opened->spec = spec;
    const Status status = load(opened, needs, runner, problem);
    if (status != STATUS_OK) {
        close_task(opened);
        return status;
    }
    *task = (RaceTask){
        .context = opened,
        .theta_0 = opened->start.theta_0,
        .table = &opened->start.table,
        .head_text = opened->start.head_text,
        .memory = opened->memory,
        .positions = experiment_spec_step_examples(spec) * spec->block_size,
        /* Strings are drawn anew for each window: as many windows as there are strings. */
        .steps_per_epoch =
            (double)opened->pairs.counts[PAIR_POOL_TRAIN] / experiment_spec_step_examples(spec),
        .set_batch = set_batch,
        .objective = view_objective,
        .begin_probes = begin_probes,
        .probe_before = probe_before,
        .add_probes = add_probes,
        .add_evaluation = add_evaluation,
        .add_final = add_final,
        .save = save,
        .close = close_task,
        .disclosure = {.context = opened,
                       .embedding_rows = (size_t)spec->block_size,
                       .embedding_width = opened->start.shape.stack.C,
                       .has_dropout = text_encoder_has_dropout(&opened->start.shape),
                       .keep_batch = keep_batch,
                       .config = config_of}};
    return STATUS_OK;
}
