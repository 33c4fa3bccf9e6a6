#include "optim/parameter_span.h"

bool parameter_span_is_perturbed(const ParameterSpan *span, PerturbMask mask)
{
    const bool is_norm = span->group == SPAN_NORM;
    switch (mask) {
    case PERTURB_ALL:
        return true;
    case PERTURB_NO_BIAS:
        return !span->is_bias;
    case PERTURB_WEIGHTS_ONLY:
        return !span->is_bias && !is_norm;
    case PERTURB_NORM_ONLY:
        return is_norm;
    case PERTURB_NO_NORM:
        return !is_norm;
    case PERTURB_NO_EMBED:
        return span->group != SPAN_EMBEDDING;
    case PERTURB_HEAD_ONLY:
        return span->is_head;
    }
    return true;
}

bool parameter_run_next(ParameterSpans spans, PerturbMask mask, size_t n, ParameterRun *run)
{
    if (mask == PERTURB_ALL) {
        *run = (ParameterRun){.size = n, .next_span = run->next_span + 1};
        return run->next_span == 1;
    }
    size_t i = run->next_span;
    while (i < spans.count && !parameter_span_is_perturbed(&spans.spans[i], mask)) {
        i++;
    }
    if (i >= spans.count) {
        return false;
    }
    run->offset = spans.spans[i].offset;
    run->size = 0;
    while (i < spans.count && parameter_span_is_perturbed(&spans.spans[i], mask)) {
        run->size += spans.spans[i].size;
        i++;
    }
    run->next_span = i;
    return true;
}
