/* tests/tui/strip_state.h -- a race with evaluations of several domains. Include cmocka.h first. */
#ifndef TESTS_TUI_STRIP_STATE_H
#define TESTS_TUI_STRIP_STATE_H

#include "tui/fixed_state.h"

enum { STRIP_DOMAINS = 7 };

static const char *const STRIP_NAMES[STRIP_DOMAINS] = {
    "moby-dick", "jargon", "wn-animal", "bible-web-nt", "sqlite-docs", "wn-plant", "devils-dict"};
/* Of AdamW; the other lanes differ by a little more from one to the next. */
static const double STRIP_SCORES[STRIP_DOMAINS] = {78.4, 66.7, 35.7, 49.0, 29.8, 35.7, 56.0};

/* The means and all domains of a lane, as an evaluation at `step` says them, each times 1 + gain (growing by `spread` a domain). */
static inline void give_scores(LabState *state, uint32_t lane, uint32_t step, double gain,
                               double spread)
{
    const bool has_classes = experiment_spec_has_classes(state->spec);
    MetricSample sample = {.lane = lane, .step = step};
    (void)metric_sample_add(&sample, has_classes ? METRIC_EVAL_ACCURACY : METRIC_EVAL_PERPLEXITY,
                            44.7 * (1.0 + gain));
    (void)metric_sample_add(&sample,
                            has_classes ? METRIC_ZERO_SHOT_ACCURACY : METRIC_ZERO_SHOT_PERPLEXITY,
                            50.2 * (1.0 + gain));
    for (uint16_t d = 0; d < state->spec->zero_shot_domain_count; d++) {
        (void)metric_sample_add(&sample, METRIC_DOMAIN_FIRST + d,
                                STRIP_SCORES[d % STRIP_DOMAINS] * (1.0 + gain + spread * d));
    }
    give_sample(state, sample);
}

/* After the evaluation at step 50: SAM a little worse everywhere but near, TRAM from worse to far better. */
static inline void strip_state_create(FixedState *fixed, size_t lane_count, SpecTask task)
{
    fixed_state_create_lanes(fixed, lane_count);
    ExperimentSpec *spec = fixed->state->spec;
    spec->task = task;
    spec->train_domain_count = 1;
    (void)snprintf(spec->train_domains[0], SPEC_NAME_BYTES, "sotu-1861-1912");
    spec->zero_shot_domain_count = STRIP_DOMAINS;
    for (size_t d = 0; d < STRIP_DOMAINS; d++) {
        (void)snprintf(spec->zero_shot_domains[d], SPEC_NAME_BYTES, "%s", STRIP_NAMES[d]);
    }
    give_event(fixed->state, (RunEvent){.kind = RUN_EVENT_STARTED, .lane = LANE_ALL});
    for (uint32_t lane = 0; lane < lane_count; lane++) {
        give_scores(fixed->state, lane, 0, 0.0, 0.0);
    }
    for (uint32_t lane = 0; lane < lane_count; lane++) {
        give_scores(fixed->state, lane, 50, lane == 1 ? 0.001 : 0.021 * (lane > 0),
                    lane == 1   ? 0.0007
                    : lane == 0 ? 0.0
                                : -0.012 * lane / 2.0);
    }
    fixed->view.lane = lane_count > 2 ? 2 : 0;
    fixed->view.page = VIEW_PAGE_STRIP;
}

#endif
