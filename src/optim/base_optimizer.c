#include "optim/base_optimizer.h"

#include <math.h>

#include "kernels/multiversion.h"

enum { LANES = 16 };

MULTIVERSION
double adam_step(const AdamStep *step, Real *restrict params, Real *restrict moment1,
                 Real *restrict moment2, const Real *restrict grads, size_t n)
{
    const double t = (double)step->t;
    const Real beta1 = (Real)step->settings.beta1;
    const Real beta2 = (Real)step->settings.beta2;
    const Real rest1 = (Real)(1.0 - step->settings.beta1);
    const Real rest2 = (Real)(1.0 - step->settings.beta2);
    const Real epsilon = (Real)step->settings.epsilon;
    const Real keep = (Real)(1.0 - step->learning_rate * step->weight_decay);
    const Real rate = (Real)(step->learning_rate / (1.0 - pow(step->settings.beta1, t)));
    const Real root_correction = (Real)(1.0 / sqrt(1.0 - pow(step->settings.beta2, t)));
    const Real scale = (Real)step->gradient_scale;
    double moved[LANES] = {0};
    for (size_t start = 0; start < n; start += LANES) {
        const size_t stop = n - start < (size_t)LANES ? n : start + LANES;
        for (size_t i = start; i < stop; i++) {
            const Real h = scale * grads[i];
            const Real m = beta1 * moment1[i] + rest1 * h;
            const Real v = beta2 * moment2[i] + rest2 * h * h;
            const Real old = params[i];
#ifdef TRAMLAB_DOUBLE
            const Real root = sqrt(v);
#else
            const Real root = sqrtf(v);
#endif
            const Real new = old *keep - rate *m / (root * root_correction + epsilon);
            const double difference = (double)new - (double)old;
            moment1[i] = m;
            moment2[i] = v;
            params[i] = new;
            moved[i - start] += difference * difference;
        }
    }
    double total = 0.0;
    for (size_t k = 0; k < LANES; k++) {
        total += moved[k];
    }
    return sqrt(total);
}

MULTIVERSION
double sgd_step(const SgdStep *step, Real *restrict params, Real *restrict moment,
                const Real *restrict grads, size_t n)
{
    const Real keep = (Real)(1.0 - step->learning_rate * step->weight_decay);
    const Real rate = (Real)step->learning_rate;
    const Real momentum = (Real)step->momentum;
    const Real scale = (Real)step->gradient_scale;
    double moved[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        const Real m = momentum * moment[i] + scale * grads[i];
        const Real old = params[i];
        const Real new = old *keep - rate *m;
        const double difference = (double)new - (double)old;
        moment[i] = m;
        params[i] = new;
        moved[i % LANES] += difference * difference;
    }
    double total = 0.0;
    for (size_t k = 0; k < LANES; k++) {
        total += moved[k];
    }
    return sqrt(total);
}

double clip_factor(double norm, double max_norm)
{
    return max_norm > 0.0 && norm > max_norm ? max_norm / norm : 1.0;
}
