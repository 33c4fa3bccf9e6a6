#include "tui/lab_state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "records/knob_choice.h"
#include "tui/lane_knobs.h"
#include "tui/reference_runs.h"

const MethodInfo *lab_state_method(const LabState *state, const char *id)
{
    for (size_t i = 0; i < state->methods.count; i++) {
        if (strcmp(state->methods.methods[i].id, id) == 0) {
            return &state->methods.methods[i];
        }
    }
    return NULL;
}

static void init_lane(LabState *state, size_t index)
{
    const ExperimentSpec *spec = state->spec;
    const LaneSpec *from = &spec->lanes[index];
    LabLane *lane = &state->lanes[index];
    text_clean(from->name, lane->name, sizeof lane->name, SPEC_NAME_BYTES);
    text_clean(from->method, lane->method, sizeof lane->method, METHOD_ID_BYTES);
    for (size_t i = 0; i < METHOD_SHARED_KNOB_COUNT; i++) {
        const KnobId shared = METHOD_SHARED_KNOBS[i];
        lane->knobs[shared] = (LaneKnob){.is_available = true,
                                         .value = experiment_spec_knob(spec, index, shared, 0.0)};
    }
    const MethodInfo *method = lab_state_method(state, from->method);
    lane->info = method;
    for (size_t i = 0; method != NULL && i < method->knob_count; i++) {
        const MethodKnob *knob = &method->knobs[i];
        lane->knobs[knob->id] =
            (LaneKnob){.is_available = true,
                       .value = experiment_spec_knob(spec, index, knob->id, knob->default_value)};
    }
}

Status lab_state_create(const ExperimentSpec *spec, MethodList methods, LabState **out)
{
    *out = NULL;
    LabState *state = calloc(1, sizeof *state);
    ExperimentSpec *own_spec = malloc(sizeof *own_spec);
    if (state == NULL || own_spec == NULL) {
        free(own_spec);
        free(state);
        return STATUS_OUT_OF_MEMORY;
    }
    *own_spec = *spec;
    state->spec = own_spec;
    state->methods = methods;
    state->lane_count = spec->lane_count < SPEC_LANES_MAX ? spec->lane_count : SPEC_LANES_MAX;
    state->max_steps = spec->max_steps;
    for (size_t i = 0; i < state->lane_count; i++) {
        init_lane(state, i);
    }
    *out = state;
    return STATUS_OK;
}

static void clear_history(LabLane *lane)
{
    for (size_t metric = 0; metric < METRIC_ID_MAX; metric++) {
        series_clear(&lane->history[metric]);
        if (lane->bands != NULL) {
            seed_band_clear(&lane->bands->of_history[metric]);
        }
    }
}

void lab_state_destroy(LabState *state)
{
    if (state == NULL) {
        return;
    }
    for (size_t lane = 0; lane < SPEC_LANES_MAX; lane++) {
        clear_history(&state->lanes[lane]);
        free(state->lanes[lane].bands);
    }
    (void)reference_runs_close(state);
    free(state->wall);
    free(state->spec);
    free(state);
}

bool lab_state_has_lane(const LabState *state, size_t lane)
{
    return lane < state->lane_count && !state->lanes[lane].is_removed;
}

size_t lab_state_lanes(const LabState *state, size_t lanes[SPEC_LANES_MAX])
{
    size_t count = 0;
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (!state->lanes[lane].is_removed) {
            lanes[count++] = lane;
        }
    }
    return count;
}

size_t lab_state_find_lane(const LabState *state, const char *name)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (!state->lanes[lane].is_removed && strcmp(state->lanes[lane].name, name) == 0) {
            return lane;
        }
    }
    return SPEC_LANES_MAX;
}

bool lab_state_is_catching_up(const LabState *state, size_t lane)
{
    const LabLane *one = &state->lanes[lane];
    return lab_state_has_lane(state, lane) && !one->has_diverged && !lab_state_is_over(state) &&
           one->step < one->catch_up_step;
}

