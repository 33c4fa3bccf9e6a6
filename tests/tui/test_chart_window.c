#include "tui/chart_window.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const PlotWindow WHOLE = {.low = 0.0, .high = 1000.0};
static const PlotWindow LOG_WHOLE = {.low = 1.0, .high = 10000.0};
static const PlotWindow ALL = {.low = 0.0, .high = 0.0};

static void expect(PlotWindow window, double low, double high)
{
    assert_true(fabs(window.low - low) < 1e-6 && fabs(window.high - high) < 1e-6);
}

static void zooming_keeps_the_centre_where_it_was(void **state)
{
    (void)state;
    const PlotWindow once = chart_window_zoom(ALL, WHOLE, 250.0, 0.5, false);
    expect(once, 125.0, 625.0);
    expect(chart_window_zoom(once, WHOLE, 250.0, 0.5, false), 187.5, 437.5);
    expect(chart_window_zoom(once, WHOLE, 250.0, 2.0, false), 0.0, 0.0); /* all of it again */
}

static void a_window_stays_inside_the_whole(void **state)
{
    (void)state;
    expect(chart_window_zoom(ALL, WHOLE, 1000.0, 0.5, false), 500.0, 1000.0);
    const PlotWindow right = {.low = 500.0, .high = 1000.0};
    expect(chart_window_pan(right, WHOLE, 0.5, false), 500.0, 1000.0);
    expect(chart_window_pan(right, WHOLE, -0.5, false), 250.0, 750.0);
    expect(chart_window_pan(right, WHOLE, -9.0, false), 0.0, 500.0);
    expect(chart_window_pan(ALL, WHOLE, 0.5, false), 0.0, 0.0);
}

static void on_a_log_axis_it_works_with_ratios(void **state)
{
    (void)state;
    expect(chart_window_zoom(ALL, LOG_WHOLE, 100.0, 0.5, true), 10.0, 1000.0);
    const PlotWindow window = {.low = 10.0, .high = 100.0};
    expect(chart_window_pan(window, LOG_WHOLE, 1.0, true), 100.0, 1000.0);
}

static void it_does_not_become_narrower_than_can_be_drawn(void **state)
{
    (void)state;
    PlotWindow window = ALL;
    for (int i = 0; i < 200; i++) {
        window = chart_window_zoom(window, WHOLE, 333.0, 0.5, false);
        assert_true(window.high > window.low && window.low <= 333.0 && window.high >= 333.0);
    }
    assert_true(window.high - window.low > 0.9e-3);
}

static void following_moves_by_quarters_up_to_the_newest_point(void **state)
{
    (void)state;
    const PlotWindow whole = {.low = 0.0, .high = 200.0};
    const PlotWindow now = {.low = 0.0, .high = 40.0};
    assert_true(chart_window_follow(now, whole, 25.0).low ==
                0.0); /* before there is more than a window */
    assert_true(chart_window_follow(now, whole, 41.0).high == 50.0);
    assert_true(chart_window_follow(now, whole, 50.0).high == 50.0);
    assert_true(chart_window_follow(now, whole, 50.5).high == 60.0);
    assert_true(chart_window_follow(now, whole, 199.0).low == 160.0);
    assert_true(chart_window_follow(now, whole, (double)NAN).high == 40.0);
}

static void it_moves_to_reach_a_place_and_not_further(void **state)
{
    (void)state;
    const PlotWindow window = {.low = 200.0, .high = 300.0};
    expect(chart_window_reach(window, WHOLE, 250.0, false), 200.0, 300.0);
    expect(chart_window_reach(window, WHOLE, 350.0, false), 250.0, 350.0);
    expect(chart_window_reach(window, WHOLE, 20.0, false), 20.0, 120.0);
    expect(chart_window_reach(window, WHOLE, 5000.0, false), 900.0, 1000.0);
    expect(chart_window_reach(ALL, WHOLE, 5000.0, false), 0.0, 0.0);
}

static void a_window_that_lies_outside_shows_the_whole(void **state)
{
    (void)state;
    expect(chart_window_view((PlotWindow){.low = 2000.0, .high = 3000.0}, WHOLE), 0.0, 1000.0);
    expect(chart_window_view((PlotWindow){.low = 900.0, .high = 3000.0}, WHOLE), 900.0, 1000.0);
    expect(chart_window_view((PlotWindow){.low = NAN, .high = NAN}, WHOLE), 0.0, 1000.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zooming_keeps_the_centre_where_it_was),
        cmocka_unit_test(a_window_stays_inside_the_whole),
        cmocka_unit_test(on_a_log_axis_it_works_with_ratios),
        cmocka_unit_test(it_does_not_become_narrower_than_can_be_drawn),
        cmocka_unit_test(following_moves_by_quarters_up_to_the_newest_point),
        cmocka_unit_test(it_moves_to_reach_a_place_and_not_further),
        cmocka_unit_test(a_window_that_lies_outside_shows_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
