#include "optim/method.h"

#include <math.h>
#include <string.h>

#include "kernels/vector_ops.h"

const char *skip_cause_text(SkipCause cause)
{
    static const char *const TEXTS[SKIP_CAUSE_COUNT] = {
        [SKIP_LOSS] = "the loss at theta is not finite",
        [SKIP_GRADIENT] = "the gradient at theta is not finite",
        [SKIP_LOSS_PERTURBED] = "the loss at theta + eps is not finite",
        [SKIP_GRADIENT_PERTURBED] = "the gradient at theta + eps is not finite"};
    return TEXTS[cause];
}

/* -- knobs ------------------------------------------------------------------------------------------------ */

int method_choice(const MethodStep *step, KnobId knob)
{
    return (int)step->knobs[knob];
}

bool method_is_active(const MethodStep *step)
{
    const double now = (double)step->step;
    const double stop = step->knobs[KNOB_STOP_STEP];
    return now >= step->knobs[KNOB_START_STEP] && (stop <= 0.0 || now <= stop);
}

bool method_is_ascending(const MethodStep *step)
{
    const double interval = fmax(step->knobs[KNOB_INTERVAL], 1.0);
    return method_is_active(step) && (step->step - 1) % (uint64_t)interval == 0;
}

static double learning_rate_share(const MethodStep *step)
{
    const double range = step->learning_rate_peak - step->learning_rate_end;
    if (!(range > 0.0)) {
        return 1.0; /* it never changes but in the warm-up */
    }
    return fmin(fmax((step->learning_rate - step->learning_rate_end) / range, 0.0), 1.0);
}

double method_scheduled_radius(const MethodStep *step, double least, double radius)
{
    const double share = learning_rate_share(step);
    switch ((RhoSchedule)method_choice(step, KNOB_RHO_SCHEDULE)) {
    case RHO_SCHEDULE_CONSTANT:
        return radius;
    case RHO_SCHEDULE_RAMP:
        return least + (radius - least) * fmin((double)step->step / step->max_steps, 1.0);
    case RHO_SCHEDULE_FOLLOW_LR:
        return least + (radius - least) * share;
    case RHO_SCHEDULE_FOLLOW_LR2:
        return least + (radius - least) * share * share;
    }
    return radius;
}

/* -- passes ----------------------------------------------------------------------------------------------- */

static Status run_pass(MethodStep *step, PassRequest request, PassResult *result)
{
    if (request.params == NULL) {
        request.params = step->state->params;
    }
    request.dropout_seed = step->dropout_seed;
    request.part = step->part;
    request.part_count = step->running_parts;
    *result = (PassResult){0};
    return step->objective->run_pass(step->objective->context, &request, result);
}

Status method_forward_pass(MethodStep *step, PassRequest request, PassResult *result)
{
    request.outputs_only = true;
    TRY(run_pass(step, request, result));
    step->forward_passes += request.fraction > 0.0 && request.fraction < 1.0 ? result->share : 1.0;
    return STATUS_OK;
}

Status method_gradient_pass(MethodStep *step, PassRequest request, PassResult *result)
{
    request.grads = step->grads;
    request.penalty = step->penalty;
    request.twin = step->twin;
    const bool has_twin = step->twin.weight != 0.0;
    step->forward_passes += has_twin ? 2.0 : 1.0;
    step->backward_passes += has_twin && !step->twin.is_detached ? 2.0 : 1.0;
    return run_pass(step, request, result);
}

/* What is descended: the task's loss and the weighted penalty. */
static double whole_loss(const MethodStep *step, const PassResult *result)
{
    const double tau = step->penalty.temperature;
    const double weight =
        step->twin.weight != 0.0 ? step->twin.weight : step->penalty.weight * tau * tau;
    return weight == 0.0 ? result->loss_nats : result->loss_nats + weight * result->penalty_nats;
}

static bool has_finite_gradient(const MethodStep *step, double *norm)
{
    *norm = sqrt(vector_sum_squares(step->grads, step->objective->n));
    return isfinite(*norm);
}

