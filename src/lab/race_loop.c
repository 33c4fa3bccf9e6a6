#include "lab/race_loop.h"

#include <stdio.h>
#include <string.h>

#include "lab/race.h"
#include "lab/save_plan.h"

/* Where the loop stands between two steps. */
typedef struct LoopState {
    const RaceLoop *loop;
    Race *race;
    bool is_paused;
    bool is_stopping;
    uint64_t steps_until_pause; /* 0 = none asked for */
    SavePlan saves;
    bool is_unsaved_told; /* that the last save failed */
} LoopState;

static Status record_sample(void *context, const MetricSample *sample, Problem *problem)
{
    const RaceLoop *loop = context;
    if (loop->ring != NULL) {
        const RunReport report = {.kind = RUN_REPORT_SAMPLE, .as.sample = *sample};
        metric_ring_push(loop->ring, &report);
    }
    return run_writer_sample(loop->writer, sample, problem);
}

static void show_report(void *context, const RunReport *report)
{
    const RaceLoop *loop = context;
    metric_ring_push(loop->ring, report);
}

static void show_event(const RaceLoop *loop, const RunEvent *event)
{
    if (loop->ring != NULL) {
        const RunReport report = {.kind = RUN_REPORT_EVENT, .as.event = *event};
        metric_ring_push(loop->ring, &report);
    }
}

static Status record_event(void *context, const RunEvent *event, Problem *problem)
{
    const RaceLoop *loop = context;
    show_event(loop, event);
    return run_writer_event(loop->writer, event, problem);
}

static Status set_paused(LoopState *state, bool is_paused, Problem *problem)
{
    if (state->is_paused == is_paused) {
        return STATUS_OK;
    }
    state->is_paused = is_paused;
    return race_tell(state->race, is_paused ? RUN_EVENT_PAUSED : RUN_EVENT_RESUMED, "", problem);
}

static Status obey(LoopState *state, const RunCommand *command, Problem *problem)
{
    switch (command->kind) {
    case RUN_COMMAND_PAUSE:
        state->steps_until_pause = 0;
        return set_paused(state, true, problem);
    case RUN_COMMAND_RESUME:
        state->steps_until_pause = 0;
        return set_paused(state, false, problem);
    case RUN_COMMAND_STEP:
        state->steps_until_pause = command->count;
        return set_paused(state, command->count == 0, problem);
    case RUN_COMMAND_SET_KNOB:
    case RUN_COMMAND_SET_MAX_STEPS:
    case RUN_COMMAND_ADD_LANE:
    case RUN_COMMAND_REMOVE_LANE:
        save_plan_change(&state->saves);
        return race_apply(state->race, command, problem);
    case RUN_COMMAND_STOP:
        state->is_stopping = true;
        return STATUS_OK;
    }
    return STATUS_OK;
}

/* Take all commands that are there; while paused, sleep until there is one. */
static Status listen(LoopState *state, Problem *problem)
{
    RunCommand command;
    while (!state->is_stopping) {
        if (state->is_paused) {
            command_queue_pop(state->loop->commands, &command);
        } else if (!command_queue_try_pop(state->loop->commands, &command)) {
            return STATUS_OK;
        }
        TRY(obey(state, &command, problem));
    }
    return STATUS_OK;
}

/* A race that cannot save on the way is worth going on with: it is told, once. */
static Status tell_unsaved(LoopState *state, const char *why, Problem *problem)
{
    if (state->is_unsaved_told) {
        return STATUS_OK;
    }
    state->is_unsaved_told = true;
    return race_tell(state->race, RUN_EVENT_NOT_SAVED, why, problem);
}

static Status save_if_due(LoopState *state, Problem *problem)
{
    const RaceLoop *loop = state->loop;
    const char *directory = run_writer_directory(loop->writer);
    const double began_seconds = wall_clock_seconds(loop->clock);
    Problem reason = {0};
    if (!save_plan_wants(&state->saves, began_seconds)) {
        return STATUS_OK;
    }
    if (!race_state_has_room(state->race, directory)) {
        save_plan_done(&state->saves, began_seconds, began_seconds);
        return tell_unsaved(state, "the disk has too little room; going on", problem);
    }
    const Status status =
        race_save_state(state->race, directory, run_writer_bytes(loop->writer), &reason);
    save_plan_done(&state->saves, began_seconds, wall_clock_seconds(loop->clock));
    if (status != STATUS_OK) {
        return tell_unsaved(state, reason.text, problem);
    }
    state->is_unsaved_told = false;
    return STATUS_OK;
}

static Status step_once(LoopState *state, Problem *problem)
{
    TRY(race_step(state->race, problem));
    save_plan_step(&state->saves, race_steps_done(state->race));
    if (!race_is_over(state->race)) {
        TRY(save_if_due(state, problem));
    }
    if (state->steps_until_pause > 0) {
        state->steps_until_pause--;
        return state->steps_until_pause == 0 ? set_paused(state, true, problem) : STATUS_OK;
    }
    return STATUS_OK;
}

