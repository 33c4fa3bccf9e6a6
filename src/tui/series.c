/* tui/series.c -- points that grow, and their mean as they come. */
#include "tui/series.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { SERIES_FIRST_CAPACITY = 64 };

static const double WEIGHT_MAX = 0.999;
static const double NOTHING_UNSEEN =
    1e-18; /* 1 minus this is 1; also keeps b^k out of the slow denormals */

void series_clear(Series *series)
{
    free(series->points);
    *series = (Series){0};
}

static Status grow(Series *series)
{
    const size_t capacity = series->capacity == 0 ? SERIES_FIRST_CAPACITY : series->capacity * 2;
    if (capacity > SIZE_MAX / 2 / sizeof *series->points) {
        return STATUS_OUT_OF_MEMORY;
    }
    SeriesPoint *points = realloc(series->points, capacity * sizeof *points);
    if (points == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    series->points = points;
    series->capacity = capacity;
    return STATUS_OK;
}

Status series_append(Series *series, SeriesPoint point)
{
    if (series->count == series->capacity) {
        TRY(grow(series));
    }
    series->points[series->count++] = point;
    return STATUS_OK;
}

/* Keeps points 0, 2, 4, ...: those that every later halving would keep, too. */
static void halve(Series *series)
{
    const size_t kept = (series->count + 1) / 2;
    for (size_t i = 1; i < kept; i++) {
        series->points[i] = series->points[2 * i];
    }
    series->count = kept;
    series->halvings++;
}

Status series_append_thinned(Series *series, SeriesPoint point, size_t limit)
{
    const bool is_newest_loose =
        series->count > 0 && ((series->seen - 1) & (((size_t)1 << series->halvings) - 1)) != 0;
    if (is_newest_loose) { /* it stood in for the next one to keep: its place is free again */
        series->points[series->count - 1] = point;
        series->seen++;
        return STATUS_OK;
    }
    if (series->count >= limit) {
        halve(series);
    }
    TRY(series_append(series, point));
    series->seen++;
    return STATUS_OK;
}

SeriesMean series_mean_start(double weight)
{
    const double usable = weight > 0.0 ? fmin(weight, WEIGHT_MAX) : 0.0; /* NaN is "off" too */
    return (SeriesMean){.weight = usable, .unseen = 1.0};
}

double series_mean_next(SeriesMean *mean, double value)
{
    if (!isfinite(value) || mean->weight == 0.0) {
        return value;
    }
    mean->unseen = mean->unseen > NOTHING_UNSEEN ? mean->unseen * mean->weight : 0.0;
    /* The same as m_k / (1 - b^k), written as a step towards the value: a constant stays that constant to the last bit. */
    const double share = (1.0 - mean->weight) / (1.0 - mean->unseen);
    const double difference = value - mean->value;
    if (isfinite(difference)) {
        mean->value += share * difference;
    } else { /* two opposite values near the end of the number range */
        mean->value = share * value + (1.0 - share) * mean->value;
    }
    return mean->value;
}

void series_smooth(const Series *series, double weight, double *smoothed)
{
    SeriesMean mean = series_mean_start(weight);
    for (size_t i = 0; i < series->count; ++i) {
        smoothed[i] = series_mean_next(&mean, series->points[i].value);
    }
}
