/* tui/lab_lane.h -- one lane of the race as the screen knows it. */
#ifndef TUI_LAB_LANE_H
#define TUI_LAB_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "records/experiment_spec.h"
#include "records/method_info.h"
#include "tui/seed_band.h"
#include "tui/series.h"

/* A knob of a lane: the value in force is what the race said, never what was typed. */
typedef struct LaneKnob {
    bool is_available; /* the lane's method has it */
    bool is_told;      /* the race has said a value; before that it is the experiment file's */
    double value;
    bool is_pending; /* asked for, not answered yet */
    double pending_value;
    uint64_t pending_command;
    bool is_changed; /* in this session */
    double old_value;
    uint32_t applied_step;
} LaneKnob;

/* Of several seeds: how far the means may be off. */
typedef struct LaneBands {
    SeedBand of_history[METRIC_ID_MAX];
    double of_last[METRIC_ID_MAX]; /* half widths; NaN where a mean has none */
} LaneBands;

typedef struct LabLane {
    char name[SPEC_NAME_BYTES];
    char method[METHOD_ID_BYTES];
    const MethodInfo *info; /* borrowed; NULL if there is no such method */
    LaneKnob knobs[KNOB_COUNT];
    bool is_removed;        /* it left the race: it has no knobs and no history any more */
    uint32_t catch_up_step; /* the race's step when it joined; 0 in lanes there from the start */
    bool has_diverged;
    uint32_t diverged_step;
    uint32_t step; /* of the last sample */
    double passes;
    double seconds;
    bool is_measured[METRIC_ID_MAX];
    double last[METRIC_ID_MAX];
    uint32_t last_step[METRIC_ID_MAX];
    Series history
        [METRIC_ID_MAX]; /* whole for the metrics of the chart table, thinned for the others */
    bool has_best;       /* an evaluation was made */
    double
        best_eval; /* the lowest loss on the dev split, or, where classes are told, the highest accuracy; at best_step */
    uint32_t best_step;
    LaneBands *bands; /* owned; NULL of a single seed */
} LabLane;

#endif
