/* app/keys_command.h -- `tramlab keys`: what the keys of the lab do. */
#ifndef APP_KEYS_COMMAND_H
#define APP_KEYS_COMMAND_H

#include "app/command_line.h"

/* Print the keys in force, as lines that a config file may hold (its mistakes go to stderr); with --markdown, those of the table as the README
 * has them. The exit status. */
int keys_main(const CommandLine *line);

#endif
