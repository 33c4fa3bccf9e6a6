/* store/export_layout.h -- where the parts of an exported chart lie on its sheet, in points; without drawing anything. */
#ifndef STORE_EXPORT_LAYOUT_H
#define STORE_EXPORT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "records/chart_figure.h"

/* The sheet, and the inside of the axes on it. */
enum {
    EXPORT_COLUMNS = 960,
    EXPORT_ROWS = 540,
    EXPORT_LEFT = 70,
    EXPORT_RIGHT = 770,
    EXPORT_TOP = 50,
    EXPORT_BOTTOM = 440,
    EXPORT_LABEL_ROWS = 15,                        /* from one end label to the next */
    EXPORT_BINS = (EXPORT_RIGHT - EXPORT_LEFT) * 4 /* stretches that dense lines are thinned in */
};

typedef struct ExportSpot {
    bool is_there; /* the point has a place on both axes */
    double column; /* rightwards */
    double row;    /* downwards */
} ExportSpot;

/* Where a point's value lies:
 *     column = LEFT + way_x (RIGHT - LEFT),   row = BOTTOM - way_y (BOTTOM - TOP),   way: chart_axis_way
 * More than 50 extents outside the axes it lies at 50: what is drawn of a line to it differs by less than its slope there. */
ExportSpot export_layout_spot(const ChartFigure *picture, const ChartPoint *point,
                              ChartValue value);

/* Which points to draw, in their order: all, or where there are more than four for each of EXPORT_BINS stretches of the x axis the first,
 * lowest, highest and last of each (M4, Jugel et al., VLDB 2014, Sec. 4.2: the line then covers the same dots). Points without a place
 * are kept: they are gaps.
 * kept  out, [series->count]      Returns how many were written. */
size_t export_layout_thin(const ChartFigure *picture, const ChartSeries *series, ChartValue value,
                          size_t *kept);

typedef struct ExportLabel {
    size_t series;
    double row;   /* of the label: pushed away from its neighbours */
    double value; /* the last one, smoothed */
} ExportLabel;

/* The labels right of the axes, from top to bottom, EXPORT_LABEL_ROWS apart at least: of each series with a point within the axes, at the
 * height of the last. labels [SPEC_LANES_MAX] out. Returns their count. */
size_t export_layout_labels(const ChartFigure *picture, ExportLabel *labels);

#endif
