#include "tui/chart.h"

#define CHART_ROW(id, metric, title, note, is_smoothed) {metric, title, note, is_smoothed},
static const ChartInfo CHARTS[CHART_COUNT] = {CHART_TABLE(CHART_ROW)};
#undef CHART_ROW

const ChartInfo *chart_info(size_t chart)
{
    return &CHARTS[chart];
}

size_t chart_of_metric(uint16_t metric)
{
    for (size_t chart = 0; chart < CHART_COUNT; chart++) {
        if ((uint16_t)CHARTS[chart].metric == metric) {
            return chart;
        }
    }
    return CHART_COUNT;
}

char chart_lane_mark(size_t lane)
{
    static const char MARKS[] = "ox*+.abcdefghijk";
    return MARKS[lane % (sizeof MARKS - 1)];
}
