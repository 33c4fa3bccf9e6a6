/* lab/parameter_spans.h -- the model's tensors as methods see them. */
#ifndef LAB_PARAMETER_SPANS_H
#define LAB_PARAMETER_SPANS_H

#include "base/status.h"
#include "model/parameters.h"
#include "optim/parameter_span.h"

/* One span for each of the table's tensors, in its order; the embedding that makes the logits too counts as head.
 * out  [table->count], which the caller frees; NULL with STATUS_OUT_OF_MEMORY. */
Status parameter_spans_create(const ParameterTable *table, ParameterSpan **out);

#endif
