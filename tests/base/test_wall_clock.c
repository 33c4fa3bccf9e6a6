/* base/test_wall_clock.c -- time moves forward, and a fake clock is obeyed. */
#include "base/wall_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static double told_time(void *context)
{
    double *const seconds = context;
    *seconds += 1.5;
    return *seconds;
}

static void a_fake_clock_is_read_through_its_context(void **state)
{
    (void)state;
    double seconds = 10.0;
    const WallClock clock = {.seconds = told_time, .context = &seconds};
    assert_true(wall_clock_seconds(clock) == 11.5);
    assert_true(wall_clock_seconds(clock) == 13.0);
}

static void the_monotonic_clock_measures_a_short_sleep(void **state)
{
    (void)state;
    const WallClock clock = wall_clock_monotonic();
    const double start = wall_clock_seconds(clock);
    const struct timespec nap = {.tv_sec = 0, .tv_nsec = 20000000};
    (void)nanosleep(&nap, NULL);
    const double passed = wall_clock_seconds(clock) - start;
    assert_true(passed >= 0.0199);
    assert_true(passed < 30.0); /* generous: the machine may be busy */
}

static void the_date_is_that_of_the_system(void **state)
{
    (void)state;
    const double difference = wall_clock_date_seconds() - (double)time(NULL);
    assert_true(difference > -5.0 && difference < 5.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fake_clock_is_read_through_its_context),
        cmocka_unit_test(the_monotonic_clock_measures_a_short_sleep),
        cmocka_unit_test(the_date_is_that_of_the_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
