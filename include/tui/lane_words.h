/* tui/lane_words.h -- what limits a lane's radius, in words made only from numbers it reported. */
#ifndef TUI_LANE_WORDS_H
#define TUI_LANE_WORDS_H

#include <stddef.h>

#include "tui/lab_state.h"

enum { LANE_WORDS_BYTES = 512, LANE_LIMIT_BYTES = 96 };

/* One sentence: "TRAM: d = 5000 x 3.1e-05 = 0.155: the trust region; rho 0.5 not reached". The product is written out only where it
 * agrees with the radius reported (a scale changed since the sample would make it a lie). Choices that are not the default are named
 * (divergence, reduction, perturb, arithmetic), a penalty is told, and released arithmetic is called "not an ascent direction". */
void lane_words_limit_sentence(const LabState *state, size_t lane, char *out, size_t out_bytes);

/* A few words for tables: "limited by scale*KL", "limited by rho"; "" where nothing was measured. Released arithmetic says
 * "not an ascent direction" instead. */
void lane_words_limit(const LabState *state, size_t lane, char *out, size_t out_bytes);

/* The same in at most 13 columns: "scale*KL", "rho", "not an ascent". */
void lane_words_short_limit(const LabState *state, size_t lane, char *out, size_t out_bytes);

/* The lane's state in at most 11 columns: "racing", "catching up", "waiting" (for a lane that catches up), "DIVERGED", or what the race
 * does ("paused", "evaluating", ...). Static storage. */
const char *lane_words_state(const LabState *state, size_t lane);

#endif
