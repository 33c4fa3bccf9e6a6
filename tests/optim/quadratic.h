/* optim/quadratic.h -- a task with pencil-and-paper answers: L(w) = 1/2 sum a_i w_i^2. */
#ifndef TESTS_OPTIM_QUADRATIC_H
#define TESTS_OPTIM_QUADRATIC_H

#include <math.h>
#include <string.h>

#include "optim/objective.h"

enum { QUADRATIC_N = 3 };

/* The outputs of a pass are the weights themselves; the divergence of two outputs is 1/2 sum (t_i - c_i)^2, of every kind. Noise of size
 * sigma multiplies w_i by 1 + z_i with z = (sigma, -sigma, 2 sigma) for every seed. So
 *     penalty   weight 1/2 sum (w_i - t_i)^2      gradient  weight (w_i - t_i)
 *     twin      weight 1/2 sum (w_i z_i)^2        gradient  weight w_i z_i^2, and detached: -weight w_i z_i
 * The network is linear: its dL/doutputs, stored, are its gradient there. */
typedef struct Quadratic {
    Real curvature[QUADRATIC_N];
    Real outputs[OUTPUT_SLOT_TARGET + 1][QUADRATIC_N];
    Real deltas[QUADRATIC_N];
    double forced_divergence; /* NaN: the true one */
    double loss_override;     /* NaN: the true one; infinite: a broken loss */
    size_t override_pass;     /* pass (from 1) on which the loss is overridden; 0 = every pass */
    size_t passes;
    uint64_t dropout_seeds[8]; /* of the passes, in turn */
    bool are_evaluations[8];
    double fractions[8];
    DivergenceKind asked_kind; /* of the last divergence */
    bool was_asked_centred;
} Quadratic;

static inline double quadratic_noise(const EmbeddingNoise *noise, size_t i)
{
    static const double PATTERN[QUADRATIC_N] = {1.0, -1.0, 2.0};
    return noise->sigma * PATTERN[i];
}

static inline double quadratic_terms(const Quadratic *task, const PassRequest *request, size_t i,
                                     double *penalty)
{
    const double w = (double)request->params[i];
    double gradient = 0.0;
    if (request->penalty.weight != 0.0) {
        const double difference = w - (double)task->outputs[request->penalty.target][i];
        *penalty += 0.5 * difference * difference;
        gradient += request->penalty.weight * difference;
    }
    if (request->twin.weight != 0.0) {
        const double z = quadratic_noise(&request->twin.noise, i);
        *penalty += 0.5 * w * w * z * z;
        gradient += request->twin.weight * (request->twin.is_detached ? -w * z : w * z * z);
    }
    return gradient;
}

static inline Status quadratic_pass(void *context, const PassRequest *request, PassResult *result)
{
    Quadratic *task = context;
    double loss = 0.0;
    double penalty = 0.0;
    task->dropout_seeds[task->passes % 8] = request->dropout_seed;
    task->are_evaluations[task->passes % 8] = request->is_evaluation;
    task->fractions[task->passes % 8] = request->fraction;
    task->passes++;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const Real grown = (Real)(1.0 + quadratic_noise(&request->noise, i));
        const Real w = request->params[i] * grown;
        const Real delta = task->curvature[i] * w;
        loss += 0.5 * (double)(delta * w);
        if (request->keep != OUTPUT_SLOT_NONE) {
            task->outputs[request->keep][i] = w;
        }
        if (request->keeps_deltas) {
            task->deltas[i] = delta;
        }
        if (request->grads != NULL) {
            const double terms = quadratic_terms(task, request, i, &penalty);
            request->grads[i] = (request->uses_deltas ? task->deltas[i] : delta) * grown;
            request->grads[i] += (Real)terms;
        }
    }
    const bool is_overridden = !isnan(task->loss_override) &&
                               (task->override_pass == 0 || task->override_pass == task->passes);
    *result = (PassResult){.loss_nats = is_overridden ? task->loss_override : loss,
                           .penalty_nats = penalty,
                           .share = ceil(4.0 * request->fraction) / 4.0}; /* as with 4 windows */
    return STATUS_OK;
}

static inline Status quadratic_divergence(void *context, DivergenceKind kind, bool is_centred,
                                          uint64_t seed, OutputSlot target, OutputSlot current,
                                          double *nats)
{
    (void)seed;
    Quadratic *task = context;
    task->asked_kind = kind;
    task->was_asked_centred = is_centred;
    double sum = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double difference =
            (double)task->outputs[target][i] - (double)task->outputs[current][i];
        sum += 0.5 * difference * difference;
    }
    *nats = isnan(task->forced_divergence) ? sum : task->forced_divergence;
    return STATUS_OK;
}

static inline Quadratic quadratic_make(void)
{
    return (Quadratic){.curvature = {(Real)1.0, (Real)4.0, (Real)0.25},
                       .forced_divergence = (double)NAN,
                       .loss_override = (double)NAN};
}

static inline Objective quadratic_objective(Quadratic *task)
{
    return (Objective){.context = task,
                       .n = QUADRATIC_N,
                       .run_pass = quadratic_pass,
                       .divergence = quadratic_divergence,
                       .reference_factor = 1.0 / (2.0 * 16.0)};
}

#endif
