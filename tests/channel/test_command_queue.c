#include "channel/command_queue.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static CommandQueue *new_queue(void)
{
    CommandQueue *queue = NULL;
    assert_int_equal(command_queue_create(&queue), STATUS_OK);
    assert_non_null(queue);
    return queue;
}

static void gives_commands_back_whole_and_in_order(void **state)
{
    (void)state;
    CommandQueue *queue = new_queue();
    const RunCommand sent[] = {
        {.kind = RUN_COMMAND_SET_KNOB, .id = 1, .lane = 2, .knob = KNOB_RHO, .value = 0.5},
        {.kind = RUN_COMMAND_STEP, .id = 2, .lane = LANE_ALL, .count = 10},
        {.kind = RUN_COMMAND_STOP, .id = 3},
    };
    RunCommand command = {.id = 77};
    assert_false(command_queue_try_pop(queue, &command));
    assert_int_equal(command.id, 77);
    for (size_t i = 0; i < 3; i++) {
        assert_true(command_queue_push(queue, &sent[i]));
    }
    for (size_t i = 0; i < 3; i++) {
        assert_true(command_queue_try_pop(queue, &command));
        assert_memory_equal(&command, &sent[i], sizeof command);
    }
    assert_false(command_queue_try_pop(queue, &command));
    command_queue_destroy(queue);
}

static void says_when_it_is_full_and_goes_round_its_end(void **state)
{
    (void)state;
    CommandQueue *queue = new_queue();
    RunCommand command = {.kind = RUN_COMMAND_STEP};
    uint64_t next_out = 0;
    for (uint64_t i = 0; i < COMMAND_QUEUE_CAPACITY; i++) {
        command.id = i;
        assert_true(command_queue_push(queue, &command));
    }
    for (uint64_t i = COMMAND_QUEUE_CAPACITY; i < 3 * COMMAND_QUEUE_CAPACITY; i++) {
        command.id = i;
        assert_false(command_queue_push(queue, &command));
        assert_true(command_queue_try_pop(queue, &command));
        assert_int_equal(command.id, next_out++);
        command.id = i;
        assert_true(command_queue_push(queue, &command));
    }
    command_queue_destroy(queue);
}

static void allows_destroying_nothing(void **state)
{
    (void)state;
    command_queue_destroy(NULL);
}

enum { SENDERS = 3, COMMANDS_EACH = 5000 };

typedef struct Sender {
    CommandQueue *queue;
    uint32_t lane;
} Sender;

static void *send_commands(void *context)
{
    const Sender *sender = context;
    for (uint64_t i = 1; i <= COMMANDS_EACH; i++) {
        const RunCommand command = {.kind = RUN_COMMAND_STEP, .id = i, .lane = sender->lane};
        while (!command_queue_push(sender->queue, &command)) {
            sched_yield();
        }
    }
    return NULL;
}

static void takes_commands_of_many_threads_each_in_its_order(void **state)
{
    (void)state;
    CommandQueue *queue = new_queue();
    Sender senders[SENDERS];
    pthread_t threads[SENDERS];
    uint64_t last_ids[SENDERS] = {0};
    for (uint32_t i = 0; i < SENDERS; i++) {
        senders[i] = (Sender){.queue = queue, .lane = i};
        assert_int_equal(pthread_create(&threads[i], NULL, send_commands, &senders[i]), 0);
    }
    for (size_t i = 0; i < (size_t)SENDERS * COMMANDS_EACH; i++) {
        RunCommand command = {0};
        command_queue_pop(queue, &command);
        assert_in_range(command.lane, 0, SENDERS - 1);
        assert_int_equal(command.id, last_ids[command.lane] + 1);
        last_ids[command.lane] = command.id;
    }
    for (size_t i = 0; i < SENDERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    command_queue_destroy(queue);
}

typedef struct Sleeper {
    CommandQueue *queue;
    double cpu_seconds;
    RunCommand command;
} Sleeper;

static void *sleep_until_command(void *context)
{
    Sleeper *sleeper = context;
    command_queue_pop(sleeper->queue, &sleeper->command);
    struct timespec cpu = {0};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    sleeper->cpu_seconds = (double)cpu.tv_sec + (double)cpu.tv_nsec * 1e-9;
    return NULL;
}

static void sleeps_without_cpu_until_a_command_comes(void **state)
{
    (void)state;
    Sleeper sleeper = {.queue = new_queue()};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, sleep_until_command, &sleeper), 0);
    const struct timespec pause = {.tv_nsec = 300 * 1000 * 1000};
    nanosleep(&pause, NULL);
    const RunCommand command = {.kind = RUN_COMMAND_RESUME, .id = 9};
    assert_true(command_queue_push(sleeper.queue, &command));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(sleeper.command.id, 9);
    assert_true(sleeper.cpu_seconds < 0.1); /* a spinning thread would have used 0.3 */
    command_queue_destroy(sleeper.queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_commands_back_whole_and_in_order),
        cmocka_unit_test(says_when_it_is_full_and_goes_round_its_end),
        cmocka_unit_test(allows_destroying_nothing),
        cmocka_unit_test(takes_commands_of_many_threads_each_in_its_order),
        cmocka_unit_test(sleeps_without_cpu_until_a_command_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
