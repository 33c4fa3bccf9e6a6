#include "optim/perturbation.h"

#include <math.h>

#include "kernels/multiversion.h"
#include "kernels/vector_ops.h"

/* Added to every norm used as a divisor (EQUATIONS 0, delta0), and the norm below which there is no direction (0.2). */
static const double NORM_GUARD = 1e-12;
static const double NORM_ZERO = 1e-20;

enum { LANES = 16 };

typedef struct FisherSum {
    double total; /* sum x^2 / (1 + eta f) */
    Real least;   /* of 1 / (1 + eta f) */
    Real greatest;
} FisherSum;

/* Summed like vector_sum_squares, so that eta = 0 is SAM to the bit. */
MULTIVERSION
static void add_fisher_sum(FisherSum *sum, const Real *restrict x, const Real *restrict fisher,
                           double eta, size_t n)
{
    const Real weight = (Real)eta;
    double lanes[LANES] = {0};
    const size_t whole = n - n % LANES;
    for (size_t i = 0; i < n; i++) {
        const Real inverse = (Real)1 / ((Real)1 + weight * (fisher[i] * fisher[i]));
        lanes[i < whole ? i % LANES : 0] += (double)x[i] * (double)x[i] * (double)inverse;
        sum->least = inverse < sum->least ? inverse : sum->least;
        sum->greatest = inverse > sum->greatest ? inverse : sum->greatest;
    }
    double total = 0.0;
    for (size_t k = 0; k < LANES; k++) {
        total += lanes[k];
    }
    sum->total += total;
}

/* Returns the sum of squares of the direction. */
MULTIVERSION
static double add_fisher_step(Real *restrict out, const Real *restrict w, double factor,
                              const Real *restrict x, const Real *restrict fisher, double eta,
                              size_t n)
{
    const Real scale = (Real)factor;
    const Real weight = (Real)eta;
    double lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        const Real inverse = (Real)1 / ((Real)1 + weight * (fisher[i] * fisher[i]));
        const double direction = (double)(inverse * x[i]);
        out[i] = w[i] + scale * (inverse * x[i]);
        lanes[i % LANES] += direction * direction;
    }
    double total = 0.0;
    for (size_t k = 0; k < LANES; k++) {
        total += lanes[k];
    }
    return total;
}

/* The direction of the released code, T^2 or 1, and what it makes of <x, eps> and ||eps||. */
typedef struct ReleasedStep {
    double factor;
    bool is_adaptive;
    double along;
    double squares; /* of the direction */
} ReleasedStep;

static void add_released_step(ReleasedStep *step, Real *restrict out, const Real *restrict w,
                              const Real *restrict x, size_t n)
{
    const Real scale = (Real)step->factor;
    for (size_t i = 0; i < n; i++) {
        const Real direction = step->is_adaptive ? w[i] * w[i] : (Real)1;
        out[i] = w[i] + scale * direction;
        step->squares += (double)direction * (double)direction;
        step->along += step->factor * (double)direction * (double)x[i];
    }
}

static double norm_of_direction(const Ascent *ascent, const Real *params, Perturbation *made)
{
    ParameterRun run = {0};
    FisherSum fisher = {.least = 1, .greatest = 0};
    double squares = 0.0;
    while (parameter_run_next(ascent->spans, ascent->mask, ascent->n, &run)) {
        const Real *x = ascent->direction + run.offset;
        switch (ascent->metric) {
        case ASCENT_L2:
            squares += vector_sum_squares(x, run.size);
            break;
        case ASCENT_ADAPTIVE:
            squares += vector_weighted_sum_squares(params + run.offset, x, run.size);
            break;
        case ASCENT_FISHER:
            add_fisher_sum(&fisher, x, ascent->fisher + run.offset, ascent->eta, run.size);
            squares = fisher.total;
            break;
        }
    }
    made->inverse_min = (double)fisher.least;
    made->inverse_max = (double)fisher.greatest;
    return sqrt(squares);
}

/* Take the step on one run. Returns the sum of squares of its direction: of eps as the equation has it, before theta + eps is rounded. */
static double step_run(const Ascent *ascent, double factor, const Real *params, Real *perturbed,
                       ParameterRun run)
{
    Real *out = perturbed + run.offset;
    const Real *w = params + run.offset;
    const Real *x = ascent->direction + run.offset;
    switch (ascent->metric) {
    case ASCENT_L2:
        vector_add_scaled(out, w, factor, x, run.size);
        return vector_sum_squares(x, run.size);
    case ASCENT_ADAPTIVE:
        vector_add_adaptive(out, w, factor, x, run.size);
        return vector_adaptive_sum_squares(w, x, run.size);
    case ASCENT_FISHER:
        return add_fisher_step(out, w, factor, x, ascent->fisher + run.offset, ascent->eta,
                               run.size);
    }
    return 0.0;
}

static void share_out(const Ascent *ascent, const Real *params, const Real *perturbed,
                      Perturbation *made)
{
    double total = 0.0;
    for (size_t i = 0; i < ascent->spans.count; i++) {
        const ParameterSpan *span = &ascent->spans.spans[i];
        const size_t group = span->is_bias ? (size_t)EPS_SHARE_BIAS : (size_t)span->group;
        if (parameter_span_is_perturbed(span, ascent->mask)) {
            const double squares = vector_distance_squared(perturbed + span->offset,
                                                           params + span->offset, span->size);
            made->shares[group] += squares;
            total += squares;
        }
    }
    for (size_t group = 0; total > 0.0 && group < EPS_SHARE_COUNT; group++) {
        made->shares[group] /= total;
    }
}

/* Take the step on every run; also ||eps||, and what the released step has of its own. */
static void step_all(const Ascent *ascent, double factor, const Real *params, Real *perturbed,
                     Perturbation *made)
{
    ParameterRun run = {0};
    ReleasedStep released = {.factor = factor, .is_adaptive = ascent->metric == ASCENT_ADAPTIVE};
    double squares = 0.0;
    double weight_squares = 0.0;
    while (parameter_run_next(ascent->spans, ascent->mask, ascent->n, &run)) {
        if (ascent->is_released) {
            add_released_step(&released, perturbed + run.offset, params + run.offset,
                              ascent->direction + run.offset, run.size);
            weight_squares += vector_sum_squares(params + run.offset, run.size);
        } else {
            squares += step_run(ascent, factor, params, perturbed, run);
        }
    }
    made->norm = fabs(factor) * sqrt(squares + released.squares);
    if (ascent->is_released) {
        made->along = released.along;
        made->norm_own = released.is_adaptive ? factor * sqrt(weight_squares) : made->norm;
    }
}

double perturb_divisor(const Ascent *ascent, const Real *params)
{
    Perturbation ignored = {0};
    return norm_of_direction(ascent, params, &ignored);
}

Perturbation perturb(const Ascent *ascent, const Real *params, Real *perturbed)
{
    Perturbation made = {0};
    const double norm = norm_of_direction(ascent, params, &made);
    made.has_no_gradient = norm < NORM_ZERO;
    made.is_zero = ascent->radius <= 0.0 || made.has_no_gradient;
    if (made.is_zero) {
        return made;
    }
    const double size = ascent->radius / (norm + NORM_GUARD);
    const double factor = ascent->is_downhill ? -size : size;
    made.norm_own = size * norm;
    made.along = factor * norm * norm;
    if (ascent->mask != PERTURB_ALL) {
        vector_copy(perturbed, params, ascent->n);
    }
    step_all(ascent, factor, params, perturbed, &made);
    share_out(ascent, params, perturbed, &made);
    return made;
}
