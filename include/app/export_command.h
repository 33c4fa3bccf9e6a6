/* app/export_command.h -- `tramlab export`: one metric of a recorded run as CSV, JSON, SVG or PNG. */
#ifndef APP_EXPORT_COMMAND_H
#define APP_EXPORT_COMMAND_H

#include "app/command_line.h"

/* Read the run directory, draw the metric over --x as the screen would (all of its points, in the colours of the theme "light") and write it
 * to --out, which must not be there. Lines of the record that cannot be used are passed over, each with a warning to stderr.
 * Exit status 0, 1 (no such run, file not writable) or 2 (no such metric or kind of file). */
int export_main(const CommandLine *line);

#endif
