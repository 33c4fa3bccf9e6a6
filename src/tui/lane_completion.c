#include "tui/lane_completion.h"

#include <stdio.h>
#include <string.h>

#include "tui/knob_words.h"
#include "tui/lane_knobs.h"
#include "tui/lane_request.h"

enum { CANDIDATE_BYTES = SPEC_NAME_BYTES + 64 };

void lane_completion_lanes(Completion *completion, const LabState *state)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (lab_state_has_lane(state, lane)) {
            completion_offer(completion, state->lanes[lane].name);
        }
    }
}

static void offer_leaders(Completion *completion, const LabState *state)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (lane_request_can_lead(state, lane)) {
            completion_offer(completion, state->lanes[lane].name);
        }
    }
}

void lane_completion_presets(Completion *completion, const LabState *state)
{
    for (size_t i = 0; i < state->presets.count; i++) {
        completion_offer(completion, state->presets.presets[i].name);
    }
}

static void offer_knob(Completion *completion, KnobId knob)
{
    char candidate[CANDIDATE_BYTES];
    snprintf(candidate, sizeof candidate, "%s=", knob_info(knob)->key);
    completion_offer(completion, candidate);
}

static void offer_keys(Completion *completion, const MethodInfo *method)
{
    completion_offer(completion, "name=");
    completion_offer(completion, "from=");
    if (method->is_control) {
        completion_offer(completion, "follow=");
    }
    for (size_t i = 0; i < method->knob_count; i++) {
        offer_knob(completion, method->knobs[i].id);
    }
    for (size_t i = 0; i < METHOD_SHARED_KNOB_COUNT; i++) {
        offer_knob(completion, METHOD_SHARED_KNOBS[i]);
    }
}

static void offer_values(Completion *completion, const LabState *state, const MethodInfo *method,
                         const char *key)
{
    KnobId knob = KNOB_RHO;
    char word[KNOB_CHOICE_BYTES];
    if (strcmp(key, "from") == 0) {
        lane_completion_lanes(completion, state);
    } else if (strcmp(key, "follow") == 0) {
        offer_leaders(completion, state);
    } else if (knob_words_find(key, &knob)) {
        const MethodKnob *own = lane_knobs_of_method(method, knob);
        const double maximum =
            own != NULL && own->maximum > 0.0 ? own->maximum : knob_info(knob)->maximum;
        const size_t count = lane_knobs_choice_count(knob, maximum);
        for (size_t i = 0; i < count; i++) {
            if (knob_choice_name(knob, (double)i, word)) {
                completion_offer(completion, word);
            }
        }
    }
}

void lane_completion_add(Completion *completion, const LabState *state)
{
    const char *words = completion->typed;
    const char *space = strpbrk(words, " \t");
    completion->is_word = true;
    if (space == NULL) {
        for (size_t i = 0; i < state->methods.count; i++) {
            completion_offer(completion, state->methods.methods[i].id);
        }
        return;
    }
    char id[METHOD_ID_BYTES];
    snprintf(id, sizeof id, "%.*s", (int)(space - words), words);
    const MethodInfo *method = lab_state_method(state, id);
    if (method == NULL) {
        return;
    }
    const char *word = words + strlen(words);
    while (word[-1] != ' ' && word[-1] != '\t') {
        word--;
    }
    completion->typed = word;
    const char *equals = strchr(word, '=');
    if (equals == NULL) {
        completion->is_word = false;
        offer_keys(completion, method);
        return;
    }
    char key[CANDIDATE_BYTES];
    snprintf(key, sizeof key, "%.*s", (int)(equals - word), word);
    completion->typed = equals + 1;
    offer_values(completion, state, method, key);
}
