#include "tui/view_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_lab(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)rect;
    (void)view_lab_draw(state, view, grid);
}

static void the_first_frame_stands_before_anything_is_known(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    expect_pane(draw_lab, &fixed, 24, 80, "lab-80x24-loading");
    fixed_state_destroy(&fixed);
}

static void a_race_at_every_size_class(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    expect_pane(draw_lab, &fixed, 9, 39, "lab-39x9");
    expect_pane(draw_lab, &fixed, 10, 40, "lab-40x10");
    expect_pane(draw_lab, &fixed, 13, 50, "lab-50x13");
    expect_pane(draw_lab, &fixed, 16, 60, "lab-60x16");
    expect_pane(draw_lab, &fixed, 24, 80, "lab-80x24");
    expect_pane(draw_lab, &fixed, 40, 120, "lab-120x40");
    expect_pane(draw_lab, &fixed, 60, 200, "lab-200x60");
    fixed_state_destroy(&fixed);
}

static void fourteen_lanes_at_every_size_class(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 120, .lane = 9});
    fixed.view.lane = 13;
    fixed.view.knob = KNOB_DIVERGENCE;
    expect_pane(draw_lab, &fixed, 16, 60, "lab-60x16-many");
    expect_pane(draw_lab, &fixed, 24, 80, "lab-80x24-many");
    expect_pane(draw_lab, &fixed, 40, 120, "lab-120x40-many");
    expect_pane(draw_lab, &fixed, 60, 200, "lab-200x60-many");
    fixed.view.page = VIEW_PAGE_TABLE;
    expect_pane(draw_lab, &fixed, 16, 60, "lab-60x16-table-many");
    fixed_state_destroy(&fixed);
}

static void a_long_answer_is_read_to_its_end(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_lab, &fixed, 24, 80, "TRAM: "));
    view_state_say(
        &fixed.view, ROLE_WARNING,
        "/home/someone/.config/tramlab/config:12: there is no action \"p\"; did you mean "
        "pin? (tramlab keys lists them)");
    assert_true(pane_shows(draw_lab, &fixed, 24, 80, "pin? (tramlab keys lists them)"));
    assert_false(pane_shows(draw_lab, &fixed, 24, 80, "TRAM: "));
    fixed.view.cursor.is_on = true; /* its readings keep their row */
    assert_true(pane_shows(draw_lab, &fixed, 24, 80, "did you mean.."));
    fixed_state_destroy(&fixed);
}

static void a_chart_can_show_another_metric(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.chart_metrics[CHART_KL] = METRIC_GRAD_NORM;
    assert_true(pane_shows(draw_lab, &fixed, 40, 120, "4 grad_norm"));
    fixed.view.chart_metrics[CHART_KL] = METRIC_DOMAIN_FIRST;
    assert_true(pane_shows(draw_lab, &fixed, 40, 120, "4 perplexity/moby-dick"));
    fixed_state_destroy(&fixed);
}

static void ascii_screens_hold_nothing_but_ascii(void **unused)
{
    (void)unused;
    FixedState fixed;
    CellGrid grid;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.is_utf8 = false;
    expect_pane(draw_lab, &fixed, 40, 120, "lab-120x40-ascii");
    assert_int_equal(cell_grid_create(&grid, 40, 120), STATUS_OK);
    (void)view_lab_draw(fixed.state, &fixed.view, &grid);
    for (int i = 0; i < 40 * 120; i++) {
        assert_true(grid.cells[i].glyph < 0x7F);
    }
    cell_grid_destroy(&grid);
    fixed_state_destroy(&fixed);
}

static void pages_and_popups_stand_on_the_screen(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.page = VIEW_PAGE_CHART;
    fixed.view.chart = CHART_KL;
    expect_pane(draw_lab, &fixed, 24, 80, "lab-80x24-chart-4");
    fixed.view.is_quit_open = true;
    assert_true(pane_shows(draw_lab, &fixed, 24, 80, "The race is not over"));
    fixed.view.is_quit_open = false;
    fixed.view.is_help_open = true;
    assert_true(pane_shows(draw_lab, &fixed, 24, 80, "Help:"));
    fixed.view.is_help_open = false;
    fixed.view.page = VIEW_PAGE_METHODS;
    assert_true(pane_shows(draw_lab, &fixed, 24, 80, "Methods 1/"));
    fixed_state_destroy(&fixed);
}

static void draw_every_size(size_t lane_count)
{
    FixedState fixed;
    fixed_state_create_lanes(&fixed, lane_count);
    fixed_state_run(&fixed);
    for (int rows = 1; rows <= 100; rows += 1 + rows / 8) {
        for (int columns = 1; columns <= 300; columns += 1 + columns / 6) {
            CellGrid grid;
            assert_int_equal(cell_grid_create(&grid, rows, columns), STATUS_OK);
            fixed.view.page = (ViewPage)((rows + columns) % VIEW_PAGE_COUNT);
            fixed.view.chart = (size_t)rows % CHART_COUNT;
            fixed.view.lane = (size_t)columns % (lane_count + 1);
            fixed.view.method = (size_t)columns % fixed.state->methods.count;
            fixed.view.chart_metrics[rows % CHART_COUNT] = (uint16_t)(columns % METRIC_ID_MAX);
            fixed.view.knob = (KnobId)(rows * columns % KNOB_COUNT);
            fixed.view.glyphs = (GlyphLevel)(columns % GLYPH_LEVEL_COUNT);
            fixed.view.is_help_open = rows % 5 == 0;
            fixed.view.is_quit_open = columns % 5 == 0;
            (void)view_lab_draw(fixed.state, &fixed.view, &grid);
            cell_grid_destroy(&grid);
        }
    }
    fixed_state_destroy(&fixed);
}

static void every_size_from_one_cell_on_can_be_drawn(void **unused)
{
    (void)unused;
    draw_every_size(3);
    draw_every_size(FAKE_LANES_MAX);
}

static void without_colours_the_lanes_can_still_be_told_apart(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_lab, &fixed, 40, 120, "x SAM"));
    assert_true(pane_shows(draw_lab, &fixed, 40, 120, "* TRAM"));
    assert_true(pane_shows(draw_lab, &fixed, 40, 120, "o AdamW"));
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_frame_stands_before_anything_is_known),
        cmocka_unit_test(a_race_at_every_size_class),
        cmocka_unit_test(fourteen_lanes_at_every_size_class),
        cmocka_unit_test(a_long_answer_is_read_to_its_end),
        cmocka_unit_test(a_chart_can_show_another_metric),
        cmocka_unit_test(ascii_screens_hold_nothing_but_ascii),
        cmocka_unit_test(pages_and_popups_stand_on_the_screen),
        cmocka_unit_test(every_size_from_one_cell_on_can_be_drawn),
        cmocka_unit_test(without_colours_the_lanes_can_still_be_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
