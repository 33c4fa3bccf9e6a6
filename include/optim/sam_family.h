/* optim/sam_family.h -- AdamW itself, and the methods that climb before they descend with a fixed radius. */
#ifndef OPTIM_SAM_FAMILY_H
#define OPTIM_SAM_FAMILY_H

#include "optim/method.h"

/* AdamW (EQUATIONS 1): one gradient, one step. 1 forward, 1 backward. */
Status adamw_method_step(MethodStep *step, StepOutcome *outcome);

/* SAM (Foret et al. 2021; EQUATIONS 2): eps = rho g / ||g||; AdamW with grad L(theta + eps). 2 forward, 2 backward;
 * with rho = 0 or g = 0 it is AdamW's step to the bit, and costs as much. */
Status sam_method_step(MethodStep *step, StepOutcome *outcome);

#endif
