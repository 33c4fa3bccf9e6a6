/* app/record_command.h -- `tramlab RUN_DIR...`: look at recorded runs, without a race. */
#ifndef APP_RECORD_COMMAND_H
#define APP_RECORD_COMMAND_H

#include <stdbool.h>

#include "app/command_line.h"

/* True if the lab was asked for a directory, or for several files: then no race is meant. */
bool record_is_asked_for(const CommandLine *line);

/* Open the screen on a recorded run, or on the mean of several seeds of one experiment. With --once, and without a terminal on both ends, one
 * frame is printed as text, as once_main does.
 * Exit status 0, 1 (a directory cannot be read, or holds no run; memory; terminal) or 2 (options of a race; runs of different experiments). */
int record_main(const CommandLine *line);

#endif
