/* optim/parameter_span.h -- where the tensors lie in the flat vector, as far as a perturbation wants to know. */
#ifndef OPTIM_PARAMETER_SPAN_H
#define OPTIM_PARAMETER_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include "records/knob_choice.h"

typedef enum SpanGroup {
    SPAN_EMBEDDING,
    SPAN_ATTENTION,
    SPAN_MLP,
    SPAN_NORM,
    SPAN_HEAD,
    SPAN_GROUP_COUNT
} SpanGroup;

/* One tensor; a tied one once. */
typedef struct ParameterSpan {
    size_t offset;
    size_t size;
    SpanGroup group;
    bool is_bias;
    bool is_head; /* makes the logits: the head, or the embedding that is tied to it */
} ParameterSpan;

/* All of the vector without gaps, ascending; borrowed. count 0: a vector without tensors, of which only PERTURB_ALL has a meaning. */
typedef struct ParameterSpans {
    const ParameterSpan *spans;
    size_t count;
} ParameterSpans;

/* True if the mask lets this tensor be perturbed. */
bool parameter_span_is_perturbed(const ParameterSpan *span, PerturbMask mask);

/* The part of a vector [n] that a mask leaves, as runs of neighbouring tensors: with PERTURB_ALL one run over everything. */
typedef struct ParameterRun {
    size_t offset;
    size_t size;
    size_t next_span; /* where the search goes on */
} ParameterRun;

/* Begin with `{0}`; true, and *run moved on, while there is another run. */
bool parameter_run_next(ParameterSpans spans, PerturbMask mask, size_t n, ParameterRun *run);

#endif
