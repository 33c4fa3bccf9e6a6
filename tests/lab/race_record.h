/* lab/race_record.h -- a race whose samples and events are remembered, to be asked about. */
#ifndef TESTS_LAB_RACE_RECORD_H
#define TESTS_LAB_RACE_RECORD_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/race.h"

enum { SAMPLES_MAX = 200 };

/* A sink that remembers. */
typedef struct Record {
    MetricSample samples[SAMPLES_MAX];
    size_t sample_count;
    RunEvent events[SAMPLES_MAX];
    size_t event_count;
} Record;

static inline Status keep_sample(void *context, const MetricSample *sample, Problem *problem)
{
    (void)problem;
    Record *record = context;
    record->samples[record->sample_count++ % SAMPLES_MAX] = *sample;
    return STATUS_OK;
}

static inline Status keep_event(void *context, const RunEvent *event, Problem *problem)
{
    (void)problem;
    Record *record = context;
    record->events[record->event_count++ % SAMPLES_MAX] = *event;
    return STATUS_OK;
}

static inline Race *open_race(const ExperimentSpec *spec, TaskRunner runner, Record *record)
{
    Race *race = NULL;
    Problem problem = {0};
    memset(record, 0, sizeof *record);
    const RaceOptions options = {
        .runner = runner,
        .clock = wall_clock_monotonic(),
        .sink = {.context = record, .sample = keep_sample, .event = keep_event}};
    if (race_open(spec, &options, &race, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    assert_int_equal(race_begin(race, &problem), STATUS_OK);
    return race;
}

static inline void run_to_the_end(Race *race)
{
    Problem problem = {0};
    while (!race_is_over(race)) {
        assert_int_equal(race_step(race, &problem), STATUS_OK);
    }
    assert_int_equal(race_evaluate_final(race, &problem), STATUS_OK);
}

static inline double metric_at(const Record *record, uint32_t lane, uint32_t step, uint16_t metric)
{
    double value = (double)NAN;
    for (size_t i = 0; i < record->sample_count; i++) {
        const MetricSample *sample = &record->samples[i];
        if (sample->lane == lane && sample->step == step &&
            metric_sample_get(sample, metric, &value)) {
            return value;
        }
    }
    return (double)NAN;
}

/* The first event of that kind; fails the test if there is none. */
static inline RunEvent find_event(const Record *record, RunEventKind kind)
{
    RunEvent found = {.kind = RUN_EVENT_KIND_COUNT};
    for (size_t i = record->event_count; i > 0; i--) {
        found = record->events[i - 1].kind == kind ? record->events[i - 1] : found;
    }
    assert_int_equal(found.kind, kind);
    return found;
}

/* Races of the spec that are looked at after every step, and never on the way: the steps must be the same to the bit. */
static inline void expect_looking_changes_nothing(const ExperimentSpec *base)
{
    enum { STEPS = 6 };
    static const double EVERY[] = {1.0, 1000.0};
    Record records[2];
    ExperimentSpec spec = *base;
    spec.max_steps = STEPS;
    for (size_t i = 0; i < 2; i++) {
        spec.probe_steps = EVERY[i];
        spec.eval_steps = EVERY[i];
        spec.logging_steps = 1.0;
        Race *race = open_race(&spec, task_runner_serial(), &records[i]);
        run_to_the_end(race);
        race_close(race);
    }
    for (uint32_t lane = 0; lane < spec.lane_count; lane++) {
        for (uint32_t step = 1; step <= STEPS; step++) {
            assert_true(metric_at(&records[0], lane, step, METRIC_LOSS) ==
                        metric_at(&records[1], lane, step, METRIC_LOSS));
        }
    }
}

#endif
