/* lab/race_state.h -- where the lanes of a stopped race stand, in files, so that it can go on later to the bit. */
#ifndef LAB_RACE_STATE_H
#define LAB_RACE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "lab/radius_history.h"
#include "lab/session.h"
#include "records/experiment_spec.h"

/* One lane; the pointers are borrowed. */
typedef struct RaceStateLane {
    Session *session;
    RadiusHistory *radii;
    bool is_removed; /* its session is all zero */
} RaceStateLane;

typedef struct RaceState {
    uint64_t step;          /* of the lane that is furthest */
    double seconds;         /* of racing */
    uint64_t metrics_bytes; /* of the run's metrics.jsonl at this point */
    RaceStateLane lanes[SPEC_LANES_MAX];
} RaceState;

/* Write directory/resume/: LANE.safetensors with the weights and moments of each lane, and last of all state.json with everything else, the
 * experiment included (with the lanes and the length that it has by now). An older state is removed first: what has a state.json is whole.
 * STATUS_FILE_UNWRITABLE, STATUS_OUT_OF_MEMORY; there is then none. */
Status race_state_save(const char *directory, const ExperimentSpec *spec, const RaceState *state,
                       Problem *problem);

/* Can the run in this directory go on? */
bool race_state_is_there(const char *directory);

/* The experiment of a state, and how long metrics.jsonl was. STATUS_FILE_UNREADABLE: there is no state (never stopped, or over);
 * STATUS_BAD_FORMAT, STATUS_BAD_VALUE: it is damaged; the problem names the file. Outputs are then untouched. */
Status race_state_read_spec(const char *directory, ExperimentSpec *spec, uint64_t *metrics_bytes,
                            Problem *problem);

/* Bring lanes that stand at theta_0 (sessions and histories as of race_open for that experiment) to where they stood. Statuses as above; the
 * lanes are then not to be used. */
Status race_state_load(const char *directory, const ExperimentSpec *spec, RaceState *state,
                       Problem *problem);

/* There is nothing to go on with any more. A folder that is not there, or holds more, is left. */
void race_state_remove(const char *directory, const ExperimentSpec *spec);

#endif
