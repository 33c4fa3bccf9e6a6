/* kernels/layer_norm.c -- two passes a row, sums in double. */
#include "kernels/layer_norm.h"

#include <math.h>

#include "kernels/multiversion.h"
#include "kernels/partial_sums.h"

KERNEL_PIECE double row_mean(const Real *x, size_t C)
{
    DoubleLanes sums = {0};
    double rest = 0;
    size_t j = 0;
    for (; j + DOUBLE_LANES <= C; j += DOUBLE_LANES) {
        DoubleLanes next;
        double_lanes_load(&next, x + j);
        sums += next;
    }
    for (; j < C; j++) {
        rest += (double)x[j];
    }
    return (double_lanes_total(&sums) + rest) / (double)C;
}

KERNEL_PIECE double row_variance(const Real *x, size_t C, double mean)
{
    DoubleLanes sums = {0};
    double rest = 0;
    size_t j = 0;
    for (; j + DOUBLE_LANES <= C; j += DOUBLE_LANES) {
        DoubleLanes distance;
        double_lanes_load(&distance, x + j);
        distance -= mean;
        sums += distance * distance;
    }
    for (; j < C; j++) {
        const double distance = (double)x[j] - mean;
        rest += distance * distance;
    }
    return (double_lanes_total(&sums) + rest) / (double)C;
}

MULTIVERSION
void layer_norm_forward(Real *restrict y, Real *restrict mean, Real *restrict rstd,
                        const Real *restrict x, const Real *restrict gain,
                        const Real *restrict bias, size_t N, size_t C, double epsilon)
{
    for (size_t i = 0; i < N; i++) {
        const Real *const row = x + i * C;
        const double average = row_mean(row, C);
        const Real center = (Real)average;
        const Real scale = (Real)(1.0 / sqrt(row_variance(row, C, average) + epsilon));
        for (size_t j = 0; j < C; j++) {
            y[i * C + j] = (row[j] - center) * scale * gain[j] + bias[j];
        }
        mean[i] = center;
        rstd[i] = scale;
    }
}

/* The two averages of one row that its gradient needs: of e = d_y gain, and of e (x - center)
 * scale. */
KERNEL_PIECE void average_row(const Real *restrict d_y, const Real *restrict x,
                              const Real *restrict gain, double center, double scale, size_t C,
                              double averages[2])
{
    DoubleLanes plain = {0};
    DoubleLanes weighted = {0};
    double rest[2] = {0};
    size_t j = 0;
    for (; j + DOUBLE_LANES <= C; j += DOUBLE_LANES) {
        DoubleLanes e;
        DoubleLanes factor;
        DoubleLanes distance;
        double_lanes_load(&e, d_y + j);
        double_lanes_load(&factor, gain + j);
        double_lanes_load(&distance, x + j);
        e *= factor;
        plain += e;
        weighted += e * (distance - center);
    }
    for (; j < C; j++) {
        const double e = (double)d_y[j] * (double)gain[j];
        rest[0] += e;
        rest[1] += e * ((double)x[j] - center);
    }
    averages[0] = (double_lanes_total(&plain) + rest[0]) / (double)C;
    averages[1] = scale * (double_lanes_total(&weighted) + rest[1]) / (double)C;
}

MULTIVERSION
void layer_norm_backward(Real *restrict d_x, Real *restrict d_gain, Real *restrict d_bias,
                         const Real *restrict d_y, const Real *restrict x,
                         const Real *restrict mean, const Real *restrict rstd,
                         const Real *restrict gain, size_t N, size_t C)
{
    for (size_t i = 0; i < N; i++) {
        const Real *const row = x + i * C;
        const Real *const d_row = d_y + i * C;
        const Real center = mean[i];
        const Real scale = rstd[i];
        double averages[2];
        average_row(d_row, row, gain, (double)center, (double)scale, C, averages);
        const Real plain = (Real)averages[0];
        const Real weighted = (Real)averages[1];
        for (size_t j = 0; j < C; j++) {
            const Real h = (row[j] - center) * scale;
            d_gain[j] += d_row[j] * h;
            d_bias[j] += d_row[j];
            d_x[i * C + j] += scale * (d_row[j] * gain[j] - plain - h * weighted);
        }
    }
}
