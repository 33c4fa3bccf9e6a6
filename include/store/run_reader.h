/* store/run_reader.h -- a recorded run, read back as the reports that the race sent while it ran. */
#ifndef STORE_RUN_READER_H
#define STORE_RUN_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "records/experiment_spec.h"
#include "records/run_event.h"

typedef struct RunReader RunReader;

/* A line that could not be used, and was passed over. */
typedef struct RunDamage {
    const char *file; /* "metrics.jsonl" or "events.jsonl"; static */
    size_t line;      /* 1-based */
    char text[128];   /* why; one clean line */
} RunDamage;

enum { RUN_DAMAGES_KEPT = 16 };

/* How much of the record could not be used. */
typedef struct RunDamages {
    RunDamage kept[RUN_DAMAGES_KEPT]; /* the first ones */
    size_t count;                     /* of all */
    bool
        is_cut; /* a file ends within a line: the race was still writing it, or was killed; no damage */
} RunDamages;

/* Open a run directory and read run.json. The two other files are read line by line as reports are asked for: memory does not grow with
 * the run. Also a run that is still being written can be read, as far as it goes.
 * STATUS_FILE_UNREADABLE (no run.json or metrics.jsonl; a missing events.jsonl is a run without events), STATUS_BAD_FORMAT,
 * STATUS_BAD_VALUE (run.json holds no experiment), STATUS_OUT_OF_MEMORY. The caller calls run_reader_close. */
Status run_reader_open(const char *directory, RunReader **out, Problem *problem);
void run_reader_close(RunReader *reader); /* NULL is allowed */

/* The experiment of run.json, with the lanes that joined in reports handed out so far. Borrowed until run_reader_close. */
const ExperimentSpec *run_reader_spec(const RunReader *reader);

/* What run.json says of the run: "tramlab" (version), "started", "environment", ... Borrowed. */
const Json *run_reader_run(const RunReader *reader);

/* The next report; false at the end. Samples come in the order of their file, each event in front of the first sample of a later step
 * (events of step 0 in front of all samples) and of the first sample of a lane that it adds; a lane that begins anew in a race under way
 * joins only there, though its step is 0. What is told in this order can be shown as if the race ran.
 * Samples: values as MetricSample has them, NaN and infinities included, except race_seconds, which is not recorded (0). Metrics that
 * this program does not know are left out.
 * Events: as recorded; `command` is 0, `added` has name, method and follow. */
bool run_reader_next(RunReader *reader, RunReport *out);

/* Lines passed over so far. */
const RunDamages *run_reader_damages(const RunReader *reader);

#endif