/* Of the dev split: the loss, or the accuracy, of which more is better. */
static void remember_best(const LabState *state, LabLane *lane, uint16_t metric, double value,
                          uint32_t step)
{
    const bool has_classes = experiment_spec_has_classes(state->spec);
    if (metric != (has_classes ? METRIC_EVAL_ACCURACY : METRIC_EVAL_LOSS) || !isfinite(value)) {
        return;
    }
    const bool is_better = has_classes ? value > lane->best_eval : value < lane->best_eval;
    if (!lane->has_best || is_better) {
        lane->has_best = true;
        lane->best_eval = value;
        lane->best_step = step;
    }
}

static void take_value(LabState *state, LabLane *lane, const MetricSample *sample, uint32_t i)
{
    const uint16_t metric = sample->metrics[i];
    if (metric >= METRIC_ID_MAX) {
        return;
    }
    lane->is_measured[metric] = true;
    lane->last[metric] = sample->values[i];
    lane->last_step[metric] = sample->step;
    remember_best(state, lane, metric, sample->values[i], sample->step);
    if (!chart_can_show(metric)) {
        return;
    }
    const SeriesPoint point = {.x = {(double)sample->step, sample->passes, sample->seconds},
                               .value = sample->values[i]};
    Series *history = &lane->history[metric];
    const Status status = chart_is_main(metric)
                              ? series_append(history, point)
                              : series_append_thinned(history, point, LAB_THINNED_POINTS);
    if (status != STATUS_OK) {
        state->is_out_of_memory = true;
    }
}

/* A lane that catches up says nothing about the pace of the race. */
static void take_pace(LabState *state, const MetricSample *sample)
{
    if ((sample->step <= state->step && state->rate_count > 0) ||
        lab_state_is_catching_up(state, sample->lane)) {
        return;
    }
    state->step = sample->step;
    state->seconds = sample->race_seconds;
    const size_t slot = state->rate_count % LAB_RATE_POINTS;
    state->rate_steps[slot] = sample->step;
    state->rate_seconds[slot] = sample->race_seconds;
    state->rate_count++;
}

static void take_sample(LabState *state, const MetricSample *sample)
{
    if (!lab_state_has_lane(state, sample->lane)) {
        return;
    }
    LabLane *lane = &state->lanes[sample->lane];
    lane->step = sample->step;
    lane->passes = sample->passes;
    lane->seconds = sample->seconds;
    for (uint32_t i = 0; i < sample->count && i < METRIC_VALUES_MAX; i++) {
        take_value(state, lane, sample, i);
    }
    take_pace(state, sample);
    if (state->phase == LAB_EVALUATING || state->phase == LAB_LOADING) {
        state->phase = LAB_RUNNING;
    }
}

/* A record does not say which command an event answers: changes at one step are taken for one. */
static bool is_of_last_rule(const LabState *state, const RunEvent *event)
{
    if (state->rule_count == 0 || event->command != state->last_rule_command) {
        return false;
    }
    const double step = state->rules[state->rule_count - 1].x[SERIES_AXIS_STEP];
    return event->command != 0 || step == (double)event->step;
}

/* One rule for all lanes that one command changed. */
static int add_rule(LabState *state, const RunEvent *event)
{
    const double passes =
        event->lane < state->lane_count ? state->lanes[event->lane].passes : state->lanes[0].passes;
    if (is_of_last_rule(state, event)) {
        return state->last_rule;
    }
    if (state->rule_count == PLOT_RULES_MAX) {
        memmove(state->rules, state->rules + 1, (PLOT_RULES_MAX - 1) * sizeof *state->rules);
        state->rule_count--;
    }
    state->last_rule++;
    state->last_rule_command = event->command;
    state->rules[state->rule_count] =
        (PlotRule){.x = {(double)event->step, passes, event->seconds}, .number = state->last_rule};
    state->rule_count++;
    return state->last_rule;
}

static void set_knob(LabState *state, size_t index, const RunEvent *event)
{
    LaneKnob *knob = &state->lanes[index].knobs[event->knob];
    if (event->lane == LANE_ALL && !knob->is_available) {
        return;
    }
    const double old_value = knob->value;
    knob->is_available = true;
    knob->is_told = true;
    knob->value = event->value;
    if (event->kind != RUN_EVENT_KNOB_APPLIED) {
        return;
    }
    if (knob->is_pending && knob->pending_command == event->command) {
        knob->is_pending = false;
    }
    knob->is_changed = true;
    knob->old_value = event->lane == LANE_ALL ? old_value : event->old_value;
    knob->applied_step = event->step;
    if ((event->command & KNOB_HISTORY_UNDO_BIT) == 0) {
        knob_history_add(&state->history, (KnobChange){.command = event->command,
                                                       .lane = (uint32_t)index,
                                                       .knob = event->knob,
                                                       .old_value = knob->old_value,
                                                       .value = event->value});
    }
}

