#include "lab/text_objective.h"

#include <stdlib.h>

#include "lab/batch_objective.h"
#include "model/causal_lm.h"

struct TextObjective {
    TextObjectiveOptions options;
    TokenBatch batch; /* of the passes */
    BatchObjective *engine;
};

/* -- GPT-2 as a network: the context is the options, inputs are a whole TokenBatch ------------------------- */

static Status create_workspace(const void *context, size_t examples, void **out)
{
    const TextObjectiveOptions *options = context;
    CausalLmWorkspace *workspace = NULL;
    TRY(causal_lm_workspace_create(options->shape, examples, options->T, &workspace));
    *out = workspace;
    return STATUS_OK;
}

static void destroy_workspace(void *workspace)
{
    causal_lm_workspace_destroy(workspace);
}

static double workspace_bytes(const void *context, size_t examples)
{
    const TextObjectiveOptions *options = context;
    return (double)causal_lm_workspace_bytes(options->shape, examples, options->T);
}

static TokenBatch windows_of(const ExampleBatch *batch)
{
    const TokenBatch *whole = batch->inputs;
    const size_t offset = batch->first * whole->T;
    return (TokenBatch){.B = batch->B,
                        .T = whole->T,
                        .inputs = whole->inputs + offset,
                        .targets = whole->targets + offset};
}

static Real *forward(const void *context, const Real *params, const ExampleBatch *batch,
                     const NetworkPass *pass, void *workspace)
{
    const TextObjectiveOptions *options = context;
    const TokenBatch windows = windows_of(batch);
    const ModelPass model_pass = network_model_pass(pass, batch);
    return causal_lm_forward(options->shape, options->table, params, &windows, &model_pass,
                             workspace);
}

static void backward(const void *context, const Real *params, const ExampleBatch *batch,
                     Real *d_outputs, Real *grads, void *workspace)
{
    const TextObjectiveOptions *options = context;
    const TokenBatch windows = windows_of(batch);
    causal_lm_backward(options->shape, options->table, params, &windows, d_outputs, grads,
                       workspace);
}

static BatchObjectiveOptions engine_options(const TextObjectiveOptions *options)
{
    return (BatchObjectiveOptions){.network = {.context = options,
                                               .n = options->table->size,
                                               .rows = options->T,
                                               .classes = options->shape->V,
                                               .create_workspace = create_workspace,
                                               .destroy_workspace = destroy_workspace,
                                               .workspace_bytes = workspace_bytes,
                                               .forward = forward,
                                               .backward = backward},
                                   .B = options->B,
                                   .B_evaluation = options->B_evaluation,
                                   .micro_batch_count = options->micro_batch_count,
                                   .accumulation_steps = options->accumulation_steps,
                                   .keeps_outputs = options->keeps_outputs,
                                   .keeps_targets = options->keeps_targets,
                                   .has_twin = options->has_twin,
                                   .keeps_deltas = options->keeps_deltas,
                                   .runner = options->runner};
}

ExampleBatch text_objective_examples(const TokenBatch *batch)
{
    return (ExampleBatch){
        .B = batch->B, .rows = batch->T, .targets = batch->targets, .inputs = batch};
}

/* -- what callers see --------------------------------------------------------------------------------------- */

double text_objective_bytes(const TextObjectiveOptions *options)
{
    const BatchObjectiveOptions engine = engine_options(options);
    return batch_objective_bytes(&engine);
}

Status text_objective_create(const TextObjectiveOptions *options, TextObjective **out)
{
    *out = NULL;
    TextObjective *objective = calloc(1, sizeof *objective);
    if (objective == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    objective->options = *options;
    const BatchObjectiveOptions engine = engine_options(&objective->options);
    const Status status = batch_objective_create(&engine, &objective->engine);
    if (status != STATUS_OK) {
        free(objective);
        return status;
    }
    *out = objective;
    return STATUS_OK;
}

void text_objective_destroy(TextObjective *objective)
{
    if (objective != NULL) {
        batch_objective_destroy(objective->engine);
        free(objective);
    }
}

void text_objective_set_batch(TextObjective *objective, TokenBatch batch)
{
    objective->batch = batch;
    batch_objective_set_batch(objective->engine, text_objective_examples(&objective->batch));
}

BatchObjective *text_objective_engine(TextObjective *objective)
{
    return objective->engine;
}

Objective text_objective_view(TextObjective *objective)
{
    return batch_objective_view(objective->engine);
}

void text_objective_evaluate(TextObjective *objective, const Real *params, TokenBatch batch,
                             Real *logits, double *window_nats)
{
    batch_objective_evaluate(objective->engine, params, text_objective_examples(&batch), logits,
                             window_nats);
}

double text_objective_divergence(TextObjective *objective, TokenBatch batch,
                                 const Real *target_logits, const Real *current_logits)
{
    return batch_objective_divergence(objective->engine, text_objective_examples(&batch),
                                      target_logits, current_logits);
}
