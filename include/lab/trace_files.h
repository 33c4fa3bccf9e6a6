/* lab/trace_files.h -- a trace as files that other frameworks read. */
#ifndef LAB_TRACE_FILES_H
#define LAB_TRACE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "lab/trace.h"

/* The numbers of a step in trace.json: lr, loss, ... */
enum { TRACE_NUMBER_COUNT = 8 };

/* Name of number `index` < TRACE_NUMBER_COUNT; static storage. */
const char *trace_number_key(size_t index);

/* True and *out set if the step has that number. A divergence that is part of the loss counts where none sets a radius. */
bool trace_number(const TraceStep *step, size_t index, double *out);

/* Make `directory` (and its parents). Call before the trace is run, so that nobody waits for a trace that cannot be written.
 * is_new  receives whether it was not there before, and so is the caller's to remove should there be no trace
 * STATUS_FILE_UNWRITABLE: it cannot be made, or holds a trace already. */
Status trace_files_prepare(const char *directory, bool *is_new, Problem *problem);

/* Write into `directory`, each file whole or not at all, trace.json last:
 *     initial.safetensors, final.safetensors   the weights before and after, under the names Hugging Face saves
 *     batches.safetensors                      NAME.K for every tensor that TraceStep.batch names, of step K = 0, 1, ...: I32 or F32
 *     trace.json                               method; task; dropout_left_out; config: the Hugging Face configuration; knobs: everything that
 *                                              steered the lane, by key; steps: an array of {lr, loss, ...}, null where the method has no
 *                                              such number
 * STATUS_FILE_UNWRITABLE, STATUS_OUT_OF_MEMORY; files written before stay. */
Status trace_files_write(const Trace *trace, const char *directory, Problem *problem);

#endif
