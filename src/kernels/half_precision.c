/* kernels/half_precision.c -- without branches, so that the compiler makes vectors of it. */
#include "kernels/half_precision.h"

#include <string.h>

#include "kernels/multiversion.h"

KERNEL_PIECE float float_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

KERNEL_PIECE uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Exponents move from bias 15 to bias 127. A subnormal number, fraction * 2^-24, is the difference of two normal ones, 2^-14 (1 + fraction / 1024)
 * and 2^-14: exact, and processors are slow where a subnormal goes in or out. */
KERNEL_PIECE float float_from_half(uint32_t half)
{
    const uint32_t sign = (half & 0x8000U) << 16;
    const uint32_t magnitude = (half & 0x7FFFU) << 13;
    const uint32_t exponent = half & 0x7C00U;
    const uint32_t bias = exponent == 0x7C00U ? 224U << 23 : 112U << 23;
    const uint32_t tiny = bits_of_float(float_from_bits(magnitude + (113U << 23)) - 0x1p-14F);
    return float_from_bits(sign | (exponent == 0 ? tiny : magnitude + bias));
}

MULTIVERSION
void half_to_real(Real *restrict values, const uint16_t *restrict halves, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = (Real)float_from_half(halves[i]);
    }
}

MULTIVERSION
void bfloat_to_real(Real *restrict values, const uint16_t *restrict bfloats, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = (Real)float_from_bits((uint32_t)bfloats[i] << 16);
    }
}

MULTIVERSION
void float_to_real(Real *restrict values, const float *restrict floats, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        values[i] = (Real)floats[i];
    }
}
