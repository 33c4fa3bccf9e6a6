/* lab/trace.h -- one lane raced for a few steps, kept with all that an outsider needs to compute it again. */
#ifndef LAB_TRACE_H
#define LAB_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/real.h"
#include "kernels/mean_discrepancy.h"
#include "lab/model_folder.h"
#include "lab/session.h"
#include "records/experiment_spec.h"
#include "records/metric_sample.h"

enum { TRACE_POSITIONS_MAX = DISCREPANCY_ROWS_MAX };

/* What happened in one step. */
typedef struct TraceStep {
    MetricSample sample;
    const char *skip_reason; /* static text; NULL = the step was taken */
    bool has_noise;          /* the method drew embedding noise */
    /* positions that a mean discrepancy looked at; 0 = the method has none */
    size_t position_count;
} TraceStep;

/* A lane and its whole past. All owned. */
typedef struct Trace {
    ExperimentSpec spec; /* with the traced lane alone */
    ModelStart start;
    Session session; /* where the lane stands now */
    size_t B;
    size_t T;
    size_t step_limit; /* of the arrays below */
    size_t step_count; /* steps done; fewer than step_limit if the lane has diverged */
    TraceStep *steps;  /* [step_limit] */
    int32_t *inputs;   /* [step_limit, B, T] */
    int32_t *targets;  /* [step_limit, B, T] */
    Real *noise;       /* [step_limit, B, T, C]; NULL if none was ever drawn */
    int32_t *
        positions; /* [step_limit, TRACE_POSITIONS_MAX] indices into [B * T]; NULL if no step has any */
} Trace;

/* Race lane `lane` of the spec alone, without threads, for `step_count` steps (>= 1): the first steps of a race of that spec, to the bit.
 * The spec must have passed spec_check_methods. STATUS_BAD_VALUE if the model has dropout, or the lane follows another; failures of
 * loading are handed on. *trace is then all zero. The caller calls trace_clear. */
Status trace_run(const ExperimentSpec *spec, size_t lane, size_t step_count, Trace *trace,
                 Problem *problem);
void trace_clear(Trace *trace);

#endif
