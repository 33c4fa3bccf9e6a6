/* tui/series.h -- one metric of one lane as it grows: raw points and their causal mean. */
#ifndef TUI_SERIES_H
#define TUI_SERIES_H

#include <stddef.h>

#include "base/status.h"

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

typedef struct Series {
    SeriesPoint *points; /* [count], owned */
    size_t count;
    size_t capacity;
    size_t seen; /* by series_append_thinned: points ever given */
    int halvings;
} Series;

void series_clear(Series *series);
Status series_append(Series *series, SeriesPoint point); /* STATUS_OUT_OF_MEMORY: unchanged */

/* The same in bounded memory: never more than `limit` (>= 4) points; when they are full, every second one is given up, and from then
 * on only every 2nd, 4th, 8th, ... is kept. First and newest point are always there. One series is filled by one of the two only. */
Status series_append_thinned(Series *series, SeriesPoint point, size_t limit);

/* The mean below as it goes along, one value at a time, for callers that have no room for a smoothed copy. */
typedef struct SeriesMean {
    double weight; /* b */
    double unseen; /* b^k: the weight still on "before the first point" */
    double value;  /* s_k */
} SeriesMean;

SeriesMean series_mean_start(double weight);
double series_mean_next(SeriesMean *mean,
                        double value); /* s_k; a value that is not finite is handed back as it is */

/* Bias-corrected exponential mean of the raw values, causal: smoothed[k] depends on points 0..k only, so the drawn past never
 * changes; a constant stays that constant.  m_k = b m_{k-1} + (1-b) v_k;  s_k = m_k / (1 - b^k).  A point that is not finite is a
 * gap and leaves the mean alone. weight b in [0, 0.999]; 0 = off.  smoothed [count] out. */
void series_smooth(const Series *series, double weight, double *smoothed);

#endif
