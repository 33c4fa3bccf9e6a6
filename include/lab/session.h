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

typedef struct Session {
    const MethodInfo *method;
    size_t n;
    MethodState state; /* vectors owned */
    double knobs[KNOB_COUNT];
    double passes;  /* forward-equivalents spent so far */
    double seconds; /* spent in this lane's own steps */
    uint64_t skipped_steps;
    uint64_t skips_in_a_row;
    bool has_diverged;
} Session;

/* What all lanes of a race share in a step. */
typedef struct SessionStep {
    const Objective *objective;
    const Schedule *schedule;
    AdamSettings adam;
    double max_grad_norm;
    uint64_t step;   /* 1, 2, ...: position in the schedule */
    Real *grads;     /* [n] scratch */
    Real *perturbed; /* [n] scratch */
} SessionStep;

/* Stand at theta_0 [n] (copied) with moments zero. STATUS_OUT_OF_MEMORY leaves *session all zero. Caller calls session_clear. */
Status session_init(Session *session, const MethodInfo *method, const Real *theta_0, size_t n,
                    const double *knobs);
void session_clear(Session *session);

/* One step of the lane's method. *sample receives what was measured (lane, passes and skipped steps included; seconds are the caller's).
 * skip_reason  receives NULL, or why the step was skipped (static text); the weights are then untouched and
 *              has_diverged is set after SESSION_SKIPS_TO_DIVERGE in a row. */
Status session_step(Session *session, const SessionStep *step, MetricSample *sample,
                    const char **skip_reason);

#endif