Status method_first_pass(MethodStep *step, PassRequest request, bool *is_usable)
{
    PassResult result;
    double norm = 0.0;
    TRY(method_gradient_pass(step, request, &result));
    step->first_loss = whole_loss(step, &result);
    const bool is_gradient_finite = has_finite_gradient(step, &norm);
    metric_sample_add(step->sample, METRIC_LOSS, result.loss_nats);
    metric_sample_add(step->sample, METRIC_GRAD_NORM, norm);
    if (step->penalty.weight != 0.0 || step->twin.weight != 0.0) {
        metric_sample_add(step->sample, METRIC_PENALTY, result.penalty_nats);
    }
    if (!isfinite(step->first_loss)) {
        step->skip_cause = SKIP_LOSS;
        *is_usable = false;
    } else if (!is_gradient_finite) {
        step->skip_cause = SKIP_GRADIENT;
        *is_usable = false;
    }
    return STATUS_OK;
}

const Real *method_gradient_at_theta(const MethodStep *step)
{
    return step->has_climbed ? step->first_grads : step->grads;
}

static void swap_gradients(MethodStep *step)
{
    Real *first = step->grads;
    step->grads = step->first_grads;
    step->first_grads = first;
}

static void note_cosine(const MethodStep *step, double second_norm)
{
    const size_t n = step->objective->n;
    const double first_norm = sqrt(vector_sum_squares(step->first_grads, n));
    const double product = first_norm * second_norm;
    if (product > 0.0) {
        metric_sample_add(step->sample, METRIC_COS_GRADIENTS,
                          vector_dot(step->first_grads, step->grads, n) / product);
    }
}

Status method_second_pass(MethodStep *step, PassRequest request, bool *is_usable)
{
    PassResult result;
    double norm = 0.0;
    request.params = step->perturbed;
    swap_gradients(step);
    step->has_climbed = true;
    TRY(method_gradient_pass(step, request, &result));
    const bool is_gradient_finite = has_finite_gradient(step, &norm);
    const double loss = whole_loss(step, &result);
    metric_sample_add(step->sample, METRIC_LOSS_PERTURBED, result.loss_nats);
    metric_sample_add(step->sample, METRIC_LOSS_RISE, loss - step->first_loss);
    note_cosine(step, norm);
    if (!isfinite(loss)) {
        step->skip_cause = SKIP_LOSS_PERTURBED;
        *is_usable = false;
    } else if (!is_gradient_finite) {
        step->skip_cause = SKIP_GRADIENT_PERTURBED;
        *is_usable = false;
    }
    return STATUS_OK;
}

/* -- the ascent ------------------------------------------------------------------------------------------- */

Ascent method_ascent(const MethodStep *step, double radius)
{
    return (Ascent){.metric = method_choice(step, KNOB_ADAPTIVE) ? ASCENT_ADAPTIVE : ASCENT_L2,
                    .direction = step->grads,
                    .radius = radius,
                    .spans = step->spans,
                    .mask = (PerturbMask)method_choice(step, KNOB_PERTURB),
                    .n = step->objective->n};
}

static void note_shares(const MethodStep *step, const Perturbation *eps)
{
    static const MetricId METRICS[EPS_SHARE_COUNT] = {[SPAN_EMBEDDING] = METRIC_EPS_SHARE_EMBEDDING,
                                                      [SPAN_ATTENTION] = METRIC_EPS_SHARE_ATTENTION,
                                                      [SPAN_MLP] = METRIC_EPS_SHARE_MLP,
                                                      [SPAN_NORM] = METRIC_EPS_SHARE_NORM,
                                                      [EPS_SHARE_BIAS] = METRIC_EPS_SHARE_BIAS};
    for (size_t i = 0; step->spans.count > 0 && !eps->is_zero && i < EPS_SHARE_COUNT; i++) {
        if (i != (size_t)SPAN_HEAD) { /* 1 minus the others */
            metric_sample_add(step->sample, (uint16_t)METRICS[i], eps->shares[i]);
        }
    }
}

