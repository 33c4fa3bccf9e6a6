/* optim/sam_variants.h -- SAM's younger relatives, each with a memory or a combination of gradients of its own. */
#ifndef OPTIM_SAM_VARIANTS_H
#define OPTIM_SAM_VARIANTS_H

#include "optim/method.h"

/* Functional-SAM (Singh et al. 2025; EQUATIONS 10.5): SAM whose second pass keeps the first one's dL/dlogits:
 *     delta = dL/dz at theta;   eps = rho g / ||g||;   h = J(theta + eps)^T delta */
Status functional_sam_find_gradient(MethodStep *step, bool *is_usable);

/* Friendly SAM (Li et al. 2024; EQUATIONS 10.1); the memory m is the average of the gradients, raw:
 *     x = g - sigma m  (t = 1: g);   eps = rho x / ||x||;   h = grad L(theta + eps);   m <- lambda m + (1 - lambda) g  (t = 1: g) */
Status friendly_sam_find_gradient(MethodStep *step, bool *is_usable);
void friendly_sam_before_update(MethodStep *step);

/* GSAM (Zhuang et al. 2022; EQUATIONS 10.2):
 *     eps = rho_t g / ||g||;   g' = g - (<g, g~> / ||g~||^2) g~;   h = g~ - alpha g'
 * rho_t = rho_min + (rho - rho_min) times what the rho schedule says. */
Status gsam_find_gradient(MethodStep *step, bool *is_usable);

/* LookSAM (Liu et al. 2022; EQUATIONS 10.3), the norms and products over all weights; the memory is v:
 *     every k-th step, from the first: SAM's h = g~;   v = g~ - (<g, g~> / ||g||^2) g
 *     between:   h = g + alpha (||g|| / (||v|| + 1e-8)) v
 * 1 + 1/k forward and backward. Outside start_step .. stop_step the base optimizer's step. */
Status looksam_find_gradient(MethodStep *step, bool *is_usable);

/* Momentum-SAM (Becker et al. 2024; EQUATIONS 10.4), m the base optimizer's first moment:
 *     eps = -rho m / (||m|| + 1e-12);   h = grad L(theta + eps)
 * 1 forward, 1 backward: theta itself is never visited. At t = 1 the base optimizer's step. */
Status msam_find_gradient(MethodStep *step, bool *is_usable);

#endif
