/* optim/base_optimizer.h -- AdamW, and SGD with momentum, both with decoupled decay: how a gradient becomes a step. */
#ifndef OPTIM_BASE_OPTIMIZER_H
#define OPTIM_BASE_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

typedef struct AdamSettings {
    double beta1;
    double beta2;
    double epsilon;
} AdamSettings;

typedef struct AdamStep {
    AdamSettings settings;
    double learning_rate; /* the scheduled one */
    double weight_decay;
    double gradient_scale; /* 1, or what clipping leaves of the gradient */
    uint64_t t;            /* optimizer steps including this one, from 1 */
} AdamStep;

/* One AdamW step (Loshchilov & Hutter 2019; EQUATIONS 1), with h = gradient_scale * grads:
 *     theta <- theta * (1 - lr wd)
 *     m <- b1 m + (1 - b1) h;   v <- b2 v + (1 - b2) h^2
 *     theta <- theta - lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + epsilon)
 * params, moment1, moment2  [n] in/out     grads  [n] in     none aliased
 * Returns ||theta_new - theta_old||_2, summed in double. */
double adam_step(const AdamStep *step, Real *restrict params, Real *restrict moment1,
                 Real *restrict moment2, const Real *restrict grads, size_t n);

typedef struct SgdStep {
    double learning_rate; /* the scheduled one */
    double weight_decay;
    double momentum;
    double gradient_scale;
} SgdStep;

/* One step of SGD with momentum (PyTorch's form without dampening), decay decoupled as in adam_step:
 *     theta <- theta * (1 - lr wd);   m <- momentum m + h;   theta <- theta - lr m
 * params, moment  [n] in/out     grads  [n] in     none aliased
 * Returns ||theta_new - theta_old||_2. */
double sgd_step(const SgdStep *step, Real *restrict params, Real *restrict moment,
                const Real *restrict grads, size_t n);

/* What remains of a gradient of norm `norm` clipped to `max_norm` (0 = never): a factor in (0, 1]. */
double clip_factor(double norm, double max_norm);

#endif
