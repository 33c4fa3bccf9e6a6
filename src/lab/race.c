#include "lab/race.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/vector_ops.h"
#include "lab/memory_check.h"
#include "lab/parameter_spans.h"
#include "lab/race_state.h"
#include "lab/race_task.h"
#include "lab/radius_history.h"
#include "lab/session.h"
#include "lab/spec_check.h"
#include "optim/method_table.h"

/* Steps whose radii have room from the start; races that go on for longer make room as they go. */
static const double RADII_RESERVED = 65536.0;

typedef struct RaceLane {
    Session session;
    RadiusHistory radii; /* kept when the lane is removed: events and copies may refer to it */
    double final_loss;   /* NaN before the final evaluation */
    bool is_removed;     /* its session is all zero */
} RaceLane;

struct Race {
    ExperimentSpec spec; /* with the lanes added since; those removed keep their places */
    RaceOptions options;
    RaceTask task;
    RaceLane lanes[SPEC_LANES_MAX]; /* spec.lane_count of them */
    ParameterSpan *spans;           /* [task.table->count] */
    Schedule schedule;
    uint64_t step;             /* of the lane that is furthest */
    double seconds;            /* of racing, without pauses, up to the last finished step */
    double step_start_seconds; /* on the clock, of the step under way */
    SessionScratch scratch;
    bool has_probes;              /* theta_0's outputs on them are kept */
    unsigned state_folder;        /* of the state saved last (lab/race_state.h) */
    MetricSample theta_0_sample;  /* what every lane's first sample says */
    WallAnswers *theta_0_answers; /* the same of the pictures; NULL without them. Owned */
};

static bool is_due(double interval, uint64_t step)
{
    return interval > 0.0 && step % (uint64_t)interval == 0;
}

static bool is_racing(const Race *race, size_t lane)
{
    const RaceLane *one = &race->lanes[lane];
    return !one->is_removed && !one->session.has_diverged &&
           (double)one->session.step < race->spec.max_steps;
}

/* -- setting up --------------------------------------------------------------------------------------------- */

/* Lane `index` of the spec: at theta_0, or where `from` stands. On failure its place is all zero. */
static Status create_lane(Race *race, size_t index, const RaceLane *from)
{
    RaceLane *lane = &race->lanes[index];
    const MethodInfo *method = method_find(race->spec.lanes[index].method);
    double knobs[KNOB_COUNT];
    spec_lane_knobs(&race->spec, index, knobs);
    *lane = (RaceLane){.final_loss = (double)NAN};
    Status status = from == NULL ? session_init(&lane->session, method, race->task.theta_0,
                                                race->task.table->size, knobs)
                                 : session_fork(&lane->session, method, &from->session, knobs);
    if (status == STATUS_OK && method->has_d) {
        const double steps = fmin(race->spec.max_steps, RADII_RESERVED);
        status = radius_history_reserve(&lane->radii, (size_t)steps);
    }
    if (status == STATUS_OK && from != NULL) {
        status = radius_history_copy(&lane->radii, &from->radii);
    }
    if (status != STATUS_OK) {
        session_clear(&lane->session);
        radius_history_clear(&lane->radii);
    }
    return status;
}

static Status create_lanes(Race *race)
{
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        TRY(create_lane(race, i, NULL));
    }
    if (race->task.wall != NULL) {
        race->theta_0_answers = calloc(1, sizeof *race->theta_0_answers);
        if (race->theta_0_answers == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
    }
    TRY(session_scratch_init(&race->scratch, race->task.table->size));
    return parameter_spans_create(race->task.table, &race->spans);
}

