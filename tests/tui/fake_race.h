/* tests/tui/fake_race.h -- a race of invented numbers: fixed samples for pictures, and a thread that behaves like the engine. */
#ifndef TESTS_TUI_FAKE_RACE_H
#define TESTS_TUI_FAKE_RACE_H

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "channel/command_queue.h"
#include "channel/metric_ring.h"
#include "records/experiment_spec.h"
#include "records/method_info.h"

static const MethodInfo FAKE_METHODS[] = {
    {.id = "adamw", .name = "AdamW", .forward_passes = 1, .backward_passes = 1},
    {.id = "sam",
     .name = "SAM",
     .knobs = {{KNOB_RHO, 0.05, NULL}},
     .knob_count = 1,
     .forward_passes = 2,
     .backward_passes = 2},
    {.id = "tram-prev",
     .name = "TRAM",
     .knobs = {{KNOB_RHO, 0.5, NULL}, {KNOB_SCALE, 5000.0, "times the KL is the radius"}},
     .knob_count = 2,
     .forward_passes = 3,
     .backward_passes = 2,
     .has_d = true},
    {.id = "asam",
     .name = "ASAM",
     .knobs = {{KNOB_RHO, 0.5, NULL}, {KNOB_ADAPTIVE, 1.0, NULL}},
     .knob_count = 2,
     .forward_passes = 2,
     .backward_passes = 2},
    {.id = "fsam",
     .name = "Fisher SAM",
     .knobs = {{KNOB_GAMMA, 0.1, NULL}, {KNOB_ETA, 0.1, NULL}},
     .knob_count = 2,
     .forward_passes = 2,
     .backward_passes = 2},
    {.id = "trpo",
     .name = "TRPO penalty",
     .knobs = {{KNOB_LAMBDA, 0.1, NULL}, {KNOB_DIVERGENCE, 0.0, "one of the KL kinds", 2.0}},
     .knob_count = 2,
     .forward_passes = 2,
     .backward_passes = 1},
    {.id = "tram-0",
     .name = "TRAM-theta_0",
     .paper = "Sherborne et al., ICLR 2024, Eq. 4",
     .equation = "d = min(s KL(p_0 || p), rho);  eps = d T^2 g / ||T g||, T = |theta|;  theta <- "
                 "AdamW(grad L(theta + eps))",
     .summary = "Climbs as far as all of fine-tuning has changed the predictions since the "
                "pre-trained weights; the radius grows as the model moves away.",
     .knobs = {{KNOB_RHO, 0.5, "cap of the radius d"},
               {KNOB_SCALE, 1.0, NULL},
               {KNOB_ARITHMETIC, 0.0, NULL},
               {KNOB_AUTO_SCALE, 0.0, NULL},
               {KNOB_DIVERGENCE, 0.0, NULL},
               {KNOB_REDUCTION, 0.0, NULL},
               {KNOB_CENTRE, 0.0, NULL},
               {KNOB_ADAPTIVE, 1.0, NULL},
               {KNOB_M_SHARPNESS, 0.0, NULL},
               {KNOB_WSAM_WEIGHT, 0.5, NULL},
               {KNOB_PERTURB, 0.0, NULL},
               {KNOB_INTERVAL, 1.0, NULL},
               {KNOB_RHO_SCHEDULE, 0.0, NULL},
               {KNOB_START_STEP, 0.0, NULL},
               {KNOB_STOP_STEP, 0.0, NULL},
               {KNOB_OPTIMIZER, 0.0, NULL},
               {KNOB_MOMENTUM, 0.9, NULL}},
     .knob_count = 17,
     .forward_passes = 3,
     .backward_passes = 2,
     .state_vectors = 1,
     .has_d = true},
    {.id = "tram-x",
     .name = "TRAM-x",
     .knobs = {{KNOB_RHO, 0.5, NULL}, {KNOB_SCALE, 1.0, NULL}, {KNOB_SIGMA, 0.1, NULL}},
     .knob_count = 3,
     .forward_passes = 3,
     .backward_passes = 2},
    {.id = "le-sam",
     .name = "LE-SAM",
     .knobs = {{KNOB_SIGMA, 0.05, NULL}, {KNOB_RHO, 0.1, NULL}},
     .knob_count = 2,
     .forward_passes = 2,
     .backward_passes = 2},
    {.id = "gsam",
     .name = "GSAM",
     .knobs = {{KNOB_RHO, 0.05, NULL}, {KNOB_RHO_MIN, 0.01, NULL}, {KNOB_RHO_SCHEDULE, 2.0, NULL}},
     .knob_count = 3,
     .forward_passes = 2,
     .backward_passes = 2},
    {.id = "asam-mean-d",
     .name = "ASAM at TRAM's mean d",
     .knobs = {{KNOB_ADAPTIVE, 1.0, NULL}},
     .knob_count = 1,
     .forward_passes = 2,
     .backward_passes = 2,
     .is_control = true},
};

