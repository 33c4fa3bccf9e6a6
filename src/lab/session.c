#include "lab/session.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "kernels/vector_ops.h"

Status session_scratch_init(SessionScratch *scratch, size_t n)
{
    *scratch = (SessionScratch){0};
    Real *block = n > SIZE_MAX / SESSION_SCRATCH_VECTORS
                      ? NULL
                      : calloc(n * SESSION_SCRATCH_VECTORS, sizeof *block);
    if (block == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    *scratch = (SessionScratch){.grads = block,
                                .first_grads = block + n,
                                .perturbed = block + 2 * n,
                                .spare = block + 3 * n};
    return STATUS_OK;
}

void session_scratch_clear(SessionScratch *scratch)
{
    free(scratch->grads);
    *scratch = (SessionScratch){0};
}

Status session_init(Session *session, const MethodInfo *method, const Real *theta_0, size_t n,
                    const double *knobs)
{
    memset(session, 0, sizeof *session);
    const MemoryStart memory = method->program->memory;
    Session made = {.method = method, .n = n};
    memcpy(made.knobs, knobs, sizeof made.knobs);
    made.state.params = calloc(n, sizeof *made.state.params);
    made.state.moment1 = calloc(n, sizeof *made.state.moment1);
    made.state.moment2 = calloc(n, sizeof *made.state.moment2);
    if (memory != MEMORY_NONE) {
        made.state.memory = calloc(n, sizeof *made.state.memory);
    }
    const bool is_complete = made.state.params != NULL && made.state.moment1 != NULL &&
                             made.state.moment2 != NULL &&
                             (made.state.memory != NULL || memory == MEMORY_NONE);
    if (!is_complete) {
        session_clear(&made);
        return STATUS_OUT_OF_MEMORY;
    }
    vector_copy(made.state.params, theta_0, n);
    if (memory == MEMORY_START) {
        vector_copy(made.state.memory, theta_0, n);
    }
    *session = made;
    return STATUS_OK;
}

Status session_fork(Session *session, const MethodInfo *method, const Session *source,
                    const double *knobs)
{
    const MethodState *from = &source->state;
    TRY(session_init(session, method, from->params, source->n, knobs));
    MethodState *state = &session->state;
    vector_copy(state->moment1, from->moment1, source->n);
    vector_copy(state->moment2, from->moment2, source->n);
    state->t = from->t;
    state->moment_steps = from->moment_steps;
    state->moment_owner = from->moment_owner;
    if (method == source->method) {
        memcpy(state->auto_scale_samples, from->auto_scale_samples,
               sizeof state->auto_scale_samples);
        state->auto_scale_count = from->auto_scale_count;
        if (state->memory != NULL) {
            vector_copy(state->memory, from->memory, source->n);
        }
    }
    session->step = source->step;
    session->passes = source->passes;
    session->seconds = source->seconds;
    return STATUS_OK;
}

void session_clear(Session *session)
{
    free(session->state.params);
    free(session->state.moment1);
    free(session->state.moment2);
    free(session->state.memory);
    memset(session, 0, sizeof *session);
}

static void count_outcome(Session *session, const MethodStep *done, StepOutcome outcome)
{
    session->passes += done->forward_passes + 2.0 * done->backward_passes;
    session->divergence_failures += done->divergence_failed ? 1 : 0;
    if (outcome == STEP_TAKEN) {
        session->skips_in_a_row = 0;
        return;
    }
    session->skipped_steps++;
    session->skipped_by_cause[done->skip_cause]++;
    session->skips_in_a_row++;
    session->has_diverged = session->skips_in_a_row >= SESSION_SKIPS_TO_DIVERGE;
}

/* Causes are told from their first skip on. */
static void add_counts(const Session *session, MetricSample *sample)
{
    static const MetricId METRICS[SKIP_CAUSE_COUNT] = {
        [SKIP_LOSS] = METRIC_SKIPPED_LOSS,
        [SKIP_GRADIENT] = METRIC_SKIPPED_GRADIENT,
        [SKIP_LOSS_PERTURBED] = METRIC_SKIPPED_LOSS_PERTURBED,
        [SKIP_GRADIENT_PERTURBED] = METRIC_SKIPPED_GRADIENT_PERTURBED};
    metric_sample_add(sample, METRIC_SKIPPED_STEPS, (double)session->skipped_steps);
    for (size_t i = 0; i < SKIP_CAUSE_COUNT; i++) {
        if (session->skipped_by_cause[i] > 0) {
            metric_sample_add(sample, (uint16_t)METRICS[i], (double)session->skipped_by_cause[i]);
        }
    }
    if (session->divergence_failures > 0) {
        metric_sample_add(sample, METRIC_DIVERGENCE_FAILURES, (double)session->divergence_failures);
    }
}

static MethodStep make_method_step(Session *session, const SessionStep *step, MetricSample *sample)
{
    const double peak = session->knobs[KNOB_LEARNING_RATE];
    return (MethodStep){
        .objective = step->objective,
        .state = &session->state,
        .knobs = session->knobs,
        .theta_0 = step->theta_0,
        .spans = step->spans,
        .adam = step->adam,
        .step = step->step,
        .max_steps = (double)step->schedule->max_steps,
        .learning_rate = schedule_learning_rate(step->schedule, peak, step->step),
        .learning_rate_peak = peak,
        .learning_rate_end =
            schedule_learning_rate(step->schedule, peak, step->schedule->max_steps),
        .dropout_seed = random_stream(step->seed, RANDOM_STREAM_DROPOUT, step->step).key,
        .noise_seed = random_stream(step->seed, RANDOM_STREAM_NOISE, step->step).key,
        .race_seed = step->seed,
        .part_count = step->part_count,
        .followed_d = step->followed_d,
        .followed_count = step->followed_count,
        .grads = step->scratch.grads,
        .first_grads = step->scratch.first_grads,
        .perturbed = step->scratch.perturbed,
        .spare = step->scratch.spare,
        .sample = sample,
    };
}

Status session_step(Session *session, const SessionStep *step, MetricSample *sample,
                    const char **skip_reason)
{
    StepOutcome outcome = STEP_SKIPPED;
    MethodStep method_step = make_method_step(session, step, sample);
    TRY(method_run_step(session->method->program, &method_step, &outcome));
    session->step = step->step;
    count_outcome(session, &method_step, outcome);
    sample->passes = session->passes;
    add_counts(session, sample);
    *skip_reason = outcome == STEP_SKIPPED ? skip_cause_text(method_step.skip_cause) : NULL;
    return STATUS_OK;
}
