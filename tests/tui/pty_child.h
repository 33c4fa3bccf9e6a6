/* tests/tui/pty_child.h -- run a function in a child whose terminal is a pseudo-terminal of ours. Include cmocka.h first. */
#ifndef TESTS_TUI_PTY_CHILD_H
#define TESTS_TUI_PTY_CHILD_H

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PTY_OUTPUT_BYTES = 4 * 1024 * 1024, PTY_PATIENCE_MS = 60000 /* of a busy machine */ };

typedef struct PtyChild {
    pid_t process;
    int terminal; /* our end */
    char *output; /* all it has written, NUL-ended */
    size_t size;
    int status; /* of waitpid, after pty_finish */
} PtyChild;

/* The child calls run(context) and ends with what it hands back. `environment` holds NAME, VALUE, ..., NULL (VALUE "" unsets). */
static inline void pty_start(PtyChild *child, int rows, int columns, const char *const *environment,
                             int (*run)(void *), void *context)
{
    const struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    memset(child, 0, sizeof *child);
    child->output = calloc(PTY_OUTPUT_BYTES, 1);
    assert_non_null(child->output);
    child->process = forkpty(&child->terminal, NULL, NULL, &size);
    assert_true(child->process >= 0);
    if (child->process == 0) {
        static const char *const CLEAN[] = {"LC_ALL",         "LC_CTYPE", "COLORTERM",  "NO_COLOR",
                                            "SSH_CONNECTION", "SSH_TTY",  "SSH_CLIENT", "MOSH_KEY",
                                            "LINES",          "COLUMNS"};
        for (size_t i = 0; i < sizeof CLEAN / sizeof *CLEAN; i++) {
            (void)unsetenv(CLEAN[i]);
        }
        (void)setenv("TERM", "xterm-256color", 1);
        (void)setenv("LANG", "C.UTF-8", 1);
        for (size_t i = 0; environment != NULL && environment[i] != NULL; i += 2) {
            (void)(environment[i + 1][0] == '\0' ? unsetenv(environment[i])
                                                 : setenv(environment[i], environment[i + 1], 1));
        }
        _exit(run(context));
    }
}

/* Take in what is written within `milliseconds`; false once the child's end is closed. */
static inline bool pty_read(PtyChild *child, int milliseconds)
{
    struct pollfd waiting = {.fd = child->terminal, .events = POLLIN};
    if (poll(&waiting, 1, milliseconds) <= 0) {
        return true;
    }
    const ssize_t count =
        read(child->terminal, child->output + child->size, PTY_OUTPUT_BYTES - 1 - child->size);
    if (count <= 0) {
        return false;
    }
    child->size += (size_t)count;
    return true;
}

static inline long pty_now_ms(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Is `text` written after byte `from`? Waits for it. */
static inline bool pty_wait_for(PtyChild *child, size_t from, const char *text)
{
    const long end = pty_now_ms() + PTY_PATIENCE_MS;
    while (pty_now_ms() < end) {
        if (child->size >= from &&
            memmem(child->output + from, child->size - from, text, strlen(text)) != NULL) {
            return true;
        }
        if (!pty_read(child, 50)) {
            break;
        }
    }
    return child->size >= from &&
           memmem(child->output + from, child->size - from, text, strlen(text)) != NULL;
}

/* Everything written during this time; the count of bytes. How much a child gets done in it depends on who else is computing: wait for a text, or
 * for silence, where something hangs on it. */
static inline size_t pty_listen(PtyChild *child, int milliseconds)
{
    const size_t before = child->size;
    const long end = pty_now_ms() + milliseconds;
    for (long left = milliseconds; left > 0; left = end - pty_now_ms()) {
        if (!pty_read(child, (int)left)) {
            break;
        }
    }
    return child->size - before;
}

/* Wait until nothing has been written for this time; false if it never falls silent. */
static inline bool pty_wait_for_silence(PtyChild *child, int milliseconds)
{
    const long end = pty_now_ms() + PTY_PATIENCE_MS;
    while (pty_listen(child, milliseconds) > 0) {
        if (pty_now_ms() > end) {
            return false;
        }
    }
    return true;
}

static inline void pty_type(PtyChild *child, const char *keys)
{
    assert_int_equal(write(child->terminal, keys, strlen(keys)), strlen(keys));
}

static inline void pty_resize(PtyChild *child, int rows, int columns)
{
    const struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    assert_int_equal(ioctl(child->terminal, TIOCSWINSZ, &size), 0);
}

/* Wait for its end and hand back its exit status; 1000 + signal if one killed it. A child that hangs is killed (and told by 1009). */
static inline int pty_finish(PtyChild *child)
{
    const long end = pty_now_ms() + PTY_PATIENCE_MS;
    bool is_open = true;
    while (waitpid(child->process, &child->status, WNOHANG) == 0) {
        is_open = is_open && pty_read(child, 20);
        if (!is_open) {
            (void)usleep(10000);
        }
        if (pty_now_ms() > end) {
            (void)kill(child->process, SIGKILL);
        }
    }
    while (is_open && pty_read(child, 50) &&
           poll(&(struct pollfd){.fd = child->terminal, .events = POLLIN}, 1, 50) > 0) {
    }
    return WIFEXITED(child->status) ? WEXITSTATUS(child->status) : 1000 + WTERMSIG(child->status);
}

static inline void pty_free(PtyChild *child)
{
    if (child->terminal >= 0) {
        (void)close(child->terminal);
    }
    free(child->output);
}

#endif
