/* tui/terminal_choice.h -- what to make of TERM, locale and colour wishes, decided without touching a terminal. */
#ifndef TUI_TERMINAL_CHOICE_H
#define TUI_TERMINAL_CHOICE_H

#include <stdbool.h>

#include "tui/line_plot.h"

/* The environment variables that matter; NULL where not set. */
typedef struct TerminalEnvironment {
    const char *term;
    const char *colorterm;
    const char *no_color;
    const char *ssh_connection;
    const char *mosh; /* MOSH_CONNECTION, MOSH_KEY, ... */
} TerminalEnvironment;

/* TERM is unset, empty or "dumb": only plain text can be written. */
bool terminal_choice_is_dumb(const char *term);

/* What to try when the machine does not know TERM: "xterm-256color" for the many that behave like it, else "vt100". Static storage. */
const char *terminal_choice_fallback(const TerminalEnvironment *environment);

/* Braille where the locale is UTF-8, but blocks on the Linux console, whose fonts lack it; ASCII otherwise. */
GlyphLevel terminal_choice_glyphs(const char *term, bool is_utf8);

/* 256, 16, 8 or 0 colours out of what the terminal claims; 0 with a non-empty NO_COLOR. */
int terminal_choice_colours(const TerminalEnvironment *environment, int claimed);

/* Least seconds between frames: a tenth, over a network a fifth. */
double terminal_choice_frame_seconds(const TerminalEnvironment *environment);

#endif
