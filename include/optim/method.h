/* optim/method.h -- what a method is given, what it keeps and how its step ends. */
#ifndef OPTIM_METHOD_H
#define OPTIM_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "optim/base_optimizer.h"
#include "optim/objective.h"
#include "optim/perturbation.h"
#include "records/knob.h"
#include "records/metric_sample.h"

/* What a lane keeps between steps; every vector is [n] and owned by the lane. */
typedef struct MethodState {
    Real *params;
    Real *moment1;
    Real *moment2;
    Real *previous; /* theta_{t-1}, never containing eps; NULL unless the method keeps it */
    uint64_t t;     /* optimizer steps taken */
} MethodState;

typedef enum StepOutcome { STEP_TAKEN, STEP_SKIPPED } StepOutcome;

/* One step's surroundings. Scratch vectors are [n], shared by all lanes, worth nothing between steps. */
typedef struct MethodStep {
    const Objective *objective;
    MethodState *state;
    Real *grads;         /* scratch */
    Real *perturbed;     /* scratch: theta + eps */
    const double *knobs; /* [KNOB_COUNT] in force */
    AdamSettings adam;
    double learning_rate;    /* scheduled */
    double max_grad_norm;    /* 0 = no clipping */
    MetricSample *sample;    /* in/out: the method adds what it measured */
    double forward_passes;   /* out: passes run in this step */
    double backward_passes;  /* out */
    const char *skip_reason; /* out: static text, set with STEP_SKIPPED */
} MethodStep;

/* The code of a method. On a failing status, and on STEP_SKIPPED, the state is untouched. */
typedef struct MethodProgram {
    Status (*step)(MethodStep *step, StepOutcome *outcome);
    bool keeps_previous;
    bool keeps_outputs; /* asks for output slots */
} MethodProgram;

/* Building blocks that every method is written in. */

/* Loss and gradient at `params`, counted as one forward and one backward pass; the gradient is in step->grads. */
Status method_gradient_pass(MethodStep *step, const Real *params, OutputSlot keep,
                            double *loss_nats);

/* Forward pass only. */
Status method_forward_pass(MethodStep *step, const Real *params, OutputSlot keep,
                           double *loss_nats);

/* Adds loss and gradient norm of the first pass to the sample; false, with the reason noted, if one is not finite. */
bool method_accepts_first_pass(MethodStep *step, double loss_nats);

/* Adds the radius, what set it, and the size and predicted loss rise of the perturbation to the sample. */
void method_note_perturbation(MethodStep *step, const Perturbation *eps, double radius,
                              RadiusLimit limit);

/* The pass at theta + eps, with what it says about the loss rise; false if loss or gradient is not finite. */
Status method_perturbed_pass(MethodStep *step, const Real *perturbed, double first_loss_nats,
                             bool *is_finite);

/* Clip, take the AdamW step with step->grads at the state's params, note norms. */
void method_take_base_step(MethodStep *step);

#endif
