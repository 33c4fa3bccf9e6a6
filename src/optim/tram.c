#include "optim/tram.h"

#include <math.h>

#include "kernels/vector_ops.h"

/* KL(theta_{t-1} || theta_t) on this batch; 0 at the first step, where theta_{t-1} is theta_t. */
static Status divergence_from_previous(MethodStep *step, double *divergence)
{
    *divergence = 0.0;
    if (step->state->t == 0) {
        return STATUS_OK;
    }
    double target_loss = 0.0;
    TRY(method_forward_pass(step, step->state->previous, OUTPUT_SLOT_TARGET, &target_loss));
    return step->objective->divergence(step->objective->context, OUTPUT_SLOT_TARGET,
                                       OUTPUT_SLOT_CURRENT, divergence);
}

typedef struct TrustRadius {
    double d;
    RadiusLimit limit;
} TrustRadius;

/* d = min(s * KL, rho), and which of the two it was. */
static TrustRadius trust_radius(double divergence, double scale, double rho)
{
    const double d = isfinite(divergence) ? scale * divergence : 0.0;
    if (rho > 0.0 && d > rho) {
        return (TrustRadius){.d = rho, .limit = RADIUS_LIMIT_RHO};
    }
    return (TrustRadius){.d = d, .limit = RADIUS_LIMIT_SCALE};
}

Status tram_previous_method_step(MethodStep *step, StepOutcome *outcome)
{
    MethodState *state = step->state;
    const size_t n = step->objective->n;
    double loss = 0.0;
    double divergence = 0.0;
    *outcome = STEP_SKIPPED;
    TRY(method_gradient_pass(step, state->params, OUTPUT_SLOT_CURRENT, &loss));
    if (!method_accepts_first_pass(step, loss)) {
        return STATUS_OK;
    }
    TRY(divergence_from_previous(step, &divergence));
    const TrustRadius radius =
        trust_radius(divergence, step->knobs[KNOB_SCALE], step->knobs[KNOB_RHO]);
    const Perturbation eps =
        perturb_adaptively(state->params, step->grads, radius.d, step->perturbed, n);
    metric_sample_add(step->sample, METRIC_DIVERGENCE, divergence);
    method_note_perturbation(step, &eps, radius.d, radius.limit);
    if (!eps.is_zero) {
        bool is_finite = false;
        TRY(method_perturbed_pass(step, step->perturbed, loss, &is_finite));
        if (!is_finite) {
            return STATUS_OK;
        }
    }
    /* theta_{t-1} of the next step is this step's theta, taken before the update and free of eps. */
    vector_copy(state->previous, state->params, n);
    method_take_base_step(step);
    *outcome = STEP_TAKEN;
    return STATUS_OK;
}
