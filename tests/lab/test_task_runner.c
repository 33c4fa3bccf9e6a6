#include "lab/task_runner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void note_piece(void *argument, size_t index, size_t worker)
{
    size_t *seen = argument;
    assert_int_equal(worker, 0);
    seen[index]++;
}

static void the_serial_runner_does_each_piece_once(void **state)
{
    (void)state;
    size_t seen[5] = {0};
    const TaskRunner runner = task_runner_serial();
    assert_int_equal(runner.worker_count, 1);
    runner.run(runner.context, 5, note_piece, seen);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(seen[i], 1);
    }
    runner.run(runner.context, 0, note_piece, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_serial_runner_does_each_piece_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