Status race_open(const ExperimentSpec *spec, const RaceOptions *options, Race **out,
                 Problem *problem)
{
    *out = NULL;
    Race *race = calloc(1, sizeof *race);
    if (race == NULL) {
        return problem_describe(problem, STATUS_OUT_OF_MEMORY, "not enough memory for the race");
    }
    race->spec = *spec;
    race->options = *options;
    race->schedule = spec_schedule(spec);
    Status status =
        race_task_open(&race->spec, race_task_needs(spec), options->runner, &race->task, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = create_lanes(race);
    if (status != STATUS_OK) {
        problem_describe(problem, status, "not enough memory for %zu lanes of %zu weights",
                         spec->lane_count, race->task.table->size);
        goto failed;
    }
    *out = race;
    return STATUS_OK;
failed:
    race_close(race);
    return status;
}

void race_close(Race *race)
{
    if (race == NULL) {
        return;
    }
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        session_clear(&race->lanes[i].session);
        radius_history_clear(&race->lanes[i].radii);
    }
    session_scratch_clear(&race->scratch);
    free(race->spans);
    free(race->theta_0_answers);
    if (race->task.close != NULL) {
        race->task.close(race->task.context);
    }
    free(race);
}

/* -- telling ------------------------------------------------------------------------------------------------ */

static RunEvent event_of(const Race *race, RunEventKind kind, uint32_t lane)
{
    RunEvent event = {
        .kind = kind, .step = (uint32_t)race->step, .lane = lane, .seconds = race->seconds};
    if (lane != LANE_ALL) {
        event.step = (uint32_t)race->lanes[lane].session.step;
        event.seconds = race->lanes[lane].session.seconds;
    }
    return event;
}

static Status emit_event(const Race *race, const RunEvent *event, Problem *problem)
{
    return race->options.sink.event(race->options.sink.context, event, problem);
}

static Status emit_sample(const Race *race, const MetricSample *sample, Problem *problem)
{
    return race->options.sink.sample(race->options.sink.context, sample, problem);
}

Status race_tell(Race *race, RunEventKind kind, const char *text, Problem *problem)
{
    RunEvent event = event_of(race, kind, LANE_ALL);
    snprintf(event.text, sizeof event.text, "%s", text);
    return emit_event(race, &event, problem);
}

/* The knobs of one lane, as they are in force. */
static Status tell_knobs(const Race *race, uint32_t lane, Problem *problem)
{
    const Session *session = &race->lanes[lane].session;
    for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
        double ignored = 0.0;
        if (!method_has_knob(session->method, knob, &ignored)) {
            continue;
        }
        RunEvent event = event_of(race, RUN_EVENT_KNOB_IN_FORCE, lane);
        event.knob = knob;
        event.value = session->knobs[knob];
        TRY(emit_event(race, &event, problem));
    }
    return STATUS_OK;
}

/* -- pictures ----------------------------------------------------------------------------------------------- */

static void show_pictures(const Race *race)
{
    const RaceSink *sink = &race->options.sink;
    const PictureWall *wall = race->task.wall;
    if (wall == NULL || sink->show == NULL) {
        return;
    }
    RunReport report = {.kind = RUN_REPORT_CLASS};
    for (size_t i = 0; i < wall->class_count; i++) {
        report.as.picture_class = wall->classes[i];
        sink->show(sink->context, &report);
    }
    report.kind = RUN_REPORT_PICTURE;
    for (size_t i = 0; i < wall->picture_count; i++) {
        report.as.picture = wall->pictures[i];
        sink->show(sink->context, &report);
    }
}

/* Of the lane that was evaluated last. */
static void show_answers(const Race *race, const MetricSample *sample)
{
    const RaceSink *sink = &race->options.sink;
    if (race->task.wall == NULL || sink->show == NULL) {
        return;
    }
    RunReport report = {.kind = RUN_REPORT_ANSWERS, .as.answers = race->task.wall->answers};
    report.as.answers.lane = sample->lane;
    report.as.answers.step = sample->step;
    sink->show(sink->context, &report);
}

/* -- starting ----------------------------------------------------------------------------------------------- */

static Status tell_theta_0(Race *race, uint32_t lane, Problem *problem)
{
    race->theta_0_sample.lane = lane;
    if (race->theta_0_answers != NULL) {
        race->task.wall->answers = *race->theta_0_answers;
        show_answers(race, &race->theta_0_sample);
    }
    return emit_sample(race, &race->theta_0_sample, problem);
}

