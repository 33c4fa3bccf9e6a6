#include "tui/view_bars.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_hint(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    view_bars_hint(state, view, grid, rect);
}

static void the_status_line_tells_phase_progress_and_time_left(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_true(pane_shows(
        view_bars_status, &fixed, 1, 120,
        "tramlab 0.1 | RUN | step 120/200 60% | 2 steps/s | eta 0:40 | x: step | seed 7 | "
        "cross-domain | runs/cross-domain-1"));
    assert_true(pane_shows(view_bars_status, &fixed, 1, 60,
                           "tramlab | RUN | step 120/200 60% | 2 steps/s | eta 0:40"));
    fixed_state_destroy(&fixed);
}

static void lanes_that_are_not_shown_are_counted_in_the_status_line(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_false(pane_shows(view_bars_status, &fixed, 1, 120, "lanes"));
    fixed.view.is_hidden[1] = true;
    assert_true(pane_shows(view_bars_status, &fixed, 1, 80, " | 2 of 3 lanes"));
    fixed.view.page = VIEW_PAGE_GRID;
    assert_true(pane_shows(view_bars_words, &fixed, 1, 80, "o AdamW  * TRAM"));
    fixed_state_destroy(&fixed);
}

static void a_lane_that_catches_up_is_told_beside_the_progress_of_the_race(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    give_event(fixed.state, added_lane(3, "late", LANE_ALL));
    give_sample(fixed.state, fake_sample(3, 34, 0.1, 0.0));
    assert_true(pane_shows(view_bars_status, &fixed, 1, 80,
                           "RUN | step 120/200 60% | late catching up 34/120 | x: step"));
    give_event(fixed.state, added_lane(4, "later", LANE_ALL));
    assert_true(
        pane_shows(view_bars_status, &fixed, 1, 100, "late catching up 34/120 (+1) | x: step"));
    fixed_state_destroy(&fixed);
}

static void the_removal_is_asked_in_the_message_line_whatever_stood_there(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    view_state_say(&fixed.view, ROLE_TEXT, "something else");
    fixed.view.is_removal_open = true;
    assert_true(view_bars_has_message(fixed.state, &fixed.view));
    assert_true(pane_shows(view_bars_message, &fixed, 1, 80, "remove TRAM? y/n"));
    fixed_state_destroy(&fixed);
}

static void the_link_is_told_where_there_is_room_and_first_when_it_is_slow(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    (void)snprintf(fixed.view.link, sizeof fixed.view.link, "4.2 kB/s 84 ms 5 fps");
    assert_true(pane_shows(view_bars_status, &fixed, 1, 120, "seed 7 | 4.2 kB/s 84 ms 5 fps"));
    /* On a small screen before what does not change; the frames a second give way. */
    assert_true(pane_shows(view_bars_status, &fixed, 1, 80, "eta 0:40 | 4.2 kB/s 84 ms\n"));
    (void)snprintf(fixed.view.link, sizeof fixed.view.link, "4.2 kB/s 5 fps");
    assert_true(pane_shows(view_bars_status, &fixed, 1, 80, "eta 0:40 | 4.2 kB/s 5 fps\n"));
    (void)snprintf(fixed.view.link, sizeof fixed.view.link, "4.2 kB/s 84 ms 5 fps");
    fixed.view.is_link_slow = true;
    assert_true(pane_shows(view_bars_status, &fixed, 1, 90, "eta 0:40 | 4.2 kB/s 84 ms 5 fps"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_PAUSED, .lane = LANE_ALL});
    assert_false(pane_shows(view_bars_status, &fixed, 1, 120, "fps"));
    fixed_state_destroy(&fixed);
}

static void while_loading_it_says_what(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    RunEvent event = {.kind = RUN_EVENT_LOADING, .lane = LANE_ALL};
    (void)snprintf(event.text, sizeof event.text, "base-lm");
    give_event(fixed.state, event);
    assert_true(pane_shows(view_bars_status, &fixed, 1, 80, "LOADING | base-lm"));
    fixed_state_destroy(&fixed);
}

