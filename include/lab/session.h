/* lab/session.h -- one lane: a method with its weights, one step at a time, without threads. */
#ifndef LAB_SESSION_H
#define LAB_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "optim/method.h"
#include "optim/schedule.h"
#include "records/knob.h"
#include "records/method_info.h"
#include "records/metric_sample.h"

/* A lane stops when this many steps in a row had to be skipped: its weights no longer give finite numbers. */
enum { SESSION_SKIPS_TO_DIVERGE = 3 };

/* Vectors of [n] that a session takes besides its method's own (MethodInfo.state_vectors), and those of the scratch. */
enum { SESSION_VECTORS = 3, SESSION_SCRATCH_VECTORS = 4 };

typedef struct Session {
    const MethodInfo *method;
    size_t n;
    MethodState state; /* vectors owned */
    double knobs[KNOB_COUNT];
    uint64_t step;  /* steps done, skipped ones included */
    double passes;  /* forward-equivalents spent so far */
    double seconds; /* spent in this lane's own steps */
    uint64_t skipped_steps;
    uint64_t skipped_by_cause[SKIP_CAUSE_COUNT];
    uint64_t divergence_failures; /* steps whose divergence was not finite and counted as 0 */
    uint64_t skips_in_a_row;
    bool has_diverged;
} Session;

/* Scratch of a step, shared by all lanes; each [n], all in one block. */
typedef struct SessionScratch {
    Real *grads; /* owns the block */
    Real *first_grads;
    Real *perturbed;
    Real *spare;
} SessionScratch;

/* STATUS_OUT_OF_MEMORY leaves *scratch all zero. The caller calls session_scratch_clear. */
Status session_scratch_init(SessionScratch *scratch, size_t n);
void session_scratch_clear(SessionScratch *scratch);

/* What all lanes of a race share in a step. */
typedef struct SessionStep {
    const Objective *objective;
    const Schedule *schedule;
    AdamSettings adam;
    uint64_t step; /* 1, 2, ...: position in the schedule */
    /* of the experiment: dropout, noise and draws are pure functions of it and of `step` */
    uint64_t seed;
    const Real *theta_0;  /* [n] where all lanes began */
    ParameterSpans spans; /* borrowed */
    size_t part_count;    /* micro-batches of m-sharpness, 1 .. windows in the batch */
    SessionScratch scratch;
    /* [followed_count] for a control: the d of the lane it follows, steps 1, 2, ... */
    const double *followed_d;
    size_t followed_count;
} SessionStep;

/* Stand at theta_0 [n] (copied) with moments zero. STATUS_OUT_OF_MEMORY leaves *session all zero. Caller calls session_clear. */
Status session_init(Session *session, const MethodInfo *method, const Real *theta_0, size_t n,
                    const double *knobs);
void session_clear(Session *session);

/* Stand where `source` stands, with `method` and `knobs`: its weights, moments, steps, passes and seconds. The method's own memory is copied if it is
 * the same method; else it begins as it does at the start of a race, with the weights in the place of theta_0. So a copy with the same method
 * and knobs goes on to the bit as its source does. STATUS_OUT_OF_MEMORY leaves *session all zero. Caller calls session_clear. */
Status session_fork(Session *session, const MethodInfo *method, const Session *source,
                    const double *knobs);

/* One step of the lane's method. *sample receives what was measured (lane, passes and skipped steps included; seconds are the caller's).
 * skip_reason  receives NULL, or why the step was skipped (static text); the weights are then untouched and
 *              has_diverged is set after SESSION_SKIPS_TO_DIVERGE in a row. */
Status session_step(Session *session, const SessionStep *step, MetricSample *sample,
                    const char **skip_reason);

#endif
