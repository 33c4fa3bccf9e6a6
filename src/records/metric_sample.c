#include "records/metric_sample.h"

#define METRIC_ROW(id, name, unit, meaning) [id] = {name, unit, meaning},
static const MetricInfo metric_infos[METRIC_FIXED_COUNT] = {METRIC_TABLE(METRIC_ROW)};
#undef METRIC_ROW

_Static_assert((int)METRIC_FIXED_COUNT <= (int)METRIC_DOMAIN_FIRST,
               "the table's ids must stay below those of the domains");

const MetricInfo *metric_info(MetricId id)
{
    return &metric_infos[id];
}

bool metric_sample_add(MetricSample *sample, uint16_t metric, double value)
{
    if (sample->count >= METRIC_VALUES_MAX) {
        return false;
    }
    sample->metrics[sample->count] = metric;
    sample->values[sample->count] = value;
    sample->count++;
    return true;
}

bool metric_sample_get(const MetricSample *sample, uint16_t metric, double *out)
{
    for (uint32_t i = 0; i < sample->count && i < METRIC_VALUES_MAX; i++) {
        if (sample->metrics[i] == metric) {
            *out = sample->values[i];
            return true;
        }
    }
    return false;
}
