/* app/once_command.h -- `tramlab --once`: a short race, then its screen as text. */
#ifndef APP_ONCE_COMMAND_H
#define APP_ONCE_COMMAND_H

#include "app/command_line.h"

/* Run the experiment (--steps N of it) without a screen, then print the screen as it would stand at the end: COLUMNS x LINES of the environment, else the size of
 * the terminal on stdout, else 80x24; in colours only on a terminal that has them. The run directory is kept only with --out.
 * A signal ends the race early, and its screen is printed. Exit status as headless_main. */
int once_main(const CommandLine *line);

#endif
