#include "optim/tram.h"

#include <math.h>

#include "kernels/vector_ops.h"
#include "optim/trust_region.h"

static bool compares_row_by_row(DivergenceKind kind)
{
    return kind == DIVERGENCE_FORWARD_KL || kind == DIVERGENCE_REVERSE_KL ||
           kind == DIVERGENCE_SYMMETRIC_KL || kind == DIVERGENCE_L2;
}

/* The target pass, and the divergence of what it gives from the outputs at theta. */
static Status run_target_pass(MethodStep *step, PassRequest target, double *mean)
{
    const Objective *objective = step->objective;
    const DivergenceKind kind = (DivergenceKind)method_choice(step, KNOB_DIVERGENCE);
    const bool is_centred = method_choice(step, KNOB_CENTRE) == CENTRING_ON;
    PassResult result;
    target.fraction = step->knobs[KNOB_DIVERGENCE_FRACTION];
    if (objective->has_comparisons && compares_row_by_row(kind)) {
        target.comparison =
            (Comparison){.with = OUTPUT_SLOT_CURRENT, .kind = kind, .is_centred = is_centred};
        TRY(method_forward_pass(step, target, &result));
        *mean = result.comparison;
        return STATUS_OK;
    }
    target.keep = OUTPUT_SLOT_TARGET;
    TRY(method_forward_pass(step, target, &result));
    return objective->divergence(objective->context, kind, is_centred, step->race_seed,
                                 OUTPUT_SLOT_TARGET, OUTPUT_SLOT_CURRENT, mean);
}

/* D(target, theta) on this batch or a fraction of it, in the reduction asked for. The outputs at theta are kept already. */
static Status find_divergence(MethodStep *step, PassRequest target, double *reduced)
{
    double mean = 0.0;
    TRY(run_target_pass(step, target, &mean));
    metric_sample_add(step->sample, METRIC_DIVERGENCE, mean);
    if (!isfinite(mean)) {
        step->divergence_failed = true;
        return STATUS_OK;
    }
    const bool is_reference = method_choice(step, KNOB_REDUCTION) == REDUCTION_REFERENCE;
    *reduced = is_reference ? mean * step->objective->reference_factor : mean;
    return STATUS_OK;
}

static double median_of_samples(const double *samples)
{
    double sorted[AUTO_SCALE_SAMPLES];
    for (size_t i = 0; i < AUTO_SCALE_SAMPLES; i++) {
        size_t place = i;
        for (; place > 0 && sorted[place - 1] > samples[i]; place--) {
            sorted[place] = sorted[place - 1];
        }
        sorted[place] = samples[i];
    }
    return 0.5 * (sorted[AUTO_SCALE_SAMPLES / 2 - 1] + sorted[AUTO_SCALE_SAMPLES / 2]);
}

double tram_scale(const MethodStep *step)
{
    const double target = step->knobs[KNOB_AUTO_SCALE];
    if (target > 0.0 && step->state->auto_scale_count == AUTO_SCALE_SAMPLES) {
        return target / median_of_samples(step->state->auto_scale_samples);
    }
    return step->knobs[KNOB_SCALE];
}

typedef struct TrustRadius {
    double d;
    RadiusLimit limit;
} TrustRadius;

/* d = min(s D, rho), and which of the two it was. */
static TrustRadius trust_radius(double divergence, double scale, double rho)
{
    const double d = scale * divergence;
    if (rho > 0.0 && d > rho) {
        return (TrustRadius){.d = rho, .limit = RADIUS_LIMIT_RHO};
    }
    return (TrustRadius){.d = d, .limit = RADIUS_LIMIT_SCALE};
}

/* The part that all targets share: what step->divergence makes of the gradient. */
static Status look_from_trust_radius(MethodStep *step, bool *is_usable)
{
    const double scale = tram_scale(step);
    const TrustRadius radius = trust_radius(step->divergence, scale, step->knobs[KNOB_RHO]);
    Ascent ascent = method_ascent(step, method_scheduled_radius(step, 0.0, radius.d));
    ascent.is_released = method_choice(step, KNOB_ARITHMETIC) == ARITHMETIC_RELEASED;
    metric_sample_add(step->sample, METRIC_SCALE_IN_FORCE, scale);
    return method_climb_and_look(step, &ascent, radius.limit, is_usable);
}

