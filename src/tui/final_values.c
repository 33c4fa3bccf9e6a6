#include "tui/final_values.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "tui/reference_runs.h"

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

/* ---- at equal passes --------------------------------------------------------------------------------------------------- */

/* As tests/reference/seed_table.py has it. */
static const double PASSES_TOLERANCE = 0.04;

/* Of a table's baseline from the state's own: later builds round otherwise, another experiment is further off. */
static const double SAME_VALUE_TOLERANCE = 1e-3;

static bool has_same_knobs(const LabLane *a, const LabLane *b)
{
    for (size_t knob = 0; knob < KNOB_COUNT; knob++) {
        if (a->knobs[knob].is_available != b->knobs[knob].is_available ||
            (a->knobs[knob].is_available && a->knobs[knob].value != b->knobs[knob].value)) {
            return false;
        }
    }
    return true;
}

/* Its metrics that are of the split of the state's; false if it has none. A table has all of dev beside the test split. */
static bool match_split(const LabState *state, const ReferenceRun *reference, FinalMetrics metrics,
                        FinalControl *control)
{
    const LabState *other = reference->run.state;
    const FinalMetrics theirs = final_values_metrics(other);
    control->in_domain = theirs.in_domain;
    control->zero_shot = theirs.zero_shot;
    if (!metrics.is_final || !theirs.is_final || theirs.has_classes != metrics.has_classes) {
        return false;
    }
    if (reference->is_table && state->spec->final_split == SPEC_FINAL_DEV) {
        control->in_domain = metrics.has_classes ? METRIC_EVAL_ACCURACY : METRIC_EVAL_PERPLEXITY;
        control->zero_shot =
            metrics.has_classes ? METRIC_ZERO_SHOT_ACCURACY : METRIC_ZERO_SHOT_PERPLEXITY;
        return true;
    }
    return state->spec->final_split == other->spec->final_split;
}

/* The race of that seed; race_count if there is none. */
static size_t race_of_seed(const LabState *state, double seed)
{
    const size_t count = race_count(state);
    size_t race = 0;
    while (race < count &&
           (state->seed_count > 0 ? state->seeds[race] : state)->spec->seed != seed) {
        race++;
    }
    return race;
}

static double seed_of_race(const LabState *state, size_t race)
{
    return (state->seed_count > 0 ? state->seeds[race] : state)->spec->seed;
}

MeanInterval final_values_control_difference(const LabState *state, size_t lane, uint16_t metric,
                                             const FinalControl *control, uint16_t control_metric,
                                             size_t *pairs)
{
    double values[SEEDS_MAX] = {0.0};
    size_t count = 0;
    for (size_t i = 0; i < race_count(state); i++) {
        const LabLane *from = lane_of_race(state, i, lane);
        const size_t race = race_of_seed(control->state, seed_of_race(state, i));
        if (race == race_count(control->state)) {
            continue;
        }
        const LabLane *base = lane_of_race(control->state, race, control->lane);
        if (from->is_measured[metric] && base->is_measured[control_metric]) {
            values[count++] = from->last[metric] - base->last[control_metric];
        }
    }
    if (pairs != NULL) {
        *pairs = count;
    }
    return count > 0 ? mean_interval(values, count) : nothing();
}

/* A table names no experiment: its baseline must have come to the same numbers, seed by seed. */
static bool is_same_experiment(const LabState *state, size_t baseline, FinalMetrics metrics,
                               const ReferenceRun *reference, const FinalControl *split)
{
    const LabState *other = reference->run.state;
    if (!reference->is_table) {
        return strcmp(other->spec->name, state->spec->name) == 0;
    }
    FinalControl same = *split;
    same.state = other;
    same.lane = lab_state_find_lane(other, state->lanes[baseline].name);
    if (same.lane >= SPEC_LANES_MAX) {
        return false;
    }
    size_t pairs = 0;
    const MeanInterval difference = final_values_control_difference(
        state, baseline, metrics.in_domain, &same, same.in_domain, &pairs);
    const MeanInterval value = final_values_mean(state, baseline, metrics.in_domain);
    return pairs > 0 && fabs(difference.mean) <= SAME_VALUE_TOLERANCE * fabs(value.mean);
}

/* Takes the lane of `control` if it is like `base` and its passes are nearer to `spent` than the best one's so far. */
static void consider(double spent, const LabLane *base, const FinalControl *control,
                     FinalControl *best, double *least)
{
    const LabLane *other = &control->state->lanes[control->lane];
    const double off = fabs(other->passes - spent);
    /* Before the first step all have spent as many, and it would be none. */
    if (spent > 0.0 && strcmp(other->method, base->method) == 0 && has_same_knobs(other, base) &&
        off <= PASSES_TOLERANCE * spent && off < *least) {
        *best = *control;
        *least = off;
    }
}

FinalControl final_values_control(const LabState *state, size_t lane, size_t baseline,
                                  FinalMetrics metrics)
{
    double least = INFINITY;
    FinalControl best = {.state = NULL};
    if (lane == baseline || !lab_state_has_lane(state, baseline)) {
        return best;
    }
    const FinalControl own = {.state = state,
                              .lane = baseline,
                              .in_domain = metrics.in_domain,
                              .zero_shot = metrics.zero_shot};
    const double spent = state->lanes[lane].passes;
    consider(spent, &state->lanes[baseline], &own, &best, &least);
    for (size_t i = 0; state->references != NULL && i < state->references->count; i++) {
        const ReferenceRun *reference = &state->references->runs[i];
        FinalControl control = {.state = reference->run.state};
        if (!match_split(state, reference, metrics, &control) ||
            !is_same_experiment(state, baseline, metrics, reference, &control)) {
            continue;
        }
        /* A table tells knobs only where they are not the experiment's: its own baseline has those. */
        const size_t there = lab_state_find_lane(control.state, state->lanes[baseline].name);
        const LabLane *base =
            reference->is_table ? &control.state->lanes[there] : &state->lanes[baseline];
        for (control.lane = 0; control.lane < control.state->lane_count; control.lane++) {
            consider(spent, base, &control, &best, &least);
        }
    }
    return best;
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
    static const char *const IN_DOMAIN[3] = {"ID lower", "ID not distinguishable", "ID higher"};
    static const char *const ZERO_SHOT[3] = {"ZS lower", "ZS not distinguishable", "ZS higher"};
    if (isnan(in_domain.mean) && isnan(zero_shot.mean)) {
        return "";
    }
    /* What was not measured is not alike. */
    return seed_count == 0         ? "one seed: not distinguishable"
           : isnan(zero_shot.mean) ? IN_DOMAIN[side_of(in_domain)]
           : isnan(in_domain.mean) ? ZERO_SHOT[side_of(zero_shot)]
                                   : WORDS[side_of(in_domain)][side_of(zero_shot)];
}
