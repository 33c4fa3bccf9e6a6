/* kernels/mean_discrepancy.h -- the squared maximum mean discrepancy of two sets of logit rows. */
#ifndef KERNELS_MEAN_DISCREPANCY_H
#define KERNELS_MEAN_DISCREPANCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "records/divergence_kind.h"

/* Every row meets every other, so at most this many positions take part. */
enum { DISCREPANCY_ROWS_MAX = 256 };

/* Rows a_i of the target and b_i of the current logits at the same positions (Gretton et al. 2012, biased V-statistic; EQUATIONS 12):
 *     MMD^2 = mean_ij [ k(a_i, a_j) + k(b_i, b_j) - 2 k(a_i, b_j) ],   r^2 = squared distance of two rows
 *     imq:  sum_b b / (b + r^2)        imq2: sum_b (b^2 + r^2)^(-1/2)      b in {0.1, 0.2, 0.5, 1, 2, 5, 10}
 *     imq3: sum_b b^2 / (b^2 + r^2)    rbf:  sum_b exp(-r^2 / (2 b))
 * all in double. The rows are borrowed. */
typedef struct DiscrepancySample {
    DivergenceKind kind; /* one of the four */
    const Real *target;  /* [N, V] */
    const Real *current; /* [N, V] */
    size_t V;
    size_t count;
    size_t positions[DISCREPANCY_ROWS_MAX]; /* rising */
    /* taken from each row; 0 where rows are not centred */
    double target_means[DISCREPANCY_ROWS_MAX];
    double current_means[DISCREPANCY_ROWS_MAX];
    bool is_finite; /* all rows are */
} DiscrepancySample;

/* Fill in `positions` and `count`: all positions with a target that is not negative if they are few enough, otherwise
 * DISCREPANCY_ROWS_MAX of them, each set equally likely, chosen by `seed`.
 * targets [N] in; NULL: all count */
void discrepancy_choose_positions(DiscrepancySample *sample, const int32_t *targets, size_t N,
                                  uint64_t seed);

/* Fill in the means and is_finite from the rows; is_centred subtracts each row's mean. All else must be set. */
void discrepancy_measure_rows(DiscrepancySample *sample, bool is_centred);

/* The part of the sum in which i is the larger index, i < count: rows can be shared out among workers. */
double discrepancy_row_sum(const DiscrepancySample *sample, size_t i);

/* The parts made one: total / count^2; never negative, 0 without rows, NaN if a row is not finite. */
double discrepancy_mean(const DiscrepancySample *sample, double total);

#endif
