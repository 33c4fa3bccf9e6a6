/* kernels/dropout.h -- masks that can be made again: pure functions of key, window, position and element. */
#ifndef KERNELS_DROPOUT_H
#define KERNELS_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* Dropout at one place of a network (Srivastava et al. 2014), inverted: what stays is divided by 1 - rate. */
typedef struct Dropout {
    double rate;  /* share that is dropped, 0 <= rate < 1; 0: nothing is changed, to the bit */
    uint64_t key; /* of the place: seed, layer, site */
    size_t first_window; /* which window of the whole batch the first one given is */
} Dropout;

/* The key of a row: that of window `window` of the whole batch, then of `position` in it. The mask of a row thus depends neither on
 * how a batch is cut nor on how long its windows are. */
uint64_t dropout_window_key(const Dropout *dropout, size_t window);
uint64_t dropout_row_key(uint64_t window_key, size_t position);

/* y_j = x_j / (1 - rate), or 0 where the upper half of random_bits_at(key, j) is below rate * 2^32.
 * Being linear in x, it is its own backward pass.
 * y [n] out, may be x itself; x [n] in */
void dropout_row(Real *y, const Real *x, size_t n, double rate, uint64_t key);

/* The same for every row of B windows of T positions of C numbers: window b of the array is window first_window + b of the batch.
 * y [B*T, C] out, may be x itself; x [B*T, C] in */
void dropout_windows(Real *y, const Real *x, const Dropout *dropout, size_t B, size_t T, size_t C);

#endif
