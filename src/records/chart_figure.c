#include "records/chart_figure.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { FIRST_CAPACITY = 64 };

void chart_figure_clear(ChartFigure *picture)
{
    for (size_t i = 0; i < picture->series_count; i++) {
        free(picture->series[i].points);
    }
    *picture = (ChartFigure){0};
}

Status chart_series_append(ChartSeries *series, ChartPoint point)
{
    if (series->count == series->capacity) {
        const size_t capacity = series->capacity == 0 ? FIRST_CAPACITY : series->capacity * 2;
        ChartPoint *points = reallocarray(series->points, capacity, sizeof *points);
        if (points == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
        series->points = points;
        series->capacity = capacity;
    }
    series->points[series->count++] = point;
    return STATUS_OK;
}

bool chart_figure_has(const ChartFigure *picture, ChartValue value)
{
#define CHART_VALUE_NEEDS(id, field, suffix, is_smoothed, is_of_seeds) {is_smoothed, is_of_seeds},
    static const struct {
        bool is_smoothed;
        bool is_of_seeds;
    } NEEDS[] = {CHART_VALUE_TABLE(CHART_VALUE_NEEDS)};
#undef CHART_VALUE_NEEDS
    return (picture->smoothing > 0.0 || !NEEDS[value].is_smoothed) &&
           (picture->seed_count > 0 || !NEEDS[value].is_of_seeds);
}

double chart_point_value(const ChartPoint *point, ChartValue value)
{
    switch (value) {
#define CHART_VALUE_CASE(id, field, suffix, is_smoothed, is_of_seeds)                              \
    case id:                                                                                       \
        return point->field;
        CHART_VALUE_TABLE(CHART_VALUE_CASE)
#undef CHART_VALUE_CASE
    case CHART_VALUE_COUNT:
        break;
    }
    return (double)NAN;
}

void chart_figure_note(ChartFigure *picture, const char *format, ...)
{
    if (picture->note_count == CHART_NOTES_MAX) {
        return;
    }
    char text[CHART_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text_clean(text, picture->notes[picture->note_count++], CHART_TEXT_BYTES, INT_MAX);
}

typedef struct HiddenCount {
    size_t above;
    size_t below;
    size_t not_positive;
    size_t not_finite;
} HiddenCount;

static void count_hidden(const ChartAxis *axis, const ChartSeries *series, HiddenCount *count)
{
    for (size_t i = 0; i < series->count; i++) {
        const double value = series->points[i].raw;
        if (!isfinite(value)) {
            count->not_finite++;
        } else if (axis->scale == CHART_SCALE_LOG && value <= 0.0) {
            count->not_positive++;
        } else {
            count->above += value > axis->high ? 1 : 0;
            count->below += value < axis->low ? 1 : 0;
        }
    }
}

static const char *points(size_t count)
{
    return count == 1 ? "point" : "points";
}

void chart_figure_note_hidden(ChartFigure *picture)
{
    HiddenCount count = {0};
    for (size_t i = 0; i < picture->series_count; i++) {
        count_hidden(&picture->y, &picture->series[i], &count);
    }
    if (count.above > 0) {
        chart_figure_note(picture, "%zu %s above %g not shown", count.above, points(count.above),
                          picture->y.high);
    }
    if (count.below > 0) {
        chart_figure_note(picture, "%zu %s below %g not shown", count.below, points(count.below),
                          picture->y.low);
    }
    if (count.not_positive > 0) {
        chart_figure_note(picture, "%zu %s <= 0 have no place on the log axis", count.not_positive,
                          points(count.not_positive));
    }
    if (count.not_finite > 0) {
        chart_figure_note(picture, "%zu %s not finite", count.not_finite, points(count.not_finite));
    }
}

static double place(const ChartAxis *axis, double value)
{
    switch (axis->scale) {
    case CHART_SCALE_LOG:
        return value > 0.0 ? log10(value) : (double)NAN;
    case CHART_SCALE_SYMLOG:
        return copysign(log10(1.0 + fabs(value) / axis->unit), value);
    case CHART_SCALE_LINEAR:
    case CHART_SCALE_COUNT:
        break;
    }
    return value;
}

double chart_axis_way(const ChartAxis *axis, double value)
{
    const double low = place(axis, axis->low);
    const double way = (place(axis, value) - low) / (place(axis, axis->high) - low);
    return isfinite(value) ? way : (double)NAN;
}

const char *chart_figure_x_title(const ChartFigure *picture)
{
    return picture->steps_per_epoch > 0.0 ? "epoch" : chart_x_name(picture->x_of_axis);
}

const char *chart_value_suffix(ChartValue value)
{
#define CHART_VALUE_SUFFIX(id, field, suffix, is_smoothed, is_of_seeds) suffix,
    static const char *const SUFFIXES[] = {CHART_VALUE_TABLE(CHART_VALUE_SUFFIX)};
#undef CHART_VALUE_SUFFIX
    return SUFFIXES[value];
}

const char *chart_x_name(ChartX x)
{
#define CHART_X_NAME(id, name) name,
    static const char *const NAMES[] = {CHART_X_TABLE(CHART_X_NAME)};
#undef CHART_X_NAME
    return NAMES[x];
}

const char *chart_scale_name(ChartScale scale)
{
#define CHART_SCALE_NAME(id, name) name,
    static const char *const NAMES[] = {CHART_SCALE_TABLE(CHART_SCALE_NAME)};
#undef CHART_SCALE_NAME
    return NAMES[scale];
}
