/* tui/finals_table.h -- final numbers of many races in one file (finals.jsonl), as states that the screen can show. */
#ifndef TUI_FINALS_TABLE_H
#define TUI_FINALS_TABLE_H

#include "base/problem.h"
#include "records/method_info.h"
#include "tui/recorded_run.h"

/* FINALS_RACES: the lanes that took as many steps as most did. FINALS_CONTROLS: those of the methods that also ran longer or shorter
 * (AdamW alone with as many passes as SAM spent, say), with all their step counts. */
typedef enum FinalsPart { FINALS_RACES, FINALS_CONTROLS } FinalsPart;

/* One JSON object a line, of one seed and lane: seed, lane, method, steps, passes, knobs, and metrics: "final_..." of the test split and
 * "dev_..." of all of dev (as tests/reference/record.py writes them). Each seed becomes a state whose lanes have these as their last
 * values, and no curves; *out is their mean, or the only one.
 * STATUS_FILE_UNREADABLE, STATUS_BAD_FORMAT (a line is no JSON object), STATUS_BAD_VALUE (a line lacks one of the keys, more seeds than
 * SEEDS_MAX, no row of that part), STATUS_OUT_OF_MEMORY: *problem names file and line; *out is then empty. Lanes beyond SPEC_LANES_MAX are
 * left out, and that is told in a note. */
Status finals_table_read(const char *path, FinalsPart part, MethodList methods, RecordedRun *out,
                         Problem *problem);

#endif
