/* tui/difference_verdict.h -- what a paired difference says in plain words, and what it does not. */
#ifndef TUI_DIFFERENCE_VERDICT_H
#define TUI_DIFFERENCE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/seed_band.h"
#include "tui/series.h"

/* What is judged. All borrowed. */
typedef struct DifferenceCurve {
    const char
        *lane; /* this one minus the baseline; both "" where none but the baseline is in focus */
    const char *baseline;
    const Series *series;
    const SeedBand *band; /* of the series; NULL of one seed */
    size_t seed_count;
    double smoothing;  /* as the curve is drawn */
    bool is_at_passes; /* else paired at equal steps */
} DifferenceCurve;

/* The verdict at the last point of the curve as it is drawn, into out[out_bytes]:
 *     one seed: not distinguishable; TRAM - SAM 0.0506 @120
 *     5 seeds: not distinguishable; TRAM - SAM -0.03 ± 0.12 @100
 *     5 seeds: TRAM lower than SAM by 0.57 ± 0.21 @100, since 25
 * One is higher or lower than the other only where the 95 % interval over seeds does not hold 0; `since` is the step from which on it has
 * been so without a break. At equal passes both are passes ("@522 passes"). Where nothing is judged nothing is said to be alike:
 *     TRAM and SAM: no values at equal passes to compare
 *     5 seeds: the verdict is on the lane in focus           (there are no names; of one seed the words in front of the ';') */
void difference_verdict(const DifferenceCurve *curve, char *out, size_t out_bytes);

#endif
