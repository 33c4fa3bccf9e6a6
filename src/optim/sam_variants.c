#include "optim/sam_variants.h"

#include <math.h>

#include "kernels/vector_ops.h"
#include "optim/sam_family.h"

static Ascent ascent_of_radius_rho(const MethodStep *step)
{
    return method_ascent(
        step, method_scheduled_radius(step, step->knobs[KNOB_RHO_MIN], step->knobs[KNOB_RHO]));
}

/* In degrees; 0 if one has no direction. */
static double angle_between(const Real *x, const Real *y, size_t n)
{
    const double product = sqrt(vector_sum_squares(x, n)) * sqrt(vector_sum_squares(y, n));
    if (!(product > 0.0)) {
        return 0.0;
    }
    return acos(fmin(fmax(vector_dot(x, y, n) / product, -1.0), 1.0)) * (180.0 / M_PI);
}

Status functional_sam_find_gradient(MethodStep *step, bool *is_usable)
{
    const bool is_ascending = method_is_ascending(step);
    TRY(method_first_pass(step, (PassRequest){.keeps_deltas = is_ascending}, is_usable));
    if (!*is_usable || !is_ascending) {
        return STATUS_OK;
    }
    const Ascent ascent = ascent_of_radius_rho(step);
    const Perturbation eps = method_climb(step, &ascent, RADIUS_LIMIT_RHO);
    if (eps.is_zero) {
        return STATUS_OK;
    }
    return method_second_pass(step, (PassRequest){.uses_deltas = true}, is_usable);
}

Status friendly_sam_find_gradient(MethodStep *step, bool *is_usable)
{
    TRY(method_first_pass(step, (PassRequest){0}, is_usable));
    if (!*is_usable || !method_is_ascending(step)) {
        return STATUS_OK;
    }
    Ascent ascent = ascent_of_radius_rho(step);
    if (step->state->t > 0) {
        const size_t n = step->objective->n;
        vector_add_scaled(step->spare, step->grads, -step->knobs[KNOB_SIGMA], step->state->memory,
                          n);
        ascent.direction = step->spare;
        metric_sample_add(step->sample, METRIC_ASCENT_ANGLE,
                          angle_between(step->grads, step->spare, n));
    }
    return method_climb_and_look(step, &ascent, RADIUS_LIMIT_RHO, is_usable);
}

void friendly_sam_before_update(MethodStep *step)
{
    const double keep = step->state->t == 0 ? 0.0 : step->knobs[KNOB_LAMBDA];
    method_mix(step->state->memory, keep, step->state->memory, 1.0 - keep,
               method_gradient_at_theta(step), step->objective->n);
}

Status gsam_find_gradient(MethodStep *step, bool *is_usable)
{
    const size_t n = step->objective->n;
    TRY(method_first_pass(step, (PassRequest){0}, is_usable));
    if (!*is_usable || !method_is_ascending(step)) {
        return STATUS_OK;
    }
    const Ascent ascent = ascent_of_radius_rho(step);
    const Perturbation eps = method_climb(step, &ascent, RADIUS_LIMIT_RHO);
    if (eps.is_zero) {
        return STATUS_OK;
    }
    TRY(method_second_pass(step, (PassRequest){0}, is_usable));
    const double squares = vector_sum_squares(step->grads, n);
    if (!*is_usable || !(squares > 0.0)) {
        return STATUS_OK;
    }
    metric_sample_add(step->sample, METRIC_GRADIENT_ANGLE,
                      angle_between(step->first_grads, step->grads, n));
    /* g~ - alpha (g - c g~) = (1 + alpha c) g~ - alpha g */
    const double alpha = step->knobs[KNOB_ALPHA];
    const double c = vector_dot(step->first_grads, step->grads, n) / squares;
    method_mix(step->grads, 1.0 + alpha * c, step->grads, -alpha, step->first_grads, n);
    return STATUS_OK;
}

/* h = g + alpha (||g|| / ||v||) v */
static void reuse_direction(MethodStep *step)
{
    const size_t n = step->objective->n;
    const double gradient = sqrt(vector_sum_squares(step->grads, n));
    const double kept = sqrt(vector_sum_squares(step->state->memory, n));
    const double factor = step->knobs[KNOB_ALPHA] * gradient / (kept + 1e-8);
    vector_add_scaled(step->grads, step->grads, factor, step->state->memory, n);
    metric_sample_add(step->sample, METRIC_IS_REUSE, 1.0);
}

/* v = g~ - (<g, g~> / ||g||^2) g */
static void keep_direction(MethodStep *step)
{
    const size_t n = step->objective->n;
    const double squares = vector_sum_squares(step->first_grads, n);
    const double c = vector_dot(step->first_grads, step->grads, n) / squares;
    vector_add_scaled(step->state->memory, step->grads, -c, step->first_grads, n);
    metric_sample_add(step->sample, METRIC_IS_REUSE, 0.0);
}

Status looksam_find_gradient(MethodStep *step, bool *is_usable)
{
    if (method_is_active(step) && !method_is_ascending(step)) {
        TRY(base_find_gradient(step, is_usable));
        if (*is_usable) {
            reuse_direction(step);
        }
        return STATUS_OK;
    }
    TRY(sam_find_gradient(step, is_usable));
    if (*is_usable && step->has_climbed) {
        keep_direction(step);
    }
    return STATUS_OK;
}

Status msam_find_gradient(MethodStep *step, bool *is_usable)
{
    if (!method_is_ascending(step)) {
        return base_find_gradient(step, is_usable);
    }
    Ascent ascent = ascent_of_radius_rho(step);
    ascent.direction = step->state->moment1;
    ascent.is_downhill = true;
    const Perturbation eps = method_climb(step, &ascent, RADIUS_LIMIT_RHO);
    if (eps.is_zero) {
        return base_find_gradient(step, is_usable);
    }
    return method_first_pass(step, (PassRequest){.params = step->perturbed}, is_usable);
}
