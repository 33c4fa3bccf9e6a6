/* app/table_commands.h -- `tramlab methods` and `tramlab metrics`: the tables, for people and for scripts. */
#ifndef APP_TABLE_COMMANDS_H
#define APP_TABLE_COMMANDS_H

#include "app/command_line.h"

/* Print every method with its knobs: as text, --json or --markdown. Exit status 0, or 1 when out of memory. */
int methods_main(const CommandLine *line);

/* Print every metric with unit and meaning: as text or --json. */
int metrics_main(const CommandLine *line);

#endif
