/* optim/sam_family.h -- the base optimizers themselves, and the methods that climb a radius of their own before they descend. */
#ifndef OPTIM_SAM_FAMILY_H
#define OPTIM_SAM_FAMILY_H

#include "optim/method.h"

/* AdamW and SGD (EQUATIONS 1): one gradient, one step. 1 forward, 1 backward. */
Status base_find_gradient(MethodStep *step, bool *is_usable);

/* SAM (Foret et al. 2021; EQUATIONS 2) and, with `adaptive`, ASAM (Kwon et al. 2021; EQUATIONS 3):
 *     eps = rho g / ||g||,  or  rho T^2 g / ||T g|| with T = |theta|;   h = grad L(theta + eps)
 * 2 forward, 2 backward; with rho = 0 or g = 0 it is the base optimizer's step to the bit, and costs as much. */
Status sam_find_gradient(MethodStep *step, bool *is_usable);

/* FSAM (Kim et al. 2022; EQUATIONS 4):   eps = gamma F^-1 g / sqrt(g' F^-1 g), F = 1 + eta g^2;   h = grad L(theta + eps) */
Status fsam_find_gradient(MethodStep *step, bool *is_usable);

/* LE-SAM (Wang et al. 2026; EQUATIONS 10.6): SAM with the radius rho_t = min(sigma_t / ||g||, rho): eps raises the loss by sigma_t to first
 * order. sigma_t = sigma (1 + cos(pi (t - 1) / max_steps)) / 2. */
Status le_sam_find_gradient(MethodStep *step, bool *is_usable);

#endif
