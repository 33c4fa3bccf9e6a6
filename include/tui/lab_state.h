/* tui/lab_state.h -- what the race has said so far, as plain values for the views. */
#ifndef TUI_LAB_STATE_H
#define TUI_LAB_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "records/experiment_spec.h"
#include "records/method_info.h"
#include "records/preset.h"
#include "records/run_command.h"
#include "records/run_event.h"
#include "tui/chart.h"
#include "tui/knob_history.h"
#include "tui/lab_lane.h"
#include "tui/lab_wall.h"
#include "tui/line_plot.h"

enum {
    LAB_EVENTS_KEPT = 512,
    LAB_RATE_POINTS = 32,
    /* of a metric that is not in the table of charts: 24 lanes x 50 metrics stay below 80 MB, however long the race */
    LAB_THINNED_POINTS = 2048
};

/* X(phase, word) -- the word stands in the status line */
#define LAB_PHASE_TABLE(X)                                                                         \
    X(LAB_LOADING, "LOADING")                                                                      \
    X(LAB_RUNNING, "RUN")                                                                          \
    X(LAB_PAUSED, "PAUSE")                                                                         \
    X(LAB_EVALUATING, "EVAL")                                                                      \
    X(LAB_FINISHED, "DONE")                                                                        \
    X(LAB_STOPPED, "STOPPED")                                                                      \
    X(LAB_FAILED, "FAILED")                                                                        \
    X(LAB_BROKEN_OFF, "BROKEN OFF")
#define LAB_PHASE_ENUMERATOR(phase, word) phase,
typedef enum LabPhase { LAB_PHASE_TABLE(LAB_PHASE_ENUMERATOR) LAB_PHASE_COUNT } LabPhase;
#undef LAB_PHASE_ENUMERATOR

typedef struct LabEvent {
    RunEvent event;
    int rule;     /* number of its rule on the charts; 0 = none */
    bool is_note; /* not of the race: event.text only */
} LabEvent;

/* A lane that was asked for and has not joined yet. */
typedef struct AskedLane {
    uint64_t command;
    LaneSpec lane;
} AskedLane;

typedef struct LabState {
    ExperimentSpec *spec; /* owned: as the race began, with the lanes that joined since behind */
    MethodList methods;   /* borrowed */
    PresetList presets;   /* borrowed; empty until its owner sets it */
    LabLane lanes[SPEC_LANES_MAX];
    size_t lane_count; /* in the life of the race, those removed included */
    AskedLane asked[SPEC_LANES_MAX];
    size_t asked_count;
    LabPhase phase;
    char phase_text[RUN_EVENT_TEXT_BYTES]; /* what is being loaded, why it failed */
    uint32_t step;                         /* of the most advanced lane */
    double max_steps;
    double steps_per_epoch; /* 0 = not known */
    char epoch_problem
        [RUN_EVENT_TEXT_BYTES]; /* why not, of a record; "": the race has not said yet */
    double seconds;
    uint32_t rate_steps[LAB_RATE_POINTS];
    double rate_seconds[LAB_RATE_POINTS];
    size_t rate_count;
    LabEvent events[LAB_EVENTS_KEPT]; /* event i is at i % LAB_EVENTS_KEPT */
    size_t event_count;               /* ever; the last LAB_EVENTS_KEPT are there */
    PlotRule rules[PLOT_RULES_MAX];   /* the last ones */
    size_t rule_count;
    int last_rule;
    uint64_t last_rule_command;
    KnobHistory history;
    LabWall *wall;    /* owned; NULL until the first picture comes */
    bool is_recorded; /* read from a run directory: no race is behind it */
    /* of several recorded seeds: what each of them said, borrowed; their means stand above */
    const struct LabState *const *seeds;
    size_t seed_count;                /* 0: one seed */
    struct ReferenceRuns *references; /* owned, see tui/reference_runs.h; NULL: none */
    uint64_t dropped;      /* samples the ring had no room for: not drawn, but in the run file */
    bool is_out_of_memory; /* a point could not be kept */
} LabState;

/* All lanes as the experiment file says. STATUS_OUT_OF_MEMORY: *out is NULL. `spec` is copied; `methods` must outlive it. */
Status lab_state_create(const ExperimentSpec *spec, MethodList methods, LabState **out);
void lab_state_destroy(LabState *state);

/* Take one report in. Lanes, knobs and metrics beyond those known are ignored. */
void lab_state_take(LabState *state, const RunReport *report);

/* A command is on its way: the value of SET_KNOB is shown as pending, the name of ADD_LANE is taken. */
void lab_state_expect(LabState *state, const RunCommand *command);

/* Add a line of our own (a library's stray output, say) to the events. */
void lab_state_note(LabState *state, const char *text);

/* A method's row by its id; NULL if there is none. */
const MethodInfo *lab_state_method(const LabState *state, const char *id);

/* True for a lane of the race: neither beyond the last one nor removed. */
bool lab_state_has_lane(const LabState *state, size_t lane);

/* Indices of the lanes in the race, in their order; hands back how many they are. */
size_t lab_state_lanes(const LabState *state, size_t lanes[SPEC_LANES_MAX]);

/* The lane in the race of that name; SPEC_LANES_MAX if there is none. */
size_t lab_state_find_lane(const LabState *state, const char *name);

/* The lane began later than the others and steps alone until it stands where they wait. */
bool lab_state_is_catching_up(const LabState *state, size_t lane);

/* True if any lane in the race has measured it. */
bool lab_state_has_metric(const LabState *state, uint16_t metric);

/* The lane climbs by the authors' released arithmetic: its perturbation is not an ascent direction, and must be called so. */
bool lab_state_is_released(const LabState *state, size_t lane);

/* All that a recorded race has said was taken in. If it did not say how it ended (it was killed, or is still running), it is LAB_BROKEN_OFF. */
void lab_state_end_record(LabState *state);

/* True once nothing more will come: finished, stopped, failed or broken off. */
bool lab_state_is_over(const LabState *state);

/* False of a record without times, such as a table of final numbers: all its points would stand at 0 s. */
bool lab_state_has_seconds(const LabState *state);

const char *lab_state_phase_word(LabPhase phase);

/* Steps a second over the last samples; 0 = not known yet. */
double lab_state_rate(const LabState *state);

/* Seconds until max_steps at that rate; negative = not known. */
double lab_state_seconds_left(const LabState *state);

/* Event `index` (event_count - LAB_EVENTS_KEPT .. event_count - 1) as one line. */
void lab_state_event_text(const LabState *state, size_t index, char *out, size_t out_bytes);

#endif
