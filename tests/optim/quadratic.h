/* optim/quadratic.h -- a task with pencil-and-paper answers: L(w) = 1/2 sum a_i w_i^2, and a lane that trains on it. */
#ifndef TESTS_OPTIM_QUADRATIC_H
#define TESTS_OPTIM_QUADRATIC_H

#include <math.h>
#include <string.h>

#include "optim/method.h"
#include "optim/method_table.h"

enum { QUADRATIC_N = 3 };

/* The outputs of a pass are the weights themselves; the divergence of two outputs is 1/2 sum (t_i - c_i)^2. */
typedef struct Quadratic {
    Real curvature[QUADRATIC_N];
    Real outputs[OUTPUT_SLOT_TARGET + 1][QUADRATIC_N];
    double forced_divergence; /* NaN: the true one */
    double loss_override;     /* NaN: the true one; infinite: a broken loss */
    size_t override_pass;     /* pass (from 1) on which the loss is overridden; 0 = every pass */
    size_t passes;
} Quadratic;

static inline Status quadratic_pass(void *context, const PassRequest *request, double *loss_nats)
{
    Quadratic *task = context;
    double loss = 0.0;
    task->passes++;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const Real w = request->params[i];
        loss += 0.5 * (double)(task->curvature[i] * w * w);
        task->outputs[request->keep][i] = w;
        if (request->grads != NULL) {
            request->grads[i] = task->curvature[i] * w;
        }
    }
    const bool is_overridden = !isnan(task->loss_override) &&
                               (task->override_pass == 0 || task->override_pass == task->passes);
    *loss_nats = is_overridden ? task->loss_override : loss;
    return STATUS_OK;
}

static inline Status quadratic_divergence(void *context, OutputSlot target, OutputSlot current,
                                          double *nats)
{
    const Quadratic *task = context;
    double sum = 0.0;
    for (size_t i = 0; i < QUADRATIC_N; i++) {
        const double difference =
            (double)task->outputs[target][i] - (double)task->outputs[current][i];
        sum += 0.5 * difference * difference;
    }
    *nats = isnan(task->forced_divergence) ? sum : task->forced_divergence;
    return STATUS_OK;
}

/* A lane on that task, all in one place. */
typedef struct Lane {
    Quadratic task;
    Objective objective;
    MethodState state;
    Real params[QUADRATIC_N];
    Real moment1[QUADRATIC_N];
    Real moment2[QUADRATIC_N];
    Real previous[QUADRATIC_N];
    Real grads[QUADRATIC_N];
    Real perturbed[QUADRATIC_N];
    double knobs[KNOB_COUNT];
    MetricSample sample;
    MethodStep step;
} Lane;

static inline void lane_init(Lane *lane)
{
    memset(lane, 0, sizeof *lane);
    lane->task = (Quadratic){.curvature = {(Real)1.0, (Real)4.0, (Real)0.25},
                             .forced_divergence = (double)NAN,
                             .loss_override = (double)NAN};
    lane->objective = (Objective){.context = &lane->task,
                                  .n = QUADRATIC_N,
                                  .run_pass = quadratic_pass,
                                  .divergence = quadratic_divergence};
    lane->params[0] = (Real)1.0;
    lane->params[1] = (Real)-0.5;
    lane->params[2] = (Real)2.0;
    lane->state = (MethodState){.params = lane->params,
                                .moment1 = lane->moment1,
                                .moment2 = lane->moment2,
                                .previous = lane->previous};
    lane->knobs[KNOB_SCALE] = 1.0;
}

/* One step of `method` at learning rate 0.1; the sample and lane->step say what happened. */
static inline StepOutcome lane_step(Lane *lane, const char *method)
{
    StepOutcome outcome = STEP_SKIPPED;
    memset(&lane->sample, 0, sizeof lane->sample);
    lane->task.passes = 0;
    lane->step = (MethodStep){.objective = &lane->objective,
                              .state = &lane->state,
                              .grads = lane->grads,
                              .perturbed = lane->perturbed,
                              .knobs = lane->knobs,
                              .adam = {0.9, 0.99, 1e-8},
                              .learning_rate = 0.1,
                              .max_grad_norm = lane->step.max_grad_norm,
                              .sample = &lane->sample};
    const Status status = method_find(method)->program->step(&lane->step, &outcome);
    return status == STATUS_OK ? outcome : STEP_SKIPPED;
}

static inline double lane_metric(const Lane *lane, MetricId metric)
{
    double value = (double)NAN;
    return metric_sample_get(&lane->sample, (uint16_t)metric, &value) ? value : (double)NAN;
}

static inline bool is_near(double actual, double expected)
{
    /* The guard of 1e-12 in the divisors is within this. */
    const double tolerance = REAL_IS_DOUBLE ? 1e-11 : 2e-6;
    return fabs(actual - expected) <= tolerance * fmax(1.0, fabs(expected));
}

#endif