static void take_knob(LabState *state, const RunEvent *event)
{
    if ((size_t)event->knob >= KNOB_COUNT) {
        return;
    }
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (lab_state_has_lane(state, lane) && (event->lane == LANE_ALL || event->lane == lane)) {
            set_knob(state, lane, event);
        }
    }
}

static void forget_pending(LabState *state, uint64_t command)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        for (size_t knob = 0; knob < KNOB_COUNT; knob++) {
            LaneKnob *one = &state->lanes[lane].knobs[knob];
            one->is_pending = one->is_pending && one->pending_command != command;
        }
    }
}

static void add_event(LabState *state, const RunEvent *event, int rule, bool is_note)
{
    LabEvent *slot = &state->events[state->event_count % LAB_EVENTS_KEPT];
    slot->event = *event;
    slot->event.text[RUN_EVENT_TEXT_BYTES - 1] = '\0';
    slot->rule = rule;
    slot->is_note = is_note;
    state->event_count++;
}

static void enter_phase(LabState *state, LabPhase phase, const char *text)
{
    state->phase = phase;
    text_clean(text, state->phase_text, sizeof state->phase_text, RUN_EVENT_TEXT_BYTES);
}

static void take_diverged(LabState *state, const RunEvent *event)
{
    if (event->lane < state->lane_count) {
        state->lanes[event->lane].has_diverged = true;
        state->lanes[event->lane].diverged_step = event->step;
    }
}

static void forget_asked(LabState *state, uint64_t command)
{
    size_t kept = 0;
    for (size_t i = 0; i < state->asked_count; i++) {
        if (state->asked[i].command != command) {
            state->asked[kept++] = state->asked[i];
        }
    }
    state->asked_count = kept;
}

/* Other lanes, another pace. */
static void forget_pace(LabState *state)
{
    state->rate_count = 0;
}

static void take_added(LabState *state, const RunEvent *event)
{
    forget_asked(state, event->command);
    if (event->lane != state->lane_count || event->lane >= SPEC_LANES_MAX) {
        return;
    }
    state->spec->lanes[event->lane] = event->added;
    state->lane_count++;
    state->spec->lane_count = state->lane_count;
    init_lane(state, event->lane);
    LabLane *lane = &state->lanes[event->lane];
    lane->step = event->step;
    lane->catch_up_step = state->step;
    forget_pace(state);
}

/* Without knobs and history it is passed over wherever these are looked for. */
static void take_removed(LabState *state, const RunEvent *event)
{
    if (!lab_state_has_lane(state, event->lane)) {
        return;
    }
    LabLane *lane = &state->lanes[event->lane];
    lane->is_removed = true;
    memset(lane->knobs, 0, sizeof lane->knobs);
    clear_history(lane);
    knob_history_forget_lane(&state->history, event->lane);
    forget_pace(state);
}

