#include "app/epoch_length.h"

#include <stdio.h>

#include "base/text.h"
#include "lab/race_task.h"

void epoch_length_find(LabState *state)
{
    RaceTask task;
    Problem problem = {0};
    char note[RUN_EVENT_TEXT_BYTES];
    char steps[32];
    if (state->steps_per_epoch > 0.0) {
        return;
    }
    if (race_task_open(state->spec, (TaskNeeds){.vectors = 0.0}, task_runner_serial(), &task,
                       &problem) != STATUS_OK) {
        (void)snprintf(state->epoch_problem, sizeof state->epoch_problem,
                       "the record is of a version that did not say how long an epoch is, and it "
                       "cannot be counted: %.*s",
                       (int)sizeof state->epoch_problem / 2, problem.text);
        return;
    }
    state->steps_per_epoch = task.steps_per_epoch;
    task.close(task.context);
    text_number(state->steps_per_epoch, 6, steps, sizeof steps);
    (void)snprintf(note, sizeof note,
                   "an epoch is %s steps: counted from the data as they are now, for the record is "
                   "of a version that did not say",
                   steps);
    lab_state_note(state, note);
}
