/* lab/race_loop.h -- a race from loading to saving, listening to commands between steps. */
#ifndef LAB_RACE_LOOP_H
#define LAB_RACE_LOOP_H

#include <stdbool.h>

#include "base/problem.h"
#include "base/wall_clock.h"
#include "channel/command_queue.h"
#include "channel/metric_ring.h"
#include "lab/task_runner.h"
#include "records/experiment_spec.h"
#include "store/run_writer.h"

/* Everything a race needs, all borrowed. The run file is the record: what cannot be written there ends the race. */
typedef struct RaceLoop {
    const ExperimentSpec *spec; /* has passed spec_check_methods */
    TaskRunner runner;
    WallClock clock;
    RunWriter *writer;
    MetricRing *ring; /* the view; may be NULL */
    CommandQueue *commands;
    bool is_started_paused;
    bool
        is_resumed; /* goes on from the state in the writer's directory, whose experiment `spec` is */
} RaceLoop;

/* WORKER. Load, race, evaluate, save (a race that was stopped: its state too): comes back when the race is over or was stopped by RUN_COMMAND_STOP (finish the step, save).
 * The last report is RUN_EVENT_FINISHED, STOPPED or FAILED (with the problem's text). While paused it sleeps on the queue.
 * Any failure is handed back too; what was recorded stays. */
Status race_loop_run(const RaceLoop *loop, Problem *problem);

#endif
