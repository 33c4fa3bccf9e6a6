/* tui/prompt.h -- editing one line with history, inside the screen. Owner of readline. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "tui/key_map.h"

enum { PROMPT_HISTORY_LINES = 500, PROMPT_LINE_BYTES = 1024 };

/* Readline keeps its own globals, so there is one prompt in a process. It draws nothing and reads nothing here: keys are handed
 * to it and its line is looked at. The user's ~/.inputrc holds. */
typedef struct Prompt {
    const char *history_path; /* borrowed; "" = none */
    bool is_ready;
    bool is_open;
    char line[PROMPT_LINE_BYTES]; /* the line that was accepted */
} Prompt;

/* UI THREAD, as everything here. Set readline up and read the history (a missing file is an empty history). Before the terminal is taken
 * over: readline looks terminfo up for itself, and would take it from under ncurses. */
void prompt_init(Prompt *prompt, const char *history_path);

/* Write the history (to a file beside, then renamed; its folder is made) and let readline go. STATUS_FILE_UNWRITABLE. */
Status prompt_finish(Prompt *prompt);

/* Begin a line with `prefill` already in it. */
void prompt_begin(Prompt *prompt, const char *prefill);

/* One key. True when the line was accepted with Enter: it is in prompt->line, and the prompt is closed.
 * Esc, Ctrl-C and Ctrl-D on an empty line close it without a line: prompt->is_open is then false. */
bool prompt_key(Prompt *prompt, UiKey key);

/* Put text in at the cursor (a completion). */
void prompt_insert(Prompt *prompt, const char *text);

/* The line so far, the byte the cursor stands on, and what stands before the line (":" or readline's search prompt). */
const char *prompt_text(const Prompt *prompt);
size_t prompt_point(const Prompt *prompt);
const char *prompt_prefix(const Prompt *prompt);

#endif
