/* tests/data/test_epoch_sampler.c -- each epoch visits everything once, and steps can be asked for in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/epoch_sampler.h"

enum { COUNT = 103, B = 8 };

static void each_epoch_visits_all_once_in_its_own_order(void **state)
{
    (void)state;
    EpochSampler *sampler = NULL;
    assert_int_equal(epoch_sampler_create(COUNT, 5, &sampler), STATUS_OK);
    uint32_t visits[B * COUNT];
    for (uint64_t step = 0; step < COUNT; step++) {
        epoch_sampler_fill(sampler, step, B, visits + step * B);
    }
    for (size_t epoch = 0; epoch < B; epoch++) {
        int seen[COUNT] = {0};
        for (size_t i = 0; i < COUNT; i++) {
            assert_in_range(visits[epoch * COUNT + i], 0, COUNT - 1);
            assert_int_equal(seen[visits[epoch * COUNT + i]]++, 0);
        }
    }
    assert_memory_not_equal(visits, visits + COUNT, COUNT * sizeof *visits);
    epoch_sampler_destroy(sampler);
}

static void a_step_is_the_same_whichever_was_asked_before(void **state)
{
    (void)state;
    EpochSampler *forward = NULL;
    EpochSampler *backward = NULL;
    EpochSampler *other = NULL;
    assert_int_equal(epoch_sampler_create(COUNT, 5, &forward), STATUS_OK);
    assert_int_equal(epoch_sampler_create(COUNT, 5, &backward), STATUS_OK);
    assert_int_equal(epoch_sampler_create(COUNT, 6, &other), STATUS_OK);
    uint32_t steps[60][B];
    for (uint64_t step = 0; step < 60; step++) {
        epoch_sampler_fill(forward, step, B, steps[step]);
    }
    int differing = 0;
    for (uint64_t step = 60; step-- > 0;) {
        uint32_t chosen[B];
        epoch_sampler_fill(backward, step, B, chosen);
        assert_memory_equal(chosen, steps[step], sizeof chosen);
        epoch_sampler_fill(other, step, B, chosen);
        differing += memcmp(chosen, steps[step], sizeof chosen) != 0;
    }
    assert_true(differing > 50);
    epoch_sampler_destroy(forward);
    epoch_sampler_destroy(backward);
    epoch_sampler_destroy(other);
}

static void refuses_nothing_and_may_repeat_in_one_batch(void **state)
{
    (void)state;
    EpochSampler *sampler = NULL;
    assert_int_equal(epoch_sampler_create(0, 1, &sampler), STATUS_BAD_VALUE);
    assert_null(sampler);
    assert_int_equal(epoch_sampler_create(1, 1, &sampler), STATUS_OK);
    uint32_t chosen[3] = {7, 7, 7};
    epoch_sampler_fill(sampler, 9, 3, chosen);
    assert_int_equal(chosen[0] + chosen[1] + chosen[2], 0);
    epoch_sampler_destroy(sampler);
    epoch_sampler_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_epoch_visits_all_once_in_its_own_order),
        cmocka_unit_test(a_step_is_the_same_whichever_was_asked_before),
        cmocka_unit_test(refuses_nothing_and_may_repeat_in_one_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
