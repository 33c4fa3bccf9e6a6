#include "tui/lane_request.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "records/spec_keys.h"
#include "tui/knob_words.h"
#include "tui/lane_knobs.h"

const char LANE_REQUEST_USAGE[] =
    "add METHOD [name=NAME] [from=LANE] [follow=LANE] [KNOB=VALUE ...]";

enum { NAMES_BYTES = 256, NAME_NUMBERS = 100, WORDS_BYTES = 1024 };

/* ---- who is there ---------------------------------------------------------------------------------------------------- */

/* All lanes that take a name or a place: of the race, removed ones too, and those asked for. */
typedef struct Roster {
    const LaneSpec *lanes[3 * SPEC_LANES_MAX];
    bool is_there[3 * SPEC_LANES_MAX]; /* false: removed, only the name is taken */
    bool can_lead[3 * SPEC_LANES_MAX];
    size_t count;
} Roster;

static bool has_d(const LabState *state, const char *method_id)
{
    const MethodInfo *method = lab_state_method(state, method_id);
    return method != NULL && method->has_d;
}

static void enlist(Roster *roster, const LaneSpec *lane, bool is_there, bool can_lead)
{
    roster->lanes[roster->count] = lane;
    roster->is_there[roster->count] = is_there;
    roster->can_lead[roster->count] = can_lead;
    roster->count++;
}

static Roster roster_of(const LabState *state)
{
    Roster roster = {.count = 0};
    for (size_t i = 0; i < state->lane_count; i++) {
        enlist(&roster, &state->spec->lanes[i], lab_state_has_lane(state, i),
               lane_request_can_lead(state, i));
    }
    for (size_t i = 0; i < state->asked_count; i++) {
        const LaneSpec *lane = &state->asked[i].lane;
        enlist(&roster, lane, true, has_d(state, lane->method));
    }
    return roster;
}

/* Place of the lane of that name; roster->count if there is none. With `is_there` only lanes that are in the race count. */
static size_t roster_find(const Roster *roster, const char *name, bool is_there)
{
    size_t i = 0;
    while (i < roster->count &&
           (strcmp(roster->lanes[i]->name, name) != 0 || (is_there && !roster->is_there[i]))) {
        i++;
    }
    return i;
}

bool lane_request_can_lead(const LabState *state, size_t lane)
{
    return lab_state_has_lane(state, lane) && state->lanes[lane].info != NULL &&
           state->lanes[lane].info->has_d;
}

/* One that goes on making new d comes first. */
size_t lane_request_leader(const LabState *state, size_t focus)
{
    size_t leader = SPEC_LANES_MAX;
    if (lane_request_can_lead(state, focus)) {
        return focus;
    }
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        const bool is_better = leader == SPEC_LANES_MAX || (state->lanes[leader].has_diverged &&
                                                            !state->lanes[lane].has_diverged);
        if (lane_request_can_lead(state, lane) && is_better) {
            leader = lane;
        }
    }
    return leader;
}

/* "AdamW, SAM": the lanes in the race, or only those that can be followed. */
static void list_lanes(const Roster *roster, bool only_leaders, char out[NAMES_BYTES])
{
    size_t used = 0;
    snprintf(out, NAMES_BYTES, "none");
    for (size_t i = 0; i < roster->count; i++) {
        if (roster->is_there[i] && (!only_leaders || roster->can_lead[i]) && used < NAMES_BYTES) {
            used += (size_t)snprintf(out + used, NAMES_BYTES - used, "%s%.40s",
                                     used > 0 ? ", " : "", roster->lanes[i]->name);
        }
    }
}

Status lane_request_find(const LabState *state, const char *name, size_t *lane, Problem *problem)
{
    char names[NAMES_BYTES];
    const size_t found = lab_state_find_lane(state, name);
    if (found < SPEC_LANES_MAX) {
        *lane = found;
        return STATUS_OK;
    }
    Roster roster = roster_of(state);
    roster.count = state->lane_count; /* not those that are still to come */
    list_lanes(&roster, false, names);
    return problem_describe(problem, STATUS_BAD_VALUE, "no lane \"%.40s\"; there are %s", name,
                            names);
}

const MethodInfo *lane_request_method(const LabState *state, const char *id, Problem *problem)
{
    const MethodInfo *method = lab_state_method(state, id);
    if (method != NULL || state->methods.count == 0) {
        return method;
    }
    const char *nearest = state->methods.methods[0].id;
    for (size_t i = 1; i < state->methods.count; i++) {
        const char *candidate = state->methods.methods[i].id;
        if (text_distance(id, candidate) < text_distance(id, nearest)) {
            nearest = candidate;
        }
    }
    if (text_distance(id, nearest) <= 2) {
        problem_describe(problem, STATUS_BAD_VALUE, "no method \"%.40s\"; did you mean \"%s\"?", id,
                         nearest);
    } else {
        problem_describe(problem, STATUS_BAD_VALUE,
                         "no method \"%.40s\"; Tab lists them, m explains them", id);
    }
    return NULL;
}