static Status tell_skip(const Race *race, uint32_t lane, const char *reason, Problem *problem)
{
    RunEvent event = event_of(race, RUN_EVENT_STEP_SKIPPED, lane);
    snprintf(event.text, sizeof event.text, "%s", reason);
    TRY(emit_event(race, &event, problem));
    if (!race->lanes[lane].session.has_diverged) {
        return STATUS_OK;
    }
    event.kind = RUN_EVENT_DIVERGED;
    snprintf(event.text, sizeof event.text, "%s, %d steps in a row; the other lanes go on", reason,
             SESSION_SKIPS_TO_DIVERGE);
    return emit_event(race, &event, problem);
}

/* Not before the first probe elsewhere than at theta_0: two passes less before the first step. */
static void need_probes(Race *race)
{
    if (!race->has_probes) {
        race->task.begin_probes(race->task.context);
        race->has_probes = true;
    }
}

static void add_theta_0_probes(Race *race)
{
    const RaceTask *task = &race->task;
    if (task->add_home_probes != NULL) {
        task->add_home_probes(task->context, &race->theta_0_sample);
    } else {
        need_probes(race);
        task->add_probes(task->context, task->theta_0, false, &race->theta_0_sample);
    }
}

static Status tell_started(const Race *race, Problem *problem)
{
    RunEvent event = event_of(race, RUN_EVENT_STARTED, LANE_ALL);
    event.value = race->task.steps_per_epoch;
    snprintf(event.text, sizeof event.text, "all lanes stand at theta_0");
    return emit_event(race, &event, problem);
}

/* All lanes begin at the same point, so it is measured once. */
static void measure_theta_0(Race *race)
{
    const RaceTask *task = &race->task;
    task->add_evaluation(task->context, task->theta_0, &race->theta_0_sample);
    if (race->theta_0_answers != NULL) {
        *race->theta_0_answers = task->wall->answers;
    }
    show_pictures(race);
    add_theta_0_probes(race);
    metric_sample_add(&race->theta_0_sample, METRIC_DISTANCE, 0.0);
}

/* A head of another's making, or none, is no fault: but nobody should take its first guesses for the checkpoint's. */
static Status tell_loaded(Race *race, Problem *problem)
{
    char memory[MEMORY_TEXT_BYTES];
    memory_describe(&race->task.memory, memory);
    const char *const texts[] = {race->task.head_text, memory};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i] != NULL && texts[i][0] != '\0') {
            TRY(race_tell(race, RUN_EVENT_LOADED, texts[i], problem));
        }
    }
    return STATUS_OK;
}

Status race_begin(Race *race, Problem *problem)
{
    TRY(tell_started(race, problem));
    TRY(tell_loaded(race, problem));
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        TRY(tell_knobs(race, lane, problem));
    }
    measure_theta_0(race);
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        TRY(tell_theta_0(race, lane, problem));
    }
    return STATUS_OK;
}

/* -- stopping and going on ---------------------------------------------------------------------------------- */

static void point_to_lanes(Race *race, RaceState *state)
{
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        RaceLane *lane = &race->lanes[i];
        state->lanes[i] = (RaceStateLane){&lane->session, &lane->radii, lane->is_removed};
    }
}

/* The record keeps no answers: without these the pictures would have none up to the next evaluation. Shown, and nowhere written down. */
static void answer_anew(const Race *race)
{
    const RaceTask *task = &race->task;
    if (task->wall == NULL || race->options.sink.show == NULL) {
        return;
    }
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        const Session *session = &race->lanes[lane].session;
        MetricSample sample = {.lane = lane, .step = (uint32_t)session->step};
        if (!race->lanes[lane].is_removed) {
            task->add_evaluation(task->context, session->state.params, &sample);
            show_answers(race, &sample);
        }
    }
}

