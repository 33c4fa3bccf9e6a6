/* lab/trace.h -- one lane raced for a few steps, kept with all that an outsider needs to compute it again. */
#ifndef LAB_TRACE_H
#define LAB_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "base/real.h"
#include "lab/named_tensors.h"
#include "lab/race_task.h"
#include "lab/session.h"
#include "records/experiment_spec.h"
#include "records/metric_sample.h"

/* What happened in one step. */
typedef struct TraceStep {
    MetricSample sample;
    const char *skip_reason; /* static text; NULL = the step was taken */
    /* What the task tells of its batch (lab/task_disclosure.h); "z", the embedding noise, [B, embedding_rows, embedding_width], if
     * the method drew any; "p", [count] indices into "y", if a mean discrepancy looked at these outputs alone. */
    NamedTensors batch;
} TraceStep;

/* A lane and its whole past. All owned; it may be moved. */
typedef struct Trace {
    ExperimentSpec *spec; /* with the traced lane alone */
    RaceTask task;
    Real *theta_0;     /* [task.table->size] where the lane began, in numbers that a float holds */
    Session session;   /* where the lane stands now */
    size_t step_limit; /* of the array below */
    size_t step_count; /* steps done; fewer than step_limit if the lane has diverged */
    TraceStep *steps;  /* [step_limit] */
} Trace;

/* Race lane `lane` of the spec alone, without threads, for `step_count` steps (>= 1): the first steps of a race of that spec, to the bit, but
 * for dropout. All passes of a trace are without it, as nobody else can drop the same units.
 * The spec must have passed spec_check_methods. STATUS_BAD_VALUE if the lane follows another, or the task tells nothing; failures of
 * loading are handed on. *trace is then all zero. The caller calls trace_clear. */
Status trace_run(const ExperimentSpec *spec, size_t lane, size_t step_count, Trace *trace,
                 Problem *problem);
void trace_clear(Trace *trace);

/* The model would have dropped units in a race. */
bool trace_left_dropout_out(const Trace *trace);

#endif
