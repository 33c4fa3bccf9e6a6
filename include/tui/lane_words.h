/* tui/lane_words.h -- what limits a lane's radius, in words made only from numbers it reported. */
#ifndef TUI_LANE_WORDS_H
#define TUI_LANE_WORDS_H

#include <stddef.h>

#include "tui/lab_state.h"

enum { LANE_WORDS_BYTES = 256 };

/* One sentence: "TRAM: d = 5000 x 3.1e-05 = 0.155: the trust region; rho 0.5 not reached". The product is written out only where it
 * agrees with the radius reported (a scale changed since the sample would make it a lie). */
void lane_words_limit_sentence(const LabState *state, size_t lane, char *out, size_t out_bytes);

/* A few words for tables: "limited by scale*KL", "limited by rho"; "" where nothing was measured. */
const char *lane_words_limit(const LabState *state, size_t lane);

#endif
