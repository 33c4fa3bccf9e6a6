/* tui/series.c -- points that grow, and their mean as they come. */
#include "tui/series.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { SERIES_FIRST_CAPACITY = 64 };

static void clear_smooth(SeriesSmooth *smooth)
{
    free(smooth->starts);
    value_pyramid_clear(&smooth->pyramid);
    *smooth = (SeriesSmooth){.edits = 0};
}

void series_clear(Series *series)
{
    free(series->points);
    free(series->groups);
    free(series->milestones);
    value_pyramid_clear(&series->pyramid);
    if (series->smooth != NULL) {
        clear_smooth(series->smooth);
        free(series->smooth);
    }
    *series = (Series){0};
}

static Status grow(Series *series)
{
    const size_t capacity = series->capacity == 0 ? SERIES_FIRST_CAPACITY : series->capacity * 2;
    if (capacity > SIZE_MAX / 2 / sizeof *series->points) {
        return STATUS_OUT_OF_MEMORY;
    }
    if (series->smooth == NULL) {
        series->smooth = calloc(1, sizeof *series->smooth);
        if (series->smooth == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
    }
    if (series->groups != NULL) {
        ValueSpan *groups = realloc(series->groups, capacity * sizeof *groups);
        if (groups == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
        series->groups = groups;
    }
    SeriesPoint *points = realloc(series->points, capacity * sizeof *points);
    if (points == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    series->points = points;
    series->capacity = capacity;
    return STATUS_OK;
}

static SeriesPoint in_order(const Series *series, size_t index, SeriesPoint point)
{
    for (int axis = 0; axis < SERIES_AXIS_COUNT; axis++) {
        const double before = index > 0 ? series->points[index - 1].x[axis] : -(double)INFINITY;
        if (!isfinite(point.x[axis]) || point.x[axis] < before) {
            point.x[axis] = index > 0 ? before : 0.0;
        }
    }
    return point;
}

static Status append_point(Series *series, SeriesPoint point)
{
    if (series->count == series->capacity) {
        TRY(grow(series));
    }
    series->points[series->count] = in_order(series, series->count, point);
    series->count++;
    return STATUS_OK;
}

/* Of the point that comes next. */
static Status set_milestone(Series *series, const double x[SERIES_AXIS_COUNT])
{
    const size_t index = series->count / SERIES_MILESTONE;
    if ((index & (index - 1)) == 0) { /* room for as many again */
        double(*milestones)[SERIES_AXIS_COUNT] =
            realloc(series->milestones, 2 * (index + 1) * sizeof *milestones);
        if (milestones == NULL) {
            return STATUS_OUT_OF_MEMORY;
        }
        series->milestones = milestones;
    }
    for (int axis = 0; axis < SERIES_AXIS_COUNT; axis++) {
        series->milestones[index][axis] = x[axis];
    }
    return STATUS_OK;
}

Status series_append(Series *series, SeriesPoint point)
{
    if (series->count == series->capacity) {
        TRY(grow(series));
    }
    TRY(value_pyramid_reserve(&series->pyramid, series->capacity));
    if (series->count % SERIES_MILESTONE == 0) {
        TRY(set_milestone(series, in_order(series, series->count, point).x));
    }
    TRY(append_point(series, point));
    value_pyramid_append(&series->pyramid, point.value);
    return STATUS_OK;
}

static ValueSpan group_of(const Series *series, size_t index)
{
    if (series->groups != NULL) {
        return series->groups[index];
    }
    ValueSpan span = value_span_empty();
    value_span_add(&span, series->points[index].value);
    return span;
}

/* From now on a point stands for more than itself. */
static Status make_groups(Series *series)
{
    if (series->groups != NULL) {
        return STATUS_OK;
    }
    ValueSpan *groups = malloc(series->capacity * sizeof *groups);
    if (groups == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < series->count; i++) {
        groups[i] = group_of(series, i);
    }
    series->groups = groups;
    return STATUS_OK;
}

/* Keeps points 0, 2, 4, ...: those that every later halving would keep, too. A group is the point and those given up in front of it. */
static void halve(Series *series)
{
    const size_t kept = (series->count + 1) / 2;
    for (size_t i = 1; i < kept; i++) {
        series->points[i] = series->points[2 * i];
        ValueSpan group = series->groups[2 * i - 1];
        value_span_join(&group, &series->groups[2 * i]);
        series->groups[i] = group;
    }
    series->carried = value_span_empty();
    if (series->count % 2 == 0) {
        series->carried = series->groups[series->count - 1];
    }
    series->count = kept;
    series->halvings++;
    series->edits++;
}

Status series_append_thinned(Series *series, SeriesPoint point, size_t limit)
{
    const bool is_newest_loose =
        series->count > 0 && ((series->seen - 1) & (((size_t)1 << series->halvings) - 1)) != 0;
    if (is_newest_loose) { /* it stood in for the next one to keep: its place is free again */
        series->points[series->count - 1] = in_order(series, series->count - 1, point);
        value_span_add(&series->groups[series->count - 1], point.value);
        series->seen++;
        series->edits++;
        return STATUS_OK;
    }
    if (series->count >= limit) {
        TRY(make_groups(series));
        halve(series);
    }
    TRY(append_point(series, point));
    if (series->groups != NULL) {
        ValueSpan *group = &series->groups[series->count - 1];
        *group = series->carried;
        value_span_add(group, point.value);
        series->carried = value_span_empty();
    }
    series->seen++;
    return STATUS_OK;
}

double series_x(const Series *series, SeriesAxis axis, size_t index)
{
    return index % SERIES_MILESTONE == 0 && series->milestones != NULL
               ? series->milestones[index / SERIES_MILESTONE][axis]
               : series->points[index].x[axis];
}

size_t series_find(const Series *series, SeriesAxis axis, double x)
{
    size_t low = 0;
    size_t high = series->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (high - low > SERIES_MILESTONE) {
            middle += SERIES_MILESTONE - 1;
            middle -= middle % SERIES_MILESTONE;
            middle = middle < high ? middle : high - 1;
        }
        if (series_x(series, axis, middle) < x) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t series_nearest(const Series *series, SeriesAxis axis, double x)
{
    const size_t after = series_find(series, axis, nextafter(x, INFINITY));
    if (after == 0) {
        return 0;
    }
    if (after == series->count) {
        return series->count - 1;
    }
    const double to_left = x - series->points[after - 1].x[axis];
    const double right = series->points[after].x[axis];
    return right - x < to_left ? series_find(series, axis, nextafter(right, INFINITY)) - 1
                               : after - 1;
}

SeriesOutside series_count_outside(const Series *series, size_t from, size_t end, double low,
                                   double high, size_t most)
{
    SeriesOutside outside = {.is_more = false};
    size_t looks = 0;
    for (size_t i = from; i < end;) {
        const size_t skipped = value_pyramid_skip(&series->pyramid, i, end, low, high);
        if (skipped > 0) {
            i += skipped;
            continue;
        }
        if (looks == most) {
            outside.is_more = true;
            break;
        }
        const double value = series->points[i].value;
        outside.above += isfinite(value) && value > high;
        outside.below += isfinite(value) && value < low;
        looks++;
        i++;
    }
    return outside;
}

/* ---- smoothed values --------------------------------------------------------------------------------------------------- */

static Status make_room(SeriesSmooth *smooth, size_t capacity)
{
    if (capacity <= smooth->pyramid.capacity) {
        return STATUS_OK;
    }
    CausalMean *starts =
        realloc(smooth->starts, capacity / VALUE_PYRAMID_LEAF * sizeof *smooth->starts);
    if (starts == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    smooth->starts = starts;
    return value_pyramid_reserve(&smooth->pyramid, capacity);
}

static Status follow(SeriesSmooth *smooth, const Series *series, CausalMean start)
{
    if (smooth->mean.weight != start.weight || smooth->edits != series->edits ||
        smooth->pyramid.count > series->count) {
        clear_smooth(smooth);
        smooth->mean = start;
        smooth->edits = series->edits;
    }
    TRY(make_room(smooth, series->capacity));
    for (size_t i = smooth->pyramid.count; i < series->count; i++) {
        if (i % VALUE_PYRAMID_LEAF == 0) {
            smooth->starts[i / VALUE_PYRAMID_LEAF] = smooth->mean;
        }
        value_pyramid_append(&smooth->pyramid,
                             causal_mean_next(&smooth->mean, series->points[i].value));
    }
    return STATUS_OK;
}

SeriesReader series_reader(const Series *series, double weight)
{
    const CausalMean start = causal_mean_start(weight);
    SeriesReader reader = {.series = series, .next = SIZE_MAX};
    if (start.weight > 0.0 && series->smooth != NULL &&
        follow(series->smooth, series, start) == STATUS_OK) {
        reader.smooth = series->smooth;
    }
    return reader;
}

double series_reader_value(SeriesReader *reader, size_t index)
{
    const SeriesPoint *points = reader->series->points;
    if (reader->smooth == NULL) {
        return points[index].value;
    }
    const size_t leaf = index / VALUE_PYRAMID_LEAF;
    if (index < reader->next || leaf * VALUE_PYRAMID_LEAF > reader->next) {
        reader->next = leaf * VALUE_PYRAMID_LEAF;
        reader->mean = reader->smooth->starts[leaf];
    }
    double value = 0.0;
    while (reader->next <= index) {
        value = causal_mean_next(&reader->mean, points[reader->next].value);
        reader->next++;
    }
    return value;
}

ValueSpan series_reader_span(SeriesReader *reader, size_t from, size_t end)
{
    const Series *series = reader->series;
    const ValuePyramid *pyramid =
        reader->smooth != NULL ? &reader->smooth->pyramid : &series->pyramid;
    const bool is_grouped = reader->smooth == NULL && series->groups != NULL;
    ValueSpan span = value_span_empty();
    for (size_t i = from; i < end;) {
        const size_t taken = value_pyramid_take(pyramid, i, end, &span);
        if (taken == 0 && is_grouped) {
            value_span_join(&span, &series->groups[i]);
        } else if (taken == 0) {
            value_span_add(&span, series_reader_value(reader, i));
        }
        i += taken > 0 ? taken : 1;
    }
    return span;
}
