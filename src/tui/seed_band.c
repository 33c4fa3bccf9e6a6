#include "tui/seed_band.h"

#include <assert.h>
#include <stdbool.h>

#include "base/mean_interval.h"

void seed_band_clear(SeedBand *band)
{
    series_clear(&band->low);
    series_clear(&band->high);
}

static double step_of(const Series *series, size_t index)
{
    return series->points[index].x[SERIES_AXIS_STEP];
}

/* Move all to the next step they share; false if one has no more points. */
static bool meet(const Series *const *seeds, size_t count, size_t places[SEEDS_MAX])
{
    for (size_t i = 0; i < count;) {
        if (places[i] >= seeds[i]->count || places[0] >= seeds[0]->count) {
            return false;
        }
        const double step = step_of(seeds[i], places[i]);
        const double first = step_of(seeds[0], places[0]);
        if (step < first) {
            places[i]++;
        } else if (step > first) {
            places[0]++;
            i = 0;
        } else {
            i++;
        }
    }
    return true;
}

/* Of the points they have met at. */
static Status append(const Series *const *seeds, size_t count, const size_t places[SEEDS_MAX],
                     Series *mean, SeedBand *band)
{
    double values[SEEDS_MAX];
    SeriesPoint point = {.value = 0.0};
    for (size_t i = 0; i < count; i++) {
        const SeriesPoint *from = &seeds[i]->points[places[i]];
        values[i] = from->value;
        for (int axis = 0; axis < SERIES_AXIS_COUNT; axis++) {
            point.x[axis] += from->x[axis] / (double)count;
        }
    }
    point.x[SERIES_AXIS_STEP] = step_of(seeds[0], places[0]); /* to the bit */
    const MeanInterval interval = mean_interval(values, count);
    point.value = interval.mean;
    TRY(series_append(mean, point));
    point.value = interval.mean - interval.half_width;
    TRY(series_append(&band->low, point));
    point.value = interval.mean + interval.half_width;
    return series_append(&band->high, point);
}

Status seed_band_make(const Series *const *seeds, size_t count, Series *mean, SeedBand *band)
{
    size_t places[SEEDS_MAX] = {0};
    assert(count >= 2 && count <= SEEDS_MAX);
    while (meet(seeds, count, places)) {
        TRY(append(seeds, count, places, mean, band));
        for (size_t i = 0; i < count; i++) {
            places[i]++;
        }
    }
    return STATUS_OK;
}
