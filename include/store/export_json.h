/* store/export_json.h -- a chart, data and looks, as one JSON document. */
#ifndef STORE_EXPORT_JSON_H
#define STORE_EXPORT_JSON_H

#include <stddef.h>

#include "base/status.h"
#include "records/chart_figure.h"

/* {"title","metric","unit","smoothing","x":{"name","scale","low","high","ticks":[{"value","label"}]},"y":{the same without a name},
 *  "rules":[{"number","step","passes","seconds","text"}],"notes":[],
 *  "lanes":[{"name","mark","colour":"#rrggbb","step":[],"passes":[],"seconds":[],"raw":[],"smoothed":[]}]}
 * "smoothed" is there only where the picture is smoothed; a symlog axis has "unit". Numbers read back as the same double; NaN and
 * infinities are the strings "NaN", "Infinity", "-Infinity", as in metrics.jsonl.
 * text  out, NUL-ended heap block that the caller frees     size  its bytes without the NUL
 * STATUS_OUT_OF_MEMORY: nothing is handed back. */
Status export_json(const ChartFigure *picture, char **text, size_t *size);

#endif
