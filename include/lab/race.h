/* lab/race.h -- lanes in lock-step: one theta_0, one seed, the same batches; only the method differs. Lanes may join and leave. */
#ifndef LAB_RACE_H
#define LAB_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/wall_clock.h"
#include "lab/task_runner.h"
#include "records/experiment_spec.h"
#include "records/metric_sample.h"
#include "records/run_command.h"
#include "records/run_event.h"
#include "store/run_writer.h"

/* Where samples and events go. A failing sink stops the race: what is not recorded must not go on unseen. */
typedef struct RaceSink {
    void *context;
    Status (*sample)(void *context, const MetricSample *sample, Problem *problem);
    Status (*event)(void *context, const RunEvent *event, Problem *problem);
    /* What only a screen can use, and no record holds: classes, pictures, answers. NULL: nobody looks. */
    void (*show)(void *context, const RunReport *report);
} RaceSink;

typedef struct RaceOptions {
    TaskRunner runner;
    WallClock clock;
    RaceSink sink;
} RaceOptions;

typedef struct Race Race;

/* Load data and model and set up the lanes; all memory a step needs is taken here. The spec is copied; it must have passed
 * spec_check_methods. Any failure of loading is handed on with its problem. The caller calls race_close. */
Status race_open(const ExperimentSpec *spec, const RaceOptions *options, Race **out,
                 Problem *problem);
void race_close(Race *race);

/* Say that all lanes stand at theta_0: events for a head that the checkpoint did not have and for the knobs in force, and one sample a lane at step 0 with the evaluation and KL of theta_0. */
Status race_begin(Race *race, Problem *problem);

/* In place of race_begin: the lanes stand where race_save_state found those of a race with this experiment; told as an event. What follows is, to
 * the bit, what would have followed there. Where pictures are shown, every lane says anew what it sees on them. Statuses of race_state_load. */
Status race_resume(Race *race, const char *directory, Problem *problem);

/* Write where all lanes stand into directory/resume, in place of an older state (see lab/race_state.h). record: how long its files are. */
Status race_save_state(Race *race, const char *directory, RunRecordBytes record, Problem *problem);

/* Has the disk room for that, and to spare? */
bool race_state_has_room(Race *race, const char *directory);

/* The race is over: that state is of no use any more. */
void race_forget_state(const Race *race, const char *directory);

/* One step of every lane that is still in the race, with probes and evaluation where due; samples and events go to the sink.
 * While lanes lag behind (they joined at theta_0), only those that are furthest behind take their step: so all batches, seeds and d are those
 * of their own step, and a lane that joins late gets, to the bit, where it would have got from the start. */
Status race_step(Race *race, Problem *problem);

/* Of the lane that is furthest. */
uint64_t race_steps_done(const Race *race);

/* Of racing, without pauses. */
double race_seconds(const Race *race);

/* No lane has steps left. */
bool race_is_over(const Race *race);

/* Evaluate every lane on all of the final split: one sample a lane with the final_* metrics. */
Status race_evaluate_final(Race *race, Problem *problem);

/* Carry out RUN_COMMAND_SET_KNOB, SET_MAX_STEPS, ADD_LANE or REMOVE_LANE; in force from the next step on, and told as an event (which
 * says why if it was refused: no such lane, a knob the method lacks, a value out of range, a name that is taken, a lane that a control
 * follows, no memory ...). An added lane is told by LANE_ADDED, its knobs and a first sample; what a removed one has recorded stays, its
 * weights do not. Fails only if the sink does. */
Status race_apply(Race *race, const RunCommand *command, Problem *problem);

/* Tell of something that concerns the whole race. */
Status race_tell(Race *race, RunEventKind kind, const char *text, Problem *problem);

/* Save weights as Hugging Face folders: each lane in directory/model/<lane>, and in directory/model itself the lane with the lowest final
 * loss (the first of equals; of the lanes that have not diverged). Lanes that have diverged are saved too, removed ones are not. */
Status race_save_models(const Race *race, const char *directory, Problem *problem);

#endif