/* ---- checks ---------------------------------------------------------------------------------------------------------- */

static Status check_name(const Roster *roster, const char *name, Problem *problem)
{
    if (name[0] == '\0') {
        return problem_describe(problem, STATUS_BAD_VALUE, "name= is empty; give the lane a name");
    }
    if (!spec_word_is_plain(name)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "the name \"%.40s\" may hold only letters, digits and . _ + -, and "
                                "not begin with a dot",
                                name);
    }
    const size_t place = roster_find(roster, name, false);
    if (place < roster->count) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "the name \"%.40s\" is taken%s; choose another", name,
                                roster->is_there[place] ? "" : " by a lane that was removed");
    }
    return STATUS_OK;
}

static bool is_shared(KnobId knob)
{
    for (size_t i = 0; i < METHOD_SHARED_KNOB_COUNT; i++) {
        if (METHOD_SHARED_KNOBS[i] == knob) {
            return true;
        }
    }
    return false;
}

static double maximum_of(const MethodInfo *method, KnobId knob)
{
    const MethodKnob *own = lane_knobs_of_method(method, knob);
    return own != NULL && own->maximum > 0.0 ? own->maximum : knob_info(knob)->maximum;
}

static Status refuse_foreign(const MethodInfo *method, KnobId knob, Problem *problem)
{
    char known[NAMES_BYTES];
    size_t used = 0;
    for (size_t i = 0; i < METHOD_SHARED_KNOB_COUNT + method->knob_count && used < sizeof known;
         i++) {
        const KnobId one = i < method->knob_count ? method->knobs[i].id
                                                  : METHOD_SHARED_KNOBS[i - method->knob_count];
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "",
                                 knob_info(one)->key);
    }
    return problem_describe(problem, STATUS_BAD_VALUE, "%s has no %s; it has %s", method->id,
                            knob_info(knob)->key, known);
}

static Status check_knobs(const MethodInfo *method, const LaneSpec *lane, Problem *problem)
{
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        const KnobId knob = (KnobId)i;
        if (!lane->knob_is_set[knob]) {
            continue;
        }
        if (!is_shared(knob) && lane_knobs_of_method(method, knob) == NULL) {
            return refuse_foreign(method, knob, problem);
        }
        TRY(knob_words_check(knob, maximum_of(method, knob), method->id, lane->knobs[knob],
                             problem));
    }
    return STATUS_OK;
}

static Status check_follow(const Roster *roster, const MethodInfo *method, const LaneSpec *lane,
                           Problem *problem)
{
    char leaders[NAMES_BYTES];
    list_lanes(roster, true, leaders);
    if (!method->is_control) {
        return lane->follow[0] == '\0'
                   ? STATUS_OK
                   : problem_describe(problem, STATUS_BAD_VALUE,
                                      "%s follows no lane; only controls do", method->id);
    }
    if (lane->follow[0] == '\0') {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s takes the d of another lane, and none in the race has one; "
                                "add tram-prev, tram-0 or tram-x first",
                                method->id);
    }
    if (strcmp(lane->follow, lane->name) == 0) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "a control cannot follow itself; with a d there are: %s", leaders);
    }
    const size_t place = roster_find(roster, lane->follow, true);
    if (place == roster->count) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "no lane \"%.40s\" to follow; with a d there are: %s", lane->follow,
                                leaders);
    }
    if (!roster->can_lead[place]) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%.40s has no d to follow; with a d there are: %s", lane->follow,
                                leaders);
    }
    return STATUS_OK;
}

static Status check_lane(const LabState *state, const Roster *roster, const LaneSpec *lane,
                         Problem *problem)
{
    const MethodInfo *method = lane_request_method(state, lane->method, problem);
    if (method == NULL) {
        return STATUS_BAD_VALUE;
    }
    if (roster->count >= SPEC_LANES_MAX) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "no room for %.40s: a race has %d lanes in its life, those removed "
                                "included",
                                lane->name, SPEC_LANES_MAX);
    }
    TRY(check_name(roster, lane->name, problem));
    TRY(check_knobs(method, lane, problem));
    return check_follow(roster, method, lane, problem);
}

/* ---- making lanes ---------------------------------------------------------------------------------------------------- */

/* NAME, NAME-2, NAME-3, ...: the first that nobody has; the last one if all are taken. */
static void make_name(const Roster *roster, const char *base, char out[SPEC_NAME_BYTES])
{
    snprintf(out, SPEC_NAME_BYTES, "%s", base);
    for (unsigned i = 2; i < NAME_NUMBERS && roster_find(roster, out, false) < roster->count; i++) {
        snprintf(out, SPEC_NAME_BYTES, "%.*s-%u", SPEC_NAME_BYTES - 4, base, i % NAME_NUMBERS);
    }
}

