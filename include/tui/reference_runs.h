/* tui/reference_runs.h -- recorded runs that are looked at beside a race or another record: read-only, grey, with letters of their own. */
#ifndef TUI_REFERENCE_RUNS_H
#define TUI_REFERENCE_RUNS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "tui/lab_state.h"
#include "tui/recorded_run.h"

enum { REFERENCE_RUNS_MAX = 8, REFERENCE_LABEL_BYTES = SPEC_NAME_BYTES + 8 };

typedef struct ReferenceRun {
    RecordedRun run; /* owned */
    bool is_table;   /* final numbers only: no curves */
} ReferenceRun;

/* LabState.references. */
typedef struct ReferenceRuns {
    ReferenceRun runs[REFERENCE_RUNS_MAX];
    size_t count;
    char words
        [REFERENCE_RUNS_MAX]
        [PATH_MAX]; /* as they were named, made absolute: for the next time this experiment is opened */
    size_t word_count;
} ReferenceRuns;

/* Beside `state` put the run, or the seeds of one experiment, that `word` names (see run_folders_find), and the table of final numbers there.
 * What was put there is one line of text in out[out_bytes], and a note; the word is kept (reference_runs_remember).
 * Those of run_folders_find, recorded_run_read and finals_table_read; STATUS_BAD_VALUE: no room for another. *state has then no more than
 * before. */
Status reference_runs_open(LabState *state, const char *word, char *out, size_t out_bytes,
                           Problem *problem);

/* The same with a table whose controls are all that is wanted of it. */
Status reference_runs_add_controls(LabState *state, const char *finals, Problem *problem);

/* Keep what was named for the next time, without opening it. A word that is kept already, or for which there is no room, changes nothing. */
void reference_runs_remember(LabState *state, const char *word);

/* All of them go, and what was kept. Returns how many there were. */
size_t reference_runs_close(LabState *state);

/* A lane of a reference, as charts name it. */
typedef struct ReferenceLane {
    const LabState *state;
    size_t lane;
    char mark; /* A, B, C, ...: lanes of the race have small letters and signs */
    char label[REFERENCE_LABEL_BYTES]; /* "ref TRAM", of the second run "ref2 TRAM" */
} ReferenceLane;

/* Those with curves, in their order. Returns how many were written, at most `most`. */
size_t reference_runs_lanes(const LabState *state, ReferenceLane *out, size_t most);

/* The metric of that name there; METRIC_ID_MAX if it has none: domains have numbers of their own in each experiment. */
uint16_t reference_runs_metric(const LabState *state, const LabState *reference, uint16_t metric);

#endif
