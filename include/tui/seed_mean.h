/* tui/seed_mean.h -- several seeds of one experiment as one state: means over the seeds, with bands. */
#ifndef TUI_SEED_MEAN_H
#define TUI_SEED_MEAN_H

#include "tui/lab_state.h"

/* The mean of recorded runs that differ in their seed only. A lane is there if all have it, in the same place; its curves are means at the
 * steps that all seeds have (seed_band_make), its last values means of the last values if these are of one step, else of the last shared
 * point; what cannot be averaged (the code of what limits the radius) is told where all seeds agree. Knobs are those of the first seed.
 * A lane has diverged if it has in one seed; the end is the worst of the seeds'.
 * Events: what happened in each seed besides running, as notes ("seed 3 @16: ..."); lanes left out.
 * seeds [count], 2..SEEDS_MAX, borrowed as long as *out lives: differences and expressions are computed seed by seed from them.
 * STATUS_OUT_OF_MEMORY: *out is NULL. The caller calls lab_state_destroy. */
Status seed_mean(const LabState *const *seeds, size_t count, LabState **out);

#endif