static double default_of(const LabState *state, const MethodInfo *method, KnobId knob)
{
    const MethodKnob *own = lane_knobs_of_method(method, knob);
    return own != NULL                  ? own->default_value
           : knob == KNOB_LEARNING_RATE ? state->spec->learning_rate
           : knob == KNOB_WEIGHT_DECAY  ? state->spec->weight_decay
           : knob == KNOB_MAX_GRAD_NORM ? state->spec->max_grad_norm
                                        : 0.0;
}

/* A copy goes on as the lane it is copied from: with the knobs in force, as far as they mean the same to it. */
static void keep_knobs(const LabState *state, const MethodInfo *method, uint32_t from,
                       LaneSpec *lane)
{
    const LabLane *source = &state->lanes[from];
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        const KnobId knob = (KnobId)i;
        const bool is_meant = source->info == method || is_shared(knob);
        const LaneKnob *one = &source->knobs[knob];
        if (is_meant && one->is_available && !lane->knob_is_set[knob] &&
            one->value != default_of(state, method, knob)) {
            lane->knob_is_set[knob] = true;
            lane->knobs[knob] = one->value;
        }
    }
}

/* Fill in what was not said, and check the whole. */
static Status complete(const LabState *state, const MethodInfo *method, size_t focus,
                       LaneRequest *request, Problem *problem)
{
    const Roster roster = roster_of(state);
    LaneSpec *lane = &request->lane;
    snprintf(lane->method, sizeof lane->method, "%s", method->id);
    if (lane->name[0] == '\0') {
        make_name(&roster, method->id, lane->name);
    }
    if (request->from != LANE_ALL) {
        if (state->lanes[request->from].has_diverged) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s has diverged: there is nothing to go on from",
                                    state->lanes[request->from].name);
        }
        keep_knobs(state, method, request->from, lane);
    }
    const size_t leader = lane_request_leader(state, focus);
    if (method->is_control && lane->follow[0] == '\0' && leader < SPEC_LANES_MAX) {
        memcpy(lane->follow, state->spec->lanes[leader].name, sizeof lane->follow);
    }
    return check_lane(state, &roster, lane, problem);
}

Status lane_request_of_method(const LabState *state, const MethodInfo *method, size_t focus,
                              uint32_t from, LaneRequest *out, Problem *problem)
{
    LaneRequest request = {.from = from};
    TRY(complete(state, method, focus, &request, problem));
    *out = request;
    return STATUS_OK;
}

/* ---- words ----------------------------------------------------------------------------------------------------------- */

static Status read_name(const char *value, char out[SPEC_NAME_BYTES], Problem *problem)
{
    if (strlen(value) >= SPEC_NAME_BYTES) {
        return problem_describe(problem, STATUS_BAD_VALUE, "a name has at most %d characters",
                                SPEC_NAME_BYTES - 1);
    }
    snprintf(out, SPEC_NAME_BYTES, "%s", value);
    return STATUS_OK;
}

static Status read_knob(const MethodInfo *method, const char *key, const char *value,
                        LaneSpec *lane, Problem *problem)
{
    KnobId knob = KNOB_RHO;
    if (!knob_words_find(key, &knob)) {
        return knob_words_refuse_key(key, problem);
    }
    if (!is_shared(knob) && lane_knobs_of_method(method, knob) == NULL) {
        return refuse_foreign(method, knob, problem);
    }
    TRY(knob_words_read(knob, maximum_of(method, knob), method->id, value, &lane->knobs[knob],
                        problem));
    lane->knob_is_set[knob] = true;
    return STATUS_OK;
}

/* One "key=value". */
static Status read_word(const LabState *state, const MethodInfo *method, char *word,
                        LaneRequest *request, Problem *problem)
{
    char *equals = strchr(word, '=');
    if (equals == NULL) {
        return problem_describe(problem, STATUS_BAD_USAGE, "\"%.40s\"? usage: %s", word,
                                LANE_REQUEST_USAGE);
    }
    *equals = '\0';
    const char *value = equals + 1;
    if (strcmp(word, "name") == 0) {
        const Roster roster = roster_of(state);
        TRY(check_name(&roster, value, problem));
        return read_name(value, request->lane.name, problem);
    }
    if (strcmp(word, "follow") == 0) {
        return read_name(value, request->lane.follow, problem);
    }
    if (strcmp(word, "from") == 0) {
        size_t from = 0;
        TRY(lane_request_find(state, value, &from, problem));
        request->from = (uint32_t)from;
        return STATUS_OK;
    }
    return read_knob(method, word, value, &request->lane, problem);
}

