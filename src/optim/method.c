#include "optim/method.h"

#include <math.h>

#include "kernels/vector_ops.h"

Status method_gradient_pass(MethodStep *step, const Real *params, OutputSlot keep,
                            double *loss_nats)
{
    const PassRequest request = {.params = params, .grads = step->grads, .keep = keep};
    step->forward_passes += 1.0;
    step->backward_passes += 1.0;
    return step->objective->run_pass(step->objective->context, &request, loss_nats);
}

Status method_forward_pass(MethodStep *step, const Real *params, OutputSlot keep, double *loss_nats)
{
    const PassRequest request = {.params = params, .grads = NULL, .keep = keep};
    step->forward_passes += 1.0;
    return step->objective->run_pass(step->objective->context, &request, loss_nats);
}

bool method_accepts_first_pass(MethodStep *step, double loss_nats)
{
    const double norm = sqrt(vector_sum_squares(step->grads, step->objective->n));
    metric_sample_add(step->sample, METRIC_LOSS, loss_nats);
    metric_sample_add(step->sample, METRIC_GRAD_NORM, norm);
    if (!isfinite(loss_nats)) {
        step->skip_reason = "the loss at theta is not finite";
        return false;
    }
    if (!isfinite(norm)) {
        step->skip_reason = "the gradient at theta is not finite";
        return false;
    }
    return true;
}

void method_note_perturbation(MethodStep *step, const Perturbation *eps, double radius,
                              RadiusLimit limit)
{
    metric_sample_add(step->sample, METRIC_RADIUS, radius);
    metric_sample_add(step->sample, METRIC_RADIUS_LIMIT,
                      eps->has_no_gradient ? RADIUS_LIMIT_ZERO_GRADIENT : limit);
    metric_sample_add(step->sample, METRIC_PERTURBATION_NORM, eps->norm);
    metric_sample_add(step->sample, METRIC_PERTURBATION_NORM_OWN, eps->norm_own);
    metric_sample_add(step->sample, METRIC_LOSS_RISE_PREDICTED, eps->predicted_rise);
}

Status method_perturbed_pass(MethodStep *step, const Real *perturbed, double first_loss_nats,
                             bool *is_finite)
{
    double loss = 0.0;
    TRY(method_gradient_pass(step, perturbed, OUTPUT_SLOT_NONE, &loss));
    metric_sample_add(step->sample, METRIC_LOSS_PERTURBED, loss);
    metric_sample_add(step->sample, METRIC_LOSS_RISE, loss - first_loss_nats);
    *is_finite = isfinite(loss) && isfinite(vector_sum_squares(step->grads, step->objective->n));
    if (!*is_finite) {
        step->skip_reason = "the loss or gradient at theta + eps is not finite";
    }
    return STATUS_OK;
}

void method_take_base_step(MethodStep *step)
{
    MethodState *state = step->state;
    double gradient_scale = 1.0;
    if (step->max_grad_norm > 0.0) {
        const double norm = sqrt(vector_sum_squares(step->grads, step->objective->n));
        gradient_scale = clip_factor(norm, step->max_grad_norm);
    }
    state->t++;
    const AdamStep adam = {.settings = step->adam,
                           .learning_rate = step->learning_rate,
                           .weight_decay = step->knobs[KNOB_WEIGHT_DECAY],
                           .gradient_scale = gradient_scale,
                           .t = state->t};
    const double moved = adam_step(&adam, state->params, state->moment1, state->moment2,
                                   step->grads, step->objective->n);
    metric_sample_add(step->sample, METRIC_UPDATE_NORM, moved);
    metric_sample_add(step->sample, METRIC_LEARNING_RATE, step->learning_rate);
}
