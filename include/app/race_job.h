/* app/race_job.h -- a race on its own thread, with everything it needs, for the screen and for plain text alike. */
#ifndef APP_RACE_JOB_H
#define APP_RACE_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "channel/command_queue.h"
#include "channel/metric_ring.h"
#include "records/experiment_spec.h"
#include "store/run_writer.h"

typedef struct RaceJob RaceJob;

/* Open the run directory and the channels, without starting anything; errors of the directory show before any screen does.
 * spec  borrowed until race_job_close   workers  0 = all processors
 * STATUS_FILE_UNWRITABLE (also if there is a run or a folder `model` in it already), STATUS_OUT_OF_MEMORY. The caller calls race_job_close. */
Status race_job_open(const ExperimentSpec *spec, const char *directory, size_t workers,
                     RaceJob **out, Problem *problem);

/* The same for a run that was stopped or killed (lab/race_state.h); its record is cut back to the state that it goes on from. *spec receives its experiment as it is by now, and is borrowed too. What race_state_read_spec
 * and run_writer_reopen hand back. */
Status race_job_resume(const char *directory, size_t workers, ExperimentSpec *spec, RaceJob **out,
                       Problem *problem);

/* Start the threads. STATUS_OUT_OF_MEMORY. */
Status race_job_start(RaceJob *job, bool is_started_paused, Problem *problem);

MetricRing *race_job_ring(const RaceJob *job);
CommandQueue *race_job_commands(const RaceJob *job);
size_t race_job_workers(const RaceJob *job);

/* Wait for the race to end (it must have been told to, or be ending by itself) and hand back what became of it. */
Status race_job_wait(RaceJob *job, Problem *problem);

/* Has anything been measured yet? */
bool race_job_has_record(const RaceJob *job);

/* Close (is_discarded: delete) the run directory and free all; race_job_wait must have been called if it was started.
 * A race that failed before it measured anything leaves no directory behind: the corrected experiment can use the same name.
 * STATUS_FILE_UNWRITABLE if the record could not be completed. */
Status race_job_close(RaceJob *job, bool is_discarded, Problem *problem);

#endif
