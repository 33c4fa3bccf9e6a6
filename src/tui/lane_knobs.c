#include "tui/lane_knobs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* What a race is about comes first; the others follow in the order of the knob table. */
static const KnobId MAIN_KNOBS[] = {KNOB_RHO,   KNOB_SCALE,  KNOB_LEARNING_RATE,
                                    KNOB_SIGMA, KNOB_LAMBDA, KNOB_GAMMA,
                                    KNOB_ETA,   KNOB_ALPHA,  KNOB_WEIGHT_DECAY};

enum { MAIN_KNOB_COUNT = sizeof MAIN_KNOBS / sizeof *MAIN_KNOBS };

static bool is_main(KnobId knob)
{
    for (size_t i = 0; i < MAIN_KNOB_COUNT; i++) {
        if (MAIN_KNOBS[i] == knob) {
            return true;
        }
    }
    return false;
}

static bool is_listed(const LabState *state, size_t lane, KnobId focus, KnobId knob)
{
    bool is_wanted = knob == focus;
    for (size_t i = 0; i < state->lane_count; i++) {
        const bool is_meant = lane >= state->lane_count || lane == i;
        is_wanted = is_wanted || (is_meant && state->lanes[i].knobs[knob].is_available);
    }
    return is_wanted;
}

LaneKnobList lane_knobs_list(const LabState *state, size_t lane, KnobId focus)
{
    LaneKnobList list = {.count = 0};
    for (size_t i = 0; i < MAIN_KNOB_COUNT; i++) {
        if (is_listed(state, lane, focus, MAIN_KNOBS[i])) {
            list.ids[list.count++] = MAIN_KNOBS[i];
        }
    }
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        if (!is_main((KnobId)i) && is_listed(state, lane, focus, (KnobId)i)) {
            list.ids[list.count++] = (KnobId)i;
        }
    }
    return list;
}

size_t lane_knobs_place(const LaneKnobList *list, KnobId knob)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->ids[i] == knob) {
            return i;
        }
    }
    return 0;
}

const MethodKnob *lane_knobs_of_method(const MethodInfo *method, KnobId knob)
{
    for (size_t i = 0; method != NULL && i < method->knob_count; i++) {
        if (method->knobs[i].id == knob) {
            return &method->knobs[i];
        }
    }
    return NULL;
}

double lane_knobs_maximum(const LabState *state, uint32_t lane, KnobId knob)
{
    double maximum = -INFINITY;
    for (uint32_t i = 0; i < state->lane_count; i++) {
        if ((lane != LANE_ALL && lane != i) || !state->lanes[i].knobs[knob].is_available) {
            continue;
        }
        const MethodKnob *own = lane_knobs_of_method(state->lanes[i].info, knob);
        const bool is_narrower = own != NULL && own->maximum > 0.0;
        maximum = fmax(maximum, is_narrower ? own->maximum : knob_info(knob)->maximum);
    }
    return isfinite(maximum) ? maximum : knob_info(knob)->maximum;
}

size_t lane_knobs_choice_count(KnobId knob, double maximum)
{
    char word[KNOB_CHOICE_BYTES];
    size_t count = 0;
    while ((double)count <= maximum && knob_choice_name(knob, (double)count, word)) {
        count++;
    }
    return count;
}

void lane_knobs_value_text(KnobId knob, double value, int digits, char *out, size_t out_bytes)
{
    char word[KNOB_CHOICE_BYTES];
    if (knob_choice_name(knob, value, word)) {
        snprintf(out, out_bytes, "%s", word);
    } else {
        text_number(value, digits, out, out_bytes);
    }
}

void lane_knobs_range_text(KnobId knob, double maximum, char *out, size_t out_bytes)
{
    const KnobInfo *info = knob_info(knob);
    if (info->choices == NULL) {
        snprintf(out, out_bytes, "%g to %g%s", info->minimum, maximum,
                 info->is_whole ? ", whole" : "");
        return;
    }
    char word[KNOB_CHOICE_BYTES];
    size_t used = 0;
    out[0] = '\0';
    const size_t count = lane_knobs_choice_count(knob, maximum);
    for (size_t i = 0; i < count; i++) {
        if (used < out_bytes && knob_choice_name(knob, (double)i, word)) {
            used += (size_t)snprintf(out + used, out_bytes - used, "%s%s", i > 0 ? ", " : "", word);
        }
    }
}
