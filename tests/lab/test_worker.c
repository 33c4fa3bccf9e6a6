#include "lab/worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>

enum { PIECES = 200 };

typedef struct Work {
    size_t done[PIECES];
} Work;

static void work_piece(void *argument, size_t index, size_t worker)
{
    Work *work = argument;
    work->done[index] = worker + 1;
}

static void every_piece_is_done_once_for_any_number_of_workers(void **state)
{
    (void)state;
    static const size_t COUNTS[] = {1, 2, 3, 7};
    for (size_t c = 0; c < 4; c++) {
        WorkerPool *pool = NULL;
        assert_int_equal(worker_pool_create(COUNTS[c], &pool), STATUS_OK);
        const TaskRunner runner = worker_pool_runner(pool);
        assert_int_equal(runner.worker_count, COUNTS[c]);
        for (int round = 0; round < 50; round++) {
            Work work = {0};
            runner.run(runner.context, PIECES, work_piece, &work);
            for (size_t i = 0; i < PIECES; i++) {
                assert_in_range(work.done[i], 1, COUNTS[c]);
            }
        }
        worker_pool_destroy(pool);
    }
}

static void no_pieces_and_no_pool_are_fine(void **state)
{
    (void)state;
    WorkerPool *pool = NULL;
    assert_int_equal(worker_pool_create(2, &pool), STATUS_OK);
    const TaskRunner runner = worker_pool_runner(pool);
    runner.run(runner.context, 0, work_piece, NULL);
    worker_pool_destroy(pool);
    worker_pool_destroy(NULL);
}

static void read_signal_mask(void *argument)
{
    pthread_sigmask(SIG_SETMASK, NULL, argument);
}

static void a_background_thread_runs_with_all_signals_blocked(void **state)
{
    (void)state;
    sigset_t mask;
    BackgroundThread *thread = NULL;
    sigemptyset(&mask);
    assert_int_equal(background_thread_start(read_signal_mask, &mask, &thread), STATUS_OK);
    background_thread_join(thread);
    assert_true(sigismember(&mask, SIGINT));
    assert_true(sigismember(&mask, SIGTERM));
    sigset_t own;
    pthread_sigmask(SIG_SETMASK, NULL, &own);
    assert_false(sigismember(&own, SIGINT));
}

static void the_machine_has_a_processor(void **state)
{
    (void)state;
    assert_true(worker_count_of_machine() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_done_once_for_any_number_of_workers),
        cmocka_unit_test(no_pieces_and_no_pool_are_fine),
        cmocka_unit_test(a_background_thread_runs_with_all_signals_blocked),
        cmocka_unit_test(the_machine_has_a_processor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
