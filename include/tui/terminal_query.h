/* tui/terminal_query.h -- ask a terminal what it understands, and read what it says. */
#ifndef TUI_TERMINAL_QUERY_H
#define TUI_TERMINAL_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/wall_clock.h"

typedef struct TerminalAnswer {
    bool has_answered; /* the status report came: it reads and answers questions */
    bool
        knows_sync; /* synchronized output (DEC 2026): the answer was set, reset or permanently set */
    double seconds; /* until the status report */
} TerminalAnswer;

/* What text[0..size) says so far; has_answered is set once it is whole. Whatever else is there (keys typed meanwhile) is passed over. Pure. */
TerminalAnswer terminal_query_read(const char *text, size_t size);

/* Ask on the descriptor of a terminal that nobody has taken over, and wait at most timeout_ms. asks_sync: it will not print a question it does
 * not know. What is typed meanwhile is lost; the terminal's modes are put back. */
TerminalAnswer terminal_query_ask(int terminal, bool asks_sync, int timeout_ms, WallClock clock);

#endif
