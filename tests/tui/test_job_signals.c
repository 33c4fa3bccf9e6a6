#include "tui/job_signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static void *sleep_for_ever(void *unused)
{
    (void)unused;
    for (;;) {
        (void)pause();
    }
    return NULL;
}

static void expect_signal(const JobSignals *jobs, int wanted)
{
    struct pollfd wait = {.fd = jobs->descriptor, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, 60000), 1);
    assert_int_equal(job_signals_next(jobs), wanted);
}

static void a_stop_is_told_and_not_obeyed_though_a_thread_does_not_block_it(void **unused)
{
    (void)unused;
    JobSignals jobs;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, sleep_for_ever, NULL), 0);
    job_signals_begin(&jobs);
    assert_int_equal(job_signals_next(&jobs), 0);
    assert_int_equal(pthread_kill(thread, SIGTSTP), 0);
    expect_signal(&jobs, SIGTSTP);
    assert_int_equal(kill(getpid(), SIGCONT), 0);
    expect_signal(&jobs, SIGCONT);
    assert_int_equal(job_signals_next(&jobs), 0);
    job_signals_end(&jobs);
    (void)pthread_cancel(thread);
    (void)pthread_join(thread, NULL);
}

/* Somebody may press Ctrl-Z again as soon as the screen is back. */
static void a_stop_that_follows_a_continue_is_not_forgotten_with_it(void **unused)
{
    (void)unused;
    JobSignals jobs;
    job_signals_begin(&jobs);
    job_signals_forget_continue(); /* waits for none */
    assert_int_equal(kill(getpid(), SIGCONT), 0);
    job_signals_forget_continue();
    assert_int_equal(job_signals_next(&jobs), 0);
    assert_int_equal(kill(getpid(), SIGCONT), 0);
    assert_int_equal(kill(getpid(), SIGTSTP), 0);
    job_signals_forget_continue();
    assert_int_equal(job_signals_next(&jobs), SIGTSTP);
    job_signals_end(&jobs);
}

static void all_is_as_it_was_in_the_end(void **unused)
{
    (void)unused;
    JobSignals jobs;
    struct sigaction action;
    sigset_t mask;
    job_signals_begin(&jobs);
    job_signals_end(&jobs);
    assert_int_equal(sigaction(SIGTSTP, NULL, &action), 0);
    assert_true(action.sa_handler == SIG_DFL);
    assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &mask), 0);
    assert_false(sigismember(&mask, SIGTSTP) || sigismember(&mask, SIGCONT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_is_told_and_not_obeyed_though_a_thread_does_not_block_it),
        cmocka_unit_test(a_stop_that_follows_a_continue_is_not_forgotten_with_it),
        cmocka_unit_test(all_is_as_it_was_in_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
