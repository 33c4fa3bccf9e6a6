/* lab/text_objective.h -- a causal language model on a batch of token windows, as an Objective. */
#ifndef LAB_TEXT_OBJECTIVE_H
#define LAB_TEXT_OBJECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "data/token_batch.h"
#include "lab/task_runner.h"
#include "model/parameters.h"
#include "model/shape.h"
#include "optim/objective.h"

/* Cuts a batch into micro-batches, hands them to the workers, and adds losses and gradients in the order of the micro-batches: the
 * result does not depend on the number of workers. Activations belong to the workers; lanes share one TextObjective in turn. */
typedef struct TextObjective TextObjective;

typedef struct TextObjectiveOptions {
    const CausalLmShape *shape;  /* borrowed */
    const ParameterTable *table; /* borrowed */
    size_t B;                    /* windows in the largest training batch */
    /* windows in the largest batch given to the functions below that take one */
    size_t B_evaluation;
    size_t T;
    size_t micro_batch_count; /* 1..B */
    /* What is not made at once is made by the first pass that asks for it, which then may run out of memory. */
    bool keeps_outputs; /* the two output slots [B*T, V] */
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

/* The view that methods get; it lives as long as `objective`; reference_factor is that of the batch set last. Its run_pass, beyond what
 * optim/objective.h says:
 * - Each slot, and the stored deltas, remember which windows they hold: those of the last pass that kept something there, all or a part.
 *   divergence() runs over the windows of `current`; a penalty's target, `target` and the deltas used must hold at least those.
 * - Task loss, penalties and noised twins are means over the valid positions of the pass's own windows. A pass with a penalty and
 *   a twin reports their sum as penalty_nats. With a temperature, the divergence reported is that of the divided logits.
 * - A pass with a twin drops the same units in both branches.
 * STATUS_BAD_VALUE: a penalty or twin that is not a KL, a temperature not above 0, outputs or deltas not there, part >= part_count, or a part without windows.
 * STATUS_OUT_OF_MEMORY as said above. The result and the gradients are then untouched. */
Objective text_objective_view(TextObjective *objective);

/* Forward pass over up to B_evaluation windows at `params`, apart from the training batch.
 * logits       [B*T, V] out, or NULL
 * window_nats  [B] out, or NULL: the sum of nats over each window's valid targets */
void text_objective_evaluate(TextObjective *objective, const Real *params, TokenBatch batch,
                             Real *logits, double *window_nats);

/* The noise z that a pass over the current batch draws: z [B, T, C] out. */
void text_objective_noise(const TextObjective *objective, const EmbeddingNoise *noise, Real *z);

/* Mean KL(target || current) over the valid positions of `batch`; logits [B*T, V] as text_objective_evaluate gives them. */
double text_objective_divergence(TextObjective *objective, TokenBatch batch,
                                 const Real *target_logits, const Real *current_logits);

#endif