/* What an event changes besides the list; false if it does not belong in the list. */
static bool follow_event(LabState *state, const RunEvent *event, int *rule)
{
    switch (event->kind) {
    case RUN_EVENT_LOADING:
        enter_phase(state, LAB_LOADING, event->text);
        return true;
    case RUN_EVENT_STARTED:
        state->steps_per_epoch = isfinite(event->value) && event->value > 0.0 ? event->value : 0.0;
        enter_phase(state, LAB_RUNNING, "");
        return true;
    case RUN_EVENT_RESUMED:
        enter_phase(state, LAB_RUNNING, "");
        return true;
    case RUN_EVENT_PAUSED:
        enter_phase(state, LAB_PAUSED, "");
        return true;
    case RUN_EVENT_EVALUATING:
        enter_phase(state, LAB_EVALUATING, event->text);
        return false;
    case RUN_EVENT_FINISHED:
        enter_phase(state, LAB_FINISHED, "");
        return true;
    case RUN_EVENT_STOPPED:
        enter_phase(state, LAB_STOPPED, "");
        return true;
    case RUN_EVENT_FAILED:
        enter_phase(state, LAB_FAILED, event->text);
        return true;
    case RUN_EVENT_KNOB_IN_FORCE:
        take_knob(state, event);
        return false;
    case RUN_EVENT_KNOB_APPLIED:
        take_knob(state, event);
        *rule = add_rule(state, event);
        return true;
    case RUN_EVENT_COMMAND_REFUSED:
        forget_pending(state, event->command);
        forget_asked(state, event->command);
        return true;
    case RUN_EVENT_MAX_STEPS:
        state->max_steps = event->value;
        return true;
    case RUN_EVENT_DIVERGED:
        take_diverged(state, event);
        return true;
    case RUN_EVENT_LANE_ADDED:
        take_added(state, event);
        return true;
    case RUN_EVENT_LANE_REMOVED:
        take_removed(state, event);
        return true;
    case RUN_EVENT_STEP_SKIPPED:
    case RUN_EVENT_NOT_SAVED:
    case RUN_EVENT_LOADED:
        return true;
    case RUN_EVENT_KIND_COUNT:
        break;
    }
    return false;
}

void lab_state_take(LabState *state, const RunReport *report)
{
    if (report->kind == RUN_REPORT_SAMPLE) {
        take_sample(state, &report->as.sample);
        return;
    }
    if (report->kind != RUN_REPORT_EVENT) {
        state->is_out_of_memory =
            lab_wall_take(&state->wall, report) != STATUS_OK || state->is_out_of_memory;
        return;
    }
    int rule = 0;
    if (follow_event(state, &report->as.event, &rule)) {
        add_event(state, &report->as.event, rule, false);
    }
}

static void expect_knob(LabState *state, const RunCommand *command)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        LaneKnob *knob = &state->lanes[lane].knobs[command->knob];
        /* A lane whose method does not take the value is passed over by the race, too. */
        const bool is_taken =
            command->value <= lane_knobs_maximum(state, (uint32_t)lane, command->knob);
        if ((command->lane == LANE_ALL || command->lane == lane) && knob->is_available &&
            is_taken) {
            knob->is_pending = true;
            knob->pending_value = command->value;
            knob->pending_command = command->id;
        }
    }
}

void lab_state_expect(LabState *state, const RunCommand *command)
{
    if (command->kind == RUN_COMMAND_SET_KNOB) {
        expect_knob(state, command);
    } else if (command->kind == RUN_COMMAND_ADD_LANE && state->asked_count < SPEC_LANES_MAX) {
        state->asked[state->asked_count++] = (AskedLane){command->id, command->added};
    }
}

void lab_state_note(LabState *state, const char *text)
{
    RunEvent event = {.kind = RUN_EVENT_LOADING, .step = state->step, .lane = LANE_ALL};
    text_clean(text, event.text, sizeof event.text, RUN_EVENT_TEXT_BYTES);
    add_event(state, &event, 0, true);
}

bool lab_state_has_metric(const LabState *state, uint16_t metric)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (lab_state_has_lane(state, lane) && state->lanes[lane].is_measured[metric]) {
            return true;
        }
    }
    return false;
}

bool lab_state_is_released(const LabState *state, size_t lane)
{
    const LaneKnob *arithmetic = &state->lanes[lane].knobs[KNOB_ARITHMETIC];
    return arithmetic->is_available && arithmetic->value == (double)ARITHMETIC_RELEASED;
}

bool lab_state_is_over(const LabState *state)
{
    return state->phase == LAB_FINISHED || state->phase == LAB_STOPPED ||
           state->phase == LAB_FAILED || state->phase == LAB_BROKEN_OFF;
}

bool lab_state_has_seconds(const LabState *state)
{
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        if (state->lanes[lane].seconds > 0.0) {
            return true;
        }
    }
    return !state->is_recorded;
}

void lab_state_end_record(LabState *state)
{
    state->is_recorded = true;
    if (!lab_state_is_over(state)) {
        enter_phase(state, LAB_BROKEN_OFF, "");
    }
}

