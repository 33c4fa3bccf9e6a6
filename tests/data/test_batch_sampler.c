/* tests/data/test_batch_sampler.c -- batches depend on seed and step only, and miss nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/batch_sampler.h"

enum { COUNT = 1003, B = 5, T = 8, BATCH = B * T };

/* A stream in which a token's value is its place. */
static TokenStream counting_stream(int32_t tokens[COUNT])
{
    for (int32_t i = 0; i < COUNT; i++) {
        tokens[i] = i;
    }
    return (TokenStream){tokens, COUNT};
}

static void each_epoch_visits_every_window_once(void **state)
{
    (void)state;
    int32_t tokens[COUNT];
    BatchSampler *sampler = NULL;
    assert_int_equal(batch_sampler_create(counting_stream(tokens), 1, T, 7, &sampler), STATUS_OK);
    const size_t windows = batch_sampler_windows_per_epoch(sampler);
    assert_int_equal(windows, (COUNT - T) / T);
    bool offset_differs = false;
    bool order_differs = false;
    int32_t first_offset = 0;
    int32_t first_window = 0;
    for (size_t epoch = 0; epoch < 4; epoch++) {
        bool is_visited[COUNT / T + 1] = {false};
        int32_t inputs[T];
        int32_t targets[T];
        int32_t offset = -1;
        for (size_t i = 0; i < windows; i++) {
            batch_sampler_fill(sampler, epoch * windows + i, inputs, targets);
            offset = i == 0 ? inputs[0] % T : offset;
            assert_int_equal(inputs[0] % T, offset); /* so windows do not overlap */
            assert_false(is_visited[inputs[0] / T]);
            is_visited[inputs[0] / T] = true;
            first_window = epoch == 0 && i == 0 ? inputs[0] / T : first_window;
            order_differs = order_differs || (i == 0 && inputs[0] / T != first_window);
        }
        first_offset = epoch == 0 ? offset : first_offset;
        offset_differs = offset_differs || offset != first_offset;
    }
    assert_true(offset_differs);
    assert_true(order_differs);
    batch_sampler_destroy(sampler);
}

static void targets_are_the_inputs_successors(void **state)
{
    (void)state;
    int32_t tokens[COUNT];
    BatchSampler *sampler = NULL;
    assert_int_equal(batch_sampler_create(counting_stream(tokens), B, T, 3, &sampler), STATUS_OK);
    for (uint64_t step = 0; step < 200; step++) {
        int32_t inputs[BATCH];
        int32_t targets[BATCH];
        batch_sampler_fill(sampler, step, inputs, targets);
        for (size_t i = 0; i < BATCH; i++) {
            assert_int_equal(targets[i], inputs[i] + 1);
            assert_in_range(targets[i], 1, COUNT - 1);
            assert_int_equal(inputs[i], inputs[i - i % T] + (int32_t)(i % T));
        }
    }
    batch_sampler_destroy(sampler);
}

static void a_batch_is_the_same_whatever_was_asked_before(void **state)
{
    (void)state;
    enum { STEPS = 60 }; /* more than two epochs, whose ends lie within batches */
    int32_t tokens[COUNT];
    const TokenStream stream = counting_stream(tokens);
    BatchSampler *forward = NULL;
    BatchSampler *backward = NULL;
    assert_int_equal(batch_sampler_create(stream, B, T, 11, &forward), STATUS_OK);
    assert_int_equal(batch_sampler_create(stream, B, T, 11, &backward), STATUS_OK);
    static int32_t expected[STEPS][BATCH];
    int32_t inputs[BATCH];
    int32_t targets[BATCH];
    for (uint64_t step = 0; step < STEPS; step++) {
        batch_sampler_fill(forward, step, expected[step], targets);
    }
    for (uint64_t i = 0; i < 3 * STEPS; i++) {
        const uint64_t step = (STEPS * 3 - i) * 37 % STEPS;
        batch_sampler_fill(backward, step, inputs, targets);
        assert_memory_equal(inputs, expected[step], sizeof inputs);
    }
    batch_sampler_destroy(forward);
    batch_sampler_destroy(backward);
}

