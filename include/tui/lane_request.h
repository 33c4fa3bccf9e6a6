/* tui/lane_request.h -- lanes to add to the race or to take out of it, checked before the race is asked. */
#ifndef TUI_LANE_REQUEST_H
#define TUI_LANE_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "records/experiment_spec.h"
#include "records/method_info.h"
#include "records/preset.h"
#include "tui/lab_state.h"

/* What RUN_COMMAND_ADD_LANE asks for. */
typedef struct LaneRequest {
    LaneSpec lane;
    uint32_t from; /* the lane it is a copy of; LANE_ALL = at theta_0 */
} LaneRequest;

/* Those lanes of a preset that the race does not have yet, the followed ones before the controls; all at theta_0. */
typedef struct LaneRequestList {
    LaneSpec lanes[SPEC_LANES_MAX];
    size_t count;
} LaneRequestList;

/* All of these: STATUS_BAD_VALUE says in one line why the race cannot have it (unknown method, name taken, nothing to follow, foreign
 * knob, out of range, no room, last lane); *out is then of no use. Lanes that were asked for and have not joined yet count as there. */

/* A lane of `method` with its defaults, named after it ("sam", "sam-2", ...). As a copy of a lane of the same method it keeps that lane's
 * knobs, of another method the shared ones (learning_rate, ...). A control follows lane `focus` if that has a d, else the first that has. */
Status lane_request_of_method(const LabState *state, const MethodInfo *method, size_t focus,
                              uint32_t from, LaneRequest *out, Problem *problem);

/* "METHOD [name=NAME] [from=LANE] [follow=LANE] [KNOB=VALUE ...]"; the rest as above. STATUS_BAD_USAGE: no method, a word without '='. */
Status lane_request_parse(const char *words, const LabState *state, size_t focus, LaneRequest *out,
                          Problem *problem);

/* A lane whose name belonged to one that was removed gets a new name, and controls of the preset follow it under that. */
Status lane_request_of_preset(const LabState *state, const Preset *preset, LaneRequestList *out,
                              Problem *problem);

/* May this lane leave the race? */
Status lane_request_removal(const LabState *state, size_t lane, Problem *problem);

/* The lane a control would follow by default; SPEC_LANES_MAX if there is none. */
size_t lane_request_leader(const LabState *state, size_t focus);

/* True if lane `lane` has a d that a control can take. */
bool lane_request_can_lead(const LabState *state, size_t lane);

/* The method of that id; NULL, and "no method ...; did you mean ...?" (STATUS_BAD_VALUE in *problem), if there is none. */
const MethodInfo *lane_request_method(const LabState *state, const char *id, Problem *problem);

/* The lane in the race of that name. */
Status lane_request_find(const LabState *state, const char *name, size_t *lane, Problem *problem);

extern const char LANE_REQUEST_USAGE[];

#endif