const char *lab_state_phase_word(LabPhase phase)
{
#define LAB_PHASE_WORD(phase, word) word,
    static const char *const WORDS[LAB_PHASE_COUNT] = {LAB_PHASE_TABLE(LAB_PHASE_WORD)};
#undef LAB_PHASE_WORD
    return WORDS[phase];
}

double lab_state_rate(const LabState *state)
{
    if (state->rate_count < 2) {
        return 0.0;
    }
    const size_t last = (state->rate_count - 1) % LAB_RATE_POINTS;
    const size_t first =
        state->rate_count > LAB_RATE_POINTS ? state->rate_count % LAB_RATE_POINTS : 0;
    const double seconds = state->rate_seconds[last] - state->rate_seconds[first];
    const double steps = (double)state->rate_steps[last] - (double)state->rate_steps[first];
    return seconds > 0.0 ? steps / seconds : 0.0;
}

double lab_state_seconds_left(const LabState *state)
{
    const double rate = lab_state_rate(state);
    const double left = state->max_steps - (double)state->step;
    return rate > 0.0 && left >= 0.0 ? left / rate : -1.0;
}

static void knob_event_text(const LabState *state, const LabEvent *from, char *out,
                            size_t out_bytes)
{
    const RunEvent *event = &from->event;
    char step[32];
    char old_value[32];
    char value[32];
    text_number((double)event->step, 9, step, sizeof step);
    const char *lane = event->lane < state->lane_count ? state->lanes[event->lane].name : "all";
    if ((size_t)event->knob >= KNOB_COUNT) {
        snprintf(out, out_bytes, "%6s [%d] %s ?", step, from->rule, lane);
        return;
    }
    lane_knobs_value_text(event->knob, event->old_value, 4, old_value, sizeof old_value);
    lane_knobs_value_text(event->knob, event->value, 4, value, sizeof value);
    const char *symbol = knob_info(event->knob)->symbol;
    snprintf(out, out_bytes, "%6s [%d] %s %s %s > %s", step, from->rule, lane, symbol, old_value,
             value);
}

/* "   120 lane_added TRAM-x: tram-x, at theta_0", "... as SAM stands". */
static void added_event_text(const LabState *state, const RunEvent *event, char *out,
                             size_t out_bytes)
{
    char step[32];
    char name[SPEC_NAME_BYTES];
    char method[METHOD_ID_BYTES];
    const uint32_t joined_step =
        event->lane < SPEC_LANES_MAX ? state->lanes[event->lane].catch_up_step : 0;
    /* A lane that begins anew says 0; when that was, its race's step tells. */
    text_number((double)(event->step > joined_step ? event->step : joined_step), 9, step,
                sizeof step);
    text_clean(event->added.name, name, sizeof name, SPEC_NAME_BYTES);
    text_clean(event->added.method, method, sizeof method, METHOD_ID_BYTES);
    const bool is_fork = event->from < state->lane_count;
    snprintf(out, out_bytes, "%6s added %s: %s, %s%s", step, name, method,
             is_fork ? "as " : "at theta_0", is_fork ? state->lanes[event->from].name : "");
}

void lab_state_event_text(const LabState *state, size_t index, char *out, size_t out_bytes)
{
    const LabEvent *from = &state->events[index % LAB_EVENTS_KEPT];
    const RunEvent *event = &from->event;
    if (!from->is_note && event->kind == RUN_EVENT_LANE_ADDED) {
        added_event_text(state, event, out, out_bytes);
        return;
    }
    if (!from->is_note && event->kind == RUN_EVENT_KNOB_APPLIED) {
        knob_event_text(state, from, out, out_bytes);
        return;
    }
    char step[32];
    char value[32] = "";
    text_number((double)event->step, 9, step, sizeof step);
    if (event->kind == RUN_EVENT_MAX_STEPS) {
        text_number(event->value, 9, value, sizeof value);
    }
    const char *lane = event->lane < state->lane_count ? state->lanes[event->lane].name : "";
    const char *name = from->is_note                           ? "note"
                       : event->kind == RUN_EVENT_LANE_REMOVED ? "removed"
                                                               : run_event_name(event->kind);
    snprintf(out, out_bytes, "%6s %s%s%s%s%s%s%s", step, name, *lane != '\0' ? " " : "", lane,
             *value != '\0' ? " " : "", value, *event->text != '\0' ? ": " : "", event->text);
}
