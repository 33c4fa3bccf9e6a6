/* app/trace_command.h -- `tramlab trace`: one lane's batches, weights and numbers, for other programs to compute again. */
#ifndef APP_TRACE_COMMAND_H
#define APP_TRACE_COMMAND_H

#include <stddef.h>

#include "app/command_line.h"
#include "base/problem.h"
#include "records/experiment_spec.h"

/* The experiment with --set, --steps and --seed applied and checked, and the lane to trace: the first one of --method; where the file has
 * none, a lane named like the method, with the method's defaults. A bare knob in --set (rho=0.1), unless it is a key of the
 * experiment too, is meant for that lane. The schedule stays the experiment's; only a race shorter than --steps is made longer. On failure *spec and *lane are untouched; STATUS_BAD_VALUE or STATUS_BAD_USAGE says what is wrong. */
Status trace_command_load(const CommandLine *line, ExperimentSpec *spec, size_t *lane,
                          Problem *problem);

/* Trace the lane into --out; prints one line. Exit status 0, 1 (files, memory) or 2 (command line or experiment). */
int trace_main(const CommandLine *line);

#endif
