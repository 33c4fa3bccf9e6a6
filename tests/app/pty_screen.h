/* app/pty_screen.h -- the program in a terminal of its own, its keys typed and its drawing read. Include app/run_main.h first. */
#ifndef TESTS_APP_PTY_SCREEN_H
#define TESTS_APP_PTY_SCREEN_H

#include <poll.h>
#include <pty.h>
#include <time.h>

/* The program in a terminal of its own: 80x24, UTF-8. Its keyboard and screen are `terminal`. */
typedef struct Screen {
    pid_t process;
    int terminal;
    size_t used;
    char sent[1 << 20]; /* what it drew, the newest of it */
} Screen;

static inline void be_on_terminal(const char *folder, const char *type, const char *const *words)
{
    char terminfo[MAIN_PATH_BYTES];
    join_path(folder, "terminfo", terminfo);
    setenv("TERMINFO", terminfo, 1);
    setenv("TERM", type, 1);
    setenv("LANG", "C.UTF-8", 1);
    unsetenv("LC_ALL");
    setenv("HOME", folder, 1); /* nobody's history is touched */
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_CONFIG_HOME");
    be_the_program(words);
}

static inline Screen *open_screen(const TinyLab *lab, const char *type, const char *const *words)
{
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    Screen *screen = calloc(1, sizeof *screen);
    assert_non_null(screen);
    fflush(NULL);
    screen->process = forkpty(&screen->terminal, NULL, NULL, &size);
    assert_true(screen->process >= 0);
    if (screen->process == 0) {
        be_on_terminal(lab->folder, type, words);
    }
    return screen;
}

/* Take what it drew within 20 ms; false once the program has let go of the terminal. */
static inline bool watch(Screen *screen)
{
    struct pollfd wait = {.fd = screen->terminal, .events = POLLIN};
    if (poll(&wait, 1, 20) == 0) {
        return true;
    }
    if (screen->used > sizeof screen->sent / 2) {
        screen->used = 0;
    }
    const ssize_t n =
        read(screen->terminal, screen->sent + screen->used, sizeof screen->sent - 1 - screen->used);
    screen->used += n > 0 ? (size_t)n : 0;
    screen->sent[screen->used] = '\0';
    return n > 0;
}

static inline void type_keys(const Screen *screen, const char *keys)
{
    assert_int_equal(write(screen->terminal, keys, strlen(keys)), strlen(keys));
}

/* Watch until folder/events.jsonl says `event`; the screen must be drained, or the program would wait for us. */
static inline void watch_for_event(Screen *screen, const char *folder, const char *event)
{
    char mark[64];
    snprintf(mark, sizeof mark, "\"event\":\"%s\"", event);
    const time_t end = time(NULL) + MAIN_SECONDS_MAX;
    while (time(NULL) < end) {
        bool is_said = false;
        if (is_there(folder, "events.jsonl")) {
            char *events = text_in(folder, "events.jsonl");
            is_said = strstr(events, mark) != NULL;
            free(events);
        }
        if (is_said) {
            return;
        }
        if (!watch(screen)) {
            break;
        }
    }
    fail_msg("no \"%s\"; the screen had: %s", event, screen->sent);
}

static inline void watch_for_text(Screen *screen, const char *text)
{
    const time_t end = time(NULL) + MAIN_SECONDS_MAX;
    while (time(NULL) < end) {
        if (strstr(screen->sent, text) != NULL) {
            return;
        }
        if (!watch(screen)) {
            break;
        }
    }
    if (strstr(screen->sent, text) == NULL) {
        fail_msg("no \"%s\" on the screen: %s", text, screen->sent);
    }
}

/* Watch it to its end. */
static inline void expect_end(Screen *screen, int wanted)
{
    while (watch(screen)) {
    }
    const int exit_status = exit_status_of(screen->process);
    if (exit_status != wanted) {
        fail_msg("exit status %d, not %d; the screen had: %s", exit_status, wanted, screen->sent);
    }
    close(screen->terminal);
}

#endif
