#include "lab/race.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/vector_ops.h"
#include "lab/evaluation.h"
#include "lab/model_folder.h"
#include "lab/parameter_spans.h"
#include "lab/session.h"
#include "lab/spec_check.h"
#include "lab/text_objective.h"
#include "lab/text_task.h"
#include "optim/method_table.h"

/* The d that a lane has used in steps 1, 2, ..., for the controls that follow it. */
typedef struct RadiusHistory {
    double *d;
    size_t count;
    size_t capacity; /* 0: nobody follows this lane */
} RadiusHistory;

/* One fixed batch on which lanes are compared with theta_0; logits are [B*T, V]. */
typedef struct Probe {
    TokenBatch batch;
    Real *theta_0_logits;
} Probe;

struct Race {
    ExperimentSpec spec;
    RaceOptions options;
    ModelStart start;
    TextTask task;
    TextObjective *objective;
    Session lanes[SPEC_LANES_MAX];
    RadiusHistory histories[SPEC_LANES_MAX];
    ParameterSpan *spans;              /* [start.table.count] */
    double final_loss[SPEC_LANES_MAX]; /* NaN before the final evaluation */
    Schedule schedule;
    uint64_t step;
    double seconds;            /* of racing, without pauses, up to the last finished step */
    double step_start_seconds; /* on the clock, of the step under way */
    SessionScratch scratch;
    int32_t *inputs;     /* [B, T] this step's batch */
    int32_t *targets;    /* [B, T] */
    double *window_nats; /* [B] scratch */
    Probe in_domain;
    Probe out_of_domain; /* batch.B = 0: no zero-shot domains */
    Real *logits_before; /* [probe] scratch */
    Real *logits_after;  /* [probe] scratch */
};

static bool is_due(double interval, uint64_t step)
{
    return interval > 0.0 && step % (uint64_t)interval == 0;
}

