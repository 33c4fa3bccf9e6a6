/* lab/race_state.h -- where the lanes of a race stand, in files, so that it can go on later to the bit, stopped or killed. */
#ifndef LAB_RACE_STATE_H
#define LAB_RACE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "lab/radius_history.h"
#include "lab/session.h"
#include "records/experiment_spec.h"
#include "store/run_writer.h"

/* One lane; the pointers are borrowed. */
typedef struct RaceStateLane {
    Session *session;
    RadiusHistory *radii;
    bool is_removed; /* its session is all zero */
} RaceStateLane;

typedef struct RaceState {
    uint64_t step;         /* of the lane that is furthest */
    double seconds;        /* of racing */
    RunRecordBytes record; /* how long the run's files are at this point */
    /* which of the two folders holds the weights of the state that is there; saving writes into the other one, and turns this over */
    unsigned folder;
    RaceStateLane lanes[SPEC_LANES_MAX];
} RaceState;

/* Write directory/resume/: a/LANE.safetensors (or b/) with the weights and moments of each lane, and then state.json with everything else, the
 * experiment included (with the lanes and the length that it has by now), which also says whether a or b. The weights of an older state are
 * deleted last: whenever the process dies, there is one whole state, the older or the newer.
 * STATUS_FILE_UNWRITABLE, STATUS_OUT_OF_MEMORY; the older state is then still there. */
Status race_state_save(const char *directory, const ExperimentSpec *spec, RaceState *state,
                       Problem *problem);

/* Has the disk room for one more state, and for as much again (the record, and the models at the end, must find theirs)? True where that
 * cannot be told. */
bool race_state_fits(const char *directory, const ExperimentSpec *spec, const RaceState *state);

/* Can the run in this directory go on? */
bool race_state_is_there(const char *directory);

/* The experiment of a state, and how long the record was. STATUS_FILE_UNREADABLE: there is no state (never saved, or over);
 * STATUS_BAD_FORMAT, STATUS_BAD_VALUE: it is damaged; the problem names the file. Outputs are then untouched. */
Status race_state_read_spec(const char *directory, ExperimentSpec *spec, RunRecordBytes *record,
                            Problem *problem);

/* Bring lanes that stand at theta_0 (sessions and histories as of race_open for that experiment) to where they stood. Statuses as above; the
 * lanes are then not to be used. */
Status race_state_load(const char *directory, const ExperimentSpec *spec, RaceState *state,
                       Problem *problem);

/* There is nothing to go on with any more. A folder that is not there, or holds more, is left. */
void race_state_remove(const char *directory, const ExperimentSpec *spec);

#endif
