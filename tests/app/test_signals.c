#include "app/signals.h"

#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Run `part` in a child of its own: signals belong to a whole process. */
static int status_of_child(int (*part)(int), int argument)
{
    int status = 0;
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(60);
        _exit(part(argument));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static bool is_readable(int descriptor)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    return poll(&wait, 1, 0) == 1;
}

static int receive(int signal_number)
{
    int descriptor = -1;
    if (signals_open(&descriptor) != STATUS_OK || is_readable(descriptor)) {
        return 1;
    }
    kill(getpid(), signal_number);
    if (!is_readable(descriptor)) {
        return 2;
    }
    signals_clear(descriptor);
    return is_readable(descriptor) ? 3 : 0;
}

static void ending_signals_are_something_to_poll_and_do_not_kill(void **state)
{
    static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP};
    (void)state;
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        assert_int_equal(status_of_child(receive, SIGNALS[i]), 0);
    }
}

static void *sleep_long(void *ready)
{
    char byte = 'r';
    if (write(*(const int *)ready, &byte, 1) != 1) {
        return NULL;
    }
    for (;;) {
        pause();
    }
    return NULL;
}

/* A library's thread from before signals_open, with nothing blocked, is handed the signal itself. */
static int receive_in_foreign_thread(int signal_number)
{
    int descriptor = -1;
    int ready[2];
    char byte = 0;
    pthread_t thread;
    if (pipe(ready) != 0 || pthread_create(&thread, NULL, sleep_long, &ready[1]) != 0 ||
        read(ready[0], &byte, 1) != 1 || signals_open(&descriptor) != STATUS_OK) {
        return 1;
    }
    pthread_kill(thread, signal_number);
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    return poll(&wait, 1, 30000) == 1 ? 0 : 2;
}

static void a_signal_that_hits_a_librarys_thread_arrives_too(void **state)
{
    static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP};
    (void)state;
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        assert_int_equal(status_of_child(receive_in_foreign_thread, SIGNALS[i]), 0);
    }
}

static int write_beyond_the_limit(int ignored)
{
    const struct rlimit small = {.rlim_cur = 4, .rlim_max = 4};
    int descriptor = -1;
    FILE *file = tmpfile();
    (void)ignored;
    if (file == NULL || signals_open(&descriptor) != STATUS_OK) {
        return 1;
    }
    setrlimit(RLIMIT_FSIZE, &small);
    const ssize_t first = write(fileno(file), "12345678", 8);
    return first == 4 && write(fileno(file), "5678", 4) == -1 ? 0 : 2;
}

static void a_file_at_its_limit_is_an_error_and_does_not_kill(void **state)
{
    (void)state;
    assert_int_equal(status_of_child(write_beyond_the_limit, 0), 0);
}

static int write_to_nobody(int ignored)
{
    int descriptor = -1;
    int ends[2];
    (void)ignored;
    if (signals_open(&descriptor) != STATUS_OK || pipe(ends) != 0) {
        return 1;
    }
    close(ends[0]);
    return write(ends[1], "x", 1) == -1 ? 0 : 2;
}

static void a_closed_pipe_does_not_kill(void **state)
{
    (void)state;
    assert_int_equal(status_of_child(write_to_nobody, 0), 0);
}

static int open_without_descriptors(int ignored)
{
    const struct rlimit none = {.rlim_cur = 3, .rlim_max = 3};
    int descriptor = -1;
    (void)ignored;
    setrlimit(RLIMIT_NOFILE, &none);
    return signals_open(&descriptor) == STATUS_OUT_OF_MEMORY ? 0 : 1;
}

static void too_many_open_files_are_told(void **state)
{
    (void)state;
    assert_int_equal(status_of_child(open_without_descriptors, 0), 0);
}

/* In a terminal of its own, die of `signal_number`; what the terminal was sent comes back. */
static int crash_in_terminal(int signal_number, char *sent, size_t sent_bytes)
{
    int terminal = -1;
    int status = 0;
    size_t used = 0;
    fflush(NULL);
    const pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit no_core = {0};
        setrlimit(RLIMIT_CORE, &no_core);
        alarm(60);
        signals_reset_terminal_on_crash();
        raise(signal_number);
        _exit(0);
    }
    for (ssize_t n = 1; n > 0 && used + 1 < sent_bytes;) {
        n = read(terminal, sent + used, sent_bytes - 1 - used);
        used += n > 0 ? (size_t)n : 0;
    }
    sent[used] = '\0';
    assert_int_equal(waitpid(child, &status, 0), child);
    close(terminal);
    return status;
}

static void a_crash_gives_the_terminal_back_and_still_kills(void **state)
{
    static const int SIGNALS[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    (void)state;
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        char sent[4096];
        const int status = crash_in_terminal(SIGNALS[i], sent, sizeof sent);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGNALS[i]);
        assert_non_null(strstr(sent, "\033[?1049l")); /* the alternate screen is left */
        assert_non_null(strstr(sent, "\033[?25h"));   /* the cursor is there */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ending_signals_are_something_to_poll_and_do_not_kill),
        cmocka_unit_test(a_signal_that_hits_a_librarys_thread_arrives_too),
        cmocka_unit_test(a_file_at_its_limit_is_an_error_and_does_not_kill),
        cmocka_unit_test(a_closed_pipe_does_not_kill),
        cmocka_unit_test(too_many_open_files_are_told),
        cmocka_unit_test(a_crash_gives_the_terminal_back_and_still_kills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
