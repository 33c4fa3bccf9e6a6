#include "optim/sam_family.h"

#include <math.h>

Status base_find_gradient(MethodStep *step, bool *is_usable)
{
    return method_first_pass(step, (PassRequest){0}, is_usable);
}

Status sam_find_gradient(MethodStep *step, bool *is_usable)
{
    TRY(method_first_pass(step, (PassRequest){0}, is_usable));
    if (!*is_usable || !method_is_ascending(step)) {
        return STATUS_OK;
    }
    const double rho = method_scheduled_radius(step, 0.0, step->knobs[KNOB_RHO]);
    const Ascent ascent = method_ascent(step, rho);
    return method_climb_and_look(step, &ascent, RADIUS_LIMIT_RHO, is_usable);
}

Status fsam_find_gradient(MethodStep *step, bool *is_usable)
{
    TRY(method_first_pass(step, (PassRequest){0}, is_usable));
    if (!*is_usable || !method_is_ascending(step)) {
        return STATUS_OK;
    }
    const double gamma = method_scheduled_radius(step, 0.0, step->knobs[KNOB_GAMMA]);
    Ascent ascent = method_ascent(step, gamma);
    ascent.metric = ASCENT_FISHER;
    ascent.fisher = step->grads;
    ascent.eta = step->knobs[KNOB_ETA];
    return method_climb_and_look(step, &ascent, RADIUS_LIMIT_RHO, is_usable);
}

/* What is left of the loss budget at this step. */
static double loss_budget(const MethodStep *step)
{
    const double done = ((double)step->step - 1.0) / step->max_steps;
    return step->knobs[KNOB_SIGMA] * 0.5 * (1.0 + cos(M_PI * fmin(done, 1.0)));
}

Status le_sam_find_gradient(MethodStep *step, bool *is_usable)
{
    TRY(method_first_pass(step, (PassRequest){0}, is_usable));
    if (!*is_usable || !method_is_ascending(step)) {
        return STATUS_OK;
    }
    const double rho_max = method_scheduled_radius(step, 0.0, step->knobs[KNOB_RHO]);
    Ascent ascent = method_ascent(step, rho_max);
    const double affordable =
        loss_budget(step) / (perturb_divisor(&ascent, step->state->params) + 1e-12);
    const bool is_bought_out = affordable < rho_max;
    ascent.radius = is_bought_out ? affordable : rho_max;
    return method_climb_and_look(
        step, &ascent, is_bought_out ? RADIUS_LIMIT_LOSS_BUDGET : RADIUS_LIMIT_RHO, is_usable);
}
