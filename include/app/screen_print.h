/* app/screen_print.h -- one frame of the screen, printed as text. */
#ifndef APP_SCREEN_PRINT_H
#define APP_SCREEN_PRINT_H

#include "tui/lab_state.h"

/* What the frame says beside the race. Borrowed. */
typedef struct ScreenWords {
    const char *theme; /* NULL: the default */
    const char *run_directory;
    const char *message; /* in the line for messages */
} ScreenWords;

/* Print the screen to stdout: COLUMNS x LINES of the environment, else the size of the terminal on stdout, else 80x24; in colours only on a
 * terminal that has them. A theme with a mistake is told on stderr and not used. STATUS_OUT_OF_MEMORY. */
Status screen_print(const LabState *state, const ScreenWords *words);

#endif
