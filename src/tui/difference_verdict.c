#include "tui/difference_verdict.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"

enum { NUMBER_BYTES = 32, VALUE_DIGITS = 3, STEP_DIGITS = 9 };

static void step_text(const Series *series, size_t index, char out[NUMBER_BYTES])
{
    text_number(series->points[index].x[SERIES_AXIS_STEP], STEP_DIGITS, out, NUMBER_BYTES);
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

static void one_seed(DifferenceNames names, const Series *series, double smoothing, char *out,
                     size_t out_bytes)
{
    static const char HONEST[] = "one seed: not distinguishable";
    char value[NUMBER_BYTES];
    char step[NUMBER_BYTES];
    snprintf(out, out_bytes, "%s", HONEST);
    if (series->count == 0 || names.lane[0] == '\0') {
        return;
    }
    SeriesReader reader = series_reader(series, smoothing);
    text_number(series_reader_value(&reader, series->count - 1), VALUE_DIGITS, value, sizeof value);
    step_text(series, series->count - 1, step);
    snprintf(out, out_bytes, "%s; %s - %s %s @%s", HONEST, names.lane, names.baseline, value, step);
}

void difference_verdict(DifferenceNames names, const Series *series, const SeedBand *band,
                        size_t seed_count, double smoothing, char *out, size_t out_bytes)
{
    char value[NUMBER_BYTES];
    char half[NUMBER_BYTES];
    char step[NUMBER_BYTES];
    char since[NUMBER_BYTES];
    if (band == NULL) {
        one_seed(names, series, smoothing, out, out_bytes);
        return;
    }
    snprintf(out, out_bytes, "%zu seeds: not distinguishable", seed_count);
    if (series->count == 0 || names.lane[0] == '\0') {
        return;
    }
    const size_t last = series->count - 1;
    SeriesReader mean = series_reader(series, smoothing);
    SeriesReader low = series_reader(&band->low, smoothing);
    SeriesReader high = series_reader(&band->high, smoothing);
    const double difference = series_reader_value(&mean, last);
    const int side = side_of(&low, &high, last);
    text_number(side == 0 ? difference : fabs(difference), VALUE_DIGITS, value, sizeof value);
    text_number((series_reader_value(&high, last) - series_reader_value(&low, last)) / 2.0, 2, half,
                sizeof half);
    step_text(series, last, step);
    if (side == 0) {
        snprintf(out, out_bytes, "%zu seeds: not distinguishable; %s - %s %s \u00b1 %s @%s",
                 seed_count, names.lane, names.baseline, value, half, step);
        return;
    }
    step_text(series, find_beginning(band, smoothing, side), since);
    snprintf(out, out_bytes, "%zu seeds: %s %s than %s by %s \u00b1 %s @%s, since %s", seed_count,
             names.lane, side < 0 ? "lower" : "higher", names.baseline, value, half, step, since);
}
