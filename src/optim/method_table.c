#include "optim/method_table.h"

#include <math.h>
#include <string.h>

#include "optim/sam_family.h"
#include "optim/tram.h"

static const MethodProgram ADAMW_PROGRAM = {.step = adamw_method_step};
static const MethodProgram SAM_PROGRAM = {.step = sam_method_step};
static const MethodProgram TRAM_PREVIOUS_PROGRAM = {
    .step = tram_previous_method_step, .keeps_previous = true, .keeps_outputs = true};

static const MethodInfo METHODS[] = {
    {
        .id = "adamw",
        .name = "AdamW",
        .paper = "Loshchilov & Hutter, ICLR 2019",
        .equation = "theta <- AdamW(grad L(theta))",
        .summary = "The baseline: one gradient, one step, no perturbation.",
        .forward_passes = 1,
        .backward_passes = 1,
        .program = &ADAMW_PROGRAM,
    },
    {
        .id = "sam",
        .name = "SAM",
        .paper = "Foret et al., ICLR 2021",
        .equation = "eps = rho g / ||g||;  theta <- AdamW(grad L(theta + eps))",
        .summary = "Climbs a fixed distance rho along the gradient and descends with the gradient "
                   "found there: seeks flat minima.",
        .knobs = {{KNOB_RHO, 0.05, "radius of the perturbation, in L2 distance of the weights"}},
        .knob_count = 1,
        .forward_passes = 2,
        .backward_passes = 2,
        .program = &SAM_PROGRAM,
    },
    {
        .id = "tram-prev",
        .name = "TRAM-theta_{t-1}",
        .paper = "Sherborne et al., ICLR 2024, Algorithm 1",
        .equation = "d = min(s KL(p_{t-1} || p_t), rho);  eps = d T^2 g / ||T g||, T = |theta|;  "
                    "theta <- AdamW(grad L(theta + eps))",
        .summary = "Climbs as far as the last update changed the predictions: the trust-region "
                   "divergence d is the radius. A larger "
                   "divergence gives a larger perturbation.",
        .knobs = {{KNOB_RHO, 0.5, "cap of the radius d (the paper's d in (0, rho]); 0 = no cap"},
                  {KNOB_SCALE, 5000.0,
                   "trust-region scale s: d = s * KL. At s = 1 (the paper's expectation) d is "
                   "about 1e-4 on a model of this size and TRAM "
                   "cannot be told from AdamW; s of 5e3 to 1e4 gives a radius like ASAM's 0.5"}},
        .knob_count = 2,
        .forward_passes = 3,
        .backward_passes = 2,
        .state_vectors = 1,
        .program = &TRAM_PREVIOUS_PROGRAM,
    },
};

MethodList method_table(void)
{
    return (MethodList){.methods = METHODS, .count = sizeof METHODS / sizeof *METHODS};
}

const MethodInfo *method_find(const char *id)
{
    const MethodList list = method_table();
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.methods[i].id, id) == 0) {
            return &list.methods[i];
        }
    }
    return NULL;
}

bool method_has_knob(const MethodInfo *method, KnobId knob, double *default_value)
{
    if (knob == KNOB_LEARNING_RATE || knob == KNOB_WEIGHT_DECAY) {
        *default_value = (double)NAN;
        return true;
    }
    for (size_t i = 0; i < method->knob_count; i++) {
        if (method->knobs[i].id == knob) {
            *default_value = method->knobs[i].default_value;
            return true;
        }
    }
    return false;
}