/* Where saving takes long, a change by hand may not have been saved when the race was killed. */
static Status go_on(LoopState *state, Problem *problem)
{
    const RunWriter *writer = state->loop->writer;
    const size_t lost = run_writer_lost_changes(writer);
    char text[RUN_EVENT_TEXT_BYTES];
    TRY(race_resume(state->race, run_writer_directory(writer), problem));
    if (lost == 0) {
        return STATUS_OK;
    }
    snprintf(text, sizeof text, "%zu %s made by hand after this step %s lost; make %s again", lost,
             lost == 1 ? "change" : "changes", lost == 1 ? "was" : "were",
             lost == 1 ? "it" : "them");
    return race_tell(state->race, RUN_EVENT_NOT_SAVED, text, problem);
}

static Status race_on(LoopState *state, Problem *problem)
{
    TRY(state->loop->is_resumed ? go_on(state, problem) : race_begin(state->race, problem));
    if (state->loop->is_started_paused) {
        TRY(set_paused(state, true, problem));
    }
    TRY(listen(state, problem));
    while (!state->is_stopping && !race_is_over(state->race)) {
        TRY(step_once(state, problem));
        TRY(listen(state, problem));
    }
    return STATUS_OK;
}

/* The record ends with the word before the state is saved, which says how long it is; the screen hears it when all is done. */
static Status save_and_stop(LoopState *state, Problem *problem)
{
    RunWriter *writer = state->loop->writer;
    const char *directory = run_writer_directory(writer);
    RunEvent stopped = {.kind = RUN_EVENT_STOPPED,
                        .step = (uint32_t)race_steps_done(state->race),
                        .lane = LANE_ALL,
                        .seconds = race_seconds(state->race)};
    snprintf(stopped.text, sizeof stopped.text, "%s", directory);
    TRY(run_writer_event(writer, &stopped, problem));
    if (!race_state_has_room(state->race, directory)) {
        race_forget_state(state->race, directory); /* makes room for the newer one */
    }
    TRY(race_save_state(state->race, directory, run_writer_bytes(writer), problem));
    show_event(state->loop, &stopped);
    return STATUS_OK;
}

/* The end of both ways out: evaluate, save, say so. */
static Status end_race(LoopState *state, Problem *problem)
{
    const char *directory = run_writer_directory(state->loop->writer);
    if (!state->is_stopping) {
        RunEvent evaluating = {.kind = RUN_EVENT_EVALUATING,
                               .step = (uint32_t)race_steps_done(state->race),
                               .lane = LANE_ALL,
                               .text = "final evaluation"};
        show_event(state->loop, &evaluating);
        TRY(race_evaluate_final(state->race, problem));
    }
    TRY(race_save_models(state->race, directory, problem));
    if (!state->is_stopping) {
        race_forget_state(state->race, directory);
        return race_tell(state->race, RUN_EVENT_FINISHED, directory, problem);
    }
    return save_and_stop(state, problem);
}

/* The user must hear of a failure even if the file cannot take it. */
static void report_failure(const RaceLoop *loop, uint64_t step, const Problem *problem)
{
    Problem ignored;
    RunEvent failed = {.kind = RUN_EVENT_FAILED, .step = (uint32_t)step, .lane = LANE_ALL};
    snprintf(failed.text, sizeof failed.text, "%.*s", (int)sizeof failed.text - 1, problem->text);
    (void)run_writer_event(loop->writer, &failed, &ignored);
    show_event(loop, &failed);
}

static void tell_loading(const RaceLoop *loop)
{
    RunEvent loading = {.kind = RUN_EVENT_LOADING, .lane = LANE_ALL};
    snprintf(loading.text, sizeof loading.text, "%.*s", (int)sizeof loading.text - 1,
             loop->spec->model[0] != '\0' ? loop->spec->model : "a new model from model_config");
    show_event(loop, &loading);
}

Status race_loop_run(const RaceLoop *loop, Problem *problem)
{
    RaceLoop sink_context = *loop;
    const RaceOptions options = {.runner = loop->runner,
                                 .clock = loop->clock,
                                 .sink = {.context = &sink_context,
                                          .sample = record_sample,
                                          .event = record_event,
                                          .show = loop->ring != NULL ? show_report : NULL}};
    LoopState state = {.loop = loop, .saves = save_plan_begin((uint64_t)loop->spec->save_steps)};
    tell_loading(loop);
    Status status = race_open(loop->spec, &options, &state.race, problem);
    if (status == STATUS_OK) {
        status = race_on(&state, problem);
    }
    if (status == STATUS_OK) {
        status = end_race(&state, problem);
    }
    if (status != STATUS_OK) {
        report_failure(loop, state.race == NULL ? 0 : race_steps_done(state.race), problem);
    }
    race_close(state.race);
    return status;
}
