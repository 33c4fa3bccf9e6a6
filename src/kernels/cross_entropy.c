/* kernels/cross_entropy.c -- the loss row by row, its gradient written over the logits. */
#include "kernels/cross_entropy.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "kernels/softmax.h"

double cross_entropy_sum(const Real *logits, const int32_t *targets, size_t N, size_t V)
{
    double nats = 0;
    for (size_t i = 0; i < N; i++) {
        if (targets[i] >= 0) {
            assert((size_t)targets[i] < V);
            nats += row_log_sum_exp(logits + i * V, V) - (double)logits[i * V + (size_t)targets[i]];
        }
    }
    return nats;
}

double cross_entropy_sum_and_gradient(Real *logits, const int32_t *targets, size_t N, size_t V,
                                      Real scale)
{
    double nats = 0;
    for (size_t i = 0; i < N; i++) {
        Real *const row = logits + i * V;
        if (targets[i] < 0) {
            memset(row, 0, V * sizeof *row);
            continue;
        }
        assert((size_t)targets[i] < V);
        const double target_logit = (double)row[targets[i]];
        const Real shift = row_maximum(row, V);
        const double sum = row_exponentials(row, row, shift, V);
        nats += log(sum) + (double)shift - target_logit;
        row_scale(row, (Real)((double)scale / sum), V);
        row[targets[i]] -= scale;
    }
    return nats;
}

size_t cross_entropy_count(const int32_t *targets, size_t N)
{
    size_t count = 0;
    for (size_t i = 0; i < N; i++) {
        count += targets[i] >= 0 ? 1 : 0;
    }
    return count;
}
