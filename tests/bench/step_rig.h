/* bench/step_rig.h -- a model, a batch and lanes outside of any race: one step at a time, timed from outside. */
#ifndef TESTS_BENCH_STEP_RIG_H
#define TESTS_BENCH_STEP_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/gemm_trace.h"
#include "data/token_batch.h"
#include "lab/session.h"
#include "lab/text_objective.h"
#include "lab/worker.h"
#include "model/parameters.h"
#include "model/shape.h"

typedef struct StepRigOptions {
    const CausalLmShape *shape; /* borrowed */
    const Real *theta_0;        /* borrowed; NULL: random weights */
    TokenBatch batch;           /* borrowed; B and T are those of every step */
    size_t micro_batch_count;
    size_t workers;
    bool keeps_outputs; /* for methods with a divergence */
} StepRigOptions;

/* What lanes of one model and number of workers share. Do not move it: lanes and runner point into it. */
typedef struct StepRig {
    StepRigOptions options;
    ParameterTable table;
    Real *theta_0; /* [n] if they are random */
    WorkerPool *pool;
    TracingRunner runner;
    TextObjective *objective;
    Objective view;
    SessionScratch scratch;
    ParameterSpan *spans; /* [table.count] */
} StepRig;

/* False: out of memory; *rig is then empty. The caller calls step_rig_clear. */
bool step_rig_init(StepRig *rig, const StepRigOptions *options);
void step_rig_clear(StepRig *rig);

/* One method at theta_0; rig borrowed. */
typedef struct RigLane {
    StepRig *rig;
    Session session;
    uint64_t step;
    /* [followed_count] what a control follows; NULL: nothing, so that it does not climb */
    const double *followed_d;
    size_t followed_count;
    MetricSample sample; /* of the last step */
} RigLane;

/* Knobs are the method's own defaults, with `scale` and `rho` instead if above 0; the learning rate is so small that the model
 * stays where it is. False: no such method, or out of memory. The caller calls rig_lane_clear. */
bool rig_lane_init(RigLane *lane, StepRig *rig, const char *method, double rho, double scale);
void rig_lane_clear(RigLane *lane);

/* One step of the RigLane; a Contender's run. */
void rig_lane_step(void *rig_lane);

#endif
