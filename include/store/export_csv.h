/* store/export_csv.h -- a chart's data as a table of text. */
#ifndef STORE_EXPORT_CSV_H
#define STORE_EXPORT_CSV_H

#include <stddef.h>

#include "base/status.h"
#include "records/chart_figure.h"

/* One row a point, lane by lane, under the heading lane,step,passes,seconds,METRIC and, where the picture is smoothed, METRIC_smoothed.
 * Lines end with '\n'; fields with commas, quotes or line breaks are quoted as in RFC 4180. Numbers read back as the same double; NaN,
 * Infinity and -Infinity are words.
 * text  out, NUL-ended heap block that the caller frees     size  its bytes without the NUL
 * STATUS_OUT_OF_MEMORY: nothing is handed back. */
Status export_csv(const ChartFigure *picture, char **text, size_t *size);

#endif
