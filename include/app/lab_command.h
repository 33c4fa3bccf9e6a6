/* app/lab_command.h -- `tramlab`: the screen and the race behind it. */
#ifndef APP_LAB_COMMAND_H
#define APP_LAB_COMMAND_H

#include "app/command_line.h"

/* Open the lab. Without a terminal on both ends, with --plain, or where the terminal cannot show the screen, the same race runs in plain text.
 * Returns the exit status as headless_main does. */
int lab_main(const CommandLine *line);

#endif
