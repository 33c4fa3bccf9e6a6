#include "tui/view_methods.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_methods(const LabState *state, const ViewState *view, CellGrid *grid,
                         CellRect rect)
{
    (void)view_methods_draw(state, view, grid, rect);
}

static int largest_scroll(const FixedState *fixed, int rows, int columns)
{
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, rows, columns), STATUS_OK);
    const int most =
        view_methods_draw(fixed->state, &fixed->view, &grid, (CellRect){0, 0, rows, columns});
    cell_grid_destroy(&grid);
    return most;
}

static void the_selected_method_is_described_beside_the_list(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    fixed.view.method = 6; /* tram-0 */
    expect_pane(draw_methods, &fixed, 12, 60, "methods-60x12");
    expect_pane(draw_methods, &fixed, 20, 80, "methods-80x20");
    expect_pane(draw_methods, &fixed, 36, 120, "methods-120x36");
    fixed_state_destroy(&fixed);
}

static void the_description_scrolls_to_its_end_and_no_further(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    fixed.view.method = 6;
    const int most = largest_scroll(&fixed, 20, 80);
    assert_true(most > 20);
    fixed.view.method_scroll = most + 50;
    expect_pane(draw_methods, &fixed, 20, 80, "methods-80x20-end");
    fixed.view.method = 0;
    fixed.view.method_scroll = 0;
    assert_int_equal(largest_scroll(&fixed, 36, 120), 0);
    fixed_state_destroy(&fixed);
}

static void a_selection_beyond_the_last_is_the_last(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    fixed.view.method = 999;
    assert_true(pane_shows(draw_methods, &fixed, 8, 80, ">asam-mean-d"));
    assert_true(pane_shows(draw_methods, &fixed, 20, 80, "A control"));
    fixed.state->methods.count = 0;
    assert_true(pane_shows(draw_methods, &fixed, 8, 80, "Methods: none"));
    fixed_state_destroy(&fixed);
}

static void the_foot_says_what_a_would_add(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    fixed.view.method = 10; /* a control */
    fixed.view.lane = 1;
    assert_true(pane_shows(draw_methods, &fixed, 36, 140,
                           "a adds it at theta_0; A as a copy of SAM; it follows TRAM"));
    fixed.view.lane = VIEW_ALL_LANES;
    assert_true(pane_shows(draw_methods, &fixed, 36, 140, "a adds it at theta_0; it follows TRAM"));
    fixed.view.method = 0;
    assert_false(pane_shows(draw_methods, &fixed, 36, 140, "it follows"));
    assert_true(pane_shows(draw_methods, &fixed, 36, 140, "In this race:  o AdamW"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 0});
    assert_false(pane_shows(draw_methods, &fixed, 36, 140, "In this race"));
    fixed_state_destroy(&fixed);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    for (size_t method = 0; method < fixed.state->methods.count; method += 3) {
        fixed.view.method = method;
        draw_at_all_sizes(draw_methods, &fixed);
    }
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_selected_method_is_described_beside_the_list),
        cmocka_unit_test(the_description_scrolls_to_its_end_and_no_further),
        cmocka_unit_test(a_selection_beyond_the_last_is_the_last),
        cmocka_unit_test(the_foot_says_what_a_would_add),
        cmocka_unit_test(any_rectangle_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
