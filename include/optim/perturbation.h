/* optim/perturbation.h -- the ascent: where theta + eps lies. */
#ifndef OPTIM_PERTURBATION_H
#define OPTIM_PERTURBATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/real.h"
#include "optim/parameter_span.h"

/* The metric M in which a perturbation has its radius; x is the direction, eps = radius * M^-1 x / (sqrt(x' M^-1 x) + 1e-12). */
typedef enum AscentMetric {
    ASCENT_L2,       /* M = 1:              SAM (Foret et al. 2021; EQUATIONS 2) */
    ASCENT_ADAPTIVE, /* M = 1 / theta^2:    ASAM (Kwon et al. 2021; EQUATIONS 3; TRAM Eq. 2 and 7) */
    ASCENT_FISHER /* M = 1 + eta f, f the square of `fisher` elementwise: FSAM (Kim et al. 2022; EQUATIONS 4) */
} AscentMetric;

/* Where to climb. Vectors are [n]. */
typedef struct Ascent {
    AscentMetric metric;
    const Real *direction; /* finite */
    double radius;         /* >= 0 and finite */
    bool is_downhill;      /* eps has the opposite sign (Momentum-SAM) */
    /* The authors' published arithmetic (EQUATIONS 9.5), with ASCENT_L2 and ASCENT_ADAPTIVE: the numerator lacks the direction, every
     * weight moves in the + direction. Not an ascent direction; for study only. */
    bool is_released;
    const Real *fisher;
    double eta;
    ParameterSpans spans;
    PerturbMask mask; /* norms are over these tensors, the others stay where they are */
    size_t n;
} Ascent;

/* Groups that share ||eps||^2 among them: those of SpanGroup, all biases counted apart. */
enum { EPS_SHARE_BIAS = SPAN_GROUP_COUNT, EPS_SHARE_COUNT };

/* What an ascent did. */
typedef struct Perturbation {
    bool is_zero;         /* radius 0 or no direction to follow: `perturbed` was not written */
    bool has_no_gradient; /* the norm used as divisor was below 1e-20 (EQUATIONS 0.2) */
    double norm;          /* ||eps||_2 as it came out in floating point */
    double norm_own;      /* sqrt(eps' M eps) */
    double along;         /* <direction, eps>; for a gradient the first-order rise of the loss */
    double inverse_min;   /* least and greatest element of M^-1 in the Fisher metric */
    double inverse_max;
    double shares[EPS_SHARE_COUNT]; /* of ||eps||^2; all 0 where there are no spans */
} Perturbation;

/* sqrt(x' M^-1 x): the direction's norm over the perturbed tensors, by which the radius is divided. */
double perturb_divisor(const Ascent *ascent, const Real *params);

/* perturbed [n] out: params + eps, not aliased; params [n] stay as they are, so there is nothing to restore. */
Perturbation perturb(const Ascent *ascent, const Real *params, Real *perturbed);

#endif
