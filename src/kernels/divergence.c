/* kernels/divergence.c -- KL as a sum of positive terms, a stretch at a time; distances of rows. */
#include "kernels/divergence.h"

#include <assert.h>
#include <math.h>

#include "kernels/exponential.h"
#include "kernels/multiversion.h"
#include "kernels/partial_sums.h"
#include "kernels/softmax.h"

/* A divergence is a sum of small numbers that cancel, unless it is written with nothing that cancels. With
 *     delta_i = log p_i - log q_i - c,   any c;   M = sum_i p_i delta_i;   E = sum_i p_i excess(-delta_i),
 *     KL(P || Q) = log(1 + E - M) + M,   excess(x) = e^x - 1 - x >= 0.
 * c is chosen so that M is next to nothing; then E is a sum of positive terms and nearly all, so p and delta need no more digits than the
 * result: they are made in Real, and only sums run in double. P is the base's distribution, Q the other's. */

/* Numbers are made a stretch at a time by a loop that becomes vector code, then summed; the exponentials of shorter rows are kept. */
enum { STRETCH = 256, KEPT_MAX = 4096 };

/* Above this, p and e^-delta may leave the range of float. */
static const Real FARTHEST_DELTA = 20;

typedef struct RowPair {
    const Real *base;
    const Real *other;
    double inverse_temperature;
    double shift; /* maximum of the base's logits */
    double sum;   /* of the exponentials of the base's shifted logits */
    double
        centre;  /* sum_i p_i (base_i - other_i): c, the normalisers' part and temperature in it */
    double mean; /* M */
    double change; /* E - M = sum_i p_i (e^-delta_i - 1) */
    double divergence;
    bool is_near; /* no |delta| is above EXPONENTIAL_NEAR */
    bool is_far; /* some |delta| is above FARTHEST_DELTA, or no number: these two are set instead */
    double other_shift;
    double other_sum;
} RowPair;

/* A stretch of both rows, and what is made of it. */
typedef struct Stretch {
    Real exponentials[STRETCH];
    Real deltas[STRETCH];
    Real excess[STRETCH];
    Real weighted[STRETCH];
} Stretch;

KERNEL_PIECE void make_exponentials(Real *restrict e, const Real *restrict x, Real shift,
                                    Real inverse_temperature, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        e[i] = exponential((x[i] - shift) * inverse_temperature);
    }
}

/* In double until a constant common to the row's differences is gone: it would take digits from what is left. */
KERNEL_PIECE void make_deltas(Real *restrict deltas, const Real *restrict base,
                              const Real *restrict other, const RowPair *pair, size_t n)
{
    const double centre = pair->centre;
    const Real inverse_temperature = (Real)pair->inverse_temperature;
    for (size_t i = 0; i < n; i++) {
        const Real delta = (Real)((double)base[i] - (double)other[i] - centre);
        deltas[i] = delta * inverse_temperature;
    }
}

/* Fills in shift, sum and centre. exponentials [V] out, or NULL */
MULTIVERSION
static void find_centre(RowPair *pair, Real *exponentials, size_t V)
{
    const Real shift = row_maximum(pair->base, V);
    double sum = 0;
    double differences = 0;
    Stretch stretch;
    for (size_t start = 0; start < V; start += STRETCH) {
        const size_t count = V - start < STRETCH ? V - start : STRETCH;
        const Real *const base = pair->base + start;
        const Real *const other = pair->other + start;
        Real *const e = exponentials == NULL ? stretch.exponentials : exponentials + start;
        make_exponentials(e, base, shift, (Real)pair->inverse_temperature, count);
        for (size_t i = 0; i < count; i++) {
            stretch.weighted[i] = e[i] * (base[i] - other[i]);
        }
        sum += stretch_sum(e, count);
        differences += stretch_sum(stretch.weighted, count);
    }
    pair->shift = (double)shift;
    pair->sum = sum;
    pair->centre = differences / sum;
}

/* The largest |delta|; leaves -delta in their place, and |delta| in sizes. */
KERNEL_PIECE Real turn_deltas(Real *restrict deltas, Real *restrict sizes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sizes[i] = deltas[i] < 0 ? -deltas[i] : deltas[i];
        deltas[i] = -deltas[i];
    }
    return row_maximum(sizes, n);
}

