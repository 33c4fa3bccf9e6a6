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

static const ChartRow *main_row(uint16_t metric)
{
    for (size_t chart = 0; chart < CHART_COUNT; chart++) {
        if ((uint16_t)CHARTS[chart].metric == metric) {
            return &CHARTS[chart];
        }
    }
    return NULL;
}

uint16_t chart_first_metric(size_t chart)
{
    return (uint16_t)CHARTS[chart].metric;
}

bool chart_is_main(uint16_t metric)
{
    return main_row(metric) != NULL;
}

bool chart_can_show(uint16_t metric)
{
    const bool is_after_the_race =
        (metric >= METRIC_FINAL_LOSS && metric <= METRIC_FINAL_ZERO_SHOT_PERPLEXITY) ||
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
    const char *unit =
        metric < METRIC_FIXED_COUNT ? metric_info((MetricId)metric)->unit : "perplexity";
    if (strcmp(unit, "1") != 0) { /* a bare number needs no word */
        snprintf(face.note, sizeof face.note, "%s", unit);
    }
    return face;
}

char chart_lane_mark(size_t lane)
{
    static const char MARKS[] = "ox*+.abcdefghijklmnpqrst";
    return MARKS[lane % (sizeof MARKS - 1)];
}
