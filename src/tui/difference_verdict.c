#include "tui/difference_verdict.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"

enum { NUMBER_BYTES = 32, VALUE_DIGITS = 3, X_DIGITS = 9 };

/* "100", of passes in whole ones. */
static void x_text(const DifferenceCurve *curve, size_t index, char out[NUMBER_BYTES])
{
    const SeriesAxis axis = curve->is_at_passes ? SERIES_AXIS_PASSES : SERIES_AXIS_STEP;
    text_number(round(curve->series->points[index].x[axis]), X_DIGITS, out, NUMBER_BYTES);
}

/* On which side of 0 all of the interval lies: -1, 1, or 0 if on none. NaN is on none. */
static int side_of(SeriesReader *low, SeriesReader *high, size_t index)
{
    return series_reader_value(low, index) > 0.0    ? 1
           : series_reader_value(high, index) < 0.0 ? -1
                                                    : 0;
}

/* The first point of those up to the last that lie on one side without a break. */
static size_t find_beginning(const SeedBand *band, double smoothing, int side)
{
    SeriesReader low = series_reader(&band->low, smoothing);
    SeriesReader high = series_reader(&band->high, smoothing);
    size_t beginning = 0;
    for (size_t i = 0; i < band->low.count; i++) {
        beginning = side_of(&low, &high, i) == side ? beginning : i + 1;
    }
    return beginning;
}

static void one_seed(const DifferenceCurve *curve, char *out, size_t out_bytes)
{
    static const char HONEST[] = "one seed: not distinguishable";
    const Series *series = curve->series;
    char value[NUMBER_BYTES];
    char x[NUMBER_BYTES];
    snprintf(out, out_bytes, "%s", HONEST);
    if (curve->lane[0] == '\0') {
        return;
    }
    SeriesReader reader = series_reader(series, curve->smoothing);
    text_number(series_reader_value(&reader, series->count - 1), VALUE_DIGITS, value, sizeof value);
    x_text(curve, series->count - 1, x);
    snprintf(out, out_bytes, "%s; %s - %s %s @%s%s", HONEST, curve->lane, curve->baseline, value, x,
             curve->is_at_passes ? " passes" : "");
}

/* "Not distinguishable" would say that there was something to tell apart. */
static void nothing_shared(const DifferenceCurve *curve, char *out, size_t out_bytes)
{
    snprintf(out, out_bytes, "%s and %s: no values at equal %s to compare", curve->lane,
             curve->baseline, curve->is_at_passes ? "passes" : "steps");
}

static void several_seeds(const DifferenceCurve *curve, char *out, size_t out_bytes)
{
    const size_t last = curve->series->count - 1;
    SeriesReader mean = series_reader(curve->series, curve->smoothing);
    SeriesReader low = series_reader(&curve->band->low, curve->smoothing);
    SeriesReader high = series_reader(&curve->band->high, curve->smoothing);
    const double difference = series_reader_value(&mean, last);
    const int side = side_of(&low, &high, last);
    const char *unit = curve->is_at_passes ? " passes" : "";
    char value[NUMBER_BYTES];
    char half[NUMBER_BYTES];
    char x[NUMBER_BYTES];
    char since[NUMBER_BYTES];
    text_number(side == 0 ? difference : fabs(difference), VALUE_DIGITS, value, sizeof value);
    text_number((series_reader_value(&high, last) - series_reader_value(&low, last)) / 2.0, 2, half,
                sizeof half);
    x_text(curve, last, x);
    if (side == 0) {
        snprintf(out, out_bytes, "%zu seeds: not distinguishable; %s - %s %s \u00b1 %s @%s%s",
                 curve->seed_count, curve->lane, curve->baseline, value, half, x, unit);
        return;
    }
    x_text(curve, find_beginning(curve->band, curve->smoothing, side), since);
    snprintf(out, out_bytes, "%zu seeds: %s %s than %s by %s \u00b1 %s @%s%s, since %s",
             curve->seed_count, curve->lane, side < 0 ? "lower" : "higher", curve->baseline, value,
             half, x, unit, since);
}

void difference_verdict(const DifferenceCurve *curve, char *out, size_t out_bytes)
{
    if (curve->lane[0] != '\0' && curve->series->count == 0) {
        nothing_shared(curve, out, out_bytes);
    } else if (curve->band == NULL) {
        one_seed(curve, out, out_bytes);
    } else if (curve->lane[0] != '\0') {
        several_seeds(curve, out, out_bytes);
    } else {
        /* No word on what was not looked at: another lane may well differ. */
        snprintf(out, out_bytes, "%zu seeds: the verdict is on the lane in focus",
                 curve->seed_count);
    }
}