/* excess[i] = excess(x_i) */
KERNEL_PIECE void make_excess(Real *restrict excess, const Real *restrict x, bool is_near, size_t n)
{
    if (is_near) {
        for (size_t i = 0; i < n; i++) {
            excess[i] = exponential_excess_near(x[i]);
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        excess[i] = exponential_excess(x[i]);
    }
}

KERNEL_PIECE double weighted_sum(Real *restrict weighted, const Real *restrict weights,
                                 const Real *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        weighted[i] = weights[i] * x[i];
    }
    return stretch_sum(weighted, n);
}

/* Fills in mean, change, is_near and is_far. */
MULTIVERSION
static void find_excess(RowPair *pair, const Real *exponentials, size_t V)
{
    double excess = 0;
    double mean = 0;
    Real farthest = 0;
    Stretch stretch;
    for (size_t start = 0; start < V; start += STRETCH) {
        const size_t count = V - start < STRETCH ? V - start : STRETCH;
        const Real *e = exponentials == NULL ? stretch.exponentials : exponentials + start;
        if (exponentials == NULL) {
            make_exponentials(stretch.exponentials, pair->base + start, (Real)pair->shift,
                              (Real)pair->inverse_temperature, count);
        }
        make_deltas(stretch.deltas, pair->base + start, pair->other + start, pair, count);
        mean += weighted_sum(stretch.weighted, e, stretch.deltas, count);
        const Real distance = turn_deltas(stretch.deltas, stretch.excess, count);
        farthest = distance > farthest ? distance : farthest;
        make_excess(stretch.excess, stretch.deltas, distance <= EXPONENTIAL_NEAR, count);
        excess += weighted_sum(stretch.weighted, e, stretch.excess, count);
    }
    pair->mean = mean / pair->sum;
    pair->change = excess / pair->sum - pair->mean;
    pair->is_near = farthest <= EXPONENTIAL_NEAR;
    pair->is_far = farthest > FARTHEST_DELTA || !isfinite(pair->change);
}

/* exp(logit) with the maximum taken out, and that divided logit itself. */
typedef struct FarLogit {
    double value;
    double exponential;
} FarLogit;

static FarLogit far_logit(Real logit, double shift, double inverse_temperature)
{
    const double value = ((double)logit - shift) * inverse_temperature;
    return (FarLogit){value, exponential_double(value)};
}

/* The textbook's sum, in double: where rows lie that far apart, nothing small is lost. */
static double far_divergence(RowPair *pair, size_t V)
{
    double weighted = 0;
    pair->sum = pair->other_sum = 0;
    pair->other_shift = (double)row_maximum(pair->other, V);
    for (size_t i = 0; i < V; i++) {
        const FarLogit a = far_logit(pair->base[i], pair->shift, pair->inverse_temperature);
        const FarLogit b = far_logit(pair->other[i], pair->other_shift, pair->inverse_temperature);
        pair->sum += a.exponential;
        pair->other_sum += b.exponential;
        weighted += a.exponential * (a.value - b.value);
    }
    return weighted / pair->sum - (log(pair->sum) - log(pair->other_sum));
}

/* Rounding below zero counts as zero; a divergence made infinite by one logit of minus infinity is no number to go on with. */
static double checked(double value)
{
    if (!isfinite(value)) {
        return (double)NAN;
    }
    return value < 0 ? 0 : value;
}

