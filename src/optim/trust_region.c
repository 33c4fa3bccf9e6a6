#include "optim/trust_region.h"

#include <math.h>

#include "kernels/vector_ops.h"
#include "optim/sam_family.h"

EmbeddingNoise method_noise(const MethodStep *step)
{
    return (EmbeddingNoise){.sigma = step->knobs[KNOB_SIGMA],
                            .kind = (NoiseKind)method_choice(step, KNOB_NOISE),
                            .seed = step->noise_seed};
}

static bool has_penalty(const MethodStep *step)
{
    return step->knobs[KNOB_LAMBDA] > 0.0 && method_is_active(step);
}

/* Keep the outputs at `target`, and let every gradient pass from now on be drawn to them. */
static Status add_penalty(MethodStep *step, PassRequest target, double temperature)
{
    PassResult ignored;
    target.keep = OUTPUT_SLOT_TARGET;
    TRY(method_forward_pass(step, target, &ignored));
    step->penalty = (Penalty){.weight = step->knobs[KNOB_LAMBDA],
                              .temperature = temperature,
                              .kind = (DivergenceKind)method_choice(step, KNOB_DIVERGENCE),
                              .target = OUTPUT_SLOT_TARGET};
    return STATUS_OK;
}

static Status add_trpo_penalty(MethodStep *step, const Real *previous)
{
    return has_penalty(step) ? add_penalty(step, (PassRequest){.params = previous}, 1.0)
                             : STATUS_OK;
}

static Status add_mesa_penalty(MethodStep *step)
{
    if (!has_penalty(step)) {
        return STATUS_OK;
    }
    const PassRequest average = {.params = step->state->memory, .is_evaluation = true};
    return add_penalty(step, average, step->knobs[KNOB_TEMPERATURE]);
}

static Status add_r3f_twin(MethodStep *step)
{
    if (has_penalty(step)) {
        step->twin = (NoisedTwin){.weight = step->knobs[KNOB_LAMBDA],
                                  .kind = (DivergenceKind)method_choice(step, KNOB_DIVERGENCE),
                                  .noise = method_noise(step),
                                  .is_detached = method_choice(step, KNOB_STOPGRAD_NOISED) != 0};
    }
    return STATUS_OK;
}

Status trpo_find_gradient(MethodStep *step, bool *is_usable)
{
    /* At t = 1 theta_{t-1} is theta: no divergence, and no gradient of one. */
    if (step->state->t > 0) {
        TRY(add_trpo_penalty(step, step->state->memory));
    }
    return base_find_gradient(step, is_usable);
}

Status mesa_find_gradient(MethodStep *step, bool *is_usable)
{
    TRY(add_mesa_penalty(step));
    return base_find_gradient(step, is_usable);
}

Status r3f_find_gradient(MethodStep *step, bool *is_usable)
{
    TRY(add_r3f_twin(step));
    return base_find_gradient(step, is_usable);
}

Status asam_trpo_find_gradient(MethodStep *step, bool *is_usable)
{
    /* At t = 1 theta_{t-1} is theta too, but the second pass stands at theta + eps, which it draws back. */
    TRY(add_trpo_penalty(step, step->state->t > 0 ? step->state->memory : step->state->params));
    return sam_find_gradient(step, is_usable);
}

Status asam_mesa_find_gradient(MethodStep *step, bool *is_usable)
{
    TRY(add_mesa_penalty(step));
    return sam_find_gradient(step, is_usable);
}

Status asam_r3f_find_gradient(MethodStep *step, bool *is_usable)
{
    TRY(add_r3f_twin(step));
    return sam_find_gradient(step, is_usable);
}

void remember_params(MethodStep *step)
{
    vector_copy(step->state->memory, step->state->params, step->objective->n);
}

void mesa_after_update(MethodStep *step)
{
    const double t = (double)step->state->t;
    double decay = step->knobs[KNOB_DECAY];
    if (method_choice(step, KNOB_EMA_WARMUP) != 0) {
        decay = fmin(decay, (1.0 + t) / (10.0 + t));
    }
    method_mix(step->state->memory, decay, step->state->memory, 1.0 - decay, step->state->params,
               step->objective->n);
}