/* The next word of *rest, ended in place; NULL if there is none. */
static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t");
    if (*word == '\0') {
        return NULL;
    }
    char *end = word + strcspn(word, " \t");
    *rest = end;
    if (*end != '\0') {
        *end = '\0';
        *rest = end + 1;
    }
    return word;
}

Status lane_request_parse(const char *words, const LabState *state, size_t focus, LaneRequest *out,
                          Problem *problem)
{
    char text[WORDS_BYTES];
    LaneRequest request = {.from = LANE_ALL};
    snprintf(text, sizeof text, "%s", words);
    char *rest = text;
    const char *id = next_word(&rest);
    if (id == NULL) {
        return problem_describe(problem, STATUS_BAD_USAGE, "usage: %s", LANE_REQUEST_USAGE);
    }
    const MethodInfo *method = lane_request_method(state, id, problem);
    if (method == NULL) {
        return STATUS_BAD_VALUE;
    }
    for (char *word = next_word(&rest); word != NULL; word = next_word(&rest)) {
        TRY(read_word(state, method, word, &request, problem));
    }
    TRY(complete(state, method, focus, &request, problem));
    *out = request;
    return STATUS_OK;
}

/* ---- presets --------------------------------------------------------------------------------------------------------- */

static bool is_control(const LabState *state, const LaneSpec *lane)
{
    const MethodInfo *method = lab_state_method(state, lane->method);
    return method != NULL && method->is_control;
}

/* The lane that a control of the preset follows, under its present name; where the preset does not say, the first with a d. */
static const char *leader_now(const Preset *preset, const LaneSpec *const lanes_now[SPEC_LANES_MAX],
                              const Roster *roster, const LaneSpec *lane)
{
    const char *name = lane->follow;
    for (size_t i = 0; name[0] == '\0' && i < roster->count; i++) {
        if (roster->can_lead[i]) {
            return roster->lanes[i]->name;
        }
    }
    for (size_t i = 0; i < preset->lane_count; i++) {
        if (lanes_now[i] != NULL && strcmp(preset->lanes[i].name, name) == 0) {
            return lanes_now[i]->name;
        }
    }
    return name;
}

static Status add_preset_lane(const LabState *state, const LaneSpec *lane, const char *leader,
                              Roster *roster, LaneRequestList *list, Problem *problem)
{
    Problem inner = {0};
    LaneSpec *made = &list->lanes[list->count];
    *made = *lane;
    made->line = 0;
    make_name(roster, lane->name, made->name);
    snprintf(made->follow, sizeof made->follow, "%s", leader);
    const Status status = check_lane(state, roster, made, &inner);
    if (status != STATUS_OK) {
        return problem_describe(problem, status, "%.40s: %s", lane->name, inner.text);
    }
    enlist(roster, made, true, has_d(state, made->method));
    list->count++;
    return STATUS_OK;
}

Status lane_request_of_preset(const LabState *state, const Preset *preset, LaneRequestList *out,
                              Problem *problem)
{
    const LaneSpec *lanes_now[SPEC_LANES_MAX] = {NULL};
    Roster roster = roster_of(state);
    const Roster before = roster;
    out->count = 0;
    for (int controls = 0; controls <= 1; controls++) {
        for (size_t i = 0; i < preset->lane_count; i++) {
            const LaneSpec *lane = &preset->lanes[i];
            if (is_control(state, lane) != (controls == 1) ||
                roster_find(&before, lane->name, true) < before.count) {
                continue;
            }
            const char *leader =
                controls == 1 ? leader_now(preset, lanes_now, &roster, lane) : lane->follow;
            TRY(add_preset_lane(state, lane, leader, &roster, out, problem));
            lanes_now[i] = &out->lanes[out->count - 1];
        }
    }
    return STATUS_OK;
}

/* ---- leaving --------------------------------------------------------------------------------------------------------- */

Status lane_request_removal(const LabState *state, size_t lane, Problem *problem)
{
    size_t lanes[SPEC_LANES_MAX];
    if (!lab_state_has_lane(state, lane)) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "h and l choose the lane to remove; all of them cannot be");
    }
    if (lab_state_lanes(state, lanes) == 1) {
        return problem_describe(problem, STATUS_BAD_VALUE,
                                "%s is the last lane: it cannot be removed; q leaves the race",
                                state->lanes[lane].name);
    }
    for (size_t i = 0; i < state->lane_count; i++) {
        if (lab_state_has_lane(state, i) &&
            strcmp(state->spec->lanes[i].follow, state->spec->lanes[lane].name) == 0) {
            return problem_describe(problem, STATUS_BAD_VALUE,
                                    "%s takes the d of %s; remove %s first", state->lanes[i].name,
                                    state->lanes[lane].name, state->lanes[i].name);
        }
    }
    return STATUS_OK;
}
