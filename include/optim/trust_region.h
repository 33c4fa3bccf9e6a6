/* optim/trust_region.h -- divergences added to the loss: TRPO, R3F, MESA, and ASAM with each of them. */
#ifndef OPTIM_TRUST_REGION_H
#define OPTIM_TRUST_REGION_H

#include "optim/method.h"

/* TRPO-style penalty (TRAM Eq. 3-4; EQUATIONS 5):   L' = L + lambda D( p(theta_{t-1}) , p(theta) );   h = grad L'
 * The memory is theta_{t-1}. 2 forward, 1 backward; at t = 1, and with lambda = 0, the base optimizer's step. */
Status trpo_find_gradient(MethodStep *step, bool *is_usable);

/* MESA (Du et al. 2022; EQUATIONS 7):   L' = L + lambda tau^2 D( softmax(z_ema / tau) , softmax(z / tau) )
 * The memory is the moving average of the weights, which runs without dropout. 2 forward, 1 backward. */
Status mesa_find_gradient(MethodStep *step, bool *is_usable);

/* R3F (Aghajanyan et al. 2021; EQUATIONS 6):   L' = L + lambda D( p(x + z) , p(x) ), z noise on the embeddings
 * The gradient flows through both passes: 2 forward, 2 backward; 2 and 1 with stopgrad_noised. */
Status r3f_find_gradient(MethodStep *step, bool *is_usable);

/* ASAM on L' (TRAM C.3; EQUATIONS 8): the penalty is part of both gradients; its target and its noise are the same in both.
 * 3 forward and 2 backward with TRPO and MESA, 4 and 4 with R3F. */
Status asam_trpo_find_gradient(MethodStep *step, bool *is_usable);
Status asam_mesa_find_gradient(MethodStep *step, bool *is_usable);
Status asam_r3f_find_gradient(MethodStep *step, bool *is_usable);

/* memory <- theta, before the update: theta_{t-1} of the next step, free of eps. */
void remember_params(MethodStep *step);

/* memory <- decay memory + (1 - decay) theta, after the update. */
void mesa_after_update(MethodStep *step);

/* The noise that the knobs sigma and noise ask for: one draw a step. */
EmbeddingNoise method_noise(const MethodStep *step);

#endif
