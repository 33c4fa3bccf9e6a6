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
    {.id = "sam", .name = "SAM", .knobs = {{KNOB_RHO, 0.05, NULL}}, .knob_count = 1},
    {.id = "tram-prev",
     .name = "TRAM",
     .knobs = {{KNOB_RHO, 0.5, NULL}, {KNOB_SCALE, 5000.0, "times the KL is the radius"}},
     .knob_count = 2},
};

static inline MethodList fake_methods(void)
{
    return (MethodList){FAKE_METHODS, sizeof FAKE_METHODS / sizeof *FAKE_METHODS};
}

static inline ExperimentSpec *fake_spec(ExperimentSpec *spec)
{
    static const char *const NAMES[] = {"AdamW", "SAM", "TRAM"};
    memset(spec, 0, sizeof *spec);
    (void)snprintf(spec->name, sizeof spec->name, "cross-domain");
    spec->seed = 7;
    spec->max_steps = 200;
    spec->learning_rate = 0.001;
    spec->lane_count = 3;
    spec->zero_shot_domain_count = 1;
    (void)snprintf(spec->zero_shot_domains[0], SPEC_NAME_BYTES, "moby-dick");
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(spec->lanes[i].name, SPEC_NAME_BYTES, "%s", NAMES[i]);
        (void)snprintf(spec->lanes[i].method, sizeof spec->lanes[i].method, "%s",
                       FAKE_METHODS[i].id);
    }
    return spec;
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
    if (lane > 0) {
        const double kl = lane == 2 ? 3.1e-5 * (1.0 + exp(-(double)step / 30.0)) : 0.0;
        const double wanted = lane == 2 ? scale * kl : rho;
        const double radius = wanted > rho && rho > 0.0 ? rho : wanted;
        (void)metric_sample_add(&sample, METRIC_PERTURBATION_NORM, radius * (1.0 + noise));
        (void)metric_sample_add(&sample, METRIC_RADIUS, radius);
        (void)metric_sample_add(&sample, METRIC_DIVERGENCE, kl);
        (void)metric_sample_add(&sample, METRIC_RADIUS_LIMIT,
                                lane == 2 && wanted <= rho ? RADIUS_LIMIT_SCALE : RADIUS_LIMIT_RHO);
    }
    if (step % 10 == 0) {
        (void)metric_sample_add(&sample, METRIC_KL_IN_DOMAIN,
                                (0.3 - 0.08 * lane) * (1.0 - exp(-(double)step / 80.0)));
    }
    if (step % 50 == 0) {
        (void)metric_sample_add(&sample, METRIC_ZERO_SHOT_PERPLEXITY,
                                60.0 + (8.0 - 3.0 * lane) * step / 200.0);
        (void)metric_sample_add(&sample, METRIC_EVAL_PERPLEXITY,
                                20.0 + 40.0 * exp(-(double)step / 60.0) - lane);
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
    double rho[3];
    double scale;
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
    for (uint32_t lane = 0; lane < 3; lane++) {
        if ((command->lane != LANE_ALL && command->lane != lane) ||
            (lane == 0 && command->knob == KNOB_RHO)) {
            continue;
        }
        double old_value = 0.001;
        if (command->knob == KNOB_RHO) {
            old_value = race->rho[lane];
            race->rho[lane] = command->value;
        } else if (command->knob == KNOB_SCALE) {
            old_value = race->scale;
            race->scale = command->value;
        }
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

static inline void fake_step(FakeRace *race)
{
    for (uint32_t lane = 0; lane < 3; lane++) {
        const RunReport report = {
            .kind = RUN_REPORT_SAMPLE,
            .as = {.sample = fake_sample(lane, race->step, race->rho[lane], race->scale)}};
        (void)metric_ring_push(race->ring, &report);
    }
}

static inline void *fake_run(void *context)
{
    FakeRace *race = context;
    RunCommand command;
    fake_say_kind(race, RUN_EVENT_LOADING, "base-lm");
    fake_sleep(race->step_ms * 4);
    fake_say_kind(race, RUN_EVENT_STARTED, "");
    for (uint32_t lane = 1; lane < 3; lane++) {
        fake_say(race, (RunEvent){.kind = RUN_EVENT_KNOB_IN_FORCE,
                                  .lane = lane,
                                  .knob = KNOB_RHO,
                                  .value = race->rho[lane]});
    }
    fake_say(race, (RunEvent){.kind = RUN_EVENT_KNOB_IN_FORCE,
                              .lane = 2,
                              .knob = KNOB_SCALE,
                              .value = race->scale});
    fake_step(race);
    while (!race->is_stopped && race->step < race->max_steps) {
        while (command_queue_try_pop(race->commands, &command)) {
            fake_obey(race, &command);
        }
        if (race->is_paused && !race->is_stopped) {
            command_queue_pop(race->commands, &command);
            fake_obey(race, &command);
            continue;
        }
        fake_sleep(race->step_ms);
        race->step++;
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
static inline bool fake_race_start(FakeRace *race, long step_ms)
{
    memset(race, 0, sizeof *race);
    (void)fake_spec(&race->spec);
    race->step_ms = step_ms;
    race->max_steps = (uint32_t)race->spec.max_steps;
    race->rho[1] = 0.05;
    race->rho[2] = 0.5;
    race->scale = 5000.0;
    return metric_ring_create(&race->ring) == STATUS_OK &&
           command_queue_create(&race->commands) == STATUS_OK &&
           pthread_create(&race->thread, NULL, fake_run, race) == 0;
}

static inline void fake_race_join(FakeRace *race)
{
    (void)pthread_join(race->thread, NULL);
    metric_ring_destroy(race->ring);
    command_queue_destroy(race->commands);
}

#endif
