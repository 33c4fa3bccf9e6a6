#include "optim/perturbation.h"

#include <math.h>

#include "kernels/vector_ops.h"

/* Added to every norm used as a divisor (EQUATIONS 0, delta0), and the norm below which there is no direction (0.2). */
static const double NORM_GUARD = 1e-12;
static const double NORM_ZERO = 1e-20;

static Perturbation no_perturbation(double divisor_norm)
{
    return (Perturbation){.is_zero = true, .has_no_gradient = divisor_norm < NORM_ZERO};
}

Perturbation perturb_along_gradient(const Real *params, const Real *grads, double radius,
                                    Real *perturbed, size_t n)
{
    const double norm = sqrt(vector_sum_squares(grads, n));
    if (radius <= 0.0 || norm < NORM_ZERO) {
        return no_perturbation(norm);
    }
    const double factor = radius / (norm + NORM_GUARD);
    vector_add_scaled(perturbed, params, factor, grads, n);
    const double length = sqrt(vector_distance_squared(perturbed, params, n));
    return (Perturbation){
        .norm = length, .norm_own = length, .predicted_rise = factor * norm * norm};
}

Perturbation perturb_adaptively(const Real *params, const Real *grads, double radius,
                                Real *perturbed, size_t n)
{
    const double norm = sqrt(vector_weighted_sum_squares(params, grads, n));
    if (radius <= 0.0 || norm < NORM_ZERO) {
        return no_perturbation(norm);
    }
    const double factor = radius / (norm + NORM_GUARD);
    vector_add_adaptive(perturbed, params, factor, grads, n);
    return (Perturbation){.norm = sqrt(vector_distance_squared(perturbed, params, n)),
                          .norm_own = factor * norm,
                          .predicted_rise = factor * norm * norm};
}
