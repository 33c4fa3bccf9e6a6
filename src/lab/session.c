#include "lab/session.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/vector_ops.h"

Status session_init(Session *session, const MethodInfo *method, const Real *theta_0, size_t n,
                    const double *knobs)
{
    memset(session, 0, sizeof *session);
    Session made = {.method = method, .n = n};
    memcpy(made.knobs, knobs, sizeof made.knobs);
    made.state.params = calloc(n, sizeof *made.state.params);
    made.state.moment1 = calloc(n, sizeof *made.state.moment1);
    made.state.moment2 = calloc(n, sizeof *made.state.moment2);
    if (method->program->keeps_previous) {
        made.state.previous = calloc(n, sizeof *made.state.previous);
    }
    const bool is_complete = made.state.params != NULL && made.state.moment1 != NULL &&
                             made.state.moment2 != NULL &&
                             (made.state.previous != NULL || !method->program->keeps_previous);
    if (!is_complete) {
        session_clear(&made);
        return STATUS_OUT_OF_MEMORY;
    }
    vector_copy(made.state.params, theta_0, n);
    *session = made;
    return STATUS_OK;
}

void session_clear(Session *session)
{
    free(session->state.params);
    free(session->state.moment1);
    free(session->state.moment2);
    free(session->state.previous);
    memset(session, 0, sizeof *session);
}

static void count_outcome(Session *session, StepOutcome outcome)
{
    if (outcome == STEP_TAKEN) {
        session->skips_in_a_row = 0;
        return;
    }
    session->skipped_steps++;
    session->skips_in_a_row++;
    session->has_diverged = session->skips_in_a_row >= SESSION_SKIPS_TO_DIVERGE;
}

Status session_step(Session *session, const SessionStep *step, MetricSample *sample,
                    const char **skip_reason)
{
    StepOutcome outcome = STEP_SKIPPED;
    MethodStep method_step = {
        .objective = step->objective,
        .state = &session->state,
        .grads = step->grads,
        .perturbed = step->perturbed,
        .knobs = session->knobs,
        .adam = step->adam,
        .learning_rate =
            schedule_learning_rate(step->schedule, session->knobs[KNOB_LEARNING_RATE], step->step),
        .max_grad_norm = step->max_grad_norm,
        .sample = sample,
    };
    TRY(session->method->program->step(&method_step, &outcome));
    session->passes += method_step.forward_passes + 2.0 * method_step.backward_passes;
    count_outcome(session, outcome);
    sample->passes = session->passes;
    metric_sample_add(sample, METRIC_SKIPPED_STEPS, (double)session->skipped_steps);
    *skip_reason = outcome == STEP_SKIPPED ? method_step.skip_reason : NULL;
    return STATUS_OK;
}
