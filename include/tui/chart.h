/* tui/chart.h -- which metrics the screen draws as charts, and what it calls them. */
#ifndef TUI_CHART_H
#define TUI_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "records/experiment_spec.h"
#include "records/metric_sample.h"

/* The charts and what they show at first; any other metric can take a chart's place.
 * X(id, metric, title, note, is_smoothed)
 * Only the loss is smoothed: the others have few points, or their jumps are what one looks for. */
#define CHART_TABLE(X)                                                                             \
    X(CHART_LOSS, METRIC_LOSS, "loss", "nats", true)                                               \
    X(CHART_ZERO_SHOT, METRIC_ZERO_SHOT_PERPLEXITY, "zero-shot perplexity", "ZS avg", false)       \
    X(CHART_PERTURBATION, METRIC_PERTURBATION_NORM, "||eps||", "L2", false)                        \
    X(CHART_KL, METRIC_KL_IN_DOMAIN, "rep KL to theta_0", "nats", false)

#define CHART_ENUMERATOR(id, metric, title, note, is_smoothed) id,
typedef enum ChartId { CHART_TABLE(CHART_ENUMERATOR) CHART_COUNT } ChartId;
#undef CHART_ENUMERATOR

enum { CHART_TITLE_BYTES = SPEC_NAME_BYTES + 32, CHART_NOTE_BYTES = 48 };

/* How a metric's chart is headed. */
typedef struct ChartFace {
    char title[CHART_TITLE_BYTES];
    char note[CHART_NOTE_BYTES]; /* unit */
    bool is_smoothed;
} ChartFace;

/* The metric that a chart shows at first; behind those of the table come others that most methods measure. */
uint16_t chart_first_metric(const ExperimentSpec *spec, size_t chart);

/* What stands in the place of a metric of language models where classes are told: accuracies for perplexities. Others are themselves.
 * spec NULL: as of a language model. */
uint16_t chart_as_measured(const ExperimentSpec *spec, uint16_t metric);

/* True for the metrics of CHART_TABLE, whose whole past is kept. */
bool chart_is_main(uint16_t metric);

/* True if a chart of it says something: not for codes, and not for what is measured once, after the race. */
bool chart_can_show(uint16_t metric);

/* True for what tells the size or place of the perturbation: there, released arithmetic must be named. */
bool chart_is_of_perturbation(uint16_t metric);

/* Title and unit of any metric; `spec` names the domains. */
ChartFace chart_face(const ExperimentSpec *spec, uint16_t metric);

/* Which way held-out scores get better: losses and perplexities down, accuracies up. NONE: it is no score of held-out data. */
typedef enum ChartTrend { CHART_TREND_NONE, CHART_TREND_LOWER, CHART_TREND_HIGHER } ChartTrend;
ChartTrend chart_trend(const ExperimentSpec *spec, uint16_t metric);

/* The letter that marks lane `lane`: o x * + . and then letters. */
char chart_lane_mark(size_t lane);

#endif
