/* tests/tui/fixed_state.h -- a state and a view that are the same at every run, for pictures. Include cmocka.h first. */
#ifndef TESTS_TUI_FIXED_STATE_H
#define TESTS_TUI_FIXED_STATE_H

#include <stdio.h>
#include <string.h>

#include "tui/fake_race.h"
#include "tui/lab_state.h"
#include "tui/view_state.h"

typedef struct FixedState {
    ExperimentSpec spec;
    LabState *state;
    ViewState view;
} FixedState;

static inline void give_event(LabState *state, RunEvent event)
{
    const RunReport report = {.kind = RUN_REPORT_EVENT, .as = {.event = event}};
    lab_state_take(state, &report);
}

static inline void give_sample(LabState *state, MetricSample sample)
{
    const RunReport report = {.kind = RUN_REPORT_SAMPLE, .as = {.sample = sample}};
    lab_state_take(state, &report);
}

static inline void give_steps(LabState *state, uint32_t first, uint32_t last, double scale)
{
    for (uint32_t step = first; step <= last; step++) {
        for (uint32_t lane = 0; lane < state->lane_count; lane++) {
            give_sample(state, fake_sample(lane, step, lane == 1 ? 0.05 : 0.5, scale));
        }
    }
}

/* Loading, as the first frame sees it. */
static inline void fixed_state_create(FixedState *fixed)
{
    memset(fixed, 0, sizeof *fixed);
    assert_int_equal(lab_state_create(fake_spec(&fixed->spec), fake_methods(), &fixed->state),
                     STATUS_OK);
    view_state_init(&fixed->view, "0.1", "runs/cross-domain-1");
    fixed->view.lane = 2;
}

/* The same with as many of FAKE_LANES. */
static inline void fixed_state_create_lanes(FixedState *fixed, size_t lane_count)
{
    memset(fixed, 0, sizeof *fixed);
    assert_int_equal(
        lab_state_create(fake_spec_of(&fixed->spec, lane_count), fake_methods(), &fixed->state),
        STATUS_OK);
    view_state_init(&fixed->view, "0.1", "runs/cross-domain-1");
}

/* 120 steps of a race in which TRAM's scale went from 5000 to 2000 at step 60. */
static inline void fixed_state_run(FixedState *fixed)
{
    LabState *state = fixed->state;
    RunEvent event = {.kind = RUN_EVENT_LOADING, .lane = LANE_ALL};
    (void)snprintf(event.text, sizeof event.text, "base-lm");
    give_event(state, event);
    give_event(state, (RunEvent){.kind = RUN_EVENT_STARTED, .lane = LANE_ALL});
    give_event(
        state,
        (RunEvent){.kind = RUN_EVENT_KNOB_IN_FORCE, .lane = 1, .knob = KNOB_RHO, .value = 0.05});
    give_event(
        state,
        (RunEvent){.kind = RUN_EVENT_KNOB_IN_FORCE, .lane = 2, .knob = KNOB_RHO, .value = 0.5});
    give_event(state, (RunEvent){.kind = RUN_EVENT_KNOB_IN_FORCE,
                                 .lane = 2,
                                 .knob = KNOB_SCALE,
                                 .value = 5000.0});
    give_steps(state, 0, 60, 5000.0);
    give_event(state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                 .step = 60,
                                 .lane = 2,
                                 .knob = KNOB_SCALE,
                                 .value = 2000.0,
                                 .old_value = 5000.0,
                                 .command = 1,
                                 .seconds = 30.0});
    give_steps(state, 61, 120, 2000.0);
}

/* The event of a SAM lane that joins: as a copy of lane `from`, at step 120, or at theta_0. */
static inline RunEvent added_lane(uint32_t lane, const char *name, uint32_t from)
{
    RunEvent event = {.kind = RUN_EVENT_LANE_ADDED,
                      .step = from == LANE_ALL ? 0 : 120,
                      .lane = lane,
                      .added = {.method = "sam"},
                      .from = from};
    (void)snprintf(event.added.name, sizeof event.added.name, "%s", name);
    return event;
}

static inline void fixed_state_destroy(FixedState *fixed)
{
    lab_state_destroy(fixed->state);
}

#endif