/* What a lane of the fake race does with its radius. */
typedef enum FakeKind {
    FAKE_PLAIN,
    FAKE_FIXED,
    FAKE_TRUST,
    FAKE_PENALTY,
    FAKE_BUDGET,
    FAKE_FOLLOWED
} FakeKind;

typedef struct FakeLane {
    const char *name;
    const char *method;
    FakeKind kind;
} FakeLane;

enum { FAKE_LANES_MAX = 14 };

/* The first three make the usual race; the last one climbs by the released arithmetic. */
static const FakeLane FAKE_LANES[FAKE_LANES_MAX] = {
    {"AdamW", "adamw", FAKE_PLAIN},
    {"SAM", "sam", FAKE_FIXED},
    {"TRAM", "tram-prev", FAKE_TRUST},
    {"ASAM", "asam", FAKE_FIXED},
    {"FSAM", "fsam", FAKE_FIXED},
    {"TRPO", "trpo", FAKE_PENALTY},
    {"TRAM-0", "tram-0", FAKE_TRUST},
    {"TRAM-x", "tram-x", FAKE_TRUST},
    {"LE-SAM", "le-sam", FAKE_BUDGET},
    {"GSAM", "gsam", FAKE_FIXED},
    {"mean-d", "asam-mean-d", FAKE_FOLLOWED},
    {"SAM-wide", "sam", FAKE_FIXED},
    {"TRAM-L2", "tram-0", FAKE_TRUST},
    {"released", "tram-0", FAKE_TRUST},
};

static inline MethodList fake_methods(void)
{
    return (MethodList){FAKE_METHODS, sizeof FAKE_METHODS / sizeof *FAKE_METHODS};
}

static inline ExperimentSpec *fake_spec_of(ExperimentSpec *spec, size_t lane_count)
{
    memset(spec, 0, sizeof *spec);
    (void)snprintf(spec->name, sizeof spec->name, "cross-domain");
    spec->seed = 7;
    spec->max_steps = 200;
    spec->learning_rate = 0.001;
    spec->lane_count = lane_count;
    spec->zero_shot_domain_count = 1;
    (void)snprintf(spec->zero_shot_domains[0], SPEC_NAME_BYTES, "moby-dick");
    for (size_t i = 0; i < lane_count; i++) {
        LaneSpec *lane = &spec->lanes[i];
        (void)snprintf(lane->name, SPEC_NAME_BYTES, "%s", FAKE_LANES[i].name);
        (void)snprintf(lane->method, sizeof lane->method, "%s", FAKE_LANES[i].method);
        if (FAKE_LANES[i].kind == FAKE_FOLLOWED) {
            (void)snprintf(lane->follow, SPEC_NAME_BYTES, "TRAM");
        }
    }
    spec->lanes[12].knobs[KNOB_DIVERGENCE] = 3.0;
    spec->lanes[12].knob_is_set[KNOB_DIVERGENCE] = true;
    spec->lanes[13].knobs[KNOB_ARITHMETIC] = 1.0;
    spec->lanes[13].knob_is_set[KNOB_ARITHMETIC] = true;
    return spec;
}

static inline ExperimentSpec *fake_spec(ExperimentSpec *spec)
{
    return fake_spec_of(spec, 3);
}

/* Lanes beyond those of the table joined later. */
static inline FakeKind fake_kind(uint32_t lane)
{
    return lane < FAKE_LANES_MAX ? FAKE_LANES[lane].kind : FAKE_FIXED;
}

