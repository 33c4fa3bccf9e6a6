#include "tui/view_events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_events(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)view_events_draw(state, view, grid, rect);
}

static void the_newest_event_stands_first(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    expect_pane(draw_events, &fixed, 6, 40, "events");
    fixed_state_destroy(&fixed);
}

static void scrolling_stops_at_the_oldest(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.page = VIEW_PAGE_EVENTS;
    fixed.view.event_scroll = 500;
    assert_true(pane_shows(draw_events, &fixed, 4, 40, "loading: base-lm"));
    assert_true(pane_shows(draw_events, &fixed, 4, 40, "started"));
    fixed_state_destroy(&fixed);
}

static void a_replaced_head_is_told(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    const RunReport report = {
        .kind = RUN_REPORT_EVENT,
        .as.event = {.kind = RUN_EVENT_LOADED, .lane = LANE_ALL, .text = "head replaced: 9 -> 2"}};
    lab_state_take(fixed.state, &report);
    fixed.view.page = VIEW_PAGE_EVENTS;
    assert_true(pane_shows(draw_events, &fixed, 4, 60, "0 loaded: head replaced: 9 -> 2"));
    fixed_state_destroy(&fixed);
}

static void a_page_without_events_says_so(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(draw_events, &fixed, 4, 60, "none so far"));
    fixed.state->is_recorded = true;
    assert_true(pane_shows(draw_events, &fixed, 4, 60, "the record has none"));
    fixed_state_destroy(&fixed);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    draw_at_all_sizes(draw_events, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_event_stands_first),
        cmocka_unit_test(scrolling_stops_at_the_oldest),
        cmocka_unit_test(a_replaced_head_is_told),
        cmocka_unit_test(a_page_without_events_says_so),
        cmocka_unit_test(any_rectangle_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