Status race_resume(Race *race, const char *directory, Problem *problem)
{
    RaceState state = {0};
    char text[RUN_EVENT_TEXT_BYTES];
    point_to_lanes(race, &state);
    TRY(race_state_load(directory, &race->spec, &state, problem));
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        race->lanes[i].is_removed = state.lanes[i].is_removed;
        if (state.lanes[i].is_removed) {
            session_clear(&race->lanes[i].session);
        }
    }
    race->step = state.step;
    race->seconds = state.seconds;
    race->state_folder = state.folder;
    measure_theta_0(race); /* for lanes that join later */
    answer_anew(race);
    snprintf(text, sizeof text, "goes on from the state saved at step %llu",
             (unsigned long long)state.step);
    return race_tell(race, RUN_EVENT_RESUMED, text, problem);
}

Status race_save_state(Race *race, const char *directory, RunRecordBytes record, Problem *problem)
{
    RaceState state = {.step = race->step,
                       .seconds = race->seconds,
                       .record = record,
                       .folder = race->state_folder};
    point_to_lanes(race, &state);
    const Status status = race_state_save(directory, &race->spec, &state, problem);
    race->state_folder = state.folder;
    return status;
}

bool race_state_has_room(Race *race, const char *directory)
{
    RaceState state = {0};
    point_to_lanes(race, &state);
    return race_state_fits(directory, &race->spec, &state);
}

void race_forget_state(const Race *race, const char *directory)
{
    race_state_remove(directory, &race->spec);
}

/* -- stepping ----------------------------------------------------------------------------------------------- */

static void add_distance(const Race *race, const Session *session, MetricSample *sample)
{
    const double squared =
        vector_distance_squared(session->state.params, race->task.theta_0, session->n);
    metric_sample_add(sample, METRIC_DISTANCE, sqrt(squared));
}

/* What the next step is to that lane. */
static SessionStep session_step_of(const Race *race, uint32_t lane, const Objective *objective)
{
    const ExperimentSpec *spec = &race->spec;
    SessionStep step = {.objective = objective,
                        .schedule = &race->schedule,
                        .adam = {spec->adam_beta1, spec->adam_beta2, spec->adam_epsilon},
                        .step = race->lanes[lane].session.step + 1,
                        .seed = (uint64_t)spec->seed,
                        .theta_0 = race->task.theta_0,
                        .spans = {race->spans, race->task.table->count},
                        .part_count = (size_t)experiment_spec_step_parts(spec),
                        .scratch = race->scratch};
    if (spec->lanes[lane].follow[0] != '\0') {
        const size_t followed = experiment_spec_lane(spec, spec->lanes[lane].follow);
        step.followed_d = race->lanes[followed].radii.d;
        step.followed_count = race->lanes[followed].radii.count;
    }
    return step;
}

static bool is_logged(const Race *race, uint64_t step)
{
    const ExperimentSpec *spec = &race->spec;
    return is_due(spec->logging_steps, step) || is_due(spec->probe_steps, step) ||
           is_due(spec->eval_steps, step) || (double)step >= spec->max_steps;
}

static Status step_lane(Race *race, uint32_t index, Problem *problem)
{
    const RaceTask *task = &race->task;
    RaceLane *lane = &race->lanes[index];
    Session *session = &lane->session;
    const bool is_probed = is_due(race->spec.probe_steps, session->step + 1);
    if (is_probed) {
        need_probes(race);
        task->probe_before(task->context, session->state.params);
    }
    /* Anew for each lane, and last: a probe, and an evaluation of the lane before, use the same memory. */
    task->set_batch(task->context, session->step);
    const Objective objective = task->objective(task->context);
    const SessionStep step = session_step_of(race, index, &objective);
    MetricSample sample = {.lane = index, .step = (uint32_t)step.step};
    const char *skip_reason = NULL;
    const double start_seconds = wall_clock_seconds(race->options.clock);
    TRY(session_step(session, &step, &sample, &skip_reason));
    const double step_seconds = wall_clock_seconds(race->options.clock) - start_seconds;
    if (session->method->has_d) {
        TRY(radius_history_append(&lane->radii, &sample));
    }
    session->seconds += step_seconds;
    sample.seconds = session->seconds;
    sample.race_seconds = race->seconds + start_seconds + step_seconds - race->step_start_seconds;
    metric_sample_add(&sample, METRIC_TOKENS_PER_SECOND,
                      task->positions / fmax(step_seconds, 1e-9));
    add_distance(race, session, &sample);
    if (is_probed) {
        task->add_probes(task->context, session->state.params, true, &sample);
    }
    if (is_due(race->spec.eval_steps, step.step)) {
        task->add_evaluation(task->context, session->state.params, &sample);
        show_answers(race, &sample);
    }
    if (is_logged(race, step.step) || skip_reason != NULL) {
        TRY(emit_sample(race, &sample, problem));
    }
    return skip_reason == NULL ? STATUS_OK : tell_skip(race, index, skip_reason, problem);
}

