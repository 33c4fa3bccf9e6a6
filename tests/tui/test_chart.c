#include "tui/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void charts_are_found_by_their_metric(void **state)
{
    (void)state;
    for (size_t chart = 0; chart < CHART_COUNT; chart++) {
        assert_int_equal(chart_of_metric((uint16_t)chart_info(chart)->metric), chart);
    }
    assert_int_equal(chart_of_metric(METRIC_GRAD_NORM), CHART_COUNT);
}

static void marks_tell_the_first_sixteen_lanes_apart(void **state)
{
    (void)state;
    for (size_t a = 0; a < 16; a++) {
        for (size_t b = 0; b < a; b++) {
            assert_int_not_equal(chart_lane_mark(a), chart_lane_mark(b));
        }
    }
    assert_int_equal(chart_lane_mark(0), 'o');
    assert_int_equal(chart_lane_mark(2), '*');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charts_are_found_by_their_metric),
        cmocka_unit_test(marks_tell_the_first_sixteen_lanes_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
