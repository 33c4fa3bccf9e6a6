#include "tui/view_wall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"
#include "tui/view_lab.h"
#include "tui/wall_state.h"

static void draw_wall(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)view_wall_draw(state, view, grid, rect);
}

static void draw_lab(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)rect;
    (void)view_lab_draw(state, view, grid);
}

static void pictures_stand_domain_by_domain_at_three_sizes(void **unused)
{
    (void)unused;
    FixedState fixed;
    wall_state_create(&fixed, 1, 28);
    expect_pane(draw_lab, &fixed, 40, 120, "wall-120x40");
    expect_pane(draw_lab, &fixed, 24, 80, "wall-80x24");
    expect_pane(draw_lab, &fixed, 16, 60, "wall-60x16");
    fixed.view.is_utf8 = false;
    expect_pane(draw_lab, &fixed, 24, 80, "wall-80x24-ascii");
    fixed_state_destroy(&fixed);
}

static void without_colours_a_picture_is_made_of_characters(void **unused)
{
    (void)unused;
    FixedState fixed;
    CellGrid grid;
    wall_state_create(&fixed, 1, 16);
    fixed.view.colours = 0;
    assert_int_equal(cell_grid_create(&grid, 24, 120), STATUS_OK);
    view_wall_draw(fixed.state, &fixed.view, &grid, (CellRect){0, 0, 24, 120});
    for (int i = 0; i < 24 * 120; i++) {
        assert_false(grid.cells[i].has_colours);
    }
    assert_int_equal(cell_grid_at(&grid, 4, 2).glyph, '%'); /* 250 of 255: the bar of class 0 */
    assert_int_equal(cell_grid_at(&grid, 4, 7).glyph, ' ');
    cell_grid_destroy(&grid);
    fixed_state_destroy(&fixed);
}

static void colours_are_those_of_the_pixels(void **unused)
{
    (void)unused;
    FixedState fixed;
    CellGrid grid;
    wall_state_create(&fixed, 3, 16);
    assert_int_equal(cell_grid_create(&grid, 24, 120), STATUS_OK);
    view_wall_draw(fixed.state, &fixed.view, &grid, (CellRect){0, 0, 24, 120});
    const Cell bar = cell_grid_at(&grid, 4, 2);
    const Cell ground = cell_grid_at(&grid, 4, 8);
    assert_true(bar.has_colours && ground.has_colours);
    assert_int_equal(bar.ink, theme_nearest_256(250, 0, 0));
    assert_int_equal(bar.paper, bar.ink);
    assert_int_equal(ground.paper, theme_nearest_256(0, 0, 200));
    cell_grid_destroy(&grid);
    fixed_state_destroy(&fixed);
}

static void the_focused_lane_answers_and_is_counted(void **unused)
{
    (void)unused;
    FixedState fixed;
    wall_state_create(&fixed, 1, 8);
    fixed.view.lane = 0;
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, "Pictures, AdamW @50: 12 of 24"));
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, "0=0 98%"));
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, "1!2 56%"));
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, "3 of 6 right, trained on"));
    fixed.view.lane = 2;
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, "Pictures, TRAM @50: 18 of 24"));
    fixed.state->wall->answers[2].count = 0;
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, "1?"));
    fixed.state->wall->answers[2] = fake_answers(2, 75);
    fixed.state->wall->answers[2].confidences[0] = NAN;
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, "0=0 nan"));
    fixed_state_destroy(&fixed);
}

static void long_names_have_a_line_of_their_own(void **unused)
{
    (void)unused;
    FixedState fixed;
    wall_state_create(&fixed, 1, 16);
    give_class(fixed.state, 0, "aeroplane");
    give_class(fixed.state, 1, "bird");
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, " aeroplane "));
    assert_true(pane_shows(draw_wall, &fixed, 40, 120, "=aeroplane 98%"));
    fixed_state_destroy(&fixed);
}

static void domains_scroll_to_the_last_one(void **unused)
{
    (void)unused;
    FixedState fixed;
    wall_state_create(&fixed, 1, 16);
    assert_true(pane_shows(draw_wall, &fixed, 16, 80, "sotu-1861-1912"));
    assert_false(pane_shows(draw_wall, &fixed, 16, 80, "wn-animal"));
    /* two blocks of 10 rows, legend, frame: one more row is a name without a picture */
    assert_true(pane_shows(draw_wall, &fixed, 23, 120, "domains 1-2/4"));
    assert_true(pane_shows(draw_wall, &fixed, 24, 120, "domains 1-2/4"));
    assert_true(pane_shows(draw_wall, &fixed, 25, 120, "domains 1-3/4"));
    fixed.view.wall_scroll = 1000;
    assert_false(pane_shows(draw_wall, &fixed, 16, 80, "sotu-1861-1912"));
    assert_true(pane_shows(draw_wall, &fixed, 16, 80, "wn-animal"));
    fixed_state_destroy(&fixed);
}

static void a_race_without_pictures_says_so(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(draw_wall, &fixed, 24, 80, "loading"));
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_wall, &fixed, 24, 80, "this race has no pictures"));
    fixed_state_destroy(&fixed);
}

static void every_size_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    wall_state_create(&fixed, 3, 16);
    draw_at_all_sizes(draw_wall, &fixed);
    fixed.view.colours = 0;
    draw_at_all_sizes(draw_wall, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_stand_domain_by_domain_at_three_sizes),
        cmocka_unit_test(without_colours_a_picture_is_made_of_characters),
        cmocka_unit_test(colours_are_those_of_the_pixels),
        cmocka_unit_test(the_focused_lane_answers_and_is_counted),
        cmocka_unit_test(long_names_have_a_line_of_their_own),
        cmocka_unit_test(domains_scroll_to_the_last_one),
        cmocka_unit_test(a_race_without_pictures_says_so),
        cmocka_unit_test(every_size_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
