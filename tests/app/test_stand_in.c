#include "app/stand_in.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_SECONDS = 30, SAVED = 7 };

/* A process that stands in for a child which tells its pid through the pipe, then does `work`; its pid. */
static pid_t start(void (*work)(pid_t), pid_t *child)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        setpgid(0, 0);
        const pid_t stand_in = stand_in_begin();
        const pid_t own = getpid();
        alarm(PATIENCE_SECONDS);
        if (stand_in == 0 || write(ends[1], &own, sizeof own) != (ssize_t)sizeof own) {
            _exit(99);
        }
        work(stand_in);
        _exit(98);
    }
    assert_int_equal(read(ends[0], child, sizeof *child), sizeof *child);
    assert_int_not_equal(*child, process);
    close(ends[0]);
    close(ends[1]);
    return process;
}

static int end_of(pid_t process)
{
    int status = 0;
    assert_int_equal(waitpid(process, &status, 0), process);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void end_with_three(pid_t stand_in)
{
    stand_in_leave(stand_in);
    _exit(3);
}

static void abort_at_once(pid_t stand_in)
{
    (void)stand_in;
    (void)signal(SIGABRT, SIG_DFL);
    abort();
}

static void save(int signal_number)
{
    (void)signal_number;
    _exit(SAVED);
}

/* As the lab does: SIGTERM saves, SIGTSTP stops the others only. */
static void wait_for_the_end(pid_t stand_in)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    (void)signal(SIGTERM, save);
    (void)signal(SIGINT, save);
    (void)signal(SIGHUP, save);
    (void)kill(stand_in, SIGCONT); /* now it may be asked */
    for (;;) {
        (void)pause();
    }
}

static void wait_then_leave(pid_t stand_in)
{
    (void)kill(0, SIGTSTP);
    (void)usleep(100000);
    end_with_three(stand_in);
}

static void ends_as_its_child_ends(void **state)
{
    pid_t child = 0;
    (void)state;
    assert_int_equal(end_of(start(end_with_three, &child)), 3);
    assert_int_equal(end_of(start(abort_at_once, &child)), 1000 + SIGABRT);
}

static void hands_on_what_is_sent_to_it_alone(void **state)
{
    static const int SIGNALS[] = {SIGTERM, SIGINT, SIGHUP};
    (void)state;
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        pid_t child = 0;
        const pid_t process = start(wait_for_the_end, &child);
        (void)usleep(50000);
        assert_int_equal(kill(process, SIGNALS[i]), 0);
        assert_int_equal(end_of(process), SAVED);
    }
}

/* The child is told, saves and is gone; nobody waits for it but init, so its group is asked. */
static void a_killed_one_does_not_leave_its_child_behind(void **state)
{
    pid_t child = 0;
    (void)state;
    const pid_t process = start(wait_for_the_end, &child);
    (void)usleep(50000);
    assert_int_equal(kill(process, SIGKILL), 0);
    assert_int_equal(end_of(process), 1000 + SIGKILL);
    int tries = 0;
    while (kill(-process, 0) == 0 && tries < 100 * PATIENCE_SECONDS) {
        (void)usleep(10000);
        tries++;
    }
    assert_true(tries < 100 * PATIENCE_SECONDS);
}

/* Stopped with its group, but for the child; the child's end wakes it. */
static void a_stopped_one_wakes_when_its_child_leaves(void **state)
{
    pid_t child = 0;
    int status = 0;
    (void)state;
    const pid_t process = start(wait_then_leave, &child);
    assert_int_equal(waitpid(process, &status, WUNTRACED), process);
    assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);
    assert_int_equal(kill(child, SIGCONT), 0); /* it did not block the stop: wake it, and only it */
    assert_int_equal(end_of(process), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_as_its_child_ends),
        cmocka_unit_test(hands_on_what_is_sent_to_it_alone),
        cmocka_unit_test(a_killed_one_does_not_leave_its_child_behind),
        cmocka_unit_test(a_stopped_one_wakes_when_its_child_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
