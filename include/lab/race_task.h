/* lab/race_task.h -- what a race needs of the task it runs on: batches, passes, held-out scores, probes, files. */
#ifndef LAB_RACE_TASK_H
#define LAB_RACE_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/real.h"
#include "lab/memory_check.h"
#include "lab/task_disclosure.h"
#include "lab/task_runner.h"
#include "model/parameters.h"
#include "optim/objective.h"
#include "records/experiment_spec.h"
#include "records/metric_sample.h"
#include "records/picture_wall.h"

/* What the methods of a race ask of the engine. What is not said here is made by the first pass that asks for it. */
typedef struct TaskNeeds {
    /* [n] that the race itself will take, for lanes and scratch: it counts when memory is predicted */
    double vectors;
    bool keeps_outputs; /* OUTPUT_SLOT_CURRENT */
    bool keeps_targets; /* OUTPUT_SLOT_TARGET */
    bool has_twin;      /* noised twins */
    bool keeps_deltas;  /* stored dL/dlogits */
} TaskNeeds;

/* A task with its model, loaded. Called from one thread; a step allocates nothing. theta is [n], in the order of the table. */
typedef struct RaceTask {
    void *context;
    const Real *theta_0; /* [n] where all lanes begin; owned by the task, as is the table */
    const ParameterTable *table;
    const char *
        head_text; /* what became of the checkpoint's head, for people; "" or NULL: nothing to tell. Borrowed */
    MemoryNeed memory; /* that was predicted, the lanes included */
    double positions;  /* that a training batch holds: tokens, examples */
    double
        steps_per_epoch; /* training batches until the training data have been seen once; > 0, may be a fraction */

    /* Make the batch of `step` (0, 1, ...) the one that passes run over. An evaluation or probe ends that. */
    void (*set_batch)(void *context, uint64_t step);
    /* Passes over that batch; borrowed. */
    Objective (*objective)(void *context);

    /* What add_probes would add at theta_0, without a pass; NULL: it has to be asked. */
    void (*add_home_probes)(void *context, MetricSample *sample);
    /* Keep theta_0's outputs on the probes. To be called once, before the two below. */
    void (*begin_probes)(void *context);
    /* Keep the outputs at `params`, just before an update. */
    void (*probe_before)(void *context, const Real *params);
    /* Add the divergence of the outputs at `params` from theta_0's, and, has_before, from those kept by probe_before. */
    void (*add_probes)(void *context, const Real *params, bool has_before, MetricSample *sample);

    /* Add how well `params` do on the held-out data looked at on the way. */
    void (*add_evaluation)(void *context, const Real *params, MetricSample *sample);
    /* Add how well they do on all of the final split; the loss by which lanes are compared is handed back. */
    double (*add_final)(void *context, const Real *params, MetricSample *sample);

    /* Pictures for the screen, with the answers that the last add_evaluation gave of them; their lane and step are the caller's to set.
     * NULL: the task has none. Borrowed. */
    PictureWall *wall;

    /* Write weights, configuration and tokenizer into `folder` as Hugging Face lays them out. */
    Status (*save)(void *context, const char *folder, const Real *params, Problem *problem);
    void (*close)(void *context); /* frees everything; the context is gone */

    TaskDisclosure disclosure;
} RaceTask;

/* What the methods of the spec's lanes ask for. The spec must have passed spec_check_methods. */
TaskNeeds race_task_needs(const ExperimentSpec *spec);

/* Load the task of `spec`, which is borrowed and must outlive it. Any failure of loading is handed on with its problem; *task is then untouched.
 * The caller calls task->close. */
Status race_task_open(const ExperimentSpec *spec, TaskNeeds needs, TaskRunner runner,
                      RaceTask *task, Problem *problem);

#endif
