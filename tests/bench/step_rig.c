#include "bench/step_rig.h"

#include <stdlib.h>
#include <string.h>

#include "lab/parameter_spans.h"
#include "optim/method_table.h"

bool step_rig_init(StepRig *rig, const StepRigOptions *options)
{
    memset(rig, 0, sizeof *rig);
    rig->options = *options;
    if (worker_pool_create(options->workers, &rig->pool) != STATUS_OK ||
        parameter_table_create(options->shape, &rig->table) != STATUS_OK) {
        step_rig_clear(rig);
        return false;
    }
    const size_t n = rig->table.size;
    rig->runner.inner = worker_pool_runner(rig->pool);
    rig->theta_0 = options->theta_0 == NULL ? calloc(n, sizeof *rig->theta_0) : NULL;
    const TextObjectiveOptions objective = {.shape = options->shape,
                                            .table = &rig->table,
                                            .B = options->batch.B,
                                            .B_evaluation = options->batch.B,
                                            .T = options->batch.T,
                                            .micro_batch_count = options->micro_batch_count,
                                            .keeps_outputs = options->keeps_outputs,
                                            .runner = tracing_runner_view(&rig->runner)};
    const bool has_weights = options->theta_0 != NULL || rig->theta_0 != NULL;
    if (!has_weights || session_scratch_init(&rig->scratch, n) != STATUS_OK ||
        parameter_spans_create(&rig->table, &rig->spans) != STATUS_OK ||
        text_objective_create(&objective, &rig->objective) != STATUS_OK) {
        step_rig_clear(rig);
        return false;
    }
    if (rig->theta_0 != NULL) {
        parameters_initialise(&rig->table, options->shape, 1, rig->theta_0);
    }
    text_objective_set_batch(rig->objective, options->batch);
    rig->view = text_objective_view(rig->objective);
    return true;
}

void step_rig_clear(StepRig *rig)
{
    text_objective_destroy(rig->objective);
    worker_pool_destroy(rig->pool);
    parameter_table_clear(&rig->table);
    free(rig->theta_0);
    free(rig->spans);
    session_scratch_clear(&rig->scratch);
    memset(rig, 0, sizeof *rig);
}

static const Real *theta_0_of(const StepRig *rig)
{
    return rig->theta_0 != NULL ? rig->theta_0 : rig->options.theta_0;
}

bool rig_lane_init(RigLane *lane, StepRig *rig, const char *method_id, double rho, double scale)
{
    const MethodInfo *method = method_find(method_id);
    double knobs[KNOB_COUNT] = {0};
    memset(lane, 0, sizeof *lane);
    if (method == NULL) {
        return false;
    }
    for (size_t i = 0; i < method->knob_count; i++) {
        knobs[method->knobs[i].id] = method->knobs[i].default_value;
    }
    knobs[KNOB_LEARNING_RATE] = 1e-5;
    knobs[KNOB_RHO] = rho > 0.0 ? rho : knobs[KNOB_RHO];
    knobs[KNOB_SCALE] = scale > 0.0 ? scale : knobs[KNOB_SCALE];
    lane->rig = rig;
    return session_init(&lane->session, method, theta_0_of(rig), rig->table.size, knobs) ==
           STATUS_OK;
}

void rig_lane_clear(RigLane *lane)
{
    session_clear(&lane->session);
}

void rig_lane_step(void *rig_lane)
{
    RigLane *lane = rig_lane;
    const char *skip_reason = NULL;
    const Schedule schedule = {.kind = SCHEDULE_CONSTANT, .max_steps = UINT64_MAX};
    lane->step++;
    lane->sample = (MetricSample){.step = (uint32_t)lane->step};
    const SessionStep step = {.objective = &lane->rig->view,
                              .schedule = &schedule,
                              .adam = {0.9, 0.99, 1e-8},
                              .step = lane->step,
                              .theta_0 = theta_0_of(lane->rig),
                              .spans = {.spans = lane->rig->spans, .count = lane->rig->table.count},
                              .part_count = lane->rig->options.micro_batch_count,
                              .followed_d = lane->followed_d,
                              .followed_count = lane->followed_count,
                              .scratch = lane->rig->scratch};
    if (session_step(&lane->session, &step, &lane->sample, &skip_reason) != STATUS_OK ||
        skip_reason != NULL) {
        abort(); /* a step that was not taken would look fast */
    }
}
