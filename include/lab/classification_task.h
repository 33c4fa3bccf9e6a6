/* lab/classification_task.h -- zero-shot transfer of a classifier as a race runs it: languages, data sets. */
#ifndef LAB_CLASSIFICATION_TASK_H
#define LAB_CLASSIFICATION_TASK_H

#include "base/problem.h"
#include "lab/classification_source.h"
#include "lab/race_task.h"
#include "lab/task_runner.h"
#include "records/experiment_spec.h"

/* A task on `source`. Evaluations on the way read the first eval_windows examples of each domain, probes probe_windows of them: of the
 * domains trained on, and of the zero-shot domains in turn. `spec` is borrowed and must outlive the task; the source is closed with the task, or
 * here on failure. STATUS_BAD_VALUE: too few examples, with the key. STATUS_OUT_OF_MEMORY, with the figures where they are known before. */
Status classification_task_create(const ExperimentSpec *spec, const ClassificationSource *source,
                                  TaskNeeds needs, TaskRunner runner, RaceTask *task,
                                  Problem *problem);

#endif