static void another_seed_gives_other_batches(void **state)
{
    (void)state;
    int32_t tokens[COUNT];
    const TokenStream stream = counting_stream(tokens);
    BatchSampler *one = NULL;
    BatchSampler *two = NULL;
    assert_int_equal(batch_sampler_create(stream, B, T, 1, &one), STATUS_OK);
    assert_int_equal(batch_sampler_create(stream, B, T, 2, &two), STATUS_OK);
    int32_t inputs_one[BATCH];
    int32_t inputs_two[BATCH];
    int32_t targets[BATCH];
    batch_sampler_fill(one, 0, inputs_one, targets);
    batch_sampler_fill(two, 0, inputs_two, targets);
    assert_memory_not_equal(inputs_one, inputs_two, sizeof inputs_one);
    batch_sampler_destroy(one);
    batch_sampler_destroy(two);
}

static void a_stream_needs_two_windows_and_one_token(void **state)
{
    (void)state;
    int32_t tokens[COUNT];
    TokenStream stream = counting_stream(tokens);
    BatchSampler *sampler = NULL;
    stream.count = 2 * T;
    assert_int_equal(batch_sampler_create(stream, B, T, 1, &sampler), STATUS_BAD_VALUE);
    stream.count = 0;
    assert_int_equal(batch_sampler_create(stream, B, T, 1, &sampler), STATUS_BAD_VALUE);
    stream.count = COUNT;
    assert_int_equal(batch_sampler_create(stream, 0, T, 1, &sampler), STATUS_BAD_VALUE);
    assert_int_equal(batch_sampler_create(stream, B, 0, 1, &sampler), STATUS_BAD_VALUE);
    assert_null(sampler);
    stream.count = 2 * T + 1;
    assert_int_equal(batch_sampler_create(stream, B, T, 1, &sampler), STATUS_OK);
    assert_int_equal(batch_sampler_windows_per_epoch(sampler), 1);
    int32_t inputs[BATCH];
    int32_t targets[BATCH];
    for (uint64_t step = 0; step < 50; step++) {
        batch_sampler_fill(sampler, step, inputs, targets);
        for (size_t i = 0; i < BATCH; i++) {
            assert_in_range(targets[i], 1, 2 * T);
        }
    }
    batch_sampler_destroy(sampler);
    batch_sampler_destroy(NULL);
}

static void evaluation_makes_each_token_but_the_first_a_target_once(void **state)
{
    (void)state;
    int32_t tokens[COUNT];
    TokenStream stream = counting_stream(tokens);
    for (stream.count = 0; stream.count < 5 * T; stream.count++) {
        int seen[COUNT] = {0};
        const size_t windows = evaluation_window_count(stream, T);
        for (size_t index = 0; index < windows; index++) {
            int32_t inputs[T];
            int32_t targets[T];
            size_t counted = 0;
            evaluation_window_fill(stream, T, index, inputs, targets);
            for (size_t t = 0; t < T; t++) {
                if (targets[t] == TOKEN_IGNORED) {
                    assert_true(index == windows - 1);
                    assert_true(inputs[t] == 0 || (size_t)inputs[t] == stream.count - 1);
                    continue;
                }
                assert_int_equal(inputs[t] + 1, targets[t]);
                seen[targets[t]]++;
                counted++;
            }
            assert_true(counted > 0); /* no window for nothing */
        }
        assert_int_equal(seen[0], 0);
        for (size_t i = 1; i < COUNT; i++) {
            assert_int_equal(seen[i], i < stream.count ? 1 : 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_epoch_visits_every_window_once),
        cmocka_unit_test(targets_are_the_inputs_successors),
        cmocka_unit_test(a_batch_is_the_same_whatever_was_asked_before),
        cmocka_unit_test(another_seed_gives_other_batches),
        cmocka_unit_test(a_stream_needs_two_windows_and_one_token),
        cmocka_unit_test(evaluation_makes_each_token_but_the_first_a_target_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