/* The controls' turn, or that of all others: the lanes that have done `steps_done` steps. */
static Status step_lanes(Race *race, uint64_t steps_done, bool are_controls, Problem *problem)
{
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        const Session *session = &race->lanes[lane].session;
        if (is_racing(race, lane) && session->step == steps_done &&
            session->method->is_control == are_controls) {
            TRY(step_lane(race, lane, problem));
        }
    }
    return STATUS_OK;
}

Status race_step(Race *race, Problem *problem)
{
    uint64_t steps_done = UINT64_MAX;
    for (size_t lane = 0; lane < race->spec.lane_count; lane++) {
        if (is_racing(race, lane) && race->lanes[lane].session.step < steps_done) {
            steps_done = race->lanes[lane].session.step;
        }
    }
    if (steps_done == UINT64_MAX) {
        return STATUS_OK;
    }
    if (steps_done + 1 > race->step) {
        race->step = steps_done + 1;
    }
    race->step_start_seconds = wall_clock_seconds(race->options.clock);
    /* A control takes the d that the lane it follows has used in this very step. */
    TRY(step_lanes(race, steps_done, false, problem));
    TRY(step_lanes(race, steps_done, true, problem));
    race->seconds += wall_clock_seconds(race->options.clock) - race->step_start_seconds;
    return STATUS_OK;
}

uint64_t race_steps_done(const Race *race)
{
    return race->step;
}

double race_seconds(const Race *race)
{
    return race->seconds;
}

bool race_is_over(const Race *race)
{
    bool is_over = true;
    for (size_t lane = 0; lane < race->spec.lane_count; lane++) {
        is_over = is_over && !is_racing(race, lane);
    }
    return is_over;
}

static MetricSample sample_of(const Race *race, uint32_t lane)
{
    const Session *session = &race->lanes[lane].session;
    return (MetricSample){.lane = lane,
                          .step = (uint32_t)session->step,
                          .passes = session->passes,
                          .seconds = session->seconds,
                          .race_seconds = race->seconds};
}

Status race_evaluate_final(Race *race, Problem *problem)
{
    const RaceTask *task = &race->task;
    need_probes(race);
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        if (race->lanes[lane].is_removed) {
            continue;
        }
        const Real *params = race->lanes[lane].session.state.params;
        MetricSample sample = sample_of(race, lane);
        race->lanes[lane].final_loss = task->add_final(task->context, params, &sample);
        task->add_probes(task->context, params, false, &sample);
        TRY(emit_sample(race, &sample, problem));
    }
    return STATUS_OK;
}

/* -- commands ----------------------------------------------------------------------------------------------- */

static Status refuse(const Race *race, const RunCommand *command, const char *why, Problem *problem)
{
    RunEvent event = event_of(race, RUN_EVENT_COMMAND_REFUSED, LANE_ALL);
    event.command = command->id;
    event.knob = command->knob;
    event.value = command->value;
    snprintf(event.text, sizeof event.text, "%.*s", (int)sizeof event.text - 1, why);
    return emit_event(race, &event, problem);
}

