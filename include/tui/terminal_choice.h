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
    const char *color; /* TRAMLAB_COLOR, which --color sets: "auto", "never", "8", "16" or "256" */
    const char *ssh_connection; /* or SSH_TTY */
    const char *mosh;           /* MOSH_CONNECTION, MOSH_KEY, ... */
} TerminalEnvironment;

/* Those of this process; the texts are the environment's own. */
TerminalEnvironment terminal_choice_environment(void);

/* TERM is unset, empty or "dumb": only plain text can be written. */
bool terminal_choice_is_dumb(const char *term);

/* Is it one of the words of `color`? *colours receives the number wished for, -1 for "auto". */
bool terminal_choice_color_wish(const char *word, int *colours);

/* What to try when the machine does not know TERM: "xterm-256color" for the many that behave like it, else "vt100". Static storage. */
const char *terminal_choice_fallback(const TerminalEnvironment *environment);

/* Braille where the locale is UTF-8, but blocks on the Linux console, whose fonts lack it; ASCII otherwise. */
GlyphLevel terminal_choice_glyphs(const char *term, bool is_utf8);

/* As many colours as `color` wishes; without a wish (or "auto") 256, 16, 8 or 0 out of what the terminal claims, 0 with a non-empty NO_COLOR. */
int terminal_choice_colours(const TerminalEnvironment *environment, int claimed);

/* The screen is at the other end of a network (SSH, mosh). */
bool terminal_choice_is_remote(const TerminalEnvironment *environment);

/* Frames a second: ten, over a network five. */
int terminal_choice_frames_a_second(const TerminalEnvironment *environment);

/* What a terminal understands beyond moving, colours and erasing. */
typedef struct TerminalManners {
    bool
        has_sync; /* synchronized output (DEC 2026), bracketed paste, mouse reports: known or ignored */
    bool has_title; /* OSC 2 */
    bool
        can_stop_at_edge; /* CSI ? 7 l, which terminfo does not tell of tmux and screen: both know it */
} TerminalManners;

/* The Linux console and the vt100 family would print parts of what they do not know. */
TerminalManners terminal_choice_manners(const char *term);

#endif
