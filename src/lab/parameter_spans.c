#include "lab/parameter_spans.h"

#include <stdlib.h>

static SpanGroup group_of(const ParameterTensor *tensor)
{
    switch (tensor->group) {
    case PARAMETER_GROUP_EMBEDDING:
        return SPAN_EMBEDDING;
    case PARAMETER_GROUP_ATTENTION:
        return SPAN_ATTENTION;
    case PARAMETER_GROUP_MLP:
        return SPAN_MLP;
    case PARAMETER_GROUP_NORM:
        return SPAN_NORM;
    case PARAMETER_GROUP_HEAD:
        return SPAN_HEAD;
    }
    return SPAN_HEAD;
}

Status parameter_spans_create(const ParameterTable *table, ParameterSpan **out)
{
    *out = NULL;
    ParameterSpan *made = calloc(table->count, sizeof *made);
    if (made == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < table->count; i++) {
        const ParameterTensor *tensor = &table->tensors[i];
        const bool is_tied_head = tensor->is_tied_head != 0;
        made[i] = (ParameterSpan){.offset = tensor->offset,
                                  .size = tensor->rows * tensor->cols,
                                  .group = group_of(tensor),
                                  .is_bias = tensor->is_bias != 0,
                                  .is_head = is_tied_head || tensor->group == PARAMETER_GROUP_HEAD};
    }
    *out = made;
    return STATUS_OK;
}
