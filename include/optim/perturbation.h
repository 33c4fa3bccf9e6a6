/* optim/perturbation.h -- the ascent: where theta + eps lies. */
#ifndef OPTIM_PERTURBATION_H
#define OPTIM_PERTURBATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/real.h"

/* What an ascent did. */
typedef struct Perturbation {
    bool is_zero;          /* radius 0 or no gradient to follow: `perturbed` was not written */
    bool has_no_gradient;  /* the norm used as divisor was below 1e-20 (EQUATIONS 0.2) */
    double norm;           /* ||eps||_2 as it came out in floating point */
    double norm_own;       /* in the method's metric: ||eps||_2, or ||T^-1 eps||_2 */
    double predicted_rise; /* <g, eps>, the first-order rise of the loss */
} Perturbation;

/* SAM (Foret et al. 2021; EQUATIONS 2):   eps = radius * g / (||g||_2 + 1e-12)
 * params, grads  [n] in     perturbed  [n] out: params + eps; params stay as they are, so there is nothing to restore
 * radius >= 0 and finite, in units of parameter L2 distance; grads finite. */
Perturbation perturb_along_gradient(const Real *params, const Real *grads, double radius,
                                    Real *perturbed, size_t n);

/* ASAM (Kwon et al. 2021; EQUATIONS 3, TRAM Eq. 2 and 7), T = |params| elementwise:   eps = radius * T^2 g / (||T g||_2 + 1e-12) */
Perturbation perturb_adaptively(const Real *params, const Real *grads, double radius,
                                Real *perturbed, size_t n);

#endif
