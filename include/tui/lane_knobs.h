/* tui/lane_knobs.h -- the knobs of lanes as people read them: in which order, with which values and ranges. */
#ifndef TUI_LANE_KNOBS_H
#define TUI_LANE_KNOBS_H

#include <stddef.h>
#include <stdint.h>

#include "records/knob.h"
#include "records/method_info.h"
#include "tui/lab_state.h"

typedef struct LaneKnobList {
    KnobId ids[KNOB_COUNT];
    size_t count;
} LaneKnobList;

/* The knobs of lane `lane` (lane_count or more: of any lane), the main ones (rho, scale, learning_rate, sigma, lambda, ...) first.
 * `focus` is always among them, even where no lane has it. */
LaneKnobList lane_knobs_list(const LabState *state, size_t lane, KnobId focus);

/* Where the knob stands in the list; 0 if it does not. */
size_t lane_knobs_place(const LaneKnobList *list, KnobId knob);

/* What the method says of the knob; NULL if it has none of its own (or method is NULL). */
const MethodKnob *lane_knobs_of_method(const MethodInfo *method, KnobId knob);

/* The greatest value the lane takes; for LANE_ALL, the greatest that any lane takes. */
double lane_knobs_maximum(const LabState *state, uint32_t lane, KnobId knob);

/* How many choices a knob has up to `maximum`; 0 for numbers. */
size_t lane_knobs_choice_count(KnobId knob, double maximum);

/* The value as read and typed: "0.05" in `digits` digits, or a choice's word. */
void lane_knobs_value_text(KnobId knob, double value, int digits, char *out, size_t out_bytes);

/* What is accepted: "0 to 1e+06", "1 to 1e+06, whole", or all words of a choice between commas. */
void lane_knobs_range_text(KnobId knob, double maximum, char *out, size_t out_bytes);

#endif
