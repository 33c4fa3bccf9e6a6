/* optim/method.h -- what a method is given, what it keeps, and the blocks that every method is built from. */
#ifndef OPTIM_METHOD_H
#define OPTIM_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"
#include "base/status.h"
#include "optim/base_optimizer.h"
#include "optim/objective.h"
#include "optim/parameter_span.h"
#include "optim/perturbation.h"
#include "records/knob.h"
#include "records/knob_choice.h"
#include "records/metric_sample.h"

enum { AUTO_SCALE_SAMPLES = 20 };

/* What a lane keeps between steps; every vector is [n] and owned by the lane. */
typedef struct MethodState {
    Real *params;
    Real *moment1; /* Adam's first moment, or SGD's */
    Real *moment2;
    /* theta_{t-1}, an average, a kept direction: see the method; NULL unless it keeps one */
    Real *memory;
    uint64_t t;            /* optimizer steps taken */
    uint64_t moment_steps; /* of them, those that the moments have seen */
    BaseOptimizer moment_owner;
    double auto_scale_samples[AUTO_SCALE_SAMPLES]; /* the first divergences above 0 */
    size_t auto_scale_count;
} MethodState;

typedef enum StepOutcome { STEP_TAKEN, STEP_SKIPPED } StepOutcome;

/* Why a step was skipped. */
typedef enum SkipCause {
    SKIP_LOSS,
    SKIP_GRADIENT,
    SKIP_LOSS_PERTURBED,
    SKIP_GRADIENT_PERTURBED,
    SKIP_CAUSE_COUNT
} SkipCause;

/* One step's surroundings. Scratch vectors are [n], shared by all lanes, worth nothing between steps. */
typedef struct MethodStep {
    const Objective *objective;
    MethodState *state;
    const double *knobs; /* [KNOB_COUNT] in force */
    const Real *theta_0; /* [n] where all lanes began */
    ParameterSpans spans;
    AdamSettings adam;
    uint64_t step; /* of the race, from 1 */
    double max_steps;
    double learning_rate;      /* scheduled */
    double learning_rate_peak; /* what the schedule makes it from, and where it ends */
    double learning_rate_end;
    uint64_t dropout_seed; /* the same for all passes of the step */
    uint64_t noise_seed;   /* likewise */
    uint64_t race_seed;    /* the same for all steps */
    size_t part_count;     /* micro-batches of m-sharpness; at least 1 */
    /* [followed_count] the d of steps 1.. of the lane that a control follows */
    const double *followed_d;
    size_t followed_count;
    /* scratch: what the last gradient pass gave; at the end, what the base optimizer gets */
    Real *grads;
    Real *first_grads;      /* scratch: the gradient at theta, once there is another in grads */
    Real *perturbed;        /* scratch: theta + eps */
    Real *spare;            /* scratch */
    MetricSample *sample;   /* in/out: the method adds what it measured */
    double forward_passes;  /* out: passes run in this step */
    double backward_passes; /* out */
    SkipCause skip_cause;   /* out, with STEP_SKIPPED */
    bool divergence_failed; /* out: a divergence was not finite and counted as 0 */

    /* What the step has come to so far; zero at its beginning. */
    Penalty penalty;   /* in every gradient pass from now on */
    NoisedTwin twin;   /* likewise */
    double first_loss; /* with penalty */
    bool has_climbed;  /* first_grads holds g, grads holds g~ */
    double divergence; /* that set the radius, reduced but not scaled; 0 without */
    size_t part;       /* of running_parts; 0 running_parts = the whole batch */
    size_t running_parts;
} MethodStep;

/* How a lane's memory begins: as zeros, or as the weights that the lane begins with. */
typedef enum MemoryStart { MEMORY_NONE, MEMORY_ZERO, MEMORY_START } MemoryStart;

/* The code of a method. */
typedef struct MethodProgram {
    /* Leave in step->grads the gradient that the base optimizer is to be fed with, or clear *is_usable (set when called) with step->skip_cause
     * noted where a loss or gradient is not finite. The state is only written where nothing can fail any more. */
    Status (*find_gradient)(MethodStep *step, bool *is_usable);
    void (*before_update)(MethodStep *step); /* the step will be taken; may be NULL */
    void (*after_update)(MethodStep *step);  /* params are the new ones; may be NULL */
    MemoryStart memory;
    bool weighs_gradients; /* WSAM's weight applies: afterwards h = g + w / (1 - w) (g~ - g) */
    bool is_sgd;           /* SGD takes its steps whatever the knob optimizer says */
    bool keeps_outputs;    /* asks for OUTPUT_SLOT_CURRENT (MMD: for both) */
    bool keeps_targets;    /* asks for OUTPUT_SLOT_TARGET */
    bool has_twin;         /* asks for noised twins */
    bool keeps_deltas;     /* asks for stored dL/dlogits */
} MethodProgram;

/* One step: the method's gradient (for m-sharpness the mean of those of the micro-batches), clipped, to the base optimizer.
 * On a failing status and on STEP_SKIPPED the state is as before. */
Status method_run_step(const MethodProgram *program, MethodStep *step, StepOutcome *outcome);

/* The sentence of a cause. Static storage. */
const char *skip_cause_text(SkipCause cause);

/* -- Building blocks that every method is written in. ----------------------------------------------------- */

/* A knob with choices, as its enum's number. */
int method_choice(const MethodStep *step, KnobId knob);

/* True within start_step .. stop_step; and on every interval-th of these steps, the race's first included. */
bool method_is_active(const MethodStep *step);
bool method_is_ascending(const MethodStep *step);

/* `radius` as the rho schedule has it now: least + (radius - least) * f with f = 1, step / max_steps, the share of the
 * learning rate between its end and its peak, or that squared. */
double method_scheduled_radius(const MethodStep *step, double least, double radius);

/* A forward pass as requested (params NULL = theta), for its outputs alone, with the step's dropout seed. */
Status method_forward_pass(MethodStep *step, PassRequest request, PassResult *result);

/* Loss and gradient as requested (params NULL = theta), penalty or twin included; the gradient is in step->grads. */
Status method_gradient_pass(MethodStep *step, PassRequest request, PassResult *result);

/* The first gradient pass of a step, at theta unless requested otherwise: adds loss, penalty and gradient norm to the sample;
 * *is_usable is cleared, with the cause noted, if one is not finite. */
Status method_first_pass(MethodStep *step, PassRequest request, bool *is_usable);

/* g, the gradient at theta, wherever it lies by now. */
const Real *method_gradient_at_theta(const MethodStep *step);

/* An ascent along the gradient in step->grads, in the metric and on the tensors that the knobs say. */
Ascent method_ascent(const MethodStep *step, double radius);

/* Climb to step->perturbed, and tell of it. */
Perturbation method_climb(MethodStep *step, const Ascent *ascent, RadiusLimit limit);

/* The gradient pass at step->perturbed: g moves to first_grads, g~ comes to grads. Tells of the loss rise and of cos(g, g~);
 * *is_usable is cleared, with the cause noted, if loss or gradient is not finite. */
Status method_second_pass(MethodStep *step, PassRequest request, bool *is_usable);

/* Climb, and take the gradient there. Where there is no perturbation g stays, and nothing is run. */
Status method_climb_and_look(MethodStep *step, const Ascent *ascent, RadiusLimit limit,
                             bool *is_usable);

/* out_i = a x_i + b y_i; out may be x or y. */
void method_mix(Real *out, double a, const Real *x, double b, const Real *y, size_t n);

#endif
