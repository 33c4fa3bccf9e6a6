/* lab/language_task.h -- cross-domain language modelling as a race runs it: GPT-2 on windows of text. */
#ifndef LAB_LANGUAGE_TASK_H
#define LAB_LANGUAGE_TASK_H

#include "base/problem.h"
#include "lab/race_task.h"
#include "lab/task_runner.h"
#include "records/experiment_spec.h"

/* Load model, tokenizer and text of `spec` (borrowed; it must outlive the task) and take all memory that evaluations, probes and the passes
 * of `needs` take. Before most of it is taken, what the race will need is added up (weights, lanes, activations, outputs): STATUS_OUT_OF_MEMORY, with the
 * figures, if it is more than is free. Any failure of loading is handed on with its problem; *task is then untouched. The caller calls task->close. */
Status language_task_open(const ExperimentSpec *spec, TaskNeeds needs, TaskRunner runner,
                          RaceTask *task, Problem *problem);

#endif