static void when_it_is_over_it_says_how_to_leave(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_FINISHED, .lane = LANE_ALL});
    assert_true(pane_shows(view_bars_status, &fixed, 1, 80, "DONE"));
    assert_true(pane_shows(view_bars_status, &fixed, 1, 80, "q leaves"));
    assert_true(pane_shows(view_bars_message, &fixed, 1, 100, "runs/cross-domain-1"));
    fixed_state_destroy(&fixed);
}

static void a_failure_is_told_in_the_message_line(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    RunEvent event = {.kind = RUN_EVENT_FAILED, .lane = LANE_ALL};
    (void)snprintf(event.text, sizeof event.text, "no model in models/base-lm");
    give_event(fixed.state, event);
    assert_true(pane_shows(view_bars_message, &fixed, 1, 80, "no model in models/base-lm"));
    fixed_state_destroy(&fixed);
}

static void help_and_quit_are_among_the_hints_at_any_width(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    for (int columns = 16; columns < 200; columns += 7) {
        assert_true(pane_shows(draw_hint, &fixed, 1, columns, "? help  q quit"));
    }
    fixed_state_destroy(&fixed);
}

static void the_prompt_keeps_its_cursor_on_the_screen(void **unused)
{
    (void)unused;
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 1, 10), STATUS_OK);
    const CellRect line = {0, 0, 1, 10};
    assert_int_equal(view_bars_prompt(&grid, line, ":", "set", 3), 4);
    assert_int_equal(view_bars_prompt(&grid, line, ":", "set", 0), 1);
    assert_int_equal(view_bars_prompt(&grid, line, ":", "0123456789abc", 13), 9);
    assert_int_equal(cell_grid_at(&grid, 0, 8).glyph, 'c');
    assert_int_equal(view_bars_prompt(&grid, line, ":", "\xC3\xA4\xE4\xBD\xA0x", 5), 4);
    assert_int_equal(view_bars_prompt(&grid, line, ":", "ab\xFF", 99), 4);
    cell_grid_destroy(&grid);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    draw_at_all_sizes(view_bars_status, &fixed);
    draw_at_all_sizes(view_bars_message, &fixed);
    draw_at_all_sizes(view_bars_words, &fixed);
    draw_at_all_sizes(draw_hint, &fixed);
    fixed_state_destroy(&fixed);
}

static void draw_words(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    view_bars_words(state, view, grid, rect);
}

static void long_words_go_on_in_the_empty_message_line(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    fixed.view.lane = 13;
    assert_true(pane_shows(draw_words, &fixed, 1, 80, "not an ascent direction"));
    assert_false(pane_shows(draw_words, &fixed, 1, 80, "not reached"));
    assert_true(pane_shows(draw_words, &fixed, 2, 80, "not reached"));
    assert_false(view_bars_has_message(fixed.state, &fixed.view));
    view_state_say(&fixed.view, ROLE_TEXT, "hello");
    assert_true(view_bars_has_message(fixed.state, &fixed.view));
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_status_line_tells_phase_progress_and_time_left),
        cmocka_unit_test(lanes_that_are_not_shown_are_counted_in_the_status_line),
        cmocka_unit_test(a_lane_that_catches_up_is_told_beside_the_progress_of_the_race),
        cmocka_unit_test(the_removal_is_asked_in_the_message_line_whatever_stood_there),
        cmocka_unit_test(the_link_is_told_where_there_is_room_and_first_when_it_is_slow),
        cmocka_unit_test(while_loading_it_says_what),
        cmocka_unit_test(when_it_is_over_it_says_how_to_leave),
        cmocka_unit_test(a_failure_is_told_in_the_message_line),
        cmocka_unit_test(help_and_quit_are_among_the_hints_at_any_width),
        cmocka_unit_test(the_prompt_keeps_its_cursor_on_the_screen),
        cmocka_unit_test(any_rectangle_can_be_drawn),
        cmocka_unit_test(long_words_go_on_in_the_empty_message_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
