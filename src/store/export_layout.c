#include "store/export_layout.h"

#include <math.h>

static const double WAY_MAX =
    50.0; /* extents; further out, cairo's fixed-point numbers would run over */

static double clamp_way(double way)
{
    return way < -WAY_MAX ? -WAY_MAX : way > WAY_MAX ? WAY_MAX : way;
}

ExportSpot export_layout_spot(const ChartFigure *picture, const ChartPoint *point, ChartValue value)
{
    const double across = chart_axis_way(&picture->x, point->x[picture->x_of_axis]);
    const double up = chart_axis_way(&picture->y, chart_point_value(point, value));
    if (isnan(across) || isnan(up)) {
        return (ExportSpot){0};
    }
    return (ExportSpot){.is_there = true,
                        .column = EXPORT_LEFT + clamp_way(across) * (EXPORT_RIGHT - EXPORT_LEFT),
                        .row = EXPORT_BOTTOM - clamp_way(up) * (EXPORT_BOTTOM - EXPORT_TOP)};
}

/* What is remembered of one stretch: numbers of points. */
typedef struct Bin {
    bool is_open;
    double place;
    size_t first;
    size_t lowest;
    size_t highest;
    size_t last;
    double low_row;
    double high_row;
} Bin;

static size_t keep(size_t *kept, size_t count, size_t index)
{
    if (count > 0 && kept[count - 1] >= index) {
        return count; /* one point may be first and lowest, say */
    }
    kept[count] = index;
    return count + 1;
}

static size_t close_bin(Bin *bin, size_t *kept, size_t count)
{
    if (!bin->is_open) {
        return count;
    }
    const bool is_low_first = bin->lowest < bin->highest;
    bin->is_open = false;
    count = keep(kept, count, bin->first);
    count = keep(kept, count, is_low_first ? bin->lowest : bin->highest);
    count = keep(kept, count, is_low_first ? bin->highest : bin->lowest);
    return keep(kept, count, bin->last);
}

static void add_to_bin(Bin *bin, size_t index, double row)
{
    if (row > bin->low_row) { /* rows run downwards */
        bin->lowest = index;
        bin->low_row = row;
    }
    if (row < bin->high_row) {
        bin->highest = index;
        bin->high_row = row;
    }
    bin->last = index;
}

static size_t keep_all(const ChartSeries *series, size_t *kept)
{
    for (size_t i = 0; i < series->count; i++) {
        kept[i] = i;
    }
    return series->count;
}

size_t export_layout_thin(const ChartFigure *picture, const ChartSeries *series, ChartValue value,
                          size_t *kept)
{
    if (series->count <= (size_t)EXPORT_BINS * 4) {
        return keep_all(series, kept);
    }
    Bin bin = {.is_open = false};
    size_t count = 0;
    for (size_t i = 0; i < series->count; i++) {
        const ExportSpot spot = export_layout_spot(picture, &series->points[i], value);
        if (!spot.is_there) {
            count = close_bin(&bin, kept, count);
            count = keep(kept, count, i);
            continue;
        }
        const double place =
            floor((spot.column - EXPORT_LEFT) * EXPORT_BINS / (EXPORT_RIGHT - EXPORT_LEFT));
        if (bin.is_open && bin.place == place) {
            add_to_bin(&bin, i, spot.row);
            continue;
        }
        count = close_bin(&bin, kept, count);
        bin = (Bin){true, place, i, i, i, i, spot.row, spot.row};
    }
    return close_bin(&bin, kept, count);
}

/* The last point within the axes. */
static bool find_end(const ChartFigure *picture, const ChartSeries *series, ExportLabel *label)
{
    for (size_t i = series->count; i > 0; i--) {
        const ExportSpot spot =
            export_layout_spot(picture, &series->points[i - 1], CHART_VALUE_SMOOTHED);
        if (spot.is_there && spot.column >= EXPORT_LEFT && spot.column <= EXPORT_RIGHT &&
            spot.row >= EXPORT_TOP && spot.row <= EXPORT_BOTTOM) {
            label->row = spot.row;
            label->value = series->points[i - 1].smoothed;
            return true;
        }
    }
    return false;
}

/* Push apart: down from the top, then up from the bottom. */
static void push_apart(ExportLabel *labels, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        labels[i].row = fmax(labels[i].row, labels[i - 1].row + EXPORT_LABEL_ROWS);
    }
    double free_row = EXPORT_BOTTOM;
    for (size_t i = count; i > 0; i--) {
        labels[i - 1].row = fmin(labels[i - 1].row, free_row);
        free_row = labels[i - 1].row - EXPORT_LABEL_ROWS;
    }
}

size_t export_layout_labels(const ChartFigure *picture, ExportLabel *labels)
{
    size_t count = 0;
    for (size_t i = 0; i < picture->series_count; i++) {
        ExportLabel label = {.series = i};
        if (!find_end(picture, &picture->series[i], &label)) {
            continue;
        }
        size_t place = count++;
        for (; place > 0 && labels[place - 1].row > label.row; place--) {
            labels[place] = labels[place - 1];
        }
        labels[place] = label;
    }
    push_apart(labels, count);
    return count;
}
