/* tui/seed_band.h -- one curve of several seeds: their mean, and the band in which it is to be believed. */
#ifndef TUI_SEED_BAND_H
#define TUI_SEED_BAND_H

#include <stddef.h>

#include "base/status.h"
#include "tui/series.h"

enum { SEEDS_MAX = 64 };

/* Both have the points of the mean they belong to. Smoothed with the same weight as the mean, the band is at least as wide as the
 * interval of the smoothed curves would be (a spread of means is at most the mean of the spreads): it never promises too much. */
typedef struct SeedBand {
    Series low; /* owned */
    Series high;
} SeedBand;

void seed_band_clear(SeedBand *band);

/* Points at the steps that all seeds have: the mean of their values, its 95 % interval of Student's t (mean_interval), the mean of their
 * passes and seconds. A value that is not finite in one seed is a gap (NaN) in all three curves.
 * seeds [count], 2..SEEDS_MAX; *mean and *band: empty before. STATUS_OUT_OF_MEMORY: they hold what was made until then. */
Status seed_band_make(const Series *const *seeds, size_t count, Series *mean, SeedBand *band);

#endif