/* A value that no lane, or not this lane, takes; false, and why filled. */
static bool accepts_value(const RunCommand *command, double maximum, char why[160])
{
    const KnobInfo *info = knob_info(command->knob);
    if (!(command->value >= info->minimum && command->value <= maximum)) {
        snprintf(why, 160, "%s: %g is outside %g .. %g", info->key, command->value, info->minimum,
                 maximum);
        return false;
    }
    if (info->is_whole && command->value != floor(command->value)) {
        snprintf(why, 160, "%s: %g is not a whole number", info->key, command->value);
        return false;
    }
    return true;
}

static Status set_knob(Race *race, const RunCommand *command, Problem *problem)
{
    size_t applied = 0;
    char why[160] = "no lane meant has this knob";
    if (!accepts_value(command, knob_info(command->knob)->maximum, why)) {
        return refuse(race, command, why, problem);
    }
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        double ignored = 0.0;
        const bool is_meant = command->lane == LANE_ALL || command->lane == lane;
        Session *session = &race->lanes[lane].session;
        if (!is_meant || race->lanes[lane].is_removed ||
            !method_has_knob(session->method, command->knob, &ignored) ||
            !accepts_value(command, method_knob_maximum(session->method, command->knob), why)) {
            continue;
        }
        RunEvent event = event_of(race, RUN_EVENT_KNOB_APPLIED, lane);
        event.knob = command->knob;
        event.value = command->value;
        event.old_value = session->knobs[command->knob];
        event.command = command->id;
        session->knobs[command->knob] = command->value;
        TRY(emit_event(race, &event, problem));
        applied++;
    }
    return applied > 0 ? STATUS_OK : refuse(race, command, why, problem);
}

static Status set_max_steps(Race *race, const RunCommand *command, Problem *problem)
{
    if (command->count < race->step || command->count < 1 || command->count > UINT32_MAX) {
        return refuse(race, command, "max_steps: cannot be below the steps already done", problem);
    }
    race->spec.max_steps = (double)command->count;
    race->schedule.max_steps = command->count;
    RunEvent event = event_of(race, RUN_EVENT_MAX_STEPS, LANE_ALL);
    event.value = (double)command->count;
    event.command = command->id;
    return emit_event(race, &event, problem);
}

/* A lane that is still there. */
static bool is_present(const Race *race, uint32_t lane)
{
    return lane < race->spec.lane_count && !race->lanes[lane].is_removed;
}

/* The first sample of a lane that begins elsewhere than at theta_0. */
static Status tell_start(Race *race, uint32_t lane, Problem *problem)
{
    const RaceTask *task = &race->task;
    const Session *session = &race->lanes[lane].session;
    MetricSample sample = sample_of(race, lane);
    add_distance(race, session, &sample);
    need_probes(race);
    task->add_probes(task->context, session->state.params, false, &sample);
    task->add_evaluation(task->context, session->state.params, &sample);
    show_answers(race, &sample);
    return emit_sample(race, &sample, problem);
}

static Status add_lane(Race *race, const RunCommand *command, Problem *problem)
{
    const uint32_t lane = (uint32_t)race->spec.lane_count;
    const bool is_fork = command->lane != LANE_ALL;
    Problem reason = {0};
    ExperimentSpec extended = race->spec;
    if (is_fork && !is_present(race, command->lane)) {
        return refuse(race, command, "there is no such lane to start from", problem);
    }
    if (experiment_spec_add_lane(&extended, &command->added, &reason) != STATUS_OK ||
        spec_check_lane(&extended, lane, &reason) != STATUS_OK) {
        return refuse(race, command, reason.text, problem);
    }
    if (extended.lanes[lane].follow[0] != '\0' &&
        race->lanes[experiment_spec_lane(&extended, extended.lanes[lane].follow)].is_removed) {
        return refuse(race, command, "the lane to follow has been removed", problem);
    }
    const MethodInfo *method = method_find(extended.lanes[lane].method);
    if (memory_check_lane((SESSION_VECTORS + method->state_vectors) *
                              (double)race->task.table->size * sizeof(Real),
                          &reason) != STATUS_OK) {
        return refuse(race, command, reason.text, problem);
    }
    race->spec = extended;
    if (create_lane(race, lane, is_fork ? &race->lanes[command->lane] : NULL) != STATUS_OK) {
        race->spec.lane_count--;
        return refuse(race, command, "not enough memory for another lane", problem);
    }
    RunEvent event = event_of(race, RUN_EVENT_LANE_ADDED, lane);
    event.command = command->id;
    event.added = command->added;
    event.from = command->lane;
    TRY(emit_event(race, &event, problem));
    TRY(tell_knobs(race, lane, problem));
    return is_fork ? tell_start(race, lane, problem) : tell_theta_0(race, lane, problem);
}

