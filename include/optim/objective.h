/* optim/objective.h -- all that a method sees of model and data: passes over flat vectors. */
#ifndef OPTIM_OBJECTIVE_H
#define OPTIM_OBJECTIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "records/divergence_kind.h"

/* Places where the outputs (logits) of a pass can be kept until the step is over. */
typedef enum OutputSlot { OUTPUT_SLOT_NONE, OUTPUT_SLOT_CURRENT, OUTPUT_SLOT_TARGET } OutputSlot;

typedef enum NoiseKind { NOISE_NORMAL, NOISE_UNIFORM } NoiseKind;

/* Noise z added to the looked-up input embeddings (activations, never the matrix; EQUATIONS 0.5): N(0, sigma^2) or U(-sigma, sigma), one
 * draw an element, a pure function of (seed, window of the batch, position, channel). sigma 0 = none, to the bit. */
typedef struct EmbeddingNoise {
    double sigma;
    NoiseKind kind;
    uint64_t seed;
} EmbeddingNoise;

/* weight * temperature^2 * D(target, this pass), added to the loss whose gradient is taken (TRPO, MESA; EQUATIONS 5, 7, 12.3): the target's
 * kept outputs are constants; both sides' logits are divided by temperature. Only the three KL kinds have gradients. weight 0 = none. */
typedef struct Penalty {
    double weight;
    double temperature; /* 1 = plain */
    DivergenceKind kind;
    OutputSlot target;
} Penalty;

/* weight * D(noised pass, clean pass), added to the loss (R3F; EQUATIONS 6): a second forward pass at the same parameters with noise;
 * the gradient flows through both passes, or, is_detached, through the clean one only. weight 0 = none. */
typedef struct NoisedTwin {
    double weight;
    DivergenceKind kind;
    EmbeddingNoise noise;
    bool is_detached;
} NoisedTwin;

/* D(this pass, outputs kept in `with`) over the valid positions, as Objective.divergence has it, but taken while the pass's outputs are at
 * hand, which then need not be kept. Not for MMD, which compares all with all; not where gradients are asked for. */
typedef struct Comparison {
    OutputSlot with; /* OUTPUT_SLOT_NONE: none */
    DivergenceKind kind;
    bool is_centred;
} Comparison;

/* One pass over the batch of this step. All fields zero but `params` is a plain forward pass. */
typedef struct PassRequest {
    const Real *params; /* [n] where to stand; untouched */
    /* [n] receives the gradient of loss + penalties; not aliased with params; NULL: forward only */
    Real *grads;
    OutputSlot keep; /* where to keep the outputs */
    Comparison comparison;
    /* with `keep` or a comparison, and without `grads`: only the outputs are wanted; losses come back as 0 */
    bool outputs_only;
    /* the same seed drops the same units; without effect where the model has no dropout */
    uint64_t dropout_seed;
    bool is_evaluation; /* no dropout at all */
    EmbeddingNoise noise;
    Penalty penalty;
    NoisedTwin twin;
    bool keeps_deltas; /* store dL/dlogits of the task loss for a later pass (Functional-SAM) */
    bool uses_deltas;  /* back-propagate the stored ones in place of this pass's own */
    /* with part_count > 0: run over part `part` of the batch's windows cut into part_count parts;
     * means are over it */
    size_t part;
    size_t part_count;
    /* above 0 and below 1: only the first windows of these, ceil(fraction * their number) */
    double fraction;
} PassRequest;

typedef struct PassResult {
    /* mean task loss over the valid positions; may be NaN or infinite, which is no failure */
    double loss_nats;
    double penalty_nats; /* unweighted divergence of the penalty or the twin; 0 without one */
    double comparison;   /* its divergence */
    double share;        /* with a fraction: of the windows, those that were run over */
} PassResult;

/* A task on one batch. The functions are called from one thread; what they do inside is their affair. */
typedef struct Objective {
    void *context;
    size_t n; /* parameters */
    bool has_comparisons;

    Status (*run_pass)(void *context, const PassRequest *request, PassResult *result);

    /* Divergence of two kept outputs over the valid positions of the windows that the target holds (EQUATIONS 12, reduction `mean`: nats a position for KL); exactly 0 for equal
     * outputs, NaN if an output is not finite. is_centred: subtract each row's mean before L2 and MMD. MMD uses at most 256 positions, chosen by
     * `seed`. NULL where the task has none. */
    Status (*divergence)(void *context, DivergenceKind kind, bool is_centred, uint64_t seed,
                         OutputSlot target, OutputSlot current, double *value);

    /* What the reduction `reference` multiplies a mean by: 1 / (C * Bsz) with C classes and Bsz windows (EQUATIONS 12.1). */
    double reference_factor;
} Objective;

#endif
