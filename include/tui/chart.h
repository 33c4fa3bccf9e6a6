/* tui/chart.h -- which metrics the screen draws as charts, and what it calls them. */
#ifndef TUI_CHART_H
#define TUI_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "records/metric_sample.h"

/* X(id, metric, title, note, is_smoothed)
 * Only the loss is smoothed: the others have few points, or their jumps are what one looks for. */
#define CHART_TABLE(X)                                                                             \
    X(CHART_LOSS, METRIC_LOSS, "loss", "nats", true)                                               \
    X(CHART_ZERO_SHOT, METRIC_ZERO_SHOT_PERPLEXITY, "zero-shot perplexity", "ZS avg", false)       \
    X(CHART_PERTURBATION, METRIC_PERTURBATION_NORM, "||eps||", "L2", false)                        \
    X(CHART_KL, METRIC_KL_IN_DOMAIN, "representation KL", "to theta_0, nats", false)

#define CHART_ENUMERATOR(id, metric, title, note, is_smoothed) id,
typedef enum ChartId { CHART_TABLE(CHART_ENUMERATOR) CHART_COUNT } ChartId;
#undef CHART_ENUMERATOR

typedef struct ChartInfo {
    MetricId metric;
    const char *title;
    const char *note;
    bool is_smoothed;
} ChartInfo;

/* chart < CHART_COUNT. Static storage. */
const ChartInfo *chart_info(size_t chart);

/* The chart of a metric; CHART_COUNT if it has none. */
size_t chart_of_metric(uint16_t metric);

/* The letter that marks lane `lane`: o x * + . and then letters. */
char chart_lane_mark(size_t lane);

#endif