/* KL(base || other); the pair's logits and temperature are set, the rest is filled in. exponentials [V] out, or NULL */
static double measure_pair(RowPair *pair, Real *exponentials, size_t V)
{
    Real kept[KEPT_MAX]; /* cheaper than making them twice */
    Real *e = exponentials == NULL && V <= KEPT_MAX ? kept : exponentials;
    find_centre(pair, e, V);
    find_excess(pair, e, V);
    pair->divergence =
        checked(pair->is_far ? far_divergence(pair, V) : log1p(pair->change) + pair->mean);
    return pair->divergence;
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

/* The pairs whose KL(base || other) add up to the divergence: one, or two. */
static size_t pairs_of(const KlPenalty *penalty, const Real *target, const Real *current,
                       RowPair pairs[2])
{
    const double inverse_temperature = 1 / penalty->temperature;
    const RowPair forward = {
        .base = target, .other = current, .inverse_temperature = inverse_temperature};
    const RowPair reverse = {
        .base = current, .other = target, .inverse_temperature = inverse_temperature};
    pairs[0] = penalty->kind == DIVERGENCE_REVERSE_KL ? reverse : forward;
    pairs[1] = reverse;
    return penalty->kind == DIVERGENCE_SYMMETRIC_KL ? 2 : 1;
}

double divergence_kl_row(const KlPenalty *penalty, const Real *target, const Real *current,
                         size_t V)
{
    assert(divergence_is_kl(penalty->kind) && penalty->temperature > 0);
    RowPair pairs[2];
    const size_t count = pairs_of(penalty, target, current, pairs);
    double nats = 0;
    for (size_t i = 0; i < count; i++) {
        nats += measure_pair(&pairs[i], NULL, V);
    }
    return nats;
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

/* The gradients of KL(base || other): Q - P for the other, P (log P - log Q - KL) for the base, which is P (delta - M). Either may be
 * NULL. */
MULTIVERSION
static void add_gradients(Real *restrict d_base, Real *restrict d_other, const RowPair *pair,
                          const Real *restrict exponentials, double scale, size_t V)
{
    const Real change = (Real)pair->change;
    const Real mean = (Real)pair->mean;
    const Real of_base = (Real)(scale / pair->sum);
    const Real of_other = (Real)(scale / pair->sum / (1 + pair->change));
    Stretch stretch;
    for (size_t start = 0; start < V; start += STRETCH) {
        const size_t count = V - start < STRETCH ? V - start : STRETCH;
        const Real *e = exponentials + start;
        Real *deltas = stretch.deltas;
        make_deltas(deltas, pair->base + start, pair->other + start, pair, count);
        for (size_t i = 0; d_base != NULL && i < count; i++) {
            d_base[start + i] += of_base * e[i] * (deltas[i] - mean);
        }
        if (d_other == NULL) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            deltas[i] = -deltas[i];
        }
        make_excess(stretch.excess, deltas, pair->is_near, count);
        for (size_t i = 0; i < count; i++) {
            /* q - p = p (e^-delta / (1 + E - M) - 1) */
            d_other[start + i] += of_other * e[i] * ((stretch.excess[i] + deltas[i]) - change);
        }
    }
}

static void add_far_gradients(Real *d_base, Real *d_other, const RowPair *pair, double scale,
                              size_t V)
{
    const double offset = (log(pair->other_sum) - log(pair->sum)) - pair->divergence;
    for (size_t i = 0; i < V; i++) {
        const FarLogit a = far_logit(pair->base[i], pair->shift, pair->inverse_temperature);
        const FarLogit b = far_logit(pair->other[i], pair->other_shift, pair->inverse_temperature);
        const double p = a.exponential / pair->sum;
        if (d_other != NULL) {
            d_other[i] += (Real)(scale * (b.exponential / pair->other_sum - p));
        }
        if (d_base != NULL) {
            d_base[i] += (Real)(scale * (p * ((a.value - b.value) + offset)));
        }
    }
}

static void spoil(Real *row, size_t V)
{
    for (size_t i = 0; row != NULL && i < V; i++) {
        row[i] = (Real)NAN;
    }
}

double divergence_kl_row_gradient(const KlPenalty *penalty, Real *d_target, Real *d_current,
                                  Real *scratch, const Real *target, const Real *current, size_t V)
{
    assert(divergence_is_kl(penalty->kind) && penalty->temperature > 0);
    RowPair pairs[2];
    const double scale = penalty->scale / penalty->temperature;
    const size_t count = pairs_of(penalty, target, current, pairs);
    double nats = 0;
    for (size_t i = 0; i < count; i++) {
        const bool is_forward = pairs[i].base == target;
        Real *d_base = is_forward ? d_target : d_current;
        Real *d_other = is_forward ? d_current : d_target;
        const double part = measure_pair(&pairs[i], scratch, V);
        nats += part;
        if (isnan(part)) {
            spoil(d_target, V);
            spoil(d_current, V);
        } else if (pairs[i].is_far) {
            add_far_gradients(d_base, d_other, &pairs[i], scale, V);
        } else {
            add_gradients(d_base, d_other, &pairs[i], scratch, scale, V);
        }
    }
    return nats;
}
