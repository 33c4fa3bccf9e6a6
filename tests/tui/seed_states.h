/* tests/tui/seed_states.h -- several seeds of the invented race, and their mean. Include cmocka.h first. */
#ifndef TESTS_TUI_SEED_STATES_H
#define TESTS_TUI_SEED_STATES_H

#include <string.h>

#include "base/json.h"
#include "tui/fixed_state.h"
#include "tui/seed_mean.h"

enum { SEED_STATES_MAX = 5 };

typedef struct SeedStates {
    LabState *seeds[SEED_STATES_MAX];
    size_t count;
    FixedState fixed; /* its state is the mean, once that was made */
} SeedStates;

/* Seeds 1..count of the usual three lanes, at their beginning. */
static inline void seed_states_create(SeedStates *states, size_t count)
{
    memset(states, 0, sizeof *states);
    fake_spec(&states->fixed.spec);
    for (size_t i = 0; i < count; i++) {
        states->fixed.spec.seed = (double)(i + 1);
        assert_int_equal(lab_state_create(&states->fixed.spec, fake_methods(), &states->seeds[i]),
                         STATUS_OK);
    }
    states->count = count;
    view_state_init(&states->fixed.view, "0.1", "runs/seed-1 and more");
    states->fixed.view.lane = 2;
}

static inline void seed_states_average(SeedStates *states)
{
    for (size_t i = 0; i < states->count; i++) {
        lab_state_end_record(states->seeds[i]);
    }
    assert_int_equal(
        seed_mean((const LabState *const *)states->seeds, states->count, &states->fixed.state),
        STATUS_OK);
}

static inline void seed_states_destroy(SeedStates *states)
{
    fixed_state_destroy(&states->fixed);
    for (size_t i = 0; i < states->count; i++) {
        lab_state_destroy(states->seeds[i]);
    }
}

/* One value of one lane of one seed. */
static inline void seed_states_value(SeedStates *states, size_t seed, uint32_t lane, uint32_t step,
                                     uint16_t metric, double value)
{
    MetricSample sample = {.lane = lane, .step = step, .passes = 3.0 * step * (lane + 1)};
    assert_true(metric_sample_add(&sample, metric, value));
    give_sample(states->seeds[seed], sample);
}

/* Evaluations every 25 steps to step 100 in which SAM ends where AdamW does and TRAM below, and the losses of all steps. */
static inline void seed_states_race(SeedStates *states)
{
    static const double NOISE[SEED_STATES_MAX] = {0.3, -0.2, 0.1, -0.4, 0.2};
    for (size_t seed = 0; seed < states->count; seed++) {
        for (uint32_t step = 0; step <= 100; step++) {
            for (uint32_t lane = 0; lane < 3; lane++) {
                const double own = NOISE[(seed + lane) % SEED_STATES_MAX] * step / 100.0;
                const double fall = lane == 2 ? 0.02 * step : 0.01 * step;
                MetricSample sample = fake_sample(lane, step, 0.5, 5000.0);
                sample.count = 0;
                assert_true(metric_sample_add(&sample, METRIC_LOSS, 4.0 - fall + own));
                if (step % 25 == 0) {
                    assert_true(metric_sample_add(&sample, METRIC_ZERO_SHOT_PERPLEXITY,
                                                  60.0 - fall + own + NOISE[seed]));
                }
                give_sample(states->seeds[seed], sample);
            }
        }
        give_event(states->seeds[seed],
                   (RunEvent){.kind = RUN_EVENT_FINISHED, .step = 100, .lane = LANE_ALL});
    }
}

/* The final numbers of one line of finals.jsonl, if it is of one of the lanes. */
static inline void seed_states_take_line(SeedStates *states, const char *line, size_t size)
{
    Json *row = NULL;
    assert_int_equal(json_parse(line, size, "finals.jsonl", &row, NULL), STATUS_OK);
    const size_t seed = (size_t)json_number(json_member(row, "seed")) - 1;
    const char *name = json_string(json_member(row, "lane"));
    const size_t lane = lab_state_find_lane(states->seeds[0], name);
    if (lane < SPEC_LANES_MAX && seed < states->count) {
        MetricSample sample = {.lane = (uint32_t)lane,
                               .step = (uint32_t)json_number(json_member(row, "steps")),
                               .passes = json_number(json_member(row, "passes"))};
        assert_true(metric_sample_add(&sample, METRIC_FINAL_PERPLEXITY,
                                      json_number(json_member(row, "final_perplexity"))));
        assert_true(metric_sample_add(&sample, METRIC_FINAL_ZERO_SHOT_PERPLEXITY,
                                      json_number(json_member(row, "final_zero_shot_perplexity"))));
        give_sample(states->seeds[seed], sample);
    }
    json_destroy(row);
}

/* What five seeds of the trio came to, as recorded: read by tests/reference/seed_table.py as well. */
static inline void seed_states_take_finals(SeedStates *states)
{
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(json_read_text("sample-runs/recorded/cross-domain/finals.jsonl", 1 << 24,
                                    &text, &size, NULL),
                     STATUS_OK);
    for (const char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        seed_states_take_line(states, line, length);
        line += length + (line[length] == '\n');
    }
    free(text);
}

#endif
