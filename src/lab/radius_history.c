#include "lab/radius_history.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

Status radius_history_reserve(RadiusHistory *history, size_t steps)
{
    if (steps <= history->capacity) {
        return STATUS_OK;
    }
    double *grown =
        steps > SIZE_MAX / sizeof *grown ? NULL : realloc(history->d, steps * sizeof *grown);
    if (grown == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    history->d = grown;
    history->capacity = steps;
    return STATUS_OK;
}

Status radius_history_append(RadiusHistory *history, const MetricSample *sample)
{
    if (history->count == history->capacity) {
        const size_t doubled = history->capacity > SIZE_MAX / 2 ? SIZE_MAX : 2 * history->capacity;
        TRY(radius_history_reserve(history, doubled == 0 ? FIRST_CAPACITY : doubled));
    }
    double d = 0.0;
    metric_sample_get(sample, METRIC_RADIUS, &d);
    history->d[history->count++] = d;
    return STATUS_OK;
}

Status radius_history_copy(RadiusHistory *history, const RadiusHistory *from)
{
    TRY(radius_history_reserve(history, from->count));
    if (from->count > 0) {
        memcpy(history->d, from->d, from->count * sizeof *history->d);
    }
    history->count = from->count;
    return STATUS_OK;
}

void radius_history_clear(RadiusHistory *history)
{
    free(history->d);
    *history = (RadiusHistory){0};
}
