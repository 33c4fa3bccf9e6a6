/* kernels/dropout.c -- a hash an element decides; loops of hashes become vector code. */
#include "kernels/dropout.h"

#include <string.h>

#include "base/random.h"
#include "kernels/hashed_draw.h"
#include "kernels/multiversion.h"

uint64_t dropout_window_key(const Dropout *dropout, size_t window)
{
    return random_bits_at(dropout->key, dropout->first_window + window);
}

uint64_t dropout_row_key(uint64_t window_key, size_t position)
{
    return random_bits_at(window_key, position);
}

MULTIVERSION
void dropout_row(Real *y, const Real *x, size_t n, double rate, uint64_t key)
{
    const uint32_t threshold = (uint32_t)(rate * 0x1.0p32);
    const Real factor = (Real)(1.0 / (1.0 - rate));
    for (size_t j = 0; j < n; j++) {
        const Real kept = x[j] * factor;
        y[j] = (uint32_t)(hashed_draw(key, j) >> 32) < threshold ? 0 : kept;
    }
}

void dropout_windows(Real *y, const Real *x, const Dropout *dropout, size_t B, size_t T, size_t C)
{
    if (!(dropout->rate > 0)) {
        memmove(y, x, B * T * C * sizeof *y);
        return;
    }
    for (size_t b = 0; b < B; b++) {
        const uint64_t window_key = dropout_window_key(dropout, b);
        for (size_t t = 0; t < T; t++) {
            const size_t row = (b * T + t) * C;
            dropout_row(y + row, x + row, C, dropout->rate, dropout_row_key(window_key, t));
        }
    }
}
