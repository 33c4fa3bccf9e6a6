/* optim/objective.h -- all that a method sees of model and data: passes over flat vectors. */
#ifndef OPTIM_OBJECTIVE_H
#define OPTIM_OBJECTIVE_H

#include <stddef.h>

#include "base/real.h"
#include "base/status.h"

/* Places where the outputs (logits) of a pass can be kept until the step is over. */
typedef enum OutputSlot { OUTPUT_SLOT_NONE, OUTPUT_SLOT_CURRENT, OUTPUT_SLOT_TARGET } OutputSlot;

/* One pass over the batch of this step. */
typedef struct PassRequest {
    const Real *params; /* [n] where to stand; untouched */
    /* [n] receives the gradient of the task loss, not aliased with params; NULL = forward only */
    Real *grads;
    OutputSlot keep; /* where to keep the outputs */
} PassRequest;

/* A task on one batch. The functions are called from one thread; what they do inside is their affair. */
typedef struct Objective {
    void *context;
    size_t n; /* parameters */

    /* Run a pass. loss_nats receives the mean loss over the valid positions: it may be NaN or infinite, which is no failure. */
    Status (*run_pass)(void *context, const PassRequest *request, double *loss_nats);

    /* Mean over the valid positions of KL(target || current) between two kept outputs (EQUATIONS 12, forward KL), in nats a position;
     * exactly 0 for equal outputs, NaN if an output is not finite. NULL where the task has none. */
    Status (*divergence)(void *context, OutputSlot target, OutputSlot current, double *nats);
} Objective;

#endif
