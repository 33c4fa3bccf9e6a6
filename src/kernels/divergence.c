/* kernels/divergence.c -- KL in double, a stretch of exponentials at a time; distances of rows. */
#include "kernels/divergence.h"

#include <assert.h>
#include <math.h>

#include "kernels/exponential.h"
#include "kernels/multiversion.h"
#include "kernels/partial_sums.h"
#include "kernels/softmax.h"

/* Exponentials are made a stretch at a time by a loop that becomes vector code, then summed. */
enum { STRETCH = 256 };

/* What one row needs: both normalisers, and the weighted differences sum exp(a) (a - b) and
 * sum exp(b) (b - a), maxima taken out, with a and b the logits over temperature. */
typedef struct RowSums {
    DoubleLanes target;
    DoubleLanes current;
    DoubleLanes forward;
    DoubleLanes reverse;
} RowSums;

/* One stretch, filled up with numbers that add nothing. */
typedef struct Stretch {
    double target[STRETCH];
    double current[STRETCH];
    double forward[STRETCH];
    double reverse[STRETCH];
} Stretch;

KERNEL_PIECE void add_stretch(RowSums *sums, const Stretch *stretch, size_t count)
{
    for (size_t i = 0; i < count; i += DOUBLE_LANES) {
        DoubleLanes next[4];
        memcpy(&next[0], stretch->target + i, sizeof next[0]);
        memcpy(&next[1], stretch->current + i, sizeof next[1]);
        memcpy(&next[2], stretch->forward + i, sizeof next[2]);
        memcpy(&next[3], stretch->reverse + i, sizeof next[3]);
        sums->target += next[0];
        sums->current += next[1];
        sums->forward += next[2];
        sums->reverse += next[3];
    }
}

/* One side of a pair of rows: log softmax_i = (logits_i - shift) / temperature - log(sum). */
typedef struct RowSide {
    const Real *logits;
    double shift;
    double sum;
    double divergence;    /* KL(this side || the other), as rounded */
    double *exponentials; /* [V] of the shifted logits; NULL: not kept */
} RowSide;

/* Fill in both sides; their logits and exponentials are set. */
MULTIVERSION
static void sum_rows(RowSide *target, RowSide *current, size_t V, double inverse_temperature)
{
    target->shift = (double)row_maximum(target->logits, V);
    current->shift = (double)row_maximum(current->logits, V);
    RowSums sums = {0};
    Stretch stretch;
    for (size_t start = 0; start < V; start += STRETCH) {
        const size_t count = V - start < STRETCH ? V - start : STRETCH;
        const Real *const target_logits = target->logits + start;
        const Real *const current_logits = current->logits + start;
        for (size_t i = 0; i < count; i++) {
            const double a = ((double)target_logits[i] - target->shift) * inverse_temperature;
            const double b = ((double)current_logits[i] - current->shift) * inverse_temperature;
            stretch.target[i] = exponential_double(a);
            stretch.current[i] = exponential_double(b);
            stretch.forward[i] = stretch.target[i] * (a - b);
            stretch.reverse[i] = stretch.current[i] * (b - a);
        }
        if (target->exponentials != NULL) {
            memcpy(target->exponentials + start, stretch.target, count * sizeof(double));
            memcpy(current->exponentials + start, stretch.current, count * sizeof(double));
        }
        const size_t padded = (count + DOUBLE_LANES - 1) / DOUBLE_LANES * DOUBLE_LANES;
        for (size_t i = count; i < padded; i++) {
            stretch.target[i] = stretch.current[i] = 0;
            stretch.forward[i] = stretch.reverse[i] = 0;
        }
        add_stretch(&sums, &stretch, padded);
    }
    target->sum = double_lanes_total(&sums.target);
    current->sum = double_lanes_total(&sums.current);
    const double log_ratio = log(target->sum) - log(current->sum);
    target->divergence = double_lanes_total(&sums.forward) / target->sum - log_ratio;
    current->divergence = double_lanes_total(&sums.reverse) / current->sum + log_ratio;
}

/* Rounding below zero counts as zero; a divergence made infinite by one logit of minus infinity is no number to go on with. */
static double checked(double value)
{
    if (!isfinite(value)) {
        return (double)NAN;
    }
    return value < 0 ? 0 : value;
}

/* The divergence of that kind, from sums that are there. */
static double kl_of_sides(DivergenceKind kind, const RowSide *target, const RowSide *current)
{
    const double forward = checked(target->divergence);
    const double reverse = checked(current->divergence);
    if (kind == DIVERGENCE_SYMMETRIC_KL) {
        return forward + reverse;
    }
    return kind == DIVERGENCE_FORWARD_KL ? forward : reverse;
}

/* Mean difference of two rows, in double: what centring takes from each element's difference. NaN or infinite if the rows are. */
static double mean_difference(const Real *target, const Real *current, size_t V)
{
    double sum = 0;
    for (size_t i = 0; i < V; i++) {
        sum += (double)target[i] - (double)current[i];
    }
    return sum / (double)V;
}

