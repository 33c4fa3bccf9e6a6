/* app/init_command.h -- `tramlab init`: an experiment file for the user's own data. */
#ifndef APP_INIT_COMMAND_H
#define APP_INIT_COMMAND_H

#include "app/command_line.h"

/* Look into the folder, guess an experiment, write it to --out (default: experiment.json in that folder; a file that is there is not replaced) and say
 * what was guessed and why. Exit status 0, 1 (files) or 2 (data or model that cannot be raced). */
int init_main(const CommandLine *line);

#endif