static inline void fake_add_radius(MetricSample *sample, uint32_t lane, double rho, double scale)
{
    const FakeKind kind = fake_kind(lane);
    const uint32_t step = sample->step;
    const double noise = sin((double)step * 12.9898 + lane * 3.1) * 0.08;
    const double kl = kind == FAKE_TRUST ? 3.1e-5 * (1.0 + exp(-(double)step / 30.0)) : 0.0;
    const double wanted = kind == FAKE_TRUST ? scale * kl : rho;
    const bool is_cut = wanted > rho && rho > 0.0;
    const double radius = is_cut ? rho : wanted;
    (void)metric_sample_add(sample, METRIC_PERTURBATION_NORM, radius * (1.0 + noise));
    (void)metric_sample_add(sample, METRIC_RADIUS, radius);
    (void)metric_sample_add(sample, METRIC_DIVERGENCE, kl);
    (void)metric_sample_add(sample, METRIC_RADIUS_LIMIT,
                            kind == FAKE_BUDGET             ? RADIUS_LIMIT_LOSS_BUDGET
                            : kind == FAKE_FOLLOWED         ? RADIUS_LIMIT_FOLLOWED
                            : kind == FAKE_TRUST && !is_cut ? RADIUS_LIMIT_SCALE
                                                            : RADIUS_LIMIT_RHO);
}

/* The sample of a lane at a step with rho and scale in force; a pure function. */
static inline MetricSample fake_sample(uint32_t lane, uint32_t step, double rho, double scale)
{
    const double noise = sin((double)step * 12.9898 + lane * 3.1) * 0.08;
    const double loss = 2.2 + 1.6 * exp(-(double)step / (40.0 + 10.0 * lane)) - 0.05 * lane + noise;
    MetricSample sample = {.lane = lane,
                           .step = step,
                           .passes = step * (lane == 0   ? 3.0
                                             : lane == 1 ? 6.0
                                                         : 7.0),
                           .seconds = step * 0.5,
                           .race_seconds = step * 0.5};
    (void)metric_sample_add(&sample, METRIC_LOSS, loss);
    (void)metric_sample_add(&sample, METRIC_GRAD_NORM, 0.8 + noise);
    if (fake_kind(lane) == FAKE_PENALTY) {
        (void)metric_sample_add(&sample, METRIC_PENALTY, 0.004 + noise / 100.0);
    } else if (fake_kind(lane) != FAKE_PLAIN) {
        fake_add_radius(&sample, lane, rho, scale);
    }
    if (step % 10 == 0) {
        (void)metric_sample_add(&sample, METRIC_KL_IN_DOMAIN,
                                (0.3 - 0.08 * lane) * (1.0 - exp(-(double)step / 80.0)));
    }
    if (step % 50 == 0) {
        (void)metric_sample_add(&sample, METRIC_ZERO_SHOT_PERPLEXITY,
                                60.0 + (8.0 - 3.0 * lane) * step / 200.0);
        const double perplexity = 20.0 + 40.0 * exp(-(double)step / 60.0) - lane;
        (void)metric_sample_add(&sample, METRIC_EVAL_LOSS, log(perplexity));
        (void)metric_sample_add(&sample, METRIC_EVAL_PERPLEXITY, perplexity);
        (void)metric_sample_add(&sample, METRIC_DOMAIN_FIRST, 71.0 + lane);
    }
    return sample;
}

/* The race as a thread. */
typedef struct FakeRace {
    ExperimentSpec spec;
    MetricRing *ring;
    CommandQueue *commands;
    long step_ms;
    double knobs[SPEC_LANES_MAX][KNOB_COUNT];
    uint32_t lane_steps[SPEC_LANES_MAX];
    bool is_removed[SPEC_LANES_MAX];
    uint32_t step;
    uint32_t max_steps;
    uint32_t pause_at; /* 0 = not */
    bool is_paused;
    bool is_stopped;
    RunCommand last_set; /* what SET_KNOB came through */
    int set_count;
    pthread_t thread;
} FakeRace;

static inline void fake_say(FakeRace *race, RunEvent event)
{
    const RunReport report = {.kind = RUN_REPORT_EVENT, .as = {.event = event}};
    (void)metric_ring_push(race->ring, &report);
}

static inline void fake_say_kind(FakeRace *race, RunEventKind kind, const char *text)
{
    RunEvent event = {
        .kind = kind, .step = race->step, .lane = LANE_ALL, .seconds = race->step * 0.5};
    (void)snprintf(event.text, sizeof event.text, "%s", text);
    fake_say(race, event);
}

