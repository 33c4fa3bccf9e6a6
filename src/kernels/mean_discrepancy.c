/* kernels/mean_discrepancy.c -- distances of all pairs of rows, and the kernels over them. */
#include "kernels/mean_discrepancy.h"

#include <assert.h>
#include <math.h>

#include "base/random.h"
#include "kernels/multiversion.h"
#include "kernels/partial_sums.h"

static const double bandwidths[] = {0.1, 0.2, 0.5, 1, 2, 5, 10};
enum { BANDWIDTH_COUNT = sizeof bandwidths / sizeof *bandwidths };

void discrepancy_choose_positions(DiscrepancySample *sample, const int32_t *targets, size_t N,
                                  uint64_t seed)
{
    size_t left = 0;
    for (size_t i = 0; i < N; i++) {
        left += targets == NULL || targets[i] >= 0 ? 1 : 0;
    }
    const size_t wanted = left < DISCREPANCY_ROWS_MAX ? left : DISCREPANCY_ROWS_MAX;
    Random random = random_stream(seed, RANDOM_STREAM_PROBES, 0);
    sample->count = 0;
    /* Selection sampling (Fan et al. 1962): take each with the probability still needed / still to come. */
    for (size_t i = 0; i < N && sample->count < wanted; i++) {
        if (targets != NULL && targets[i] < 0) {
            continue;
        }
        if (random_below(&random, left) < wanted - sample->count) {
            sample->positions[sample->count++] = i;
        }
        left--;
    }
}

static double row_mean(const Real *row, size_t V)
{
    double sum = 0;
    for (size_t i = 0; i < V; i++) {
        sum += (double)row[i];
    }
    return sum / (double)V;
}

void discrepancy_measure_rows(DiscrepancySample *sample, bool is_centred)
{
    sample->is_finite = true;
    for (size_t i = 0; i < sample->count; i++) {
        const size_t start = sample->positions[i] * sample->V;
        const double target = row_mean(sample->target + start, sample->V);
        const double current = row_mean(sample->current + start, sample->V);
        sample->is_finite = sample->is_finite && isfinite(target) && isfinite(current);
        sample->target_means[i] = is_centred ? target : 0;
        sample->current_means[i] = is_centred ? current : 0;
    }
}

/* sum_v (x_v - y_v - shift)^2 */
MULTIVERSION
static double shifted_distance_squared(const Real *x, const Real *y, double shift, size_t V)
{
    DoubleLanes low = {0};
    DoubleLanes high = {0};
    double rest = 0;
    size_t i = 0;
    for (; i + 2 * DOUBLE_LANES <= V; i += 2 * DOUBLE_LANES) {
        DoubleLanes left[2];
        DoubleLanes right[2];
        double_lanes_load(&left[0], x + i);
        double_lanes_load(&left[1], x + i + DOUBLE_LANES);
        double_lanes_load(&right[0], y + i);
        double_lanes_load(&right[1], y + i + DOUBLE_LANES);
        left[0] = left[0] - right[0] - shift;
        left[1] = left[1] - right[1] - shift;
        low += left[0] * left[0];
        high += left[1] * left[1];
    }
    for (; i < V; i++) {
        const double difference = (double)x[i] - (double)y[i] - shift;
        rest += difference * difference;
    }
    low += high;
    return double_lanes_total(&low) + rest;
}

static double kernel_value(DivergenceKind kind, double r_squared)
{
    double sum = 0;
    for (size_t i = 0; i < BANDWIDTH_COUNT; i++) {
        const double b = bandwidths[i];
        if (kind == DIVERGENCE_MMD_IMQ) {
            sum += b / (b + r_squared);
        } else if (kind == DIVERGENCE_MMD_IMQ2) {
            sum += 1 / sqrt(b * b + r_squared);
        } else if (kind == DIVERGENCE_MMD_IMQ3) {
            sum += b * b / (b * b + r_squared);
        } else {
            assert(kind == DIVERGENCE_MMD_RBF);
            sum += exp(-r_squared / (2 * b));
        }
    }
    return sum;
}

/* One row and what is taken from it. */
typedef struct Row {
    const Real *logits;
    double mean;
} Row;

static Row target_row(const DiscrepancySample *sample, size_t i)
{
    return (Row){sample->target + sample->positions[i] * sample->V, sample->target_means[i]};
}

static Row current_row(const DiscrepancySample *sample, size_t i)
{
    return (Row){sample->current + sample->positions[i] * sample->V, sample->current_means[i]};
}

static double similarity(const DiscrepancySample *sample, Row x, Row y)
{
    return kernel_value(sample->kind,
                        shifted_distance_squared(x.logits, y.logits, x.mean - y.mean, sample->V));
}

double discrepancy_row_sum(const DiscrepancySample *sample, size_t i)
{
    const Row a = target_row(sample, i);
    const Row b = current_row(sample, i);
    double sum = 2 * kernel_value(sample->kind, 0) - 2 * similarity(sample, a, b);
    /* The pairs (i, j) and (j, i) together. Of identical sets each bracket is 0 to the bit. */
    for (size_t j = 0; j < i; j++) {
        const Row a_j = target_row(sample, j);
        const Row b_j = current_row(sample, j);
        sum += 2 * ((similarity(sample, a, a_j) + similarity(sample, b, b_j)) -
                    (similarity(sample, a, b_j) + similarity(sample, b, a_j)));
    }
    return sum;
}

double discrepancy_mean(const DiscrepancySample *sample, double total)
{
    if (sample->count == 0) {
        return 0;
    }
    const double mean = total / ((double)sample->count * (double)sample->count);
    if (!sample->is_finite || isnan(mean)) {
        return (double)NAN;
    }
    return mean < 0 ? 0 : mean;
}