/* Why the lane has to stay; NULL if it may go. */
static const char *reason_to_stay(const Race *race, uint32_t lane)
{
    size_t present = 0;
    for (uint32_t i = 0; i < race->spec.lane_count; i++) {
        present += is_present(race, i) ? 1 : 0;
        if (is_present(race, i) &&
            strcmp(race->spec.lanes[i].follow, race->spec.lanes[lane].name) == 0) {
            return "a control follows this lane; remove that first";
        }
    }
    return present == 1 ? "the last lane cannot be removed" : NULL;
}

static Status remove_lane(Race *race, const RunCommand *command, Problem *problem)
{
    if (!is_present(race, command->lane)) {
        return refuse(race, command, "there is no such lane to remove", problem);
    }
    const char *reason = reason_to_stay(race, command->lane);
    if (reason != NULL) {
        return refuse(race, command, reason, problem);
    }
    RunEvent event = event_of(race, RUN_EVENT_LANE_REMOVED, command->lane);
    event.command = command->id;
    session_clear(&race->lanes[command->lane].session);
    race->lanes[command->lane].is_removed = true;
    return emit_event(race, &event, problem);
}

Status race_apply(Race *race, const RunCommand *command, Problem *problem)
{
    switch (command->kind) {
    case RUN_COMMAND_SET_KNOB:
        return set_knob(race, command, problem);
    case RUN_COMMAND_SET_MAX_STEPS:
        return set_max_steps(race, command, problem);
    case RUN_COMMAND_ADD_LANE:
        return add_lane(race, command, problem);
    case RUN_COMMAND_REMOVE_LANE:
        return remove_lane(race, command, problem);
    case RUN_COMMAND_PAUSE:
    case RUN_COMMAND_RESUME:
    case RUN_COMMAND_STEP:
    case RUN_COMMAND_STOP:
        break;
    }
    return refuse(race, command, "not a command for the race", problem);
}

/* -- saving ------------------------------------------------------------------------------------------------- */

/* The lane with the lowest final loss; without one, the first that is there. */
static uint32_t best_lane(const Race *race)
{
    uint32_t best = 0;
    double lowest = (double)INFINITY;
    while (race->lanes[best].is_removed) {
        best++;
    }
    for (uint32_t i = 0; i < race->spec.lane_count; i++) {
        const RaceLane *lane = &race->lanes[i];
        if (!lane->is_removed && !lane->session.has_diverged && lane->final_loss < lowest) {
            best = i;
            lowest = lane->final_loss;
        }
    }
    return best;
}

Status race_save_models(const Race *race, const char *directory, Problem *problem)
{
    char folder[SPEC_PATH_BYTES + SPEC_NAME_BYTES + 8];
    const RaceTask *task = &race->task;
    snprintf(folder, sizeof folder, "%s/model", directory);
    TRY(task->save(task->context, folder, race->lanes[best_lane(race)].session.state.params,
                   problem));
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        if (race->lanes[i].is_removed) {
            continue;
        }
        snprintf(folder, sizeof folder, "%s/model/%s", directory, race->spec.lanes[i].name);
        TRY(task->save(task->context, folder, race->lanes[i].session.state.params, problem));
    }
    return STATUS_OK;
}
