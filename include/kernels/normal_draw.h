/* kernels/normal_draw.h -- a normal number from two uniform ones in a few multiplications: a loop over it becomes vector code. */
#ifndef KERNELS_NORMAL_DRAW_H
#define KERNELS_NORMAL_DRAW_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernels/multiversion.h"

/* log(x) for 2^-53 <= x <= 1; error below 4e-16 |log(x)| + 1e-16, measured against libm.
 * x = m 2^k with m near 1;   log m = 2 artanh(s),   s = (m - 1) / (m + 1),   |s| <= 0.172. */
KERNEL_PIECE double logarithm_of_fraction(double x)
{
    const uint64_t root_of_half = 0x3FE6A09E667F3BCDU;
    const uint64_t one = 0x3FF0000000000000U;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits += one - root_of_half;
    const double k = (double)((int32_t)(bits >> 52) - 1023);
    bits = (bits & 0x000FFFFFFFFFFFFFU) + root_of_half;
    double m;
    memcpy(&m, &bits, sizeof m);
    const double s = (m - 1.0) / (m + 1.0);
    const double square = s * s;
    double p = 1.0 / 19.0;
    p = p * square + 1.0 / 17.0;
    p = p * square + 1.0 / 15.0;
    p = p * square + 1.0 / 13.0;
    p = p * square + 1.0 / 11.0;
    p = p * square + 1.0 / 9.0;
    p = p * square + 1.0 / 7.0;
    p = p * square + 1.0 / 5.0;
    p = p * square + 1.0 / 3.0;
    return k * 0.69314718055994530942 + 2.0 * (s + s * square * p);
}

/* cos(2 pi t) for 0 <= t < 1; error below 1e-15, measured against libm: the series' first term left out is 3e-15 / 380. */
KERNEL_PIECE double cosine_of_turn(double t)
{
    const double from_half = fabs(t - 0.5); /* cos(2 pi t) = -cos(2 pi from_half) */
    const double sign = from_half > 0.25 ? 1.0 : -1.0;
    const double angle = 6.28318530717958647693 * (from_half > 0.25 ? 0.5 - from_half : from_half);
    const double x = angle * angle;         /* at most (pi / 2)^2 */
    double p = 1.0 / 2432902008176640000.0; /* 1/20! */
    p = p * x - 1.0 / 6402373705728000.0;
    p = p * x + 1.0 / 20922789888000.0;
    p = p * x - 1.0 / 87178291200.0;
    p = p * x + 1.0 / 479001600.0;
    p = p * x - 1.0 / 3628800.0;
    p = p * x + 1.0 / 40320.0;
    p = p * x - 1.0 / 720.0;
    p = p * x + 1.0 / 24.0;
    p = p * x - 0.5;
    return sign * (p * x + 1.0);
}

/* A draw from N(0, 1) (Box & Muller 1958), as random_normal makes it of the same two numbers, but for its last digits:
 * sqrt(-2 log u) cos(2 pi t),   0 < u <= 1,   0 <= t < 1.   |difference| below 1e-14. */
KERNEL_PIECE double normal_draw(double u, double t)
{
    return sqrt(-2.0 * logarithm_of_fraction(u)) * cosine_of_turn(t);
}

#endif