/* <g, eps> for an eps that does not follow g. */
static double rise_along(const Real *grads, const Real *perturbed, const Real *params, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)grads[i] * ((double)perturbed[i] - (double)params[i]);
    }
    return sum;
}

Perturbation method_climb(MethodStep *step, const Ascent *ascent, RadiusLimit limit)
{
    const Perturbation eps = perturb(ascent, step->state->params, step->perturbed);
    metric_sample_add(step->sample, METRIC_RADIUS, ascent->radius);
    metric_sample_add(step->sample, METRIC_RADIUS_LIMIT,
                      eps.has_no_gradient ? RADIUS_LIMIT_ZERO_GRADIENT : limit);
    metric_sample_add(step->sample, METRIC_PERTURBATION_NORM, eps.norm);
    metric_sample_add(step->sample, METRIC_PERTURBATION_NORM_OWN, eps.norm_own);
    if (!ascent->is_downhill) {
        const bool follows_gradient = ascent->direction == step->grads || eps.is_zero;
        metric_sample_add(step->sample, METRIC_LOSS_RISE_PREDICTED,
                          follows_gradient ? eps.along
                                           : rise_along(step->grads, step->perturbed,
                                                        step->state->params, step->objective->n));
    }
    if (ascent->metric == ASCENT_FISHER) {
        metric_sample_add(step->sample, METRIC_FISHER_INVERSE_MIN, eps.inverse_min);
        metric_sample_add(step->sample, METRIC_FISHER_INVERSE_MAX, eps.inverse_max);
    }
    note_shares(step, &eps);
    return eps;
}

Status method_climb_and_look(MethodStep *step, const Ascent *ascent, RadiusLimit limit,
                             bool *is_usable)
{
    const Perturbation eps = method_climb(step, ascent, limit);
    if (eps.is_zero) {
        return STATUS_OK;
    }
    return method_second_pass(step, (PassRequest){0}, is_usable);
}

void method_mix(Real *out, double a, const Real *x, double b, const Real *y, size_t n)
{
    const Real weight_x = (Real)a;
    const Real weight_y = (Real)b;
    for (size_t i = 0; i < n; i++) {
        out[i] = weight_x * x[i] + weight_y * y[i];
    }
}

/* -- the step --------------------------------------------------------------------------------------------- */

/* Add what a micro-batch measured to the mean over all of them; a code is no number to average. */
static void mix_sample(MetricSample *mean, const MetricSample *part, double weight)
{
    for (uint32_t i = 0; i < part->count; i++) {
        const bool is_code = part->metrics[i] == METRIC_RADIUS_LIMIT;
        uint32_t k = 0;
        while (k < mean->count && mean->metrics[k] != part->metrics[i]) {
            k++;
        }
        if (k == mean->count && !metric_sample_add(mean, part->metrics[i], 0.0)) {
            continue;
        }
        mean->values[k] = is_code ? part->values[i] : mean->values[k] + weight * part->values[i];
    }
}

/* WSAM (EQUATIONS 10.7): h = g + k (g~ - g); k = 1 is g~ itself, to the bit. */
static void weigh_gradients(MethodStep *step)
{
    const double k = step->knobs[KNOB_WSAM_WEIGHT] / (1.0 - step->knobs[KNOB_WSAM_WEIGHT]);
    if (k != 1.0) {
        method_mix(step->grads, 1.0 - k, step->first_grads, k, step->grads, step->objective->n);
    }
}

static Status find_gradient(const MethodProgram *program, MethodStep *step, bool *is_usable)
{
    TRY(program->find_gradient(step, is_usable));
    if (program->weighs_gradients && *is_usable && step->has_climbed) {
        weigh_gradients(step);
    }
    return STATUS_OK;
}

/* What every micro-batch begins with. */
static void forget_findings(MethodStep *step)
{
    step->penalty = (Penalty){0};
    step->twin = (NoisedTwin){0};
    step->has_climbed = false;
    step->divergence = 0.0;
}

