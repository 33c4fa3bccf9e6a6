/* lab/masked_lm_task.h -- pretraining an encoder on masked tokens of parallel text, as a race runs it. */
#ifndef LAB_MASKED_LM_TASK_H
#define LAB_MASKED_LM_TASK_H

#include "base/problem.h"
#include "lab/race_task.h"
#include "lab/task_runner.h"
#include "records/experiment_spec.h"

/* Load encoder, tokenizer and parallel text (`data`, see data/parallel_text.h) of `spec`, borrowed; windows have block_size tokens. Evaluations read
 * eval_windows windows of the bundles kept apart (the last one all that a pass of FINAL_WINDOWS gives), probes probe_windows of them.
 * Failures as of language_task_open; *task is then untouched. The caller calls task->close. */
Status masked_lm_task_open(const ExperimentSpec *spec, TaskNeeds needs, TaskRunner runner,
                           RaceTask *task, Problem *problem);

#endif
