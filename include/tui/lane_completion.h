/* tui/lane_completion.h -- what Tab offers behind "add", "remove" and "preset". */
#ifndef TUI_LANE_COMPLETION_H
#define TUI_LANE_COMPLETION_H

#include "tui/completion.h"
#include "tui/lab_state.h"

/* completion->typed is all that stands behind "add ": methods; then name=, from=, follow= and the method's knobs; behind '=' lanes or
 * the words of a choice. */
void lane_completion_add(Completion *completion, const LabState *state);

void lane_completion_lanes(Completion *completion, const LabState *state);
void lane_completion_presets(Completion *completion, const LabState *state);

#endif
