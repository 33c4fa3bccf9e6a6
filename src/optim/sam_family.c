#include "optim/sam_family.h"

Status adamw_method_step(MethodStep *step, StepOutcome *outcome)
{
    double loss = 0.0;
    TRY(method_gradient_pass(step, step->state->params, OUTPUT_SLOT_NONE, &loss));
    if (!method_accepts_first_pass(step, loss)) {
        *outcome = STEP_SKIPPED;
        return STATUS_OK;
    }
    method_take_base_step(step);
    *outcome = STEP_TAKEN;
    return STATUS_OK;
}

Status sam_method_step(MethodStep *step, StepOutcome *outcome)
{
    const double rho = step->knobs[KNOB_RHO];
    double loss = 0.0;
    *outcome = STEP_SKIPPED;
    TRY(method_gradient_pass(step, step->state->params, OUTPUT_SLOT_NONE, &loss));
    if (!method_accepts_first_pass(step, loss)) {
        return STATUS_OK;
    }
    const Perturbation eps = perturb_along_gradient(step->state->params, step->grads, rho,
                                                    step->perturbed, step->objective->n);
    method_note_perturbation(step, &eps, rho, RADIUS_LIMIT_RHO);
    if (!eps.is_zero) {
        bool is_finite = false;
        TRY(method_perturbed_pass(step, step->perturbed, loss, &is_finite));
        if (!is_finite) {
            return STATUS_OK;
        }
    }
    method_take_base_step(step);
    *outcome = STEP_TAKEN;
    return STATUS_OK;
}
