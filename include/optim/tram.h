/* optim/tram.h -- Trust Region Aware Minimization: a divergence sets the radius of the ascent. */
#ifndef OPTIM_TRAM_H
#define OPTIM_TRAM_H

#include "optim/method.h"

/* TRAM-theta_{t-1} (Sherborne et al., ICLR 2024, Algorithm 1, Eq. 4, 6, 7; EQUATIONS 9, 9.1, 12.2), T = |theta|:
 *     d   = min( scale * mean KL( p(.|x, theta_{t-1}) || p(.|x, theta_t) ), rho )        rho = 0: no cap
 *     eps = d T^2 g / (||T g|| + 1e-12);   AdamW with grad L(theta + eps)
 * 3 forward, 2 backward. At t = 1 there is no theta_{t-1}: d = 0 and the step is AdamW's, at AdamW's cost.
 * A divergence that is not finite counts as d = 0. */
Status tram_previous_method_step(MethodStep *step, StepOutcome *outcome);

#endif
