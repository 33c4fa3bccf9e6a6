/* app/experiment_file.h -- from the command line to a checked experiment. */
#ifndef APP_EXPERIMENT_FILE_H
#define APP_EXPERIMENT_FILE_H

#include <stddef.h>

#include "app/command_line.h"
#include "base/problem.h"
#include "records/experiment_spec.h"

/* Read a file that was named on the command line. As experiment_spec_read; but a file that is not there or not JSON is a wrong experiment
 * to whoever typed the name: STATUS_BAD_VALUE. */
Status experiment_file_read(const char *path, ExperimentSpec *spec, Problem *problem);

/* Read the experiment (the bundled default where none is named), apply --set, --steps and --seed in this order, and check methods and knobs.
 * On failure *spec is untouched and the problem says what and where. STATUS_BAD_VALUE: the experiment is wrong, not JSON or not there;
 * STATUS_BAD_USAGE: --set is. */
Status experiment_file_load(const CommandLine *line, ExperimentSpec *spec, Problem *problem);

/* The last part of it by itself: --steps (shortening a warm-up that would not fit) and --seed. */
Status experiment_file_override(const CommandLine *line, ExperimentSpec *spec, Problem *problem);

/* Where bundled files lie: `relative` below the source tree of the running binary, or below PREFIX/share/tramlab, or below the
 * working directory. STATUS_FILE_UNREADABLE if it is in none of them. */
Status bundled_path(const char *relative, char *out, size_t out_bytes, Problem *problem);

/* "runs/<name>-<date>-<time>": where a run goes when no --out was given. */
void default_run_directory(const ExperimentSpec *spec, char *out, size_t out_bytes);

#endif
