/* tui/lab_state.h -- what the race has said so far, as plain values for the views. */
#ifndef TUI_LAB_STATE_H
#define TUI_LAB_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "records/experiment_spec.h"
#include "records/method_info.h"
#include "records/run_command.h"
#include "records/run_event.h"
#include "tui/chart.h"
#include "tui/knob_history.h"
#include "tui/line_plot.h"
#include "tui/series.h"

enum {
    LAB_EVENTS_KEPT = 512,
    LAB_RATE_POINTS = 32,
    /* of a metric that is not in the table of charts: 16 lanes x 50 metrics stay below 55 MB, however long the race */
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
    X(LAB_FAILED, "FAILED")
#define LAB_PHASE_ENUMERATOR(phase, word) phase,
typedef enum LabPhase { LAB_PHASE_TABLE(LAB_PHASE_ENUMERATOR) LAB_PHASE_COUNT } LabPhase;
#undef LAB_PHASE_ENUMERATOR

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

typedef struct LabLane {
    char name[SPEC_NAME_BYTES];
    char method[METHOD_ID_BYTES];
    const MethodInfo *info; /* borrowed; NULL if there is no such method */
    LaneKnob knobs[KNOB_COUNT];
    bool has_diverged;
    uint32_t diverged_step;
    uint32_t step; /* of the last sample */
    double passes;
    double seconds;
    bool is_measured[METRIC_ID_MAX];
    double last[METRIC_ID_MAX];
    uint32_t last_step[METRIC_ID_MAX];
    Series history
        [METRIC_ID_MAX];   /* whole for the metrics of the chart table, thinned for the others */
    bool has_best;         /* an evaluation loss was measured */
    double best_eval_loss; /* the lowest, at best_step */
    uint32_t best_step;
} LabLane;

typedef struct LabEvent {
    RunEvent event;
    int rule;     /* number of its rule on the charts; 0 = none */
    bool is_note; /* not of the race: event.text only */
} LabEvent;

typedef struct LabState {
    const ExperimentSpec *spec; /* borrowed, as are the methods */
    MethodList methods;
    LabLane lanes[SPEC_LANES_MAX];
    size_t lane_count;
    LabPhase phase;
    char phase_text[RUN_EVENT_TEXT_BYTES]; /* what is being loaded, why it failed */
    uint32_t step;
    double max_steps;
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
    uint64_t dropped;      /* samples the ring had no room for: not drawn, but in the run file */
    bool is_out_of_memory; /* a point could not be kept */
} LabState;

/* All lanes as the experiment file says. STATUS_OUT_OF_MEMORY: *out is NULL. `spec` and `methods` must outlive it. */
Status lab_state_create(const ExperimentSpec *spec, MethodList methods, LabState **out);
void lab_state_destroy(LabState *state);

/* Take one report in. Lanes, knobs and metrics beyond those known are ignored. */
void lab_state_take(LabState *state, const RunReport *report);

/* A SET_KNOB command is on its way: show its value as pending. */
void lab_state_expect(LabState *state, const RunCommand *command);

/* Add a line of our own (a library's stray output, say) to the events. */
void lab_state_note(LabState *state, const char *text);

/* A method's row by its id; NULL if there is none. */
const MethodInfo *lab_state_method(const LabState *state, const char *id);

/* True if any lane has measured it. */
bool lab_state_has_metric(const LabState *state, uint16_t metric);

/* The lane climbs by the authors' released arithmetic: its perturbation is not an ascent direction, and must be called so. */
bool lab_state_is_released(const LabState *state, size_t lane);

/* True once nothing more will come: finished, stopped or failed. */
bool lab_state_is_over(const LabState *state);

const char *lab_state_phase_word(LabPhase phase);

/* Steps a second over the last samples; 0 = not known yet. */
double lab_state_rate(const LabState *state);

/* Seconds until max_steps at that rate; negative = not known. */
double lab_state_seconds_left(const LabState *state);

/* Event `index` (event_count - LAB_EVENTS_KEPT .. event_count - 1) as one line. */
void lab_state_event_text(const LabState *state, size_t index, char *out, size_t out_bytes);

#endif
