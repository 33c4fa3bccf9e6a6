/* optim/controls.h -- ASAM with the d of another lane: does TRAM's divergence carry information beyond its size? */
#ifndef OPTIM_CONTROLS_H
#define OPTIM_CONTROLS_H

#include "optim/method.h"

/* All three are ASAM (EQUATIONS 3) with a radius that is made from d_1 .. d_t, which the followed lane used up to and including this step (0
 * where it did not perturb), and so cost 2 forward, 2 backward, without a divergence of their own. They look at nothing later than t, so
 * they can run beside the lane they follow; a race steps them after it. Without any d the radius is 0.
 *   mean      their mean: the same size on the average, without the ups and downs
 *   replay    d_t itself (the last one, once the followed lane has left the race): the same ups and downs, at other weights
 *   shuffled  one of them drawn at random, a pure function of seed and step: the same sizes, without their order in time */
Status asam_mean_d_find_gradient(MethodStep *step, bool *is_usable);
Status asam_replay_d_find_gradient(MethodStep *step, bool *is_usable);
Status tram_shuffled_d_find_gradient(MethodStep *step, bool *is_usable);

#endif
