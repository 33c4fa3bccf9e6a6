/* kernels/half_precision.h -- numbers as weight files store them, to Real: exactly. */
#ifndef KERNELS_HALF_PRECISION_H
#define KERNELS_HALF_PRECISION_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* IEEE 754 binary16, subnormal numbers, infinities and NaN included. values [n] out, halves [n] in, not aliased. */
void half_to_real(Real *restrict values, const uint16_t *restrict halves, size_t n);

/* bfloat16: the upper half of a float. Likewise. */
void bfloat_to_real(Real *restrict values, const uint16_t *restrict bfloats, size_t n);

/* Likewise. */
void float_to_real(Real *restrict values, const float *restrict floats, size_t n);

#endif
