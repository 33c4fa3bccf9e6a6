#include "lab/radius_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void append(RadiusHistory *history, double d)
{
    MetricSample sample = {0};
    metric_sample_add(&sample, METRIC_RADIUS, d);
    assert_int_equal(radius_history_append(history, &sample), STATUS_OK);
}

static void keeps_every_radius_in_order_and_grows(void **state)
{
    (void)state;
    RadiusHistory history = {0};
    for (int i = 0; i < 1000; i++) {
        append(&history, i + 0.5);
    }
    assert_int_equal(history.count, 1000);
    assert_true(history.d[0] == 0.5 && history.d[999] == 999.5);
    radius_history_clear(&history);
    assert_null(history.d);
}

static void a_step_without_radius_counts_as_zero(void **state)
{
    (void)state;
    RadiusHistory history = {0};
    const MetricSample nothing = {0};
    append(&history, 0.3);
    assert_int_equal(radius_history_append(&history, &nothing), STATUS_OK);
    assert_int_equal(history.count, 2);
    assert_true(history.d[1] == 0.0);
    radius_history_clear(&history);
}

static void reserved_room_is_used_without_moving(void **state)
{
    (void)state;
    RadiusHistory history = {0};
    assert_int_equal(radius_history_reserve(&history, 300), STATUS_OK);
    const double *place = history.d;
    for (int i = 0; i < 300; i++) {
        append(&history, i);
    }
    assert_ptr_equal(history.d, place);
    assert_int_equal(radius_history_reserve(&history, SIZE_MAX), STATUS_OUT_OF_MEMORY);
    assert_true(history.count == 300 && history.d[299] == 299.0);
    radius_history_clear(&history);
}

static void a_copy_stands_alone(void **state)
{
    (void)state;
    RadiusHistory history = {0};
    RadiusHistory copy = {0};
    append(&history, 0.1);
    append(&history, 0.2);
    assert_int_equal(radius_history_copy(&copy, &history), STATUS_OK);
    append(&history, 0.3);
    assert_int_equal(copy.count, 2);
    assert_true(copy.d[1] == 0.2);
    radius_history_clear(&history);
    assert_true(copy.d[0] == 0.1);
    assert_int_equal(radius_history_copy(&copy, &history), STATUS_OK);
    assert_int_equal(copy.count, 0);
    radius_history_clear(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_every_radius_in_order_and_grows),
        cmocka_unit_test(a_step_without_radius_counts_as_zero),
        cmocka_unit_test(reserved_room_is_used_without_moving),
        cmocka_unit_test(a_copy_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
