/* tui/stray_output.h -- what libraries print while the screen is up: caught, and handed over line by line. */
#ifndef TUI_STRAY_OUTPUT_H
#define TUI_STRAY_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

enum { STRAY_LINE_BYTES = 200 };

/* stdout and stderr lead into a pipe between begin and end. */
typedef struct StrayOutput {
    int saved_stdout;
    int saved_stderr;
    int pipe_read; /* for poll(); -1 when nothing is caught */
    char line[STRAY_LINE_BYTES];
    size_t used;
} StrayOutput;

/* UI THREAD. Where no pipe can be had, output goes on as before. */
void stray_output_begin(StrayOutput *stray);

/* UI THREAD. The next whole line (or STRAY_LINE_BYTES of one) in stray->line; false if there is none yet. Never blocks. */
bool stray_output_next(StrayOutput *stray);

/* UI THREAD. Both lead again where they did. */
void stray_output_end(StrayOutput *stray);

#endif
