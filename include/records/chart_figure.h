/* records/chart_figure.h -- one chart as it is seen: its data, axes, colours and remarks as plain values, for files. */
#ifndef RECORDS_CHART_FIGURE_H
#define RECORDS_CHART_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "records/experiment_spec.h"

enum {
    CHART_TICKS_MAX = 12,
    CHART_RULES_MAX = 64,
    CHART_NOTES_MAX = 16,
    CHART_LABEL_BYTES = 24,
    CHART_TEXT_BYTES = 256
};

/* What every point has a place on. X(id, name) -- names as in files */
#define CHART_X_TABLE(X)                                                                           \
    X(CHART_X_STEP, "step")                                                                        \
    X(CHART_X_PASSES, "passes")                                                                    \
    X(CHART_X_SECONDS, "seconds")
#define CHART_X_ENUMERATOR(id, name) id,
typedef enum ChartX { CHART_X_TABLE(CHART_X_ENUMERATOR) CHART_X_COUNT } ChartX;
#undef CHART_X_ENUMERATOR

/* How an axis maps its values: v, log10 v (values <= 0 have no place), or sign(v) log10(1 + |v| / unit). */
#define CHART_SCALE_TABLE(X)                                                                       \
    X(CHART_SCALE_LINEAR, "linear")                                                                \
    X(CHART_SCALE_LOG, "log")                                                                      \
    X(CHART_SCALE_SYMLOG, "symlog")
#define CHART_SCALE_ENUMERATOR(id, name) id,
typedef enum ChartScale { CHART_SCALE_TABLE(CHART_SCALE_ENUMERATOR) CHART_SCALE_COUNT } ChartScale;
#undef CHART_SCALE_ENUMERATOR

typedef struct ChartTick {
    double value;
    char label[CHART_LABEL_BYTES];
} ChartTick;

typedef struct ChartAxis {
    ChartScale scale;
    double low; /* the part that is seen; on a log axis > 0; high > low */
    double high;
    double unit; /* of a symlog axis, > 0 */
    ChartTick ticks[CHART_TICKS_MAX];
    size_t tick_count;
} ChartAxis;

typedef struct ChartColour {
    uint8_t red;
    uint8_t green;
    uint8_t blue;
} ChartColour;

/* What a point tells. Of several seeds `raw` is their mean, low..high its 95 % interval, and the band of the smoothed mean lies between
 * the smoothed low and high, as on the screen.
 * X(id, field, suffix, is_smoothed, is_of_seeds) -- suffix of the metric's name in files */
#define CHART_VALUE_TABLE(X)                                                                       \
    X(CHART_VALUE_RAW, raw, "", false, false)                                                      \
    X(CHART_VALUE_LOW, low, "_low", false, true)                                                   \
    X(CHART_VALUE_HIGH, high, "_high", false, true)                                                \
    X(CHART_VALUE_SMOOTHED, smoothed, "_smoothed", true, false)                                    \
    X(CHART_VALUE_SMOOTHED_LOW, smoothed_low, "_smoothed_low", true, true)                         \
    X(CHART_VALUE_SMOOTHED_HIGH, smoothed_high, "_smoothed_high", true, true)
#define CHART_VALUE_ENUMERATOR(id, field, suffix, is_smoothed, is_of_seeds) id,
typedef enum ChartValue { CHART_VALUE_TABLE(CHART_VALUE_ENUMERATOR) CHART_VALUE_COUNT } ChartValue;
#undef CHART_VALUE_ENUMERATOR

/* NaN and infinities are data: gaps. Where the picture is not smoothed, smoothed values are the raw ones. */
typedef struct ChartPoint {
    double x[CHART_X_COUNT];
#define CHART_VALUE_FIELD(id, field, suffix, is_smoothed, is_of_seeds) double field;
    CHART_VALUE_TABLE(CHART_VALUE_FIELD)
#undef CHART_VALUE_FIELD
} ChartPoint;

/* One lane. Every point that is known is there, also those outside the axes. */
typedef struct ChartSeries {
    char lane[SPEC_NAME_BYTES];
    size_t place; /* in the race: picks the dash of its line, the same in every chart */
    char mark;    /* the letter on the screen: o x * + . and then a, b, c, ... */
    ChartColour colour;
    ChartColour raw_colour; /* of raw points behind a smoothed line */
    bool is_emphasised;     /* drawn on top */
    ChartPoint *points;     /* [count], owned by the picture */
    size_t count;
    size_t capacity;
} ChartSeries;

/* Something was changed here: a numbered vertical line. */
typedef struct ChartRule {
    double x[CHART_X_COUNT];
    int number;
    char text[CHART_TEXT_BYTES]; /* what was changed; "" = not known any more */
} ChartRule;

/* Lives wherever the caller wants; `{0}` is empty. Owns the points and nothing else: chart_figure_clear. Texts are UTF-8 without
 * control characters. */
typedef struct ChartFigure {
    char title[CHART_TEXT_BYTES];
    char metric[CHART_TEXT_BYTES]; /* its name in files */
    char unit[CHART_LABEL_BYTES * 2];
    ChartX x_of_axis;       /* what the x axis shows */
    double steps_per_epoch; /* > 0: an axis of steps is labelled in epochs */
    ChartAxis x;
    ChartAxis y;
    double smoothing;  /* weight of the causal mean; 0 = off */
    size_t seed_count; /* lines are means of so many seeds, with bands; 0 = of one seed, without */
    ChartColour background;
    ChartColour foreground;
    ChartSeries series[SPEC_LANES_MAX];
    size_t series_count;
    ChartRule rules[CHART_RULES_MAX];
    size_t rule_count;
    char notes[CHART_NOTES_MAX][CHART_TEXT_BYTES];
    size_t note_count;
} ChartFigure;

void chart_figure_clear(ChartFigure *picture);

/* Append a point. STATUS_OUT_OF_MEMORY leaves the series as it was. */
Status chart_series_append(ChartSeries *series, ChartPoint point);

/* True if the picture's points tell it. */
bool chart_figure_has(const ChartFigure *picture, ChartValue value);

double chart_point_value(const ChartPoint *point, ChartValue value);

/* Add a remark (cut to fit, cleaned); one beyond CHART_NOTES_MAX is dropped. */
void chart_figure_note(ChartFigure *picture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Say in notes how many raw values the y axis does not show: above it, below it, <= 0 on a log axis, not finite. */
void chart_figure_note_hidden(ChartFigure *picture);

/* How far along the axis: 0 = low, 1 = high, outside it beyond; NaN if the value has no place on it. */
double chart_axis_way(const ChartAxis *axis, double value);

/* What is written at the x axis. Static storage. */
const char *chart_figure_x_title(const ChartFigure *picture);

/* Static storage. */
const char *chart_value_suffix(ChartValue value);
const char *chart_x_name(ChartX x);
const char *chart_scale_name(ChartScale scale);

#endif