/* Algorithm 1. has_target false: the target is theta itself, so d is 0 and need not be computed. */
static Status tram_find_gradient(MethodStep *step, PassRequest target, bool has_target,
                                 bool *is_usable)
{
    TRY(method_first_pass(step, (PassRequest){.keep = OUTPUT_SLOT_CURRENT}, is_usable));
    if (!*is_usable || !method_is_ascending(step)) {
        return STATUS_OK;
    }
    if (has_target) {
        TRY(find_divergence(step, target, &step->divergence));
    } else {
        metric_sample_add(step->sample, METRIC_DIVERGENCE, 0.0);
    }
    return look_from_trust_radius(step, is_usable);
}

Status tram_previous_find_gradient(MethodStep *step, bool *is_usable)
{
    const PassRequest target = {.params = step->state->memory};
    TRY(tram_find_gradient(step, target, step->state->t > 0, is_usable));
    if (step->divergence > 0.0 && step->learning_rate > 0.0) {
        metric_sample_add(step->sample, METRIC_DIVERGENCE_PER_LR2,
                          step->divergence / (step->learning_rate * step->learning_rate));
    }
    return STATUS_OK;
}

Status tram_origin_find_gradient(MethodStep *step, bool *is_usable)
{
    const PassRequest target = {.params = step->theta_0};
    return tram_find_gradient(step, target, step->state->t > 0, is_usable);
}

Status tram_noised_find_gradient(MethodStep *step, bool *is_usable)
{
    const PassRequest target = {.noise = method_noise(step)};
    return tram_find_gradient(step, target, target.noise.sigma > 0.0, is_usable);
}

void tram_before_update(MethodStep *step)
{
    MethodState *state = step->state;
    if (step->divergence > 0.0 && state->auto_scale_count < AUTO_SCALE_SAMPLES) {
        state->auto_scale_samples[state->auto_scale_count++] = step->divergence;
    }
}

void tram_previous_before_update(MethodStep *step)
{
    tram_before_update(step);
    remember_params(step);
}

/* -- TRAM-Fisher ------------------------------------------------------------------------------------------ */

/* The gradient of the noised input, to first_grads; g stays in grads. */
static Status find_noised_gradient(MethodStep *step, bool *is_usable)
{
    PassResult result;
    Real *clean = step->grads;
    step->grads = step->first_grads;
    const Status status =
        method_gradient_pass(step, (PassRequest){.noise = method_noise(step)}, &result);
    step->first_grads = step->grads;
    step->grads = clean;
    *is_usable = isfinite(vector_sum_squares(step->first_grads, step->objective->n));
    step->skip_cause = SKIP_GRADIENT;
    return status;
}

Status tram_fisher_find_gradient(MethodStep *step, bool *is_usable)
{
    const bool is_ascending = method_is_ascending(step);
    const bool is_strict = method_choice(step, KNOB_FISHER_COST) == FISHER_COST_STRICT;
    PassRequest first = {0};
    if (!is_strict && is_ascending) {
        first.noise = method_noise(step);
    }
    TRY(method_first_pass(step, first, is_usable));
    if (!*is_usable || !is_ascending) {
        return STATUS_OK;
    }
    if (is_strict) {
        TRY(find_noised_gradient(step, is_usable));
        if (!*is_usable) {
            return STATUS_OK;
        }
    }
    const double gamma = method_scheduled_radius(step, 0.0, step->knobs[KNOB_GAMMA]);
    Ascent ascent = method_ascent(step, gamma);
    ascent.metric = ASCENT_FISHER;
    ascent.fisher = is_strict ? step->first_grads : step->grads;
    ascent.eta = step->knobs[KNOB_ETA];
    return method_climb_and_look(step, &ascent, RADIUS_LIMIT_RHO, is_usable);
}
