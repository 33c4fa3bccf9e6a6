/* base/test_random.c -- known values, even spread, and nothing that depends on order. */
#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MANY = 100000 };

static void the_first_draws_are_those_of_splitmix64(void **state)
{
    (void)state;
    /* The published test values of SplitMix64 for the seed 1234567. */
    const uint64_t expected[] = {6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                                 4593380528125082431U, 16408922859458223821U};
    Random random = {.key = 1234567, .next = 0};
    for (size_t i = 0; i < 5; i++) {
        assert_true(random_bits_at(1234567, i) == expected[i]);
        assert_true(random_bits(&random) == expected[i]);
    }
}

/* Worked out apart from this code; a change of these breaks the replay of recorded runs. */
static void the_first_values_of_a_stream_stay_what_they_were(void **state)
{
    (void)state;
    const Random start = random_stream(42, RANDOM_STREAM_WEIGHTS, 3);
    assert_true(start.key == 12633677346529367001U);
    assert_int_equal(start.next, 0);
    Random random = start;
    assert_true(random_uniform(&random) == 0.9148204079614383);
    assert_true(random_uniform(&random) == 0.495904689287501);
    random = start;
    assert_true(fabs(random_normal(&random) - (-2.2187216945001267)) < 1e-12);
    random = start;
    uint32_t items[] = {0, 1, 2, 3, 4, 5};
    const uint32_t shuffled[] = {1, 2, 0, 3, 5, 4};
    random_shuffle(&random, items, 6);
    assert_memory_equal(items, shuffled, sizeof items);
}

static void a_draw_does_not_depend_on_the_draws_before_it(void **state)
{
    (void)state;
    Random random = random_stream(7, RANDOM_STREAM_DROPOUT, 12);
    const uint64_t key = random.key;
    for (uint64_t i = 0; i < 100; i++) {
        const uint64_t bits = random_bits(&random);
        assert_true(bits == random_bits_at(key, i));
    }
    Random again = random_stream(7, RANDOM_STREAM_DROPOUT, 12);
    again.next = 99;
    random.next = 99;
    assert_true(random_bits(&again) == random_bits(&random));
}

