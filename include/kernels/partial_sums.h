/* kernels/partial_sums.h -- several sums side by side: vector code with a written-down order. */
#ifndef KERNELS_PARTIAL_SUMS_H
#define KERNELS_PARTIAL_SUMS_H

#include <stdint.h>
#include <string.h>

#include "base/real.h"
#include "kernels/multiversion.h"

/* Without fast-math GCC may not reorder a sum, so a plain summing loop stays scalar. These are
 * GCC's vector types: element i of a row goes to lane i % lanes, lanes are added in pairs at the
 * end, and every machine does it in that order. */
enum { REAL_LANES = 16, DOUBLE_LANES = 8 };

typedef Real RealLanes __attribute__((vector_size(REAL_LANES * sizeof(Real))));
typedef double DoubleLanes __attribute__((vector_size(DOUBLE_LANES * sizeof(double))));

/* The masks that comparing two RealLanes gives. */
#ifdef TRAMLAB_DOUBLE
typedef int64_t MaskLanes __attribute__((vector_size(REAL_LANES * sizeof(Real))));
#else
typedef int32_t MaskLanes __attribute__((vector_size(REAL_LANES * sizeof(Real))));
#endif

/* Lanes travel by pointer: by value their calling convention would differ between processors.
 * x[0..REAL_LANES) as it is. */
KERNEL_PIECE void real_lanes_load(RealLanes *out, const Real *x)
{
    memcpy(out, x, sizeof *out);
}

/* x[0..DOUBLE_LANES), converted. */
KERNEL_PIECE void double_lanes_load(DoubleLanes *out, const Real *x)
{
    Real narrow __attribute__((vector_size(DOUBLE_LANES * sizeof(Real))));
    memcpy(&narrow, x, sizeof narrow);
    *out = __builtin_convertvector(narrow, DoubleLanes);
}

/* 8 -> 4 -> 2 -> 1. */
KERNEL_PIECE double double_lanes_total(const DoubleLanes *lanes)
{
    double tree[DOUBLE_LANES];
    memcpy(tree, lanes, sizeof tree);
    return ((tree[0] + tree[4]) + (tree[2] + tree[6])) +
           ((tree[1] + tree[5]) + (tree[3] + tree[7]));
}

KERNEL_PIECE double real_lanes_total(const RealLanes *lanes)
{
    Real parts[REAL_LANES];
    memcpy(parts, lanes, sizeof parts);
    DoubleLanes low;
    DoubleLanes high;
    double_lanes_load(&low, parts);
    double_lanes_load(&high, parts + DOUBLE_LANES);
    low += high;
    return double_lanes_total(&low);
}

/* Sum of a few hundred numbers at most: a lane adds in Real before the sum goes on in double. */
KERNEL_PIECE double stretch_sum(const Real *x, size_t n)
{
    RealLanes lanes = {0};
    size_t i = 0;
    for (; i + REAL_LANES <= n; i += REAL_LANES) {
        RealLanes next;
        real_lanes_load(&next, x + i);
        lanes += next;
    }
    double rest = 0;
    for (; i < n; i++) {
        rest += (double)x[i];
    }
    return real_lanes_total(&lanes) + rest;
}

#endif
