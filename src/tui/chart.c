#include "tui/chart.h"

#include <stdio.h>
#include <string.h>

typedef struct ChartRow {
    MetricId metric;
    const char *title;
    const char *note;
    bool is_smoothed;
} ChartRow;

#define CHART_ROW(id, metric, title, note, is_smoothed) {metric, title, note, is_smoothed},
static const ChartRow CHARTS[CHART_COUNT] = {CHART_TABLE(CHART_ROW)};
#undef CHART_ROW

/* In the place of the perplexity where classes are told. */
static const ChartRow ACCURACY = {METRIC_ZERO_SHOT_ACCURACY, "zero-shot accuracy", "ZS avg, %",
                                  false};

static const ChartRow *main_row(uint16_t metric)
{
    if (metric == METRIC_ZERO_SHOT_ACCURACY) {
        return &ACCURACY;
    }
    for (size_t chart = 0; chart < CHART_COUNT; chart++) {
        if ((uint16_t)CHARTS[chart].metric == metric) {
            return &CHARTS[chart];
        }
    }
    return NULL;
}

static const MetricId MORE_METRICS[] = {METRIC_EVAL_LOSS,  METRIC_GRAD_NORM,    METRIC_RADIUS,
                                        METRIC_DIVERGENCE, METRIC_LOSS_RISE,    METRIC_UPDATE_NORM,
                                        METRIC_DISTANCE,   METRIC_LEARNING_RATE};
enum { MORE_COUNT = sizeof MORE_METRICS / sizeof *MORE_METRICS };

uint16_t chart_as_measured(const ExperimentSpec *spec, uint16_t metric)
{
    if (spec == NULL || !experiment_spec_has_classes(spec)) {
        return metric;
    }
    return metric == METRIC_ZERO_SHOT_PERPLEXITY ? METRIC_ZERO_SHOT_ACCURACY
           : metric == METRIC_EVAL_PERPLEXITY    ? METRIC_EVAL_ACCURACY
                                                 : metric;
}

uint16_t chart_first_metric(const ExperimentSpec *spec, size_t chart)
{
    const MetricId metric = chart < CHART_COUNT ? CHARTS[chart].metric
                                                : MORE_METRICS[(chart - CHART_COUNT) % MORE_COUNT];
    return chart_as_measured(spec, (uint16_t)metric);
}

bool chart_is_main(uint16_t metric)
{
    return main_row(metric) != NULL;
}

bool chart_can_show(uint16_t metric)
{
    const bool is_after_the_race =
        (metric >= METRIC_FINAL_LOSS && metric <= METRIC_FINAL_ZERO_SHOT_PERPLEXITY) ||
        (metric >= METRIC_FINAL_ACCURACY && metric <= METRIC_FINAL_ZERO_SHOT_ACCURACY_ERROR) ||
        metric >= METRIC_FINAL_DOMAIN_FIRST;
    const bool is_known = metric < METRIC_FIXED_COUNT || metric >= METRIC_DOMAIN_FIRST;
    return is_known && !is_after_the_race && metric != METRIC_RADIUS_LIMIT;
}

bool chart_is_of_perturbation(uint16_t metric)
{
    return metric == METRIC_PERTURBATION_NORM || metric == METRIC_PERTURBATION_NORM_OWN ||
           metric == METRIC_RADIUS || metric == METRIC_LOSS_PERTURBED ||
           metric == METRIC_LOSS_RISE || metric == METRIC_LOSS_RISE_PREDICTED ||
           (metric >= METRIC_EPS_SHARE_EMBEDDING && metric <= METRIC_EPS_SHARE_BIAS);
}

ChartFace chart_face(const ExperimentSpec *spec, uint16_t metric)
{
    ChartFace face = {.is_smoothed = false};
    const ChartRow *row = main_row(metric);
    if (row != NULL) {
        snprintf(face.title, sizeof face.title, "%s", row->title);
        snprintf(face.note, sizeof face.note, "%s", row->note);
        face.is_smoothed = row->is_smoothed;
        return face;
    }
    experiment_spec_metric_name(spec, metric, face.title, sizeof face.title);
    const char *unit = experiment_spec_metric_unit(spec, metric);
    if (strcmp(unit, "1") != 0) { /* a bare number needs no word */
        snprintf(face.note, sizeof face.note, "%s", unit);
    }
    return face;
}

ChartTrend chart_trend(const ExperimentSpec *spec, uint16_t metric)
{
    static const MetricId LOWER[] = {METRIC_EVAL_LOSS,        METRIC_FINAL_LOSS,
                                     METRIC_EVAL_PERPLEXITY,  METRIC_ZERO_SHOT_PERPLEXITY,
                                     METRIC_FINAL_PERPLEXITY, METRIC_FINAL_ZERO_SHOT_PERPLEXITY};
    static const MetricId HIGHER[] = {METRIC_EVAL_ACCURACY, METRIC_ZERO_SHOT_ACCURACY,
                                      METRIC_FINAL_ACCURACY, METRIC_FINAL_ZERO_SHOT_ACCURACY};
    for (size_t i = 0; i < sizeof LOWER / sizeof *LOWER; i++) {
        if ((uint16_t)LOWER[i] == metric) {
            return CHART_TREND_LOWER;
        }
    }
    for (size_t i = 0; i < sizeof HIGHER / sizeof *HIGHER; i++) {
        if ((uint16_t)HIGHER[i] == metric) {
            return CHART_TREND_HIGHER;
        }
    }
    if (metric < METRIC_DOMAIN_FIRST) {
        return CHART_TREND_NONE;
    }
    return experiment_spec_has_classes(spec) ? CHART_TREND_HIGHER : CHART_TREND_LOWER;
}

char chart_lane_mark(size_t lane)
{
    static const char MARKS[] = "ox*+.abcdefghijklmnpqrst";
    return MARKS[lane % (sizeof MARKS - 1)];
}
