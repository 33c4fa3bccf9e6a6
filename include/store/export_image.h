/* store/export_image.h -- a chart drawn as SVG or PNG from its values, not from the cells of the screen. Owner of cairo. */
#ifndef STORE_EXPORT_IMAGE_H
#define STORE_EXPORT_IMAGE_H

#include <stddef.h>

#include "base/problem.h"
#include "records/chart_figure.h"

typedef enum ExportImageKind { EXPORT_IMAGE_SVG, EXPORT_IMAGE_PNG } ExportImageKind;

enum { EXPORT_IMAGE_SCALE = 2 }; /* pixels of a PNG to the point of store/export_layout.h */

/* Draw title and unit, axes with the picture's ticks, numbered rules, raw points light behind smoothed lines, lines told apart by dash and
 * marker as well as colour, name and last value at each line's end, notes and what the rules mean below. Both kinds are drawn by the same
 * code. A value that is not finite, or has no place on its axis, is a gap; what lies outside the axes is cut off there.
 * picture  both axes have a range (high > low)
 * bytes    out, heap block of *size bytes that the caller frees
 * Cairo (Debian's libcairo2) is loaded when it is first needed, as linking it would make every start of the program slower:
 * STATUS_FILE_UNREADABLE says what to install where it is missing. STATUS_OUT_OF_MEMORY. */
Status export_image(const ChartFigure *picture, ExportImageKind kind, char **bytes, size_t *size,
                    Problem *problem);

#endif
