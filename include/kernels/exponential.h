/* kernels/exponential.h -- e^x in a few multiplications: a loop over it becomes vector code. */
#ifndef KERNELS_EXPONENTIAL_H
#define KERNELS_EXPONENTIAL_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/real.h"
#include "kernels/multiversion.h"

/* Why not expf: the C library's vector versions give other bits than its scalar one, so a value
 * would depend on whether it stands in the vectorised part of a loop or in its tail. This one gives
 * the same bits everywhere. Method (Cody and Waite 1980; coefficients of Moshier's Cephes):
 *     x = k ln 2 + r,  |r| <= ln 2 / 2;   e^x = 2^k p(r) */

/* (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2. */
KERNEL_PIECE float exponential_series_float(float r)
{
    float p = 1.9875691500E-4F;
    p = p * r + 1.3981999507E-3F;
    p = p * r + 8.3334519073E-3F;
    p = p * r + 4.1665795894E-2F;
    p = p * r + 1.6666665459E-1F;
    return p * r + 5.0000001201E-1F;
}

KERNEL_PIECE double exponential_series_double(double r)
{
    double p = 1.0 / 6227020800.0; /* 1/13!: the series' remainder is then below 5e-18 */
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    return p * r + 0.5;
}

/* e^x in float. Relative error, measured against libm over the whole range: below 1.1e-7.
 * Below -86.9 the result is 0 (no subnormal numbers), above 88.72 it is infinity; NaN gives NaN. */
KERNEL_PIECE float exponential_float(float x)
{
    /* 1.5 * 2^23: adding it leaves the rounded integer in the low bits. */
    const float shifter = 12582912.0F;
    const float shifted = x * 1.44269504088896341F + shifter;
    const float k = shifted - shifter;
    const float r = (x - k * 0.693359375F) + k * 2.12194440E-4F;
    const float p = (exponential_series_float(r) * r) * r + r + 1.0F;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 126U) << 23; /* 2^(k-1): k itself may be 128, which no float exponent holds */
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    float result = (p * scale) * 2.0F;
    result = x < -86.9F ? 0.0F : result;
    return x > 88.722839F ? INFINITY : result;
}

/* The same in double: relative error below 2.3e-16; 0 below -708, infinity above 709.78. */
KERNEL_PIECE double exponential_double(double x)
{
    const double shifter = 6755399441055744.0; /* 1.5 * 2^52 */
    const double shifted = x * 1.4426950408889634074 + shifter;
    const double k = shifted - shifter;
    const double r = (x - k * 6.93145751953125E-1) - k * 1.42860682030941723212E-6;
    const double p = (exponential_series_double(r) * r) * r + r + 1.0;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1022U) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    double result = (p * scale) * 2.0;
    result = x < -708.0 ? 0.0 : result;
    return x > 709.782712893383973 ? (double)INFINITY : result;
}

/* e^x - 1 - x for |x| <= 20, exactly 0 at 0 and never below. Relative error, measured against libm: below 1.2e-6. Where k is 0, the
 * parts that would cancel are exactly 0, so the error does not grow as x goes to 0. */
KERNEL_PIECE float exponential_excess_float(float x)
{
    const float shifter = 12582912.0F;
    const float shifted = x * 1.44269504088896341F + shifter;
    const float k = shifted - shifter;
    const float r = (x - k * 0.693359375F) + k * 2.12194440E-4F;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 127U) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return scale * (exponential_series_float(r) * r * r) + ((scale * r + (scale - 1.0F)) - x);
}

/* The same in double: relative error below 3e-15. */
KERNEL_PIECE double exponential_excess_double(double x)
{
    const double shifter = 6755399441055744.0;
    const double shifted = x * 1.4426950408889634074 + shifter;
    const double k = shifted - shifter;
    const double r = (x - k * 6.93145751953125E-1) - k * 1.42860682030941723212E-6;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023U) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return scale * (exponential_series_double(r) * r * r) + ((scale * r + (scale - 1.0)) - x);
}

/* The same bits for |x| <= EXPONENTIAL_NEAR, where k is 0 for sure, in half the time. */
static const Real EXPONENTIAL_NEAR = (Real)0.34;

KERNEL_PIECE Real exponential_excess_near(Real x)
{
#ifdef TRAMLAB_DOUBLE
    return exponential_series_double(x) * x * x;
#else
    return exponential_series_float(x) * x * x;
#endif
}

KERNEL_PIECE Real exponential(Real x)
{
#ifdef TRAMLAB_DOUBLE
    return exponential_double(x);
#else
    return exponential_float(x);
#endif
}

KERNEL_PIECE Real exponential_excess(Real x)
{
#ifdef TRAMLAB_DOUBLE
    return exponential_excess_double(x);
#else
    return exponential_excess_float(x);
#endif
}

#endif
