#include "kernels/vector_ops.h"

#include <string.h>

#include "kernels/multiversion.h"

/* Independent partial sums: enough for two AVX-512 registers of doubles, and a fixed order at every width. */
enum { LANES = 16 };

static double sum_lanes(const double lanes[LANES])
{
    double total = 0.0;
    for (size_t k = 0; k < LANES; k++) {
        total += lanes[k];
    }
    return total;
}

MULTIVERSION
double vector_sum_squares(const Real *restrict x, size_t n)
{
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double value = (double)x[i + k];
            lanes[k] += value * value;
        }
    }
    for (; i < n; i++) {
        lanes[0] += (double)x[i] * (double)x[i];
    }
    return sum_lanes(lanes);
}

MULTIVERSION
double vector_dot(const Real *restrict x, const Real *restrict y, size_t n)
{
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            lanes[k] += (double)x[i + k] * (double)y[i + k];
        }
    }
    for (; i < n; i++) {
        lanes[0] += (double)x[i] * (double)y[i];
    }
    return sum_lanes(lanes);
}

MULTIVERSION
double vector_distance_squared(const Real *restrict x, const Real *restrict y, size_t n)
{
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double difference = (double)x[i + k] - (double)y[i + k];
            lanes[k] += difference * difference;
        }
    }
    for (; i < n; i++) {
        const double difference = (double)x[i] - (double)y[i];
        lanes[0] += difference * difference;
    }
    return sum_lanes(lanes);
}

MULTIVERSION
double vector_weighted_sum_squares(const Real *restrict w, const Real *restrict g, size_t n)
{
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double value = (double)w[i + k] * (double)g[i + k];
            lanes[k] += value * value;
        }
    }
    for (; i < n; i++) {
        const double value = (double)w[i] * (double)g[i];
        lanes[0] += value * value;
    }
    return sum_lanes(lanes);
}

MULTIVERSION
double vector_adaptive_sum_squares(const Real *restrict w, const Real *restrict g, size_t n)
{
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double value = (double)w[i + k] * (double)w[i + k] * (double)g[i + k];
            lanes[k] += value * value;
        }
    }
    for (; i < n; i++) {
        const double value = (double)w[i] * (double)w[i] * (double)g[i];
        lanes[0] += value * value;
    }
    return sum_lanes(lanes);
}

MULTIVERSION
void vector_add_scaled(Real *out, const Real *x, double a, const Real *restrict y, size_t n)
{
    const Real factor = (Real)a;
    for (size_t i = 0; i < n; i++) {
        out[i] = x[i] + factor * y[i];
    }
}

MULTIVERSION
void vector_add_adaptive(Real *restrict out, const Real *restrict w, double a,
                         const Real *restrict g, size_t n)
{
    const Real factor = (Real)a;
    for (size_t i = 0; i < n; i++) {
        out[i] = w[i] + factor * (w[i] * w[i] * g[i]);
    }
}

void vector_copy(Real *restrict out, const Real *restrict x, size_t n)
{
    if (n > 0) {
        memcpy(out, x, n * sizeof *out);
    }
}