static double row_distance(const Real *target, const Real *current, size_t V, bool is_centred)
{
    const double shift = is_centred ? mean_difference(target, current, V) : 0;
    double squares = 0;
    for (size_t i = 0; i < V; i++) {
        const double difference = (double)target[i] - (double)current[i] - shift;
        squares += difference * difference;
    }
    return checked(sqrt(squares));
}

bool divergence_is_kl(DivergenceKind kind)
{
    return kind == DIVERGENCE_FORWARD_KL || kind == DIVERGENCE_REVERSE_KL ||
           kind == DIVERGENCE_SYMMETRIC_KL;
}

bool divergence_is_discrepancy(DivergenceKind kind)
{
    return kind == DIVERGENCE_MMD_IMQ || kind == DIVERGENCE_MMD_IMQ2 ||
           kind == DIVERGENCE_MMD_IMQ3 || kind == DIVERGENCE_MMD_RBF;
}

double divergence_kl_row(const KlPenalty *penalty, const Real *target, const Real *current,
                         size_t V)
{
    assert(divergence_is_kl(penalty->kind) && penalty->temperature > 0);
    RowSide target_side = {.logits = target};
    RowSide current_side = {.logits = current};
    sum_rows(&target_side, &current_side, V, 1 / penalty->temperature);
    return kl_of_sides(penalty->kind, &target_side, &current_side);
}

static double row_value(DivergenceKind kind, bool is_centred, const Real *target,
                        const Real *current, size_t V)
{
    assert(!divergence_is_discrepancy(kind));
    if (kind == DIVERGENCE_L2) {
        return row_distance(target, current, V, is_centred);
    }
    const KlPenalty plain = {.kind = kind, .temperature = 1};
    return divergence_kl_row(&plain, target, current, V);
}

double divergence_sum(DivergenceKind kind, bool is_centred, const Real *target_logits,
                      const Real *current_logits, const int32_t *targets, size_t N, size_t V)
{
    double sum = 0;
    for (size_t i = 0; i < N; i++) {
        if (targets == NULL || targets[i] >= 0) {
            sum += row_value(kind, is_centred, target_logits + i * V, current_logits + i * V, V);
        }
    }
    return sum;
}

/* What the two parts of a gradient are multiplied by. */
typedef struct GradientScales {
    double inverse_temperature;
    double other_to_own; /* of KL(other || own), whose gradient is own - other */
    double own_to_other; /* of KL(own || other): own (log own - log other - KL(own || other)) */
} GradientScales;

/* Add the gradient with respect to the logits of the side `own`. */
MULTIVERSION
static void add_gradient(Real *restrict d_own, const RowSide *own, const RowSide *other,
                         const GradientScales *scales, size_t V)
{
    const double own_factor = 1 / own->sum;
    const double other_factor = 1 / other->sum;
    const double own_shift = own->shift;
    const double other_shift = other->shift;
    const double offset = (log(other->sum) - log(own->sum)) - own->divergence;
    const double inverse_temperature = scales->inverse_temperature;
    const double other_to_own = scales->other_to_own;
    const double own_to_other = scales->own_to_other;
    const Real *restrict own_logits = own->logits;
    const Real *restrict other_logits = other->logits;
    const double *restrict own_exponentials = own->exponentials;
    const double *restrict other_exponentials = other->exponentials;
    for (size_t i = 0; i < V; i++) {
        const double p = own_exponentials[i] * own_factor;
        const double q = other_exponentials[i] * other_factor;
        const double a = ((double)own_logits[i] - own_shift) * inverse_temperature;
        const double b = ((double)other_logits[i] - other_shift) * inverse_temperature;
        d_own[i] += (Real)(other_to_own * (p - q) + own_to_other * (p * ((a - b) + offset)));
    }
}

static void spoil(Real *row, size_t V)
{
    for (size_t i = 0; row != NULL && i < V; i++) {
        row[i] = (Real)NAN;
    }
}

double divergence_kl_row_gradient(const KlPenalty *penalty, Real *d_target, Real *d_current,
                                  double *scratch, const Real *target, const Real *current,
                                  size_t V)
{
    assert(divergence_is_kl(penalty->kind) && penalty->temperature > 0);
    const double inverse_temperature = 1 / penalty->temperature;
    const double scale = penalty->scale * inverse_temperature;
    RowSide target_side = {.logits = target, .exponentials = scratch};
    RowSide current_side = {.logits = current, .exponentials = scratch + V};
    sum_rows(&target_side, &current_side, V, inverse_temperature);
    const double nats = kl_of_sides(penalty->kind, &target_side, &current_side);
    if (isnan(nats)) {
        spoil(d_target, V);
        spoil(d_current, V);
        return nats;
    }
    const double forward = penalty->kind == DIVERGENCE_REVERSE_KL ? 0 : scale;
    const double reverse = penalty->kind == DIVERGENCE_FORWARD_KL ? 0 : scale;
    const GradientScales of_current = {inverse_temperature, forward, reverse};
    const GradientScales of_target = {inverse_temperature, reverse, forward};
    add_gradient(d_current, &current_side, &target_side, &of_current, V);
    if (d_target != NULL) {
        add_gradient(d_target, &target_side, &current_side, &of_target, V);
    }
    return nats;
}
