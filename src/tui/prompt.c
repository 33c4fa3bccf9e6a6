#include "tui/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/parent_folders.h"
#include "base/text.h"

enum {
    CONTROL_A = 1,
    CONTROL_B = 2,
    CONTROL_D = 4,
    CONTROL_E = 5,
    CONTROL_F = 6,
    CONTROL_N = 14,
    CONTROL_P = 16
};

/* Readline may not write to the terminal: ncurses owns it. */
static void draw_nothing(void)
{
}

/* All keys are stuffed beforehand; whoever asks for more has come to the end. */
static int no_more_keys(FILE *stream)
{
    (void)stream;
    return EOF;
}

/* Readline would look at stdin for more typing, and take the bytes that wait there for ncurses as a promise. */
static int nothing_waits(void)
{
    return 0;
}

static void keep_modes(int is_meta)
{
    (void)is_meta;
}

static void leave_modes(void)
{
}

/* An accepted line goes through readline's own history list, so that no variable of ours is needed: see prompt_key. */
static void accept_line(char *line)
{
    if (line != NULL && line[0] != '\0') {
        add_history(line);
    }
    free(line);
    rl_callback_handler_remove();
}

void prompt_init(Prompt *prompt, const char *history_path)
{
    *prompt = (Prompt){.history_path = history_path};
    rl_readline_name = "tramlab";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_redisplay_function = draw_nothing;
    rl_getc_function = no_more_keys;
    rl_input_available_hook = nothing_waits;
    rl_prep_term_function = keep_modes;
    rl_deprep_term_function = leave_modes;
    rl_inhibit_completion = 1;
    rl_outstream = fopen("/dev/null", "w");
    prompt->is_ready = rl_outstream != NULL;
    rl_initialize();
    using_history();
    stifle_history(PROMPT_HISTORY_LINES);
    if (history_path[0] != '\0') {
        read_history(history_path);
    }
}

static Status save_history(const char *path)
{
    char beside[4096];
    parent_folders_make(path);
    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside ||
        write_history(beside) != 0 || rename(beside, path) != 0) {
        return STATUS_FILE_UNWRITABLE;
    }
    return STATUS_OK;
}

Status prompt_finish(Prompt *prompt)
{
    if (prompt->is_open) {
        rl_callback_handler_remove();
        prompt->is_open = false;
    }
    if (rl_outstream != NULL && prompt->is_ready) {
        fclose(rl_outstream); /* /dev/null */
        rl_outstream = NULL;
        prompt->is_ready = false;
    }
    const Status status = prompt->history_path[0] != '\0' && history_length > 0
                              ? save_history(prompt->history_path)
                              : STATUS_OK;
    clear_history();
    return status;
}

void prompt_begin(Prompt *prompt, const char *prefill)
{
    if (!prompt->is_ready) {
        return;
    }
    rl_callback_handler_install(":", accept_line);
    prompt->is_open = true;
    rl_insert_text(prefill);
}

void prompt_insert(Prompt *prompt, const char *text)
{
    if (prompt->is_open) {
        rl_insert_text(text);
    }
}

static void close_without_line(Prompt *prompt)
{
    rl_callback_handler_remove();
    prompt->is_open = false;
}

/* The control code that does in readline what the key says; 0 = hand the key's own bytes on. */
static int editing_code(UiKey key)
{
    switch (key) {
    case UI_KEY_LEFT:
        return CONTROL_B;
    case UI_KEY_RIGHT:
        return CONTROL_F;
    case UI_KEY_HOME:
        return CONTROL_A;
    case UI_KEY_END:
        return CONTROL_E;
    case UI_KEY_UP:
        return CONTROL_P;
    case UI_KEY_DOWN:
        return CONTROL_N;
    case UI_KEY_DELETE:
        return CONTROL_D;
    default: /* not an enum: any code point */
        return key > 0 && key < 0x80 ? (int)key : 0;
    }
}

static bool stuff_key(UiKey key)
{
    const int code = editing_code(key);
    if (code != 0) {
        return rl_stuff_char(code) != 0;
    }
    char bytes[4];
    const size_t size = key < UI_KEY_FIRST_SPECIAL ? text_encode(key, bytes) : 0;
    for (size_t i = 0; i < size; i++) {
        rl_stuff_char((unsigned char)bytes[i]);
    }
    return size > 0;
}

bool prompt_key(Prompt *prompt, UiKey key)
{
    const bool is_full = rl_end + 8 >= PROMPT_LINE_BYTES;
    if (!prompt->is_open ||
        (is_full && key >= ' ' && key < UI_KEY_FIRST_SPECIAL && key != UI_KEY_BACKSPACE)) {
        return false;
    }
    const bool is_empty = rl_end == 0;
    if (key == UI_KEY_ESCAPE || key == UI_KEY_CTRL_C || (key == CONTROL_D && is_empty) ||
        (key == UI_KEY_BACKSPACE && is_empty)) {
        close_without_line(prompt);
        return false;
    }
    if (key == UI_KEY_DELETE && is_empty) {
        return false; /* Ctrl-D on nothing would mean the end */
    }
    if (!stuff_key(key)) {
        return false;
    }
    rl_callback_read_char();
    if (RL_ISSTATE(RL_STATE_CALLBACK)) {
        return false;
    }
    prompt->is_open = false;
    const HIST_ENTRY *last =
        history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (key != UI_KEY_ENTER || is_empty || last == NULL) {
        return false;
    }
    snprintf(prompt->line, sizeof prompt->line, "%s", last->line);
    return true;
}

const char *prompt_text(const Prompt *prompt)
{
    return prompt->is_open && rl_line_buffer != NULL ? rl_line_buffer : "";
}

size_t prompt_point(const Prompt *prompt)
{
    return prompt->is_open && rl_point > 0 ? (size_t)rl_point : 0;
}

const char *prompt_prefix(const Prompt *prompt)
{
    return prompt->is_open && rl_display_prompt != NULL ? rl_display_prompt : ":";
}
