/* kernels/softmax.c -- maximum, exponentials and their sum, vectorised. */
#include "kernels/softmax.h"

#include <assert.h>
#include <math.h>

#include "kernels/exponential.h"
#include "kernels/multiversion.h"
#include "kernels/partial_sums.h"

/* Exponentials are made and summed a stretch at a time: both stay in the nearest cache, and a lane
 * adds at most 16 numbers in Real before the sum goes on in double. */
enum { STRETCH = 256 };

MULTIVERSION
Real row_maximum(const Real *x, size_t n)
{
    RealLanes lanes = (RealLanes){0} - (Real)INFINITY;
    size_t i = 0;
    for (; i + REAL_LANES <= n; i += REAL_LANES) {
        RealLanes next;
        real_lanes_load(&next, x + i);
        const MaskLanes is_larger = next > lanes; /* false for NaN */
        lanes = (RealLanes)((is_larger & (MaskLanes)next) | (~is_larger & (MaskLanes)lanes));
    }
    Real largest = lanes[0];
    for (size_t lane = 1; lane < REAL_LANES; lane++) {
        largest = lanes[lane] > largest ? lanes[lane] : largest;
    }
    for (; i < n; i++) {
        largest = x[i] > largest ? x[i] : largest;
    }
    return largest;
}

MULTIVERSION
double row_exponentials(Real *e, const Real *x, Real shift, size_t n)
{
    double sum = 0;
    for (size_t start = 0; start < n; start += STRETCH) {
        const size_t count = n - start < STRETCH ? n - start : STRETCH;
        for (size_t i = start; i < start + count; i++) {
            e[i] = exponential(x[i] - shift);
        }
        sum += stretch_sum(e + start, count);
    }
    return sum;
}

MULTIVERSION
double row_log_sum_exp(const Real *x, size_t n)
{
    assert(n > 0);
    const Real shift = row_maximum(x, n);
    Real e[STRETCH];
    double sum = 0;
    for (size_t start = 0; start < n; start += STRETCH) {
        const size_t count = n - start < STRETCH ? n - start : STRETCH;
        for (size_t i = 0; i < count; i++) {
            e[i] = exponential(x[start + i] - shift);
        }
        sum += stretch_sum(e, count);
    }
    return log(sum) + (double)shift;
}

MULTIVERSION
void row_scale(Real *x, Real factor, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] *= factor;
    }
}
