/* tui/difference_verdict.h -- what a paired difference says in plain words, and what it does not. */
#ifndef TUI_DIFFERENCE_VERDICT_H
#define TUI_DIFFERENCE_VERDICT_H

#include <stddef.h>

#include "tui/seed_band.h"
#include "tui/series.h"

/* Which lane minus which; both "" where no lane is in focus. Borrowed. */
typedef struct DifferenceNames {
    const char *lane;
    const char *baseline;
} DifferenceNames;

/* The verdict at the last point of the curve as it is drawn (smoothed with `smoothing`), into out[out_bytes]:
 *     one seed: not distinguishable; TRAM - SAM 0.0506 @120
 *     5 seeds: not distinguishable; TRAM - SAM -0.03 ± 0.12 @100
 *     5 seeds: TRAM lower than SAM by 0.57 ± 0.21 @100, since 25
 * One is higher or lower than the other only where the 95 % interval over seeds does not hold 0; `since` is the step from which on it has
 * been so without a break. A curve without points, or without names, leaves the words in front of the ';'.
 * band  of the curve; NULL of one seed */
void difference_verdict(DifferenceNames names, const Series *series, const SeedBand *band,
                        size_t seed_count, double smoothing, char *out, size_t out_bytes);

#endif
