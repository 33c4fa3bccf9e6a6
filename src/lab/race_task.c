#include "lab/race_task.h"

#include "kernels/divergence.h"
#include "lab/classification_task.h"
#include "lab/image_classification.h"
#include "lab/language_task.h"
#include "lab/masked_lm_task.h"
#include "lab/session.h"
#include "lab/text_classification.h"
#include "optim/method_table.h"

/* A divergence that compares all positions with all: then both outputs are kept. */
static bool has_discrepancy(const ExperimentSpec *spec, size_t lane)
{
    const double kind = experiment_spec_knob(spec, lane, KNOB_DIVERGENCE, DIVERGENCE_FORWARD_KL);
    return divergence_is_discrepancy((DivergenceKind)kind);
}

TaskNeeds race_task_needs(const ExperimentSpec *spec)
{
    TaskNeeds needs = {.vectors = SESSION_SCRATCH_VECTORS};
    for (size_t i = 0; i < spec->lane_count; i++) {
        const MethodInfo *method = method_find(spec->lanes[i].method);
        const MethodProgram *program = method->program;
        needs.vectors += SESSION_VECTORS + method->state_vectors;
        needs.keeps_outputs = needs.keeps_outputs || program->keeps_outputs;
        needs.keeps_targets = needs.keeps_targets || program->keeps_targets ||
                              (program->keeps_outputs && has_discrepancy(spec, i));
        needs.has_twin = needs.has_twin || program->has_twin;
        needs.keeps_deltas = needs.keeps_deltas || program->keeps_deltas;
    }
    return needs;
}

Status race_task_open(const ExperimentSpec *spec, TaskNeeds needs, TaskRunner runner,
                      RaceTask *task, Problem *problem)
{
    ClassificationSource source;
    switch (spec->task) {
    case SPEC_TASK_CAUSAL_LM:
        return language_task_open(spec, needs, runner, task, problem);
    case SPEC_TASK_TEXT_CLASSIFICATION:
        TRY(text_classification_open(spec, &source, problem));
        return classification_task_create(spec, &source, needs, runner, task, problem);
    case SPEC_TASK_IMAGE_CLASSIFICATION:
        TRY(image_classification_open(spec, &source, problem));
        return classification_task_create(spec, &source, needs, runner, task, problem);
    case SPEC_TASK_MASKED_LM:
        return masked_lm_task_open(spec, needs, runner, task, problem);
    }
    return STATUS_BAD_VALUE;
}
