/* tui/terminal.h -- the terminal: keys in, cells out. Owner of ncurses. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>

#include "base/problem.h"
#include "tui/cell_grid.h"
#include "tui/key_decoder.h"
#include "tui/line_plot.h"
#include "tui/theme.h"

typedef struct Terminal Terminal;

/* UI THREAD, as everything here. Set the locale for characters (LC_CTYPE only, so that numbers keep their point), another UTF-8 one if
 * the one named in the environment is missing here. True if it is UTF-8. */
bool terminal_choose_locale(void);

/* Name of the locale's character set ("UTF-8"), by then chosen. Static storage. */
const char *terminal_charset(void);

/* Does terminfo here know a terminal of that name? colours receives how many it claims (0 if it is not known). */
bool terminal_is_known(const char *term, int *colours);

/* Take over the terminal of stdin and stdout: locale, terminfo, raw keys, no cursor, pastes marked as such. A second terminal at a time is not possible (ncurses keeps its own globals).
 * STATUS_TERMINAL_UNUSABLE: names TERM and what to do; nothing was drawn. STATUS_OUT_OF_MEMORY. */
Status terminal_open(Terminal **out, Problem *problem);

/* Give the terminal back as it was; NULL is allowed. */
void terminal_close(Terminal *terminal);

/* 256, 16, 8 or 0. */
int terminal_colours(const Terminal *terminal);

void terminal_size(const Terminal *terminal, int *rows, int *columns);
bool terminal_is_utf8(const Terminal *terminal);
GlyphLevel terminal_glyphs(const Terminal *terminal); /* the finest it surely shows */
bool terminal_is_remote(const Terminal *terminal);    /* SSH or mosh */
int terminal_frames_a_second(const Terminal *terminal);
/* one line if TERM had to be replaced, else "" */
const char *terminal_notice(const Terminal *terminal);

/* Look whether the size has changed and follow it; true if so. */
bool terminal_follow_size(Terminal *terminal);

void terminal_set_theme(Terminal *terminal, const Theme *theme);

/* Report the mouse, or leave it to the terminal (which then can select text). Off at first. */
void terminal_set_mouse(Terminal *terminal, bool is_on);

/* No synchronized output (DEC 2026) from now on, for a terminal that does it badly. */
void terminal_leave_sync_out(Terminal *terminal);

/* Name the window; what it was called comes back on terminal_close. */
void terminal_set_title(Terminal *terminal, const char *title);

/* Write the cells that differ from those shown, as one block, and the question of the pacer (ESC [ 5 n) after them if `asks`; nothing at all is written
 * if none differs. cursor_column < 0 hides the cursor. Returns the bytes written. */
size_t terminal_show(Terminal *terminal, const CellGrid *grid, int cursor_row, int cursor_column,
                     bool asks);

/* False while it is stopped (Ctrl-S), or its link is stuck: what terminal_show writes would have to wait. Sends on what waits already. */
bool terminal_takes_output(Terminal *terminal);

/* What to poll for POLLOUT, and then to call terminal_takes_output: part of a frame waits. -1: nothing does. */
int terminal_output_wanted(const Terminal *terminal);

/* Write every cell again at the next terminal_show. */
void terminal_repaint(Terminal *terminal);

/* The next key or mouse report; false if none waits. Never blocks (an Esc waits 25 ms for what may follow it).
 * expects_answer: a question is open; the answer is counted and never taken for keys. */
bool terminal_read(Terminal *terminal, double now, bool expects_answer, UiInput *out);

/* Answers that have come so far. */
unsigned terminal_answers(const Terminal *terminal);

/* Seconds after which terminal_read is to be called though nothing has come: part of a key is held back. Negative = not. */
double terminal_key_wait_seconds(const Terminal *terminal, double now);

/* Stop the process group as Ctrl-Z does, the terminal given back meanwhile; returns when it goes on. */
void terminal_suspend(Terminal *terminal);

/* Give the terminal back and stop all of the group but ourselves (SIGTSTP must be blocked). Nothing may be shown or read until
 * terminal_resume; terminal_close then leaves it as it is. */
void terminal_leave(Terminal *terminal);

/* Is our group the one that the terminal listens to? */
bool terminal_is_ours(void);

/* The process was stopped and goes on, the terminal not given back meanwhile: bring our modes back. */
void terminal_resume(Terminal *terminal);

#endif
