/* app/doctor_command.h -- `tramlab doctor`: what was found here, and whether the lab will look right. */
#ifndef APP_DOCTOR_COMMAND_H
#define APP_DOCTOR_COMMAND_H

#include "app/command_line.h"

/* Print terminal, locale, colours, machine, library and folders, with a test pattern; with --json the facts alone. Works without a terminal. Exit status 0, or 1 when out of memory. */
int doctor_main(const CommandLine *line);

#endif