static Status create_probe(const Race *race, TokenBatch batch, Probe *probe)
{
    probe->batch = batch;
    if (batch.B == 0) {
        return STATUS_OK;
    }
    probe->theta_0_logits = calloc(batch.B * batch.T * race->start.shape.V, sizeof(Real));
    return probe->theta_0_logits == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static Status create_buffers(Race *race)
{
    const size_t positions = (size_t)race->spec.batch_size * (size_t)race->spec.block_size;
    const size_t probe_values =
        (size_t)race->spec.probe_windows * (size_t)race->spec.block_size * race->start.shape.V;
    TRY(create_probe(race, race->task.in_domain.batch, &race->in_domain));
    TRY(create_probe(race, race->task.out_of_domain.batch, &race->out_of_domain));
    TRY(session_scratch_init(&race->scratch, race->start.table.size));
    TRY(parameter_spans_create(&race->start.table, &race->spans));
    race->inputs = calloc(positions, sizeof *race->inputs);
    race->targets = calloc(positions, sizeof *race->targets);
    race->window_nats = calloc((size_t)race->spec.batch_size, sizeof *race->window_nats);
    race->logits_before = calloc(probe_values, sizeof *race->logits_before);
    race->logits_after = calloc(probe_values, sizeof *race->logits_after);
    const bool is_complete = race->inputs != NULL && race->targets != NULL &&
                             race->window_nats != NULL && race->logits_before != NULL &&
                             race->logits_after != NULL;
    return is_complete ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

/* Room for max_steps more d; what is there stays. */
static Status grow_history(RadiusHistory *history, size_t capacity)
{
    if (capacity > SIZE_MAX / sizeof *history->d) {
        return STATUS_OUT_OF_MEMORY;
    }
    double *grown = realloc(history->d, capacity * sizeof *history->d);
    if (grown == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    history->d = grown;
    history->capacity = capacity;
    return STATUS_OK;
}

static Status create_histories(Race *race)
{
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        if (race->spec.lanes[i].follow[0] != '\0') {
            const size_t followed = experiment_spec_lane(&race->spec, race->spec.lanes[i].follow);
            TRY(grow_history(&race->histories[followed], (size_t)race->spec.max_steps));
        }
    }
    return STATUS_OK;
}

/* What the engine must have ready for the methods of this race. */
static void gather_needs(const MethodProgram *program, TextObjectiveOptions *options)
{
    options->keeps_outputs = options->keeps_outputs || program->keeps_outputs;
    options->has_twin = options->has_twin || program->has_twin;
    options->keeps_deltas = options->keeps_deltas || program->keeps_deltas;
}

static Status create_lanes(Race *race, TextObjectiveOptions *options)
{
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        const MethodInfo *method = method_find(race->spec.lanes[i].method);
        double knobs[KNOB_COUNT];
        spec_lane_knobs(&race->spec, i, knobs);
        race->final_loss[i] = (double)NAN;
        gather_needs(method->program, options);
        TRY(session_init(&race->lanes[i], method, race->start.theta_0, race->start.table.size,
                         knobs));
    }
    return STATUS_OK;
}

static Status create_engine(Race *race)
{
    const ExperimentSpec *spec = &race->spec;
    const double largest = fmax(spec->probe_windows, spec->batch_size);
    TextObjectiveOptions options = {.shape = &race->start.shape,
                                    .table = &race->start.table,
                                    .B = (size_t)spec->batch_size,
                                    .B_evaluation = (size_t)largest,
                                    .T = (size_t)spec->block_size,
                                    .micro_batch_count = (size_t)spec->micro_batch_count,
                                    .runner = race->options.runner};
    TRY(create_lanes(race, &options));
    TRY(create_histories(race));
    TRY(create_buffers(race));
    return text_objective_create(&options, &race->objective);
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
    Status status = model_start_load(spec, &race->start, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = text_task_load(spec, race->start.tokenizer, &race->task, problem);
    if (status != STATUS_OK) {
        goto failed;
    }
    status = create_engine(race);
    if (status != STATUS_OK) {
        problem_describe(problem, status, "not enough memory for %zu lanes of %zu weights",
                         spec->lane_count, race->start.table.size);
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
        session_clear(&race->lanes[i]);
        free(race->histories[i].d);
    }
    session_scratch_clear(&race->scratch);
    free(race->spans);
    text_objective_destroy(race->objective);
    text_task_clear(&race->task);
    model_start_clear(&race->start);
    free(race->in_domain.theta_0_logits);
    free(race->out_of_domain.theta_0_logits);
    free(race->inputs);
    free(race->targets);
    free(race->window_nats);
    free(race->logits_before);
    free(race->logits_after);
    free(race);
}

/* -- telling ------------------------------------------------------------------------------------------------ */

static RunEvent event_of(const Race *race, RunEventKind kind, uint32_t lane)
{
    RunEvent event = {.kind = kind, .step = (uint32_t)race->step, .lane = lane};
    event.seconds = lane == LANE_ALL ? race->seconds : race->lanes[lane].seconds;
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

/* -- measuring ---------------------------------------------------------------------------------------------- */

static EvaluationPlan evaluation_plan(const Race *race, size_t window_limit)
{
    return (EvaluationPlan){.objective = race->objective,
                            .inputs = race->inputs,
                            .targets = race->targets,
                            .window_nats = race->window_nats,
                            .B = (size_t)race->spec.batch_size,
                            .T = (size_t)race->spec.block_size,
                            .stride = (size_t)race->spec.block_size,
                            .window_limit = window_limit};
}

static void add_evaluation(const Race *race, const Real *params, MetricSample *sample)
{
    Evaluation evaluation;
    const EvaluationPlan plan = evaluation_plan(race, (size_t)race->spec.eval_windows);
    evaluate_held_out(&plan, &race->task.dev, params, &evaluation);
    metric_sample_add(sample, METRIC_EVAL_LOSS, evaluation.train_loss);
    metric_sample_add(sample, METRIC_EVAL_PERPLEXITY, exp(evaluation.train_loss));
    if (race->spec.zero_shot_domain_count > 0) {
        metric_sample_add(sample, METRIC_ZERO_SHOT_PERPLEXITY, evaluation.zero_shot_perplexity);
    }
    for (size_t i = 0; i < race->spec.zero_shot_domain_count; i++) {
        metric_sample_add(sample, (uint16_t)(METRIC_DOMAIN_FIRST + i),
                          evaluation.zero_shot_perplexities[i]);
    }
}

static double probe_divergence(const Race *race, const Probe *probe, const Real *params)
{
    text_objective_evaluate(race->objective, params, probe->batch, race->logits_after, NULL);
    return text_objective_divergence(race->objective, probe->batch, probe->theta_0_logits,
                                     race->logits_after);
}

/* KL of the lane's predictions to theta_0's on both probe batches; logits_before holds the in-domain logits from before the update
 * unless has_before is false. */
static void add_probes(const Race *race, const Real *params, bool has_before, MetricSample *sample)
{
    if (race->out_of_domain.batch.B > 0) {
        metric_sample_add(sample, METRIC_KL_OUT_OF_DOMAIN,
                          probe_divergence(race, &race->out_of_domain, params));
    }
    metric_sample_add(sample, METRIC_KL_IN_DOMAIN,
                      probe_divergence(race, &race->in_domain, params));
    if (has_before) {
        metric_sample_add(sample, METRIC_KL_STEP,
                          text_objective_divergence(race->objective, race->in_domain.batch,
                                                    race->logits_before, race->logits_after));
    }
}

static void remember_logits(const Race *race, const Probe *probe, const Real *params, Real *logits)
{
    if (probe->batch.B > 0) {
        text_objective_evaluate(race->objective, params, probe->batch, logits, NULL);
    }
}

static Status tell_knobs(const Race *race, Problem *problem)
{
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        for (KnobId knob = 0; knob < KNOB_COUNT; knob++) {
            double ignored = 0.0;
            if (!method_has_knob(race->lanes[lane].method, knob, &ignored)) {
                continue;
            }
            RunEvent event = event_of(race, RUN_EVENT_KNOB_IN_FORCE, lane);
            event.knob = knob;
            event.value = race->lanes[lane].knobs[knob];
            TRY(emit_event(race, &event, problem));
        }
    }
    return STATUS_OK;
}

Status race_begin(Race *race, Problem *problem)
{
    MetricSample sample = {0};
    TRY(race_tell(race, RUN_EVENT_STARTED, "all lanes stand at theta_0", problem));
    TRY(tell_knobs(race, problem));
    remember_logits(race, &race->in_domain, race->start.theta_0, race->in_domain.theta_0_logits);
    remember_logits(race, &race->out_of_domain, race->start.theta_0,
                    race->out_of_domain.theta_0_logits);
    add_evaluation(race, race->start.theta_0, &sample);
    add_probes(race, race->start.theta_0, false, &sample);
    metric_sample_add(&sample, METRIC_DISTANCE, 0.0);
    /* All lanes stand at the same point, so it is measured once. */
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        sample.lane = lane;
        TRY(emit_sample(race, &sample, problem));
    }
    return STATUS_OK;
}

/* -- stepping ----------------------------------------------------------------------------------------------- */

static Status tell_skip(const Race *race, uint32_t lane, const char *reason, Problem *problem)
{
    RunEvent event = event_of(race, RUN_EVENT_STEP_SKIPPED, lane);
    snprintf(event.text, sizeof event.text, "%s", reason);
    TRY(emit_event(race, &event, problem));
    if (!race->lanes[lane].has_diverged) {
        return STATUS_OK;
    }
    event.kind = RUN_EVENT_DIVERGED;
    snprintf(event.text, sizeof event.text, "%s, %d steps in a row; the other lanes go on", reason,
             SESSION_SKIPS_TO_DIVERGE);
    return emit_event(race, &event, problem);
}

static void measure_lane(const Race *race, const Session *lane, bool is_probed,
                         MetricSample *sample)
{
    const double squared =
        vector_distance_squared(lane->state.params, race->start.theta_0, lane->n);
    metric_sample_add(sample, METRIC_DISTANCE, sqrt(squared));
    if (is_probed) {
        add_probes(race, lane->state.params, true, sample);
    }
    if (is_due(race->spec.eval_steps, race->step)) {
        add_evaluation(race, lane->state.params, sample);
    }
}

/* What this step is to that lane. */
static SessionStep session_step_of(const Race *race, uint32_t lane, const Objective *objective)
{
    const ExperimentSpec *spec = &race->spec;
    SessionStep step = {.objective = objective,
                        .schedule = &race->schedule,
                        .adam = {spec->adam_beta1, spec->adam_beta2, spec->adam_epsilon},
                        .step = race->step,
                        .seed = (uint64_t)spec->seed,
                        .theta_0 = race->start.theta_0,
                        .spans = {race->spans, race->start.table.count},
                        .part_count = (size_t)fmin(spec->micro_batch_count, spec->batch_size),
                        .scratch = race->scratch};
    if (spec->lanes[lane].follow[0] != '\0') {
        const size_t followed = experiment_spec_lane(spec, spec->lanes[lane].follow);
        step.followed_d = race->histories[followed].d;
        step.followed_count = race->histories[followed].count;
    }
    return step;
}

/* A step without a radius is one of radius 0. */
static void record_radius(RadiusHistory *history, const MetricSample *sample)
{
    double d = 0.0;
    if (history->count < history->capacity) {
        metric_sample_get(sample, METRIC_RADIUS, &d);
        history->d[history->count++] = d;
    }
}

static Status step_lane(Race *race, uint32_t index, Problem *problem)
{
    Session *lane = &race->lanes[index];
    const bool is_probed = is_due(race->spec.probe_steps, race->step);
    const Objective objective = text_objective_view(race->objective);
    const SessionStep step = session_step_of(race, index, &objective);
    MetricSample sample = {.lane = index, .step = (uint32_t)race->step};
    const char *skip_reason = NULL;
    if (is_probed) {
        remember_logits(race, &race->in_domain, lane->state.params, race->logits_before);
    }
    const double start_seconds = wall_clock_seconds(race->options.clock);
    TRY(session_step(lane, &step, &sample, &skip_reason));
    const double step_seconds = wall_clock_seconds(race->options.clock) - start_seconds;
    record_radius(&race->histories[index], &sample);
    lane->seconds += step_seconds;
    sample.seconds = lane->seconds;
    sample.race_seconds = race->seconds + start_seconds + step_seconds - race->step_start_seconds;
    metric_sample_add(&sample, METRIC_TOKENS_PER_SECOND,
                      race->spec.batch_size * race->spec.block_size / fmax(step_seconds, 1e-9));
    measure_lane(race, lane, is_probed, &sample);
    const bool is_logged = is_due(race->spec.logging_steps, race->step) || is_probed ||
                           is_due(race->spec.eval_steps, race->step) || skip_reason != NULL ||
                           race_is_over(race);
    if (is_logged) {
        TRY(emit_sample(race, &sample, problem));
    }
    return skip_reason == NULL ? STATUS_OK : tell_skip(race, index, skip_reason, problem);
}

/* The controls' turn, or that of all others. */
static Status step_lanes(Race *race, bool are_controls, Problem *problem)
{
    const TokenBatch batch = {.B = (size_t)race->spec.batch_size,
                              .T = (size_t)race->spec.block_size,
                              .inputs = race->inputs,
                              .targets = race->targets};
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        const Session *session = &race->lanes[lane];
        if (!session->has_diverged && session->method->is_control == are_controls) {
            /* Filled anew for each lane: an evaluation of the lane before uses the same memory. */
            batch_sampler_fill(race->task.sampler, race->step - 1, race->inputs, race->targets);
            text_objective_set_batch(race->objective, batch);
            TRY(step_lane(race, lane, problem));
        }
    }
    return STATUS_OK;
}