static inline void fake_set(FakeRace *race, const RunCommand *command)
{
    race->last_set = *command;
    race->set_count++;
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        if ((command->lane != LANE_ALL && command->lane != lane) || race->is_removed[lane] ||
            isnan(race->knobs[lane][command->knob])) {
            continue;
        }
        const double old_value = race->knobs[lane][command->knob];
        race->knobs[lane][command->knob] = command->value;
        fake_say(race, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                  .step = race->step,
                                  .lane = lane,
                                  .knob = command->knob,
                                  .value = command->value,
                                  .old_value = old_value,
                                  .command = command->id,
                                  .seconds = race->step * 0.5});
    }
}

/* NaN where the lane's method has no such knob. */
static inline void fake_init_knobs(FakeRace *race, uint32_t lane)
{
    double *knobs = race->knobs[lane];
    for (size_t i = 0; i < KNOB_COUNT; i++) {
        knobs[i] = (double)NAN;
    }
    for (size_t i = 0; i < METHOD_SHARED_KNOB_COUNT; i++) {
        knobs[METHOD_SHARED_KNOBS[i]] =
            experiment_spec_knob(&race->spec, lane, METHOD_SHARED_KNOBS[i], 0.0);
    }
    for (size_t i = 0; i < sizeof FAKE_METHODS / sizeof *FAKE_METHODS; i++) {
        const MethodInfo *method = &FAKE_METHODS[i];
        for (size_t k = 0;
             strcmp(method->id, race->spec.lanes[lane].method) == 0 && k < method->knob_count;
             k++) {
            knobs[method->knobs[k].id] = experiment_spec_knob(
                &race->spec, lane, method->knobs[k].id, method->knobs[k].default_value);
        }
    }
}

static inline void fake_tell_lane(FakeRace *race, uint32_t lane)
{
    const double *knobs = race->knobs[lane];
    const double rho = isnan(knobs[KNOB_RHO]) ? 0.1 : knobs[KNOB_RHO];
    RunReport report = {
        .kind = RUN_REPORT_SAMPLE,
        .as = {.sample = fake_sample(lane, race->lane_steps[lane], rho, knobs[KNOB_SCALE])}};
    report.as.sample.race_seconds = race->step * 0.5;
    (void)metric_ring_push(race->ring, &report);
}

static inline void fake_tell_knobs(FakeRace *race, uint32_t lane)
{
    for (size_t knob = 0; knob < KNOB_COUNT; knob++) {
        if (!isnan(race->knobs[lane][knob])) {
            fake_say(race, (RunEvent){.kind = RUN_EVENT_KNOB_IN_FORCE,
                                      .step = race->lane_steps[lane],
                                      .lane = lane,
                                      .knob = (KnobId)knob,
                                      .value = race->knobs[lane][knob]});
        }
    }
}

/* Steps of the lanes that are furthest behind. */
static inline uint32_t fake_steps_of_all(const FakeRace *race)
{
    uint32_t done = UINT32_MAX;
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        if (!race->is_removed[lane] && race->lane_steps[lane] < done) {
            done = race->lane_steps[lane];
        }
    }
    return done;
}

/* These take a step, as in the engine. */
static inline void fake_step(FakeRace *race)
{
    const uint32_t done = fake_steps_of_all(race);
    race->step = done + 1 > race->step ? done + 1 : race->step;
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        if (!race->is_removed[lane] && race->lane_steps[lane] == done) {
            race->lane_steps[lane]++;
            fake_tell_lane(race, lane);
        }
    }
}

static inline void fake_refuse(FakeRace *race, const RunCommand *command, const char *why)
{
    RunEvent event = {.kind = RUN_EVENT_COMMAND_REFUSED,
                      .step = race->step,
                      .lane = LANE_ALL,
                      .command = command->id};
    (void)snprintf(event.text, sizeof event.text, "%s", why);
    fake_say(race, event);
}

static inline void fake_add_lane(FakeRace *race, const RunCommand *command)
{
    const uint32_t lane = (uint32_t)race->spec.lane_count;
    if (lane == SPEC_LANES_MAX) {
        fake_refuse(race, command, "no room for another lane");
        return;
    }
    if (experiment_spec_lane(&race->spec, command->added.name) < SPEC_LANES_MAX) {
        fake_refuse(race, command, "the name is taken");
        return;
    }
    race->spec.lanes[lane] = command->added;
    race->spec.lane_count++;
    race->lane_steps[lane] = command->lane == LANE_ALL ? 0 : race->lane_steps[command->lane];
    fake_init_knobs(race, lane);
    fake_say(race, (RunEvent){.kind = RUN_EVENT_LANE_ADDED,
                              .step = race->lane_steps[lane],
                              .lane = lane,
                              .command = command->id,
                              .added = command->added,
                              .from = command->lane});
    fake_tell_knobs(race, lane);
    fake_tell_lane(race, lane);
}