/* m-sharpness (EQUATIONS 0.6): the method on each micro-batch by itself; the mean of the gradients is descended. */
static Status find_by_parts(const MethodProgram *program, MethodStep *step, bool *is_usable)
{
    const size_t n = step->objective->n;
    const double weight = 1.0 / (double)step->part_count;
    MetricSample *mean = step->sample;
    Status status = STATUS_OK;
    memset(step->spare, 0, n * sizeof *step->spare);
    step->running_parts = step->part_count;
    for (step->part = 0; step->part < step->part_count && *is_usable; step->part++) {
        MetricSample measured = {0};
        step->sample = &measured;
        forget_findings(step);
        status = find_gradient(program, step, is_usable);
        step->sample = mean;
        if (status != STATUS_OK) {
            return status;
        }
        mix_sample(mean, &measured, weight);
        vector_add_scaled(step->spare, step->spare, weight, step->grads, n);
    }
    vector_copy(step->grads, step->spare, n);
    step->forward_passes *= weight;
    step->backward_passes *= weight;
    return STATUS_OK;
}

static double take_base_step(const MethodStep *step, double gradient_scale)
{
    const MethodState *state = step->state;
    const double decay = step->knobs[KNOB_WEIGHT_DECAY];
    const size_t n = step->objective->n;
    if (state->moment_owner == BASE_OPTIMIZER_SGD) {
        const SgdStep sgd = {.learning_rate = step->learning_rate,
                             .weight_decay = decay,
                             .momentum = step->knobs[KNOB_MOMENTUM],
                             .gradient_scale = gradient_scale};
        return sgd_step(&sgd, state->params, state->moment1, step->grads, n);
    }
    const AdamStep adam = {.settings = step->adam,
                           .learning_rate = step->learning_rate,
                           .weight_decay = decay,
                           .gradient_scale = gradient_scale,
                           .t = state->moment_steps};
    return adam_step(&adam, state->params, state->moment1, state->moment2, step->grads, n);
}

/* Moments of one base optimizer mean nothing to the other. */
static void hand_moments_over(MethodStep *step, BaseOptimizer wanted)
{
    MethodState *state = step->state;
    if (state->moment_owner != wanted) {
        memset(state->moment1, 0, step->objective->n * sizeof *state->moment1);
        memset(state->moment2, 0, step->objective->n * sizeof *state->moment2);
        state->moment_steps = 0;
        state->moment_owner = wanted;
    }
}

static void update(const MethodProgram *program, MethodStep *step)
{
    const BaseOptimizer chosen = (BaseOptimizer)method_choice(step, KNOB_OPTIMIZER);
    double gradient_scale = 1.0;
    if (step->knobs[KNOB_MAX_GRAD_NORM] > 0.0) {
        const double norm = sqrt(vector_sum_squares(step->grads, step->objective->n));
        gradient_scale = clip_factor(norm, step->knobs[KNOB_MAX_GRAD_NORM]);
    }
    hand_moments_over(step, program->is_sgd ? BASE_OPTIMIZER_SGD : chosen);
    step->state->t++;
    step->state->moment_steps++;
    const double moved = take_base_step(step, gradient_scale);
    metric_sample_add(step->sample, METRIC_UPDATE_NORM, moved);
    metric_sample_add(step->sample, METRIC_LEARNING_RATE, step->learning_rate);
}

Status method_run_step(const MethodProgram *program, MethodStep *step, StepOutcome *outcome)
{
    bool is_usable = true;
    const bool is_cut = method_choice(step, KNOB_M_SHARPNESS) != 0 && step->part_count > 1 &&
                        method_is_ascending(step);
    *outcome = STEP_SKIPPED;
    TRY(is_cut ? find_by_parts(program, step, &is_usable)
               : find_gradient(program, step, &is_usable));
    if (!is_usable) {
        return STATUS_OK;
    }
    if (program->before_update != NULL) {
        program->before_update(step);
    }
    update(program, step);
    if (program->after_update != NULL) {
        program->after_update(step);
    }
    *outcome = STEP_TAKEN;
    return STATUS_OK;
}