Status race_step(Race *race, Problem *problem)
{
    race->step++;
    race->step_start_seconds = wall_clock_seconds(race->options.clock);
    /* A control takes the d that the lane it follows has used in this very step. */
    TRY(step_lanes(race, false, problem));
    TRY(step_lanes(race, true, problem));
    race->seconds += wall_clock_seconds(race->options.clock) - race->step_start_seconds;
    return STATUS_OK;
}

uint64_t race_steps_done(const Race *race)
{
    return race->step;
}

bool race_is_over(const Race *race)
{
    size_t racing = 0;
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        racing += race->lanes[i].has_diverged ? 0 : 1;
    }
    return racing == 0 || (double)race->step >= race->spec.max_steps;
}

Status race_evaluate_final(Race *race, Problem *problem)
{
    const EvaluationPlan plan = evaluation_plan(race, SIZE_MAX);
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        MetricSample sample = {.lane = lane,
                               .step = (uint32_t)race->step,
                               .passes = race->lanes[lane].passes,
                               .seconds = race->lanes[lane].seconds,
                               .race_seconds = race->seconds};
        Evaluation evaluation;
        evaluate_held_out(&plan, &race->task.final, race->lanes[lane].state.params, &evaluation);
        race->final_loss[lane] = evaluation.train_loss;
        metric_sample_add(&sample, METRIC_FINAL_LOSS, evaluation.train_loss);
        metric_sample_add(&sample, METRIC_FINAL_LOSS_ERROR, evaluation.train_loss_error);
        metric_sample_add(&sample, METRIC_FINAL_PERPLEXITY, exp(evaluation.train_loss));
        if (race->spec.zero_shot_domain_count > 0) {
            metric_sample_add(&sample, METRIC_FINAL_ZERO_SHOT_PERPLEXITY,
                              evaluation.zero_shot_perplexity);
        }
        for (size_t i = 0; i < race->spec.zero_shot_domain_count; i++) {
            metric_sample_add(&sample, (uint16_t)(METRIC_FINAL_DOMAIN_FIRST + i),
                              evaluation.zero_shot_perplexities[i]);
        }
        add_probes(race, race->lanes[lane].state.params, false, &sample);
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
    snprintf(event.text, sizeof event.text, "%s", why);
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
        const MethodInfo *method = race->lanes[lane].method;
        if (!is_meant || !method_has_knob(method, command->knob, &ignored) ||
            !accepts_value(command, method_knob_maximum(method, command->knob), why)) {
            continue;
        }
        RunEvent event = event_of(race, RUN_EVENT_KNOB_APPLIED, lane);
        event.knob = command->knob;
        event.value = command->value;
        event.old_value = race->lanes[lane].knobs[command->knob];
        event.command = command->id;
        race->lanes[lane].knobs[command->knob] = command->value;
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
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        if (race->histories[i].capacity > 0 &&
            grow_history(&race->histories[i], (size_t)command->count) != STATUS_OK) {
            return refuse(race, command, "max_steps: not enough memory", problem);
        }
    }
    race->spec.max_steps = (double)command->count;
    race->schedule.max_steps = command->count;
    RunEvent event = event_of(race, RUN_EVENT_MAX_STEPS, LANE_ALL);
    event.value = (double)command->count;
    event.command = command->id;
    return emit_event(race, &event, problem);
}