static inline void fake_remove_lane(FakeRace *race, const RunCommand *command)
{
    race->is_removed[command->lane] = true;
    fake_say(race, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED,
                              .step = race->lane_steps[command->lane],
                              .lane = command->lane,
                              .command = command->id});
}

static inline void fake_obey(FakeRace *race, const RunCommand *command)
{
    switch (command->kind) {
    case RUN_COMMAND_PAUSE:
        race->is_paused = true;
        fake_say_kind(race, RUN_EVENT_PAUSED, "");
        return;
    case RUN_COMMAND_RESUME:
        race->is_paused = false;
        race->pause_at = 0;
        fake_say_kind(race, RUN_EVENT_RESUMED, "");
        return;
    case RUN_COMMAND_STEP:
        race->is_paused = false;
        race->pause_at = race->step + (uint32_t)command->count;
        return;
    case RUN_COMMAND_SET_KNOB:
        fake_set(race, command);
        return;
    case RUN_COMMAND_SET_MAX_STEPS:
        race->max_steps = (uint32_t)command->count;
        fake_say(race, (RunEvent){.kind = RUN_EVENT_MAX_STEPS,
                                  .step = race->step,
                                  .lane = LANE_ALL,
                                  .value = (double)command->count,
                                  .command = command->id});
        return;
    case RUN_COMMAND_ADD_LANE:
        fake_add_lane(race, command);
        return;
    case RUN_COMMAND_REMOVE_LANE:
        fake_remove_lane(race, command);
        return;
    case RUN_COMMAND_STOP:
        race->is_stopped = true;
        return;
    }
}

static inline void fake_sleep(long milliseconds)
{
    const struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    (void)nanosleep(&time, NULL);
}

static inline void *fake_run(void *context)
{
    FakeRace *race = context;
    RunCommand command;
    fake_say_kind(race, RUN_EVENT_LOADING, "base-lm");
    fake_sleep(race->step_ms * 4);
    fake_say_kind(race, RUN_EVENT_STARTED, "");
    for (uint32_t lane = 0; lane < race->spec.lane_count; lane++) {
        fake_tell_knobs(race, lane);
        fake_tell_lane(race, lane);
    }
    while (!race->is_stopped && fake_steps_of_all(race) < race->max_steps) {
        while (command_queue_try_pop(race->commands, &command)) {
            fake_obey(race, &command);
        }
        if (race->is_paused && !race->is_stopped) {
            command_queue_pop(race->commands, &command);
            fake_obey(race, &command);
            continue;
        }
        fake_sleep(race->step_ms);
        fake_step(race);
        if (race->pause_at != 0 && race->step >= race->pause_at) {
            race->is_paused = true;
            race->pause_at = 0;
            fake_say_kind(race, RUN_EVENT_PAUSED, "");
        }
    }
    fake_say_kind(race, race->is_stopped ? RUN_EVENT_STOPPED : RUN_EVENT_FINISHED, "");
    return NULL;
}

/* False if a channel or the thread could not be made. */
static inline bool fake_race_start_lanes(FakeRace *race, long step_ms, size_t lane_count)
{
    memset(race, 0, sizeof *race);
    (void)fake_spec_of(&race->spec, lane_count);
    race->step_ms = step_ms;
    race->max_steps = (uint32_t)race->spec.max_steps;
    for (uint32_t lane = 0; lane < lane_count; lane++) {
        fake_init_knobs(race, lane);
    }
    return metric_ring_create(&race->ring) == STATUS_OK &&
           command_queue_create(&race->commands) == STATUS_OK &&
           pthread_create(&race->thread, NULL, fake_run, race) == 0;
}

static inline bool fake_race_start(FakeRace *race, long step_ms)
{
    return fake_race_start_lanes(race, step_ms, 3);
}

static inline void fake_race_join(FakeRace *race)
{
    (void)pthread_join(race->thread, NULL);
    metric_ring_destroy(race->ring);
    command_queue_destroy(race->commands);
}

#endif
