/* records/run_event.h -- what happened in a race, and the message that carries it to the screen. */
#ifndef RECORDS_RUN_EVENT_H
#define RECORDS_RUN_EVENT_H

#include <stdint.h>

#include "records/experiment_spec.h"
#include "records/knob.h"
#include "records/metric_sample.h"
#include "records/picture_wall.h"

/* X(id, name) -- names as in events.jsonl */
#define RUN_EVENT_TABLE(X)                                                                         \
    X(RUN_EVENT_LOADING, "loading") /* text: what is being loaded                        */        \
    X(RUN_EVENT_STARTED,                                                                           \
      "started") /* all lanes stand at theta_0; value: steps per epoch, 0 = not known */           \
    X(RUN_EVENT_LOADED, "loaded") /* text: what became of the checkpoint's head; memory needed */  \
    X(RUN_EVENT_KNOB_IN_FORCE, "knob") /* lane, knob, value: in force from step + 1 on      */     \
    X(RUN_EVENT_KNOB_APPLIED,                                                                      \
      "knob_applied") /* the same after a command; old_value, command      */                      \
    X(RUN_EVENT_COMMAND_REFUSED,                                                                   \
      "refused")                        /* command; text: why                                */    \
    X(RUN_EVENT_MAX_STEPS, "max_steps") /* value                                             */    \
    X(RUN_EVENT_PAUSED, "paused")                                                                  \
    X(RUN_EVENT_RESUMED, "resumed")                                                                \
    X(RUN_EVENT_EVALUATING, "evaluating") /* only to the screen                                */  \
    X(RUN_EVENT_STEP_SKIPPED, "skipped")  /* lane; text: what was not finite                   */  \
    X(RUN_EVENT_DIVERGED, "diverged")     /* lane leaves the race at this step; text: why      */  \
    X(RUN_EVENT_LANE_ADDED, "lane_added") /* lane: its place, the first free one; added, from  */  \
    X(RUN_EVENT_NOT_SAVED, "not_saved")   /* no save on the way; text: why. Told once          */  \
    X(RUN_EVENT_LANE_REMOVED,                                                                      \
      "lane_removed")                 /* lane: it takes no more steps; its place stays     */      \
    X(RUN_EVENT_FINISHED, "finished") /* all steps done, final evaluation written          */      \
    X(RUN_EVENT_STOPPED, "stopped")   /* stopped on request, saved                         */      \
    X(RUN_EVENT_FAILED, "failed")     /* the race cannot go on; text: why                  */

#define RUN_EVENT_ENUMERATOR(id, name) id,
typedef enum RunEventKind {
    RUN_EVENT_TABLE(RUN_EVENT_ENUMERATOR) RUN_EVENT_KIND_COUNT
} RunEventKind;
#undef RUN_EVENT_ENUMERATOR

enum { RUN_EVENT_TEXT_BYTES = 256 };

typedef struct RunEvent {
    RunEventKind kind;
    uint32_t step; /* steps finished when it happened */
    uint32_t lane; /* LANE_ALL where it concerns all or none */
    KnobId knob;
    double value;
    double old_value;
    uint64_t command; /* id of the RunCommand answered, 0 if none */
    double seconds;   /* as in MetricSample */
    LaneSpec added;   /* of LANE_ADDED */
    uint32_t from;    /* of LANE_ADDED: the lane it was copied from; LANE_ALL = theta_0 */
    char text[RUN_EVENT_TEXT_BYTES];
} RunEvent;

/* The event's name in files. Static storage. ANY THREAD. */
const char *run_event_name(RunEventKind kind);

/* What travels from the race to the screen; what has to do with pictures is for the screen alone, and no record holds it. */
typedef enum RunReportKind {
    RUN_REPORT_SAMPLE,
    RUN_REPORT_EVENT,
    RUN_REPORT_CLASS,
    RUN_REPORT_PICTURE,
    RUN_REPORT_ANSWERS
} RunReportKind;
typedef struct RunReport {
    RunReportKind kind;
    union {
        MetricSample sample;
        RunEvent event;
        WallClass picture_class;
        WallPicture picture;
        WallAnswers answers;
    } as;
} RunReport;

#endif