Status race_apply(Race *race, const RunCommand *command, Problem *problem)
{
    if (command->kind == RUN_COMMAND_SET_KNOB) {
        return set_knob(race, command, problem);
    }
    if (command->kind == RUN_COMMAND_SET_MAX_STEPS) {
        return set_max_steps(race, command, problem);
    }
    return refuse(race, command, "not a command for the race", problem);
}

/* -- saving ------------------------------------------------------------------------------------------------- */

static size_t best_lane(const Race *race)
{
    size_t best = SPEC_LANES_MAX;
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        const bool is_candidate = !race->lanes[i].has_diverged && isfinite(race->final_loss[i]);
        if (is_candidate &&
            (best == SPEC_LANES_MAX || race->final_loss[i] < race->final_loss[best])) {
            best = i;
        }
    }
    return best == SPEC_LANES_MAX ? 0 : best;
}

Status race_save_models(const Race *race, const char *directory, Problem *problem)
{
    char folder[SPEC_PATH_BYTES + SPEC_NAME_BYTES + 8];
    snprintf(folder, sizeof folder, "%s/model", directory);
    TRY(model_folder_save(folder, &race->start, race->lanes[best_lane(race)].state.params,
                          problem));
    for (size_t i = 0; i < race->spec.lane_count; i++) {
        snprintf(folder, sizeof folder, "%s/model/%s", directory, race->spec.lanes[i].name);
        TRY(model_folder_save(folder, &race->start, race->lanes[i].state.params, problem));
    }
    return STATUS_OK;
}
