#include "tui/domain_strip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where a difference gets the next level. */
static const double LEVELS[STRIP_LEVEL_MAX] = {0.5, 2.0, 5.0};

/* ---- which scores ------------------------------------------------------------------------------------------------------ */

typedef struct MeanMetrics {
    MetricId zero_shot;
    MetricId trained_on;
} MeanMetrics;

static MeanMetrics means_of(const ExperimentSpec *spec, bool is_final)
{
    static const MeanMetrics PERPLEXITY[2] = {
        {METRIC_ZERO_SHOT_PERPLEXITY, METRIC_EVAL_PERPLEXITY},
        {METRIC_FINAL_ZERO_SHOT_PERPLEXITY, METRIC_FINAL_PERPLEXITY}};
    static const MeanMetrics ACCURACY[2] = {
        {METRIC_ZERO_SHOT_ACCURACY, METRIC_EVAL_ACCURACY},
        {METRIC_FINAL_ZERO_SHOT_ACCURACY, METRIC_FINAL_ACCURACY}};
    return experiment_spec_has_classes(spec) ? ACCURACY[is_final] : PERPLEXITY[is_final];
}

static bool is_measured(const LabState *state, size_t lane, uint16_t metric)
{
    return lane < state->lane_count && state->lanes[lane].is_measured[metric];
}

static void add_entry(const LabState *state, DomainStrip *strip, uint16_t metric, const char *name)
{
    StripEntry *entry = &strip->entries[strip->entry_count++];
    entry->metric = metric;
    snprintf(entry->name, sizeof entry->name, "%s", name);
    entry->baseline = is_measured(state, strip->baseline, metric)
                          ? state->lanes[strip->baseline].last[metric]
                          : (double)NAN;
}

static void add_means(const LabState *state, DomainStrip *strip)
{
    const ExperimentSpec *spec = state->spec;
    const MeanMetrics means = means_of(spec, strip->is_final);
    const bool has_name = spec->train_domain_count == 1 && strcmp(spec->train_domains[0], "*") != 0;
    if (spec->zero_shot_domain_count > 0) {
        add_entry(state, strip, (uint16_t)means.zero_shot, "ZS avg");
    }
    add_entry(state, strip, (uint16_t)means.trained_on,
              has_name ? spec->train_domains[0] : "trained on");
    strip->mean_count = strip->entry_count;
}

/* ---- near to far ------------------------------------------------------------------------------------------------------- */

static bool is_nearer(ChartTrend trend, const StripEntry *a, const StripEntry *b)
{
    if (isnan(a->baseline) || isnan(b->baseline)) {
        return !isnan(a->baseline) && isnan(b->baseline);
    }
    return trend == CHART_TREND_HIGHER ? a->baseline > b->baseline : a->baseline < b->baseline;
}

/* By insertion: at most 60, and equal ones keep their order. */
static void sort_domains(DomainStrip *strip)
{
    for (size_t i = strip->mean_count + 1; i < strip->entry_count; i++) {
        const StripEntry moved = strip->entries[i];
        size_t place = i;
        while (place > strip->mean_count &&
               is_nearer(strip->trend, &moved, &strip->entries[place - 1])) {
            strip->entries[place] = strip->entries[place - 1];
            place--;
        }
        strip->entries[place] = moved;
    }
}

void domain_strip_sort(const LabState *state, size_t baseline, DomainStrip *out)
{
    const ExperimentSpec *spec = state->spec;
    *out = (DomainStrip){.baseline = baseline,
                         .trend = experiment_spec_has_classes(spec) ? CHART_TREND_HIGHER
                                                                    : CHART_TREND_LOWER,
                         .is_final = is_measured(state, baseline, METRIC_FINAL_LOSS)};
    add_means(state, out);
    const uint16_t first = out->is_final ? METRIC_FINAL_DOMAIN_FIRST : METRIC_DOMAIN_FIRST;
    for (size_t d = 0; d < spec->zero_shot_domain_count && d < SPEC_DOMAINS_MAX; d++) {
        add_entry(state, out, (uint16_t)(first + d), spec->zero_shot_domains[d]);
    }
    if (is_measured(state, baseline, out->entries[0].metric)) {
        out->step = state->lanes[baseline].last_step[out->entries[0].metric];
    }
    sort_domains(out);
}

/* ---- differences ------------------------------------------------------------------------------------------------------- */

/* The score of a lane at exactly that step; false if it has none. */
static bool score_at(const LabLane *lane, uint16_t metric, uint32_t step, double *out)
{
    if (lane->last_step[metric] == step) {
        *out = lane->last[metric];
        return true;
    }
    const Series *history = &lane->history[metric];
    const size_t place = series_find(history, SERIES_AXIS_STEP, (double)step);
    if (place >= history->count || history->points[place].x[SERIES_AXIS_STEP] != (double)step) {
        return false;
    }
    *out = history->points[place].value;
    return true;
}

int domain_strip_level(ChartTrend trend, double difference, double baseline)
{
    const double size =
        trend == CHART_TREND_HIGHER ? fabs(difference) : 100.0 * fabs(difference) / fabs(baseline);
    int level = 0;
    while (level < STRIP_LEVEL_MAX && isfinite(size) && size >= LEVELS[level]) {
        level++;
    }
    return (difference > 0.0) == (trend == CHART_TREND_HIGHER) ? level : -level;
}

StripCell domain_strip_cell(const LabState *state, const DomainStrip *strip, size_t lane,
                            const StripEntry *entry)
{
    StripCell cell = {.is_there = false};
    double baseline = 0.0;
    if (!is_measured(state, lane, entry->metric) ||
        !is_measured(state, strip->baseline, entry->metric)) {
        return cell;
    }
    const LabLane *one = &state->lanes[lane];
    const LabLane *other = &state->lanes[strip->baseline];
    /* In the middle of an evaluation, or while a lane catches up, one of them is ahead. */
    const uint32_t step = one->last_step[entry->metric] < other->last_step[entry->metric]
                              ? one->last_step[entry->metric]
                              : other->last_step[entry->metric];
    if (step == 0 && lane != strip->baseline) {
        return cell; /* theta_0, which is everyone's: the lane itself has not been evaluated */
    }
    cell.is_there = score_at(one, entry->metric, step, &cell.value) &&
                    score_at(other, entry->metric, step, &baseline);
    cell.difference = cell.value - baseline;
    cell.level = domain_strip_level(strip->trend, cell.difference, baseline);
    return cell;
}
