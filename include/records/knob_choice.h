/* records/knob_choice.h -- what the words of the knobs with choices stand for; in the order of their words in records/knob.h. */
#ifndef RECORDS_KNOB_CHOICE_H
#define RECORDS_KNOB_CHOICE_H

/* KNOB_DIVERGENCE's are DivergenceKind, KNOB_NOISE's are NoiseKind; "off|on" is 0 and 1. */

typedef enum Reduction { REDUCTION_MEAN, REDUCTION_REFERENCE } Reduction;

typedef enum Centring { CENTRING_ON, CENTRING_OFF } Centring;

/* Which tensors are perturbed (EQUATIONS 0.4). */
typedef enum PerturbMask {
    PERTURB_ALL,
    PERTURB_NO_BIAS,
    PERTURB_WEIGHTS_ONLY, /* matrices and embeddings: neither biases nor norms */
    PERTURB_NORM_ONLY,
    PERTURB_NO_NORM,
    PERTURB_NO_EMBED,
    PERTURB_HEAD_ONLY /* what makes the logits, be it tied to the embedding */
} PerturbMask;

typedef enum RhoSchedule {
    RHO_SCHEDULE_CONSTANT,
    RHO_SCHEDULE_RAMP,
    RHO_SCHEDULE_FOLLOW_LR,
    RHO_SCHEDULE_FOLLOW_LR2
} RhoSchedule;

typedef enum BaseOptimizer { BASE_OPTIMIZER_ADAMW, BASE_OPTIMIZER_SGD } BaseOptimizer;

typedef enum FisherCost { FISHER_COST_STRICT, FISHER_COST_PAPER } FisherCost;

typedef enum Arithmetic { ARITHMETIC_PAPER, ARITHMETIC_RELEASED } Arithmetic;

#endif
