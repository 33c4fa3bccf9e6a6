/* lab/text_objective.h -- a causal language model on a batch of token windows, as an Objective. */
#ifndef LAB_TEXT_OBJECTIVE_H
#define LAB_TEXT_OBJECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "data/token_batch.h"
#include "lab/batch_objective.h"
#include "lab/task_runner.h"
#include "model/parameters.h"
#include "model/shape.h"
#include "optim/objective.h"

/* GPT-2 as the network of a BatchObjective (lab/batch_objective.h says what passes do): examples are windows, outputs the logits of their positions. */
typedef struct TextObjective TextObjective;

typedef struct TextObjectiveOptions {
    const CausalLmShape *shape;  /* borrowed */
    const ParameterTable *table; /* borrowed */
    size_t B;                    /* windows in the largest training batch, all that a step sees */
    /* windows in the largest batch given to the functions below that take one */
    size_t B_evaluation;
    size_t T;
    size_t micro_batch_count;  /* as in lab/batch_objective.h */
    size_t accumulation_steps; /* likewise */
    /* What is not made at once is made by the first pass that asks for it, which then may run out of memory. */
    bool keeps_outputs; /* OUTPUT_SLOT_CURRENT [B*T, V] */
    bool keeps_targets; /* OUTPUT_SLOT_TARGET [B*T, V] */
    bool has_twin;      /* a second set of activations for each worker, for noised twins */
    bool keeps_deltas;  /* the gradients of the logits [B*T, V] */
    TaskRunner runner;
} TextObjectiveOptions;

/* STATUS_OUT_OF_MEMORY: *out is NULL. The caller calls text_objective_destroy. */
Status text_objective_create(const TextObjectiveOptions *options, TextObjective **out);
void text_objective_destroy(TextObjective *objective);

/* What text_objective_create takes for these options, in bytes. */
double text_objective_bytes(const TextObjectiveOptions *options);

/* The batch that the passes from now on run over (borrowed; B and T as in the options or smaller). What was kept before is forgotten. */
void text_objective_set_batch(TextObjective *objective, TokenBatch batch);

/* What carries it out, and windows as it takes them (`windows` is borrowed for as long). */
BatchObjective *text_objective_engine(TextObjective *objective);
ExampleBatch text_objective_examples(const TokenBatch *windows);

/* The view that methods get: batch_objective_view. */
Objective text_objective_view(TextObjective *objective);

/* Forward pass over up to B_evaluation windows at `params`, apart from the training batch.
 * logits       [B*T, V] out, or NULL
 * window_nats  [B] out, or NULL: the sum of nats over each window's valid targets */
void text_objective_evaluate(TextObjective *objective, const Real *params, TokenBatch batch,
                             Real *logits, double *window_nats);

/* Mean KL(target || current) over the valid positions of `batch`; logits [B*T, V] as text_objective_evaluate gives them. */
double text_objective_divergence(TextObjective *objective, TokenBatch batch,
                                 const Real *target_logits, const Real *current_logits);

#endif
