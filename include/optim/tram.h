/* optim/tram.h -- Trust Region Aware Minimization: a divergence sets the radius of the ascent. */
#ifndef OPTIM_TRAM_H
#define OPTIM_TRAM_H

#include "optim/method.h"

/* TRAM (Sherborne et al., ICLR 2024, Algorithm 1, Eq. 6, 7; EQUATIONS 9, 12.2), T = |theta|:
 *     d   = min( scale * D(target, current), rho )        rho = 0: no cap
 *     eps = d T^2 g / (||T g|| + 1e-12);   h = grad L(theta + eps), without a penalty
 * 3 forward, 2 backward; where d = 0 the base optimizer's step. A divergence that is not finite counts as d = 0, and is told.
 * The targets:
 *   previous  p(x, theta_{t-1}), Eq. 4; the memory is theta_{t-1}. At t = 1 there is none: d = 0, at the base optimizer's cost.
 *   origin    p(x, theta_0), of the pre-trained weights. At t = 1 d = 0, likewise.
 *   noised    p(x + z, theta), Eq. 5; with sigma = 0 d = 0, likewise. */
Status tram_previous_find_gradient(MethodStep *step, bool *is_usable);
Status tram_origin_find_gradient(MethodStep *step, bool *is_usable);
Status tram_noised_find_gradient(MethodStep *step, bool *is_usable);

/* TRAM-Fisher (Algorithm 2; EQUATIONS 9.4): FSAM with f from the noised input; no divergence.
 *     f = grad L(theta; x + z)^2;   eps = gamma F^-1 g / sqrt(g' F^-1 g), F = 1 + eta f;   h = grad L(theta + eps; x)
 * 3 forward, 3 backward as the algorithm is written; fisher_cost paper-cost takes g from the noised pass too: 2 and 2, as the paper counts. */
Status tram_fisher_find_gradient(MethodStep *step, bool *is_usable);

/* Before the update: the step's divergence becomes one of those that auto_scale is set from; tram_previous also remembers theta. */
void tram_before_update(MethodStep *step);
void tram_previous_before_update(MethodStep *step);

/* Trust-region scale in force: auto_scale / median of its samples once there are enough of them, else the knob scale. */
double tram_scale(const MethodStep *step);

#endif
