/* optim/lane.h -- a lane on one of the tiny tasks, all in one place. */
#ifndef TESTS_OPTIM_LANE_H
#define TESTS_OPTIM_LANE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optim/method.h"
#include "optim/method_table.h"
#include "optim/quadratic.h"
#include "optim/softmax_task.h"

enum { LANE_N_MAX = 4, LANE_D_MAX = 64 };

typedef struct Lane {
    Quadratic task;
    SoftmaxTask softmax;
    Objective objective;
    MethodState state;
    Real params[LANE_N_MAX];
    Real theta_0[LANE_N_MAX];
    Real moment1[LANE_N_MAX];
    Real moment2[LANE_N_MAX];
    Real memory[LANE_N_MAX];
    Real scratch[4][LANE_N_MAX];
    ParameterSpan spans[LANE_N_MAX];
    double knobs[KNOB_COUNT]; /* NaN: the method's default */
    double knobs_in_force[KNOB_COUNT];
    double learning_rate;
    double learning_rate_peak;
    size_t part_count;
    double followed_d[LANE_D_MAX];
    size_t followed_count;
    uint64_t steps; /* asked for so far */
    MetricSample sample;
    MethodStep step;
} Lane;

static inline void lane_start(Lane *lane, const Real *theta_0)
{
    static const SpanGroup GROUPS[LANE_N_MAX] = {SPAN_EMBEDDING, SPAN_ATTENTION, SPAN_NORM,
                                                 SPAN_MLP};
    for (size_t i = 0; i < lane->objective.n; i++) {
        lane->params[i] = theta_0[i];
        lane->theta_0[i] = theta_0[i];
        lane->spans[i] = (ParameterSpan){.offset = i,
                                         .size = 1,
                                         .group = GROUPS[i],
                                         .is_bias = i == LANE_N_MAX - 1,
                                         .is_head = i == 0};
    }
    for (size_t k = 0; k < KNOB_COUNT; k++) {
        lane->knobs[k] = (double)NAN;
    }
    lane->state = (MethodState){.params = lane->params,
                                .moment1 = lane->moment1,
                                .moment2 = lane->moment2,
                                .memory = lane->memory};
    lane->learning_rate = 0.1;
    lane->learning_rate_peak = 0.1;
    lane->part_count = 1;
}

/* On the quadratic. */
static inline void lane_init(Lane *lane)
{
    const Real theta_0[QUADRATIC_N] = {(Real)1.0, (Real)-0.5, (Real)2.0};
    memset(lane, 0, sizeof *lane);
    lane->task = quadratic_make();
    lane->objective = quadratic_objective(&lane->task);
    lane_start(lane, theta_0);
}

/* On the softmax task. */
static inline void lane_init_softmax(Lane *lane)
{
    const Real theta_0[SOFTMAX_N] = {(Real)0.8, (Real)-0.4, (Real)1.5, (Real)0.3};
    memset(lane, 0, sizeof *lane);
    lane->objective = softmax_objective(&lane->softmax);
    lane_start(lane, theta_0);
    lane->part_count = 2;
}

static inline void lane_fill_knobs(Lane *lane, const MethodInfo *method)
{
    for (size_t k = 0; k < KNOB_COUNT; k++) {
        double value = 0.0;
        method_has_knob(method, (KnobId)k, &value);
        lane->knobs_in_force[k] = isnan(value) ? 0.0 : value;
        if (!isnan(lane->knobs[k])) {
            lane->knobs_in_force[k] = lane->knobs[k];
        }
    }
}

/* The memory as a session would begin it. */
static inline void lane_begin_memory(Lane *lane, const MethodInfo *method)
{
    if (lane->steps == 0 && method->program->memory == MEMORY_START) {
        memcpy(lane->memory, lane->theta_0, sizeof lane->memory);
    }
}

/* One step of `method`; the sample and lane->step say what happened. */
static inline StepOutcome lane_step(Lane *lane, const char *method)
{
    StepOutcome outcome = STEP_SKIPPED;
    const MethodInfo *info = method_find(method);
    memset(&lane->sample, 0, sizeof lane->sample);
    lane->task.passes = 0;
    lane->softmax.passes = 0;
    lane_fill_knobs(lane, info);
    lane_begin_memory(lane, info);
    lane->steps++;
    lane->step = (MethodStep){.objective = &lane->objective,
                              .state = &lane->state,
                              .knobs = lane->knobs_in_force,
                              .theta_0 = lane->theta_0,
                              .spans = {lane->spans, lane->objective.n},
                              .adam = {0.9, 0.99, 1e-8},
                              .step = lane->steps,
                              .max_steps = 100.0,
                              .learning_rate = lane->learning_rate,
                              .learning_rate_peak = lane->learning_rate_peak,
                              .dropout_seed = 1000 + lane->steps,
                              .noise_seed = 2000 + lane->steps,
                              .race_seed = 7,
                              .part_count = lane->part_count,
                              .followed_d = lane->followed_d,
                              .followed_count = lane->followed_count,
                              .grads = lane->scratch[0],
                              .first_grads = lane->scratch[1],
                              .perturbed = lane->scratch[2],
                              .spare = lane->scratch[3],
                              .sample = &lane->sample};
    const Status status = method_run_step(info->program, &lane->step, &outcome);
    return status == STATUS_OK ? outcome : STEP_SKIPPED;
}

static inline double lane_metric(const Lane *lane, MetricId metric)
{
    double value = (double)NAN;
    return metric_sample_get(&lane->sample, (uint16_t)metric, &value) ? value : (double)NAN;
}

/* Set a knob by "key=value", a choice by its word. */
static inline void lane_set(Lane *lane, const char *assignment)
{
    char key[64] = "";
    KnobId knob = KNOB_COUNT;
    const char *value = strchr(assignment, '=') + 1;
    memcpy(key, assignment, (size_t)(value - assignment) - 1);
    if (!knob_from_key(key, &knob)) {
        abort();
    }
    if (!knob_choice_from_name(knob, value, &lane->knobs[knob])) {
        lane->knobs[knob] = strtod(value, NULL);
    }
}

static inline bool is_near(double actual, double expected)
{
    /* The guard of 1e-12 in the divisors is within this. */
    const double tolerance = REAL_IS_DOUBLE ? 1e-11 : 2e-6;
    return fabs(actual - expected) <= tolerance * fmax(1.0, fabs(expected));
}

#endif