static void streams_of_other_seeds_names_or_steps_never_meet(void **state)
{
    (void)state;
    uint64_t keys[4 * 5 * 50];
    size_t count = 0;
    for (uint64_t seed = 0; seed < 4; seed++) {
        for (int stream = RANDOM_STREAM_WEIGHTS; stream <= RANDOM_STREAM_PROBES; stream++) {
            for (uint64_t step = 0; step < 50; step++) {
                keys[count++] = random_stream(seed, (RandomStream)stream, step).key;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_true(keys[i] != keys[j]);
        }
    }
}

static void uniform_draws_fill_the_unit_interval_evenly(void **state)
{
    (void)state;
    Random random = random_stream(1, RANDOM_STREAM_WEIGHTS, 0);
    size_t counts[20] = {0};
    double sum = 0.0;
    double squares = 0.0;
    for (size_t i = 0; i < MANY; i++) {
        const double u = random_uniform(&random);
        assert_true(u >= 0.0 && u < 1.0);
        counts[(size_t)(u * 20.0)]++;
        sum += u;
        squares += u * u;
    }
    assert_true(fabs(sum / MANY - 0.5) < 0.005);
    assert_true(fabs(squares / MANY - 1.0 / 3.0) < 0.005);
    for (size_t i = 0; i < 20; i++) {
        /* 5000 expected; five standard deviations are 345. */
        assert_true(counts[i] > 4650 && counts[i] < 5350);
    }
}

static void normal_draws_have_the_moments_of_the_normal_law(void **state)
{
    (void)state;
    Random random = random_stream(2, RANDOM_STREAM_WEIGHTS, 0);
    double moments[4] = {0};
    size_t beyond_two = 0;
    for (size_t i = 0; i < MANY; i++) {
        const double z = random_normal(&random);
        assert_true(isfinite(z));
        moments[0] += z / MANY;
        moments[1] += z * z / MANY;
        moments[2] += z * z * z / MANY;
        moments[3] += z * z * z * z / MANY;
        beyond_two += fabs(z) > 2.0 ? 1 : 0;
    }
    assert_int_equal(random.next, 2 * MANY); /* two draws each, as the header says */
    assert_true(fabs(moments[0]) < 0.02);
    assert_true(fabs(moments[1] - 1.0) < 0.03);
    assert_true(fabs(moments[2]) < 0.06);
    assert_true(fabs(moments[3] - 3.0) < 0.2);
    assert_true(fabs((double)beyond_two / MANY - 0.0455) < 0.004);
}

static void below_a_bound_is_even_and_stays_below(void **state)
{
    (void)state;
    Random random = random_stream(3, RANDOM_STREAM_BATCHES, 0);
    size_t counts[7] = {0};
    for (size_t i = 0; i < 70000; i++) {
        const size_t drawn = random_below(&random, 7);
        assert_true(drawn < 7);
        counts[drawn]++;
    }
    for (size_t i = 0; i < 7; i++) {
        assert_true(counts[i] > 9500 && counts[i] < 10500);
    }
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(random_below(&random, 1), 0);
    }
    /* Three quarters of 2^64: without rejection, half of the draws would be in the lowest third. */
    const size_t bound = (size_t)3 << 62;
    size_t low = 0;
    for (size_t i = 0; i < 3000; i++) {
        const size_t drawn = random_below(&random, bound);
        assert_true(drawn < bound);
        low += drawn < bound / 3 ? 1 : 0;
    }
    assert_true(low > 850 && low < 1150);
}

static void a_shuffle_is_a_permutation_and_moves_things(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    uint32_t items[COUNT];
    bool is_seen[COUNT] = {false};
    for (uint32_t i = 0; i < COUNT; i++) {
        items[i] = i;
    }
    Random random = random_stream(4, RANDOM_STREAM_BATCHES, 0);
    random_shuffle(&random, items, COUNT);
    size_t unmoved = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_true(items[i] < COUNT);
        assert_false(is_seen[items[i]]);
        is_seen[items[i]] = true;
        unmoved += items[i] == i ? 1 : 0;
    }
    assert_true(unmoved < 10); /* one is expected */
    random_shuffle(&random, items, 0);
    random_shuffle(&random, NULL, 0);
}

static void a_shuffle_gives_each_order_alike(void **state)
{
    (void)state;
    size_t counts[27] = {0};
    Random random = random_stream(5, RANDOM_STREAM_BATCHES, 0);
    for (size_t round = 0; round < 60000; round++) {
        uint32_t items[] = {0, 1, 2};
        random_shuffle(&random, items, 3);
        counts[items[0] * 9 + items[1] * 3 + items[2]]++;
    }
    size_t orders = 0;
    for (size_t i = 0; i < 27; i++) {
        if (counts[i] > 0) {
            orders++;
            assert_true(counts[i] > 9500 && counts[i] < 10500);
        }
    }
    assert_int_equal(orders, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_draws_are_those_of_splitmix64),
        cmocka_unit_test(the_first_values_of_a_stream_stay_what_they_were),
        cmocka_unit_test(a_draw_does_not_depend_on_the_draws_before_it),
        cmocka_unit_test(streams_of_other_seeds_names_or_steps_never_meet),
        cmocka_unit_test(uniform_draws_fill_the_unit_interval_evenly),
        cmocka_unit_test(normal_draws_have_the_moments_of_the_normal_law),
        cmocka_unit_test(below_a_bound_is_even_and_stays_below),
        cmocka_unit_test(a_shuffle_is_a_permutation_and_moves_things),
        cmocka_unit_test(a_shuffle_gives_each_order_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
