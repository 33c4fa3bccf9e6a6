/* lab/batch_objective.h -- a network on a batch of examples, as an Objective. */
#ifndef LAB_BATCH_OBJECTIVE_H
#define LAB_BATCH_OBJECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "lab/network.h"
#include "lab/task_runner.h"
#include "optim/objective.h"

/* Cuts a batch into micro-batches, hands them to the workers, and adds losses and gradients in the order of the micro-batches: the
 * result does not depend on the number of workers. Memory is that of the micro-batches which may run at the same time: activations for each
 * worker, a gradient [n] for each micro-batch; gradient accumulation goes through the batch in several such rounds, each adding to the
 * gradients of the one before. Only what is kept of outputs grows with the whole batch. Activations belong to the workers; lanes share one BatchObjective in turn.
 * The task loss is the cross-entropy of the outputs with their targets. */
typedef struct BatchObjective BatchObjective;

typedef struct BatchObjectiveOptions {
    Network network;
    size_t B; /* examples in the largest training batch, of all rounds together */
    /* examples in the largest batch given to the functions below that take one */
    size_t B_evaluation;
    size_t micro_batch_count; /* 1..B / accumulation_steps: parts of a round, at most */
    /* rounds that a batch of B examples is gone through in; 0 or 1: at once. The sums are added in another order, otherwise nothing changes */
    size_t accumulation_steps;
    /* What is not made at once is made by the first pass that asks for it, which then may run out of memory. */
    bool keeps_outputs; /* OUTPUT_SLOT_CURRENT [B * rows, classes] */
    bool keeps_targets; /* OUTPUT_SLOT_TARGET [B * rows, classes] */
    bool has_twin;      /* a second set of activations for each worker, for noised twins */
    bool keeps_deltas;  /* the gradients of the outputs [B * rows, classes] */
    TaskRunner runner;
} BatchObjectiveOptions;

/* STATUS_OUT_OF_MEMORY: *out is NULL. The caller calls batch_objective_destroy. */
Status batch_objective_create(const BatchObjectiveOptions *options, BatchObjective **out);
void batch_objective_destroy(BatchObjective *objective);

/* What batch_objective_create takes for these options, in bytes. */
double batch_objective_bytes(const BatchObjectiveOptions *options);

/* The batch that the passes from now on run over (borrowed; B and rows as in the options or smaller). What was kept before is forgotten. */
void batch_objective_set_batch(BatchObjective *objective, ExampleBatch batch);

/* The view that methods get; it lives as long as `objective`; reference_factor is that of the batch set last. Its run_pass, beyond what
 * optim/objective.h says:
 * - Each slot, and the stored deltas, remember which examples they hold: those of the last pass that kept something there, all or a part.
 *   divergence() runs over the examples of `current`, or only over the first of them if `target` holds no more; else `target` must
 *   hold at least those of `current`; a penalty's target and the deltas used must hold at least the pass's.
 * - Task loss, penalties and noised twins are means over the valid outputs of the pass's own examples. A pass with a penalty and
 *   a twin reports their sum as penalty_nats. With a temperature, the divergence reported is that of the divided logits.
 * - A pass with a twin drops the same units in both branches.
 * - A comparison needs outputs_only, and a slot that holds at least the pass's examples.
 * STATUS_BAD_VALUE: a penalty or twin that is not a KL, a comparison that is an MMD or has gradients, a temperature not above 0, outputs or deltas not there, part >= part_count, or a part without examples.
 * STATUS_OUT_OF_MEMORY as said above. The result and the gradients are then untouched. */
Objective batch_objective_view(BatchObjective *objective);

/* Forward pass over up to B_evaluation examples at `params`, apart from the training batch.
 * outputs       [B * rows, classes] out, or NULL
 * example_nats  [B] out, or NULL: the sum of nats over each example's valid targets */
void batch_objective_evaluate(BatchObjective *objective, const Real *params, ExampleBatch batch,
                              Real *outputs, double *example_nats);

/* Mean KL(target || current) over the valid outputs of `batch`; both [B * rows, classes] as batch_objective_evaluate gives them. */
double batch_objective_divergence(BatchObjective *objective, ExampleBatch batch, const Real *target,
                                  const Real *current);

#endif
