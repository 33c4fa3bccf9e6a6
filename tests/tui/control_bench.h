/* tests/tui/control_bench.h -- a LabControl over the fixed state, with a clock that is set by hand. Include cmocka.h first. */
#ifndef TESTS_TUI_CONTROL_BENCH_H
#define TESTS_TUI_CONTROL_BENCH_H

#include "tui/fixed_state.h"
#include "tui/lab_control.h"

static const char *const BENCH_THEMES[] = {"default", "light", NULL};

typedef struct ControlBench {
    FixedState fixed;
    CommandQueue *commands;
    LabControl control;
    double now;
} ControlBench;

static inline double bench_seconds(void *context)
{
    const ControlBench *bench = context;
    return bench->now;
}

static inline void bench_open(ControlBench *bench)
{
    fixed_state_create(&bench->fixed);
    fixed_state_run(&bench->fixed);
    bench->now = 100.0;
    assert_int_equal(command_queue_create(&bench->commands), STATUS_OK);
    bench->control = (LabControl){.state = bench->fixed.state,
                                  .view = &bench->fixed.view,
                                  .commands = bench->commands,
                                  .clock = {bench_seconds, bench},
                                  .theme_names = BENCH_THEMES,
                                  .last_command = 1};
}

static inline void bench_close(ControlBench *bench)
{
    command_queue_destroy(bench->commands);
    fixed_state_destroy(&bench->fixed);
}

/* The next command that was sent; fails if there is none. */
static inline RunCommand bench_sent(ControlBench *bench)
{
    RunCommand command;
    assert_true(command_queue_try_pop(bench->commands, &command));
    return command;
}

static inline void bench_sent_nothing(ControlBench *bench)
{
    RunCommand command;
    assert_false(command_queue_try_pop(bench->commands, &command));
}

/* Answer a SET_KNOB as the race does. */
static inline void bench_apply(ControlBench *bench, const RunCommand *command, uint32_t step)
{
    for (uint32_t lane = 0; lane < 3; lane++) {
        const LaneKnob *knob = &bench->fixed.state->lanes[lane].knobs[command->knob];
        if ((command->lane == LANE_ALL || command->lane == lane) && knob->is_available) {
            const RunEvent event = {.kind = RUN_EVENT_KNOB_APPLIED,
                                    .step = step,
                                    .lane = lane,
                                    .knob = command->knob,
                                    .value = command->value,
                                    .old_value = knob->value,
                                    .command = command->id};
            const RunReport report = {.kind = RUN_REPORT_EVENT, .as = {.event = event}};
            lab_control_report(&bench->control, &report);
        }
    }
}

#endif
