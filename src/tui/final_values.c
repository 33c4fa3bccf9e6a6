#include "tui/final_values.h"

#include <assert.h>
#include <math.h>

FinalMetrics final_values_metrics(const LabState *state)
{
    const bool has_classes = experiment_spec_has_classes(state->spec);
    FinalMetrics metrics = {.in_domain =
                                has_classes ? METRIC_FINAL_ACCURACY : METRIC_FINAL_PERPLEXITY,
                            .zero_shot = has_classes ? METRIC_FINAL_ZERO_SHOT_ACCURACY
                                                     : METRIC_FINAL_ZERO_SHOT_PERPLEXITY,
                            .is_final = true,
                            .has_classes = has_classes};
    if (!lab_state_has_metric(state, metrics.in_domain) &&
        !lab_state_has_metric(state, metrics.zero_shot)) {
        metrics.in_domain = has_classes ? METRIC_EVAL_ACCURACY : METRIC_EVAL_PERPLEXITY;
        metrics.zero_shot = has_classes ? METRIC_ZERO_SHOT_ACCURACY : METRIC_ZERO_SHOT_PERPLEXITY;
        metrics.is_final = false;
    }
    return metrics;
}

/* The races behind a state: its seeds, or itself. */
static size_t race_count(const LabState *state)
{
    assert(state->seed_count <= SEEDS_MAX);
    return state->seed_count > 0 ? state->seed_count : 1;
}

static const LabLane *lane_of_race(const LabState *state, size_t race, size_t lane)
{
    return state->seed_count > 0 ? &state->seeds[race]->lanes[lane] : &state->lanes[lane];
}

static MeanInterval nothing(void)
{
    return (MeanInterval){.mean = (double)NAN, .half_width = (double)NAN};
}

MeanInterval final_values_mean(const LabState *state, size_t lane, uint16_t metric)
{
    double values[SEEDS_MAX] = {0.0};
    const size_t count = race_count(state);
    for (size_t i = 0; i < count; i++) {
        const LabLane *from = lane_of_race(state, i, lane);
        if (!from->is_measured[metric]) {
            return nothing();
        }
        values[i] = from->last[metric];
    }
    return mean_interval(values, count);
}

MeanInterval final_values_difference(const LabState *state, size_t lane, size_t baseline,
                                     uint16_t metric)
{
    double values[SEEDS_MAX] = {0.0};
    const size_t count = race_count(state);
    for (size_t i = 0; i < count; i++) {
        const LabLane *from = lane_of_race(state, i, lane);
        const LabLane *base = lane_of_race(state, i, baseline);
        if (!from->is_measured[metric] || !base->is_measured[metric] ||
            from->last_step[metric] != base->last_step[metric]) {
            return nothing();
        }
        values[i] = from->last[metric] - base->last[metric];
    }
    return mean_interval(values, count);
}

/* 0: lower, 1: not distinguishable, 2: higher */
static size_t side_of(MeanInterval difference)
{
    return difference.mean + difference.half_width < 0.0   ? 0
           : difference.mean - difference.half_width > 0.0 ? 2
                                                           : 1;
}

const char *final_values_verdict(MeanInterval in_domain, MeanInterval zero_shot, size_t seed_count)
{
    static const char *const WORDS[3][3] = {
        {"both lower", "ID lower, ZS not distinguishable", "ID lower, ZS higher"},
        {"ID not distinguishable, ZS lower", "not distinguishable",
         "ID not distinguishable, ZS higher"},
        {"ID higher, ZS lower", "ID higher, ZS not distinguishable", "both higher"}};
    if (isnan(in_domain.mean) && isnan(zero_shot.mean)) {
        return "";
    }
    return seed_count == 0 ? "one seed: not distinguishable"
                           : WORDS[side_of(in_domain)][side_of(zero_shot)];
}
