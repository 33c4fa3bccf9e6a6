/* tui/terminal.h -- the terminal: keys in, cells out. Owner of ncurses. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>

#include "base/problem.h"
#include "tui/cell_grid.h"
#include "tui/key_map.h"
#include "tui/line_plot.h"
#include "tui/theme.h"

typedef struct Terminal Terminal;

/* UI THREAD, as everything here. Set the locale for characters (LC_CTYPE only, so that numbers keep their point), another UTF-8 one if
 * the one named in the environment is missing here. True if it is UTF-8. */
bool terminal_choose_locale(void);

/* Take over the terminal of stdin and stdout: locale, terminfo, raw keys, no cursor. A second terminal at a time is not possible (ncurses keeps its own globals).
 * STATUS_TERMINAL_UNUSABLE: names TERM and what to do; nothing was drawn. STATUS_OUT_OF_MEMORY. */
Status terminal_open(Terminal **out, Problem *problem);

/* Give the terminal back as it was; NULL is allowed. */
void terminal_close(Terminal *terminal);

void terminal_size(const Terminal *terminal, int *rows, int *columns);
bool terminal_is_utf8(const Terminal *terminal);
GlyphLevel terminal_glyphs(const Terminal *terminal); /* the finest it surely shows */
double terminal_frame_seconds(const Terminal *terminal);
const char *
terminal_notice(const Terminal *terminal); /* one line if TERM had to be replaced, else "" */

/* Look whether the size has changed and follow it; true if so. */
bool terminal_follow_size(Terminal *terminal);

void terminal_set_theme(Terminal *terminal, const Theme *theme);

/* Copy the cells that differ from those shown; nothing at all is written if none does. cursor_column < 0 hides the cursor. */
void terminal_show(Terminal *terminal, const CellGrid *grid, int cursor_row, int cursor_column);

/* Write every cell again at the next terminal_show. */
void terminal_repaint(Terminal *terminal);

/* The next key that was pressed; UI_KEY_NONE if none waits. Never blocks (an Esc waits 25 ms for what may follow it). */
UiKey terminal_read_key(Terminal *terminal);

/* Stop the process group as Ctrl-Z does, the terminal given back meanwhile; returns when it goes on. */
void terminal_suspend(Terminal *terminal);

#endif
