/* store/run_writer.h -- the run directory as it is being written: run.json, metrics.jsonl, events.jsonl. */
#ifndef STORE_RUN_WRITER_H
#define STORE_RUN_WRITER_H

#include <stdint.h>

#include "base/json.h"
#include "base/problem.h"
#include "records/experiment_spec.h"
#include "records/metric_sample.h"
#include "records/run_event.h"

typedef struct RunWriter RunWriter;

/* Create `directory` (and its parents) and write run.json: {"tramlab": version, "started": ISO date, "seed", "experiment": the resolved
 * spec, "environment": as given}. Nothing recorded is overwritten: STATUS_FILE_UNWRITABLE if the directory already holds a run.json, or
 * cannot be made or written (the problem names the path and the reason, full disk included).
 * environment  borrowed object (versions, BLAS kernel, workers, machine) or NULL. The caller calls run_writer_close. */
Status run_writer_open(const char *directory, const ExperimentSpec *spec, const char *version,
                       const Json *environment, RunWriter **out, Problem *problem);

/* How long the two growing files of a record are. */
typedef struct RunRecordBytes {
    uint64_t metrics;
    uint64_t events;
} RunRecordBytes;

/* Go on with the record of a run that was stopped or killed: run.json stays as it is, the other files are cut to `bytes` (what stands behind
 * came after the state that the race goes on from, and comes again), and lines are appended. spec: with the lanes it has by now.
 * STATUS_FILE_UNWRITABLE: a file is not there or cannot be written, is shorter, or has no end of a line there (somebody changed it), or
 * another process writes it; nothing is cut then. The caller calls run_writer_close. */
Status run_writer_reopen(const char *directory, const ExperimentSpec *spec, RunRecordBytes bytes,
                         RunWriter **out, Problem *problem);

/* Changes made by hand (knobs, lanes, the length) in what run_writer_reopen has cut off: no step brings them again. */
size_t run_writer_lost_changes(const RunWriter *writer);

/* As of the last line. */
RunRecordBytes run_writer_bytes(const RunWriter *writer);

/* Append one line to metrics.jsonl: {"step","lane" (name),"passes","seconds", then metric names}. Numbers are written so that reading
 * them gives the same double; NaN and infinities as the strings "NaN", "Infinity", "-Infinity". Flushed to the kernel at once.
 * A write error is STATUS_FILE_UNWRITABLE and stays: later calls fail too. One thread at a time. */
Status run_writer_sample(RunWriter *writer, const MetricSample *sample, Problem *problem);

/* Append one line to events.jsonl: {"step","seconds","event", and what the kind carries: "lane","knob","value","old_value","text",
 * at the start
 * "steps_per_epoch", for an added lane "method","follow","from"}. A lane added is known to samples and events from then on. */
Status run_writer_event(RunWriter *writer, const RunEvent *event, Problem *problem);

/* The directory, borrowed. */
const char *run_writer_directory(const RunWriter *writer);

/* Flush to disk and close; the writer is gone even on failure. Allowed on NULL. STATUS_FILE_UNWRITABLE if anything was lost. */
Status run_writer_close(RunWriter *writer, Problem *problem);

/* Close and delete exactly the files a run consists of (run.json, metrics.jsonl, events.jsonl, model/..., resume/...), then the directory if empty. */
Status run_writer_discard(RunWriter *writer, Problem *problem);

#endif
