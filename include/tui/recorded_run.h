/* tui/recorded_run.h -- run directories read whole: what the screen shows where no race runs. */
#ifndef TUI_RECORDED_RUN_H
#define TUI_RECORDED_RUN_H

#include <stddef.h>

#include "base/problem.h"
#include "records/method_info.h"
#include "tui/lab_state.h"

/* Lives where the caller wants, and stays there while it is used; `{0}` is none. */
typedef struct RecordedRun {
    LabState *state;            /* what is shown: the run, or the mean of the seeds; owned */
    LabState *seeds[SEEDS_MAX]; /* of several directories: each of them; owned */
    size_t seed_count;          /* 0 of one directory */
} RecordedRun;

/* Read a run directory, or several, 2..SEEDS_MAX, which must be one experiment with different seeds: then `state` is their mean (seed_mean).
 * It is told in notes (the newest events) where a record ends without an end, ends within a line, or has lines that cannot be used: file
 * and line of each, the first RUN_DAMAGES_KEPT of them.
 * Those of run_reader_open, the directory named; STATUS_BAD_VALUE: the first key in which two experiments differ and both values, two
 * directories of one seed, no sample in metrics.jsonl; STATUS_OUT_OF_MEMORY. *out is then empty. */
Status recorded_run_read(const char *const *directories, size_t count, MethodList methods,
                         RecordedRun *out, Problem *problem);
void recorded_run_clear(RecordedRun *run);

#endif
