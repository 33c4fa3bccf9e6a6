#include "optim/schedule.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Schedule make_schedule(ScheduleKind kind)
{
    return (Schedule){
        .kind = kind, .warmup_steps = 10, .max_steps = 110, .lr_end = 0.01, .power = 1.0};
}

static void assert_rate(const Schedule *schedule, uint64_t t, double expected)
{
    const double rate = schedule_learning_rate(schedule, 1.0, t);
    if (!(fabs(rate - expected) < 1e-12)) {
        fail_msg("step %llu: %.17g is not %.17g", (unsigned long long)t, rate, expected);
    }
}

static void warms_up_in_a_straight_line_to_the_peak(void **state)
{
    (void)state;
    for (ScheduleKind kind = SCHEDULE_CONSTANT; kind <= SCHEDULE_COSINE; kind++) {
        const Schedule schedule = make_schedule(kind);
        assert_rate(&schedule, 1, 0.1);
        assert_rate(&schedule, 10, 1.0);
    }
}

static void falls_as_its_kind_says(void **state)
{
    (void)state;
    const Schedule constant = make_schedule(SCHEDULE_CONSTANT);
    const Schedule linear = make_schedule(SCHEDULE_LINEAR);
    const Schedule polynomial = make_schedule(SCHEDULE_POLYNOMIAL);
    const Schedule cosine = make_schedule(SCHEDULE_COSINE);
    assert_rate(&constant, 60, 1.0);
    assert_rate(&linear, 60, 0.5);
    assert_rate(&polynomial, 60, 0.01 + 0.99 * 0.5);
    assert_rate(&cosine, 60, 0.01 + 0.99 * 0.5);
    assert_rate(&cosine, 35, 0.01 + 0.99 * 0.5 * (1.0 + sqrt(0.5)));
}

static void stays_at_its_end_after_the_last_step(void **state)
{
    (void)state;
    const Schedule linear = make_schedule(SCHEDULE_LINEAR);
    const Schedule polynomial = make_schedule(SCHEDULE_POLYNOMIAL);
    assert_rate(&linear, 110, 0.0);
    assert_rate(&polynomial, 110, 0.01);
    assert_rate(&polynomial, 5000, 0.01);
}

static void power_bends_the_polynomial(void **state)
{
    (void)state;
    Schedule schedule = make_schedule(SCHEDULE_POLYNOMIAL);
    schedule.power = 2.0;
    assert_rate(&schedule, 60, 0.01 + 0.99 * 0.25);
}

static void never_ends_above_a_peak_turned_below_lr_end(void **state)
{
    (void)state;
    const Schedule schedule = make_schedule(SCHEDULE_POLYNOMIAL);
    assert_true(schedule_learning_rate(&schedule, 0.001, 110) <= 0.001);
}

static void works_without_warm_up_and_with_warm_up_only(void **state)
{
    (void)state;
    Schedule schedule = make_schedule(SCHEDULE_LINEAR);
    schedule.warmup_steps = 0;
    assert_rate(&schedule, 11, 0.9);
    schedule.warmup_steps = schedule.max_steps;
    assert_rate(&schedule, 110, 1.0);
    assert_rate(&schedule, 111, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warms_up_in_a_straight_line_to_the_peak),
        cmocka_unit_test(falls_as_its_kind_says),
        cmocka_unit_test(stays_at_its_end_after_the_last_step),
        cmocka_unit_test(power_bends_the_polynomial),
        cmocka_unit_test(never_ends_above_a_peak_turned_below_lr_end),
        cmocka_unit_test(works_without_warm_up_and_with_warm_up_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
