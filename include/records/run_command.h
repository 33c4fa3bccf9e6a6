/* records/run_command.h -- what the user asks of a running race. */
#ifndef RECORDS_RUN_COMMAND_H
#define RECORDS_RUN_COMMAND_H

#include <stdint.h>

#include "records/experiment_spec.h"
#include "records/knob.h"

typedef enum RunCommandKind {
    RUN_COMMAND_PAUSE,
    RUN_COMMAND_RESUME,
    RUN_COMMAND_STEP,          /* run `count` steps, then pause */
    RUN_COMMAND_SET_KNOB,      /* `knob` of `lane` (or LANE_ALL) to `value` */
    RUN_COMMAND_SET_MAX_STEPS, /* to `count`, not below the present step */
    /* `added` joins the race: with `lane` LANE_ALL at theta_0, running alone until it has caught up;
     * else where `lane` stands now (its weights, moments and passes) */
    RUN_COMMAND_ADD_LANE,
    RUN_COMMAND_REMOVE_LANE, /* `lane` leaves the race; what it recorded stays */
    RUN_COMMAND_STOP         /* finish the step, save, end */
} RunCommandKind;

static const uint32_t LANE_ALL = UINT32_MAX;

/* Taken at step boundaries only. */
typedef struct RunCommand {
    RunCommandKind kind;
    uint64_t id; /* chosen by the sender, comes back in the answering event */
    uint32_t lane;
    KnobId knob;
    double value;
    uint64_t count;
    LaneSpec added;
} RunCommand;

#endif
