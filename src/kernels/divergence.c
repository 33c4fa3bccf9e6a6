/* kernels/divergence.c -- KL in double, a stretch of exponentials at a time. */
#include "kernels/divergence.h"

#include <math.h>

#include "kernels/exponential.h"
#include "kernels/multiversion.h"
#include "kernels/partial_sums.h"
#include "kernels/softmax.h"

/* Exponentials are made a stretch at a time by a loop that becomes vector code, then summed. */
enum { STRETCH = 256 };

/* What one row needs: both normalisers, and the weighted difference sum exp(a) (a - b), maxima
 * taken out. */
typedef struct RowSums {
    DoubleLanes target;
    DoubleLanes current;
    DoubleLanes difference;
} RowSums;

/* One stretch, filled up with numbers that add nothing. */
typedef struct Stretch {
    double target[STRETCH];
    double current[STRETCH];
    double difference[STRETCH];
} Stretch;

KERNEL_PIECE void add_stretch(RowSums *sums, const Stretch *stretch, size_t count)
{
    for (size_t i = 0; i < count; i += DOUBLE_LANES) {
        DoubleLanes next[3];
        memcpy(&next[0], stretch->target + i, sizeof next[0]);
        memcpy(&next[1], stretch->current + i, sizeof next[1]);
        memcpy(&next[2], stretch->difference + i, sizeof next[2]);
        sums->target += next[0];
        sums->current += next[1];
        sums->difference += next[2];
    }
}

MULTIVERSION
static double row_divergence(const Real *target_logits, const Real *current_logits, size_t V)
{
    const double target_shift = (double)row_maximum(target_logits, V);
    const double current_shift = (double)row_maximum(current_logits, V);
    RowSums sums = {0};
    Stretch stretch;
    for (size_t start = 0; start < V; start += STRETCH) {
        const size_t count = V - start < STRETCH ? V - start : STRETCH;
        for (size_t i = 0; i < count; i++) {
            const double a = (double)target_logits[start + i] - target_shift;
            const double b = (double)current_logits[start + i] - current_shift;
            stretch.target[i] = exponential_double(a);
            stretch.current[i] = exponential_double(b);
            stretch.difference[i] = stretch.target[i] * (a - b);
        }
        const size_t padded = (count + DOUBLE_LANES - 1) / DOUBLE_LANES * DOUBLE_LANES;
        for (size_t i = count; i < padded; i++) {
            stretch.target[i] = stretch.current[i] = stretch.difference[i] = 0;
        }
        add_stretch(&sums, &stretch, padded);
    }
    const double target_sum = double_lanes_total(&sums.target);
    const double current_sum = double_lanes_total(&sums.current);
    return double_lanes_total(&sums.difference) / target_sum - (log(target_sum) - log(current_sum));
}

double divergence_forward_kl_sum(const Real *target_logits, const Real *current_logits,
                                 const int32_t *targets, size_t N, size_t V)
{
    double nats = 0;
    for (size_t i = 0; i < N; i++) {
        if (targets != NULL && targets[i] < 0) {
            continue;
        }
        const double row = row_divergence(target_logits + i * V, current_logits + i * V, V);
        if (!isfinite(row)) {
            return (double)
                NAN; /* also where one logit of minus infinity makes the divergence infinite */
        }
        nats += row < 0 ? 0 : row;
    }
    return nats;
}
