/* app/headless.h -- `tramlab run` and `tramlab pretrain`: a race without a screen. */
#ifndef APP_HEADLESS_H
#define APP_HEADLESS_H

#include "app/command_line.h"
#include "app/race_job.h"
#include "records/experiment_spec.h"

/* Race, print progress and table to stdout, write the run directory. SIGINT, SIGTERM and SIGHUP finish the step, save and end.
 * Returns the exit status: 0 done (also when stopped by a signal), 1 failed, 2 wrong experiment. Errors go to stderr, one line. */
int headless_main(const CommandLine *line);

/* Tell a started race in plain text until it is over; also where the screen could not be shown.
 * signal_fd  of signals_open   Returns the exit status. The caller closes the job. */
int headless_follow(const ExperimentSpec *spec, RaceJob *job, int signal_fd);

#endif
