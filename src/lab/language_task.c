#include "lab/language_task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/evaluation.h"
#include "lab/memory_check.h"
#include "lab/model_folder.h"
#include "lab/output_probes.h"
#include "lab/text_objective.h"
#include "lab/text_task.h"

typedef struct LanguageTask {
    const ExperimentSpec *spec;
    ModelStart start;
    TextTask text;
    TextObjective *objective;
    int32_t *inputs;     /* [B, T] this step's batch, or what an evaluation reads */
    int32_t *targets;    /* [B, T] */
    double *window_nats; /* [B] scratch */
    OutputProbes probes;
} LanguageTask;

/* -- loading ------------------------------------------------------------------------------------------------ */

/* All that probes ask of the network. */
static Network output_sizes(const LanguageTask *task)
{
    return (Network){.rows = (size_t)task->spec->block_size, .classes = task->start.shape.V};
}

static ExampleBatch probe_examples(void *context, ProbeDomain domain)
{
    const LanguageTask *task = context;
    const ProbeBatch *probe =
        domain == PROBE_IN_DOMAIN ? &task->text.in_domain : &task->text.out_of_domain;
    return text_objective_examples(&probe->batch);
}

static Status create_buffers(LanguageTask *task)
{
    const ExperimentSpec *spec = task->spec;
    const size_t examples = (size_t)experiment_spec_step_examples(spec);
    const size_t positions = examples * (size_t)spec->block_size;
    const Network sizes = output_sizes(task);
    const ProbeSource source = {
        .context = task,
        .counts = {[PROBE_IN_DOMAIN] = task->text.in_domain.batch.B,
                   [PROBE_OUT_OF_DOMAIN] = task->text.out_of_domain.batch.B},
        .examples = probe_examples};
    TRY(output_probes_create(&task->probes, &source, &sizes));
    task->inputs = calloc(positions, sizeof *task->inputs);
    task->targets = calloc(positions, sizeof *task->targets);
    task->window_nats = calloc(examples, sizeof *task->window_nats);
    const bool is_complete =
        task->inputs != NULL && task->targets != NULL && task->window_nats != NULL;
    return is_complete ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

static TextObjectiveOptions engine_options(const LanguageTask *task, TaskNeeds needs,
                                           TaskRunner runner)
{
    const ExperimentSpec *spec = task->spec;
    const double examples = experiment_spec_step_examples(spec);
    return (TextObjectiveOptions){.shape = &task->start.shape,
                                  .table = &task->start.table,
                                  .B = (size_t)examples,
                                  .B_evaluation = (size_t)fmax(spec->probe_windows, examples),
                                  .T = (size_t)spec->block_size,
                                  .micro_batch_count = (size_t)spec->micro_batch_count,
                                  .accumulation_steps = (size_t)spec->accumulation_steps,
                                  .keeps_outputs = needs.keeps_outputs,
                                  .keeps_targets = needs.keeps_targets,
                                  .has_twin = needs.has_twin,
                                  .keeps_deltas = needs.keeps_deltas,
                                  .runner = runner};
}

static MemoryNeed predict_memory(const LanguageTask *task, TaskNeeds needs, TaskRunner runner)
{
    const ExperimentSpec *spec = task->spec;
    const TextObjectiveOptions options = engine_options(task, needs, runner);
    const Network sizes = output_sizes(task);
    const double vector = (double)task->start.table.size * sizeof(Real);
    return (MemoryNeed){.weights = vector,
                        .lanes = needs.vectors * vector,
                        .engine = text_objective_bytes(&options) +
                                  output_probes_bytes((size_t)spec->probe_windows, &sizes)};
}

static Status create_engine(LanguageTask *task, TaskNeeds needs, TaskRunner runner)
{
    const TextObjectiveOptions options = engine_options(task, needs, runner);
    TRY(create_buffers(task));
    return text_objective_create(&options, &task->objective);
}

static void close_task(void *context)
{
    LanguageTask *task = context;
    text_objective_destroy(task->objective);
    text_task_clear(&task->text);
    model_start_clear(&task->start);
    output_probes_clear(&task->probes);
    free(task->inputs);
    free(task->targets);
    free(task->window_nats);
    free(task);
}

/* -- training ----------------------------------------------------------------------------------------------- */

static void set_batch(void *context, uint64_t step)
{
    LanguageTask *task = context;
    batch_sampler_fill(task->text.sampler, step, task->inputs, task->targets);
    text_objective_set_batch(task->objective,
                             (TokenBatch){.B = (size_t)experiment_spec_step_examples(task->spec),
                                          .T = (size_t)task->spec->block_size,
                                          .inputs = task->inputs,
                                          .targets = task->targets});
}

static Objective view_objective(void *context)
{
    const LanguageTask *task = context;
    return text_objective_view(task->objective);
}

/* -- measuring ---------------------------------------------------------------------------------------------- */

static void add_home_probes(void *context, MetricSample *sample)
{
    const LanguageTask *task = context;
    output_probes_add_home(&task->probes, sample);
}

static void begin_probes(void *context)
{
    LanguageTask *task = context;
    output_probes_begin(&task->probes, text_objective_engine(task->objective), task->start.theta_0);
}

static void probe_before(void *context, const Real *params)
{
    LanguageTask *task = context;
    output_probes_before(&task->probes, text_objective_engine(task->objective), params);
}

static void add_probes(void *context, const Real *params, bool has_before, MetricSample *sample)
{
    LanguageTask *task = context;
    output_probes_add(&task->probes, text_objective_engine(task->objective), params, has_before,
                      sample);
}

static Evaluation evaluate(const LanguageTask *task, const HeldOut *held_out, const Real *params,
                           size_t window_limit)
{
    Evaluation evaluation;
    const EvaluationPlan plan = {.objective = task->objective,
                                 .inputs = task->inputs,
                                 .targets = task->targets,
                                 .window_nats = task->window_nats,
                                 .B = (size_t)experiment_spec_step_examples(task->spec),
                                 .T = (size_t)task->spec->block_size,
                                 .stride = (size_t)task->spec->block_size,
                                 .window_limit = window_limit};
    evaluate_held_out(&plan, held_out, params, &evaluation);
    return evaluation;
}

static void add_domains(const LanguageTask *task, const Evaluation *evaluation, uint16_t mean,
                        uint16_t first_domain, MetricSample *sample)
{
    const size_t count = task->spec->zero_shot_domain_count;
    if (count > 0) {
        metric_sample_add(sample, mean, evaluation->zero_shot_perplexity);
    }
    for (size_t i = 0; i < count; i++) {
        metric_sample_add(sample, (uint16_t)(first_domain + i),
                          evaluation->zero_shot_perplexities[i]);
    }
}

static void add_evaluation(void *context, const Real *params, MetricSample *sample)
{
    const LanguageTask *task = context;
    const Evaluation evaluation =
        evaluate(task, &task->text.dev, params, (size_t)task->spec->eval_windows);
    metric_sample_add(sample, METRIC_EVAL_LOSS, evaluation.train_loss);
    metric_sample_add(sample, METRIC_EVAL_PERPLEXITY, exp(evaluation.train_loss));
    add_domains(task, &evaluation, METRIC_ZERO_SHOT_PERPLEXITY, METRIC_DOMAIN_FIRST, sample);
}

static double add_final(void *context, const Real *params, MetricSample *sample)
{
    const LanguageTask *task = context;
    const Evaluation evaluation =
        evaluate(task, &task->text.final, params, experiment_spec_final_limit(task->spec));
    metric_sample_add(sample, METRIC_FINAL_LOSS, evaluation.train_loss);
    metric_sample_add(sample, METRIC_FINAL_LOSS_ERROR, evaluation.train_loss_error);
    metric_sample_add(sample, METRIC_FINAL_PERPLEXITY, exp(evaluation.train_loss));
    add_domains(task, &evaluation, METRIC_FINAL_ZERO_SHOT_PERPLEXITY, METRIC_FINAL_DOMAIN_FIRST,
                sample);
    return evaluation.train_loss;
}

/* -- files -------------------------------------------------------------------------------------------------- */

static Status save(void *context, const char *folder, const Real *params, Problem *problem)
{
    const LanguageTask *task = context;
    return model_folder_save(folder, &task->start, params, problem);
}

/* -- for others to compute again ---------------------------------------------------------------------------- */

static Status keep_batch(void *context, NamedTensors *tensors)
{
    const LanguageTask *task = context;
    const size_t examples = (size_t)experiment_spec_step_examples(task->spec);
    const TensorShape windows = {{examples, (size_t)task->spec->block_size}, 2};
    const size_t bytes = windows.sizes[0] * windows.sizes[1] * sizeof(int32_t);
    int32_t *x = NULL;
    int32_t *y = NULL;
    TRY(named_tensors_add_integers(tensors, "x", windows, &x));
    TRY(named_tensors_add_integers(tensors, "y", windows, &y));
    memcpy(x, task->inputs, bytes);
    memcpy(y, task->targets, bytes);
    return STATUS_OK;
}

static bool has_dropout(const CausalLmShape *shape)
{
    return shape->embedding_dropout > 0.0 || shape->attention_dropout > 0.0 ||
           shape->residual_dropout > 0.0;
}

static Json *config_of(void *context)
{
    const LanguageTask *task = context;
    return shape_to_json(&task->start.shape);
}

Status language_task_open(const ExperimentSpec *spec, TaskNeeds needs, TaskRunner runner,
                          RaceTask *task, Problem *problem)
{
    LanguageTask *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the race");
    }
    opened->spec = spec;
    MemoryNeed memory = {0};
    Status status = model_start_load(spec, &opened->start, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    memory = predict_memory(opened, needs, runner);
    status = memory_check(&memory, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = text_task_load(spec, opened->start.tokenizer, &opened->text, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = create_engine(opened, needs, runner);
    if (status != STATUS_OK) {
        problem_describe(problem, status, "not enough memory for batches of %.0f x %.0f tokens",
                         experiment_spec_step_examples(spec), spec->block_size);
        goto failed;
    }
    *task = (RaceTask){.context = opened,
                       .theta_0 = opened->start.theta_0,
                       .table = &opened->start.table,
                       .memory = memory,
                       .positions = experiment_spec_step_examples(spec) * spec->block_size,
                       .steps_per_epoch =
                           (double)batch_sampler_windows_per_epoch(opened->text.sampler) /
                           experiment_spec_step_examples(spec),
                       .set_batch = set_batch,
                       .objective = view_objective,
                       .add_home_probes = add_home_probes,
                       .begin_probes = begin_probes,
                       .probe_before = probe_before,
                       .add_probes = add_probes,
                       .add_evaluation = add_evaluation,
                       .add_final = add_final,
                       .save = save,
                       .close = close_task,
                       .disclosure = {.context = opened,
                                      .embedding_rows = (size_t)spec->block_size,
                                      .embedding_width = opened->start.shape.C,
                                      .has_dropout = has_dropout(&opened->start.shape),
                                      .keep_batch = keep_batch,
                                      .config = config_of}};
    return STATUS_OK;
failed:
    close_task(opened);
    return status;
}
