/* tui/series.h -- one metric of one lane as it grows: raw points, their causal mean, and both seen from afar. */
#ifndef TUI_SERIES_H
#define TUI_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "tui/causal_mean.h"
#include "tui/value_pyramid.h"

/* x axes every series can be drawn over. */
typedef enum SeriesAxis {
    SERIES_AXIS_STEP,
    SERIES_AXIS_PASSES,
    SERIES_AXIS_SECONDS,
    SERIES_AXIS_COUNT
} SeriesAxis;

typedef struct SeriesPoint {
    double x[SERIES_AXIS_COUNT]; /* never decreasing */
    double value;                /* may be NaN or infinite: a gap */
} SeriesPoint;

/* What is known of the smoothed values: made when they are first asked for, extended as points come, made anew for another weight. */
typedef struct SeriesSmooth {
    CausalMean mean;      /* behind the last of `pyramid.count` points */
    size_t edits;         /* the series's when it was made */
    CausalMean *starts;   /* [capacity / leaf] owned: the mean in front of each leaf */
    ValuePyramid pyramid; /* of the smoothed values */
} SeriesSmooth;

enum { SERIES_MILESTONE = 256 };

typedef struct Series {
    SeriesPoint *points; /* [count], owned */
    size_t count;
    size_t capacity;
    ValuePyramid pyramid; /* by series_append: of the values */
    /* by series_append, owned: the x of every 256th point, close together: a search over a million points misses no cache */
    double (*milestones)[SERIES_AXIS_COUNT];
    SeriesSmooth *smooth; /* owned; what it points at is no part of the series's value */
    ValueSpan *
        groups; /* by series_append_thinned, [capacity], owned: what each point stands for; NULL while for itself only */
    ValueSpan carried; /* of points given up, for the next one's group */
    size_t seen;       /* by series_append_thinned: points ever given */
    int halvings;
    size_t edits; /* times that points already there were changed */
} Series;

void series_clear(Series *series);

/* Amortised O(1). An x that is not a finite number, or less than the one before it, becomes the one before it (0 at first).
 * STATUS_OUT_OF_MEMORY: unchanged. */
Status series_append(Series *series, SeriesPoint point);

/* The same in bounded memory: never more than `limit` (>= 4) points; when they are full, every second one is given up, and from then
 * on only every 2nd, 4th, 8th, ... is kept; spans still know of the others, so no spike is lost. First and newest point are
 * always there. One series is filled by one of the two only. */
Status series_append_thinned(Series *series, SeriesPoint point, size_t limit);

/* The x of a point. */
double series_x(const Series *series, SeriesAxis axis, size_t index);

/* The first point at or behind x; count if there is none. */
size_t series_find(const Series *series, SeriesAxis axis, double x);

/* The point nearest to x, the earlier one of two as near; of several at one x the last. count > 0. */
size_t series_nearest(const Series *series, SeriesAxis axis, double x);

/* Finite values of points from..end-1 that lie outside low..high. At most `most` values are looked at one by one; where that is not
 * enough, there may be more of them. */
typedef struct SeriesOutside {
    size_t above;
    size_t below;
    bool is_more;
} SeriesOutside;
SeriesOutside series_count_outside(const Series *series, size_t from, size_t end, double low,
                                   double high, size_t most);

/* Reads values smoothed with a weight (0 = raw): cheap from left to right, and a few steps of the mean from anywhere. The series
 * must not change meanwhile. UI THREAD: it may extend series->smooth. Without the memory for that it reads raw values. */
typedef struct SeriesReader {
    const Series *series;
    const SeriesSmooth *smooth; /* NULL: raw */
    CausalMean mean;            /* in front of point `next` */
    size_t next;
} SeriesReader;

SeriesReader series_reader(const Series *series, double weight);

/* Value `index` < count. */
double series_reader_value(SeriesReader *reader, size_t index);

/* Of values from..end-1. */
ValueSpan series_reader_span(SeriesReader *reader, size_t from, size_t end);

#endif
