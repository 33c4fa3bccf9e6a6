#include "tui/chart_control.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/control_bench.h"
#include "tui/expect_screen.h"
#include "tui/view_charts.h"
#include "tui/view_lab.h"

static void press(ControlBench *bench, UiKey key)
{
    (void)lab_control_key(&bench->control, key);
}

static void type(ControlBench *bench, const char *line)
{
    (void)lab_control_line(&bench->control, line);
}

static void expect_lab(const ControlBench *bench, int rows, int columns, const char *name)
{
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, rows, columns), STATUS_OK);
    (void)view_lab_draw(bench->fixed.state, &bench->fixed.view, &grid);
    expect_screen(&grid, name);
    cell_grid_destroy(&grid);
}

static void expect_at_every_level(ControlBench *bench, int rows, int columns,
                                  const char *const names[GLYPH_LEVEL_COUNT])
{
    for (int level = 0; level < GLYPH_LEVEL_COUNT; level++) {
        bench->fixed.view.glyphs = (GlyphLevel)level;
        expect_lab(bench, rows, columns, names[level]);
    }
    bench->fixed.view.glyphs = GLYPH_BRAILLE;
}

static bool says(const ControlBench *bench, const char *words)
{
    return strstr(bench->fixed.view.message, words) != NULL;
}

static void a_recorded_run_is_opened_beside_read_and_closed(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    type(&bench, "open sample-runs/recorded/cross-domain/trio-seed-1");
    assert_true(says(&bench, "beside the race, in grey: A ref AdamW, B ref SAM, C ref TRAM"));
    press(&bench, 'v');
    for (int i = 0; i < 6 && view->cursor.lane < SPEC_LANES_MAX; i++) {
        press(&bench, 'k');
    }
    for (int i = 0; i < 6 && view->cursor.lane < SPEC_LANES_MAX; i++) {
        press(&bench, 'j');
    }
    assert_true(view->cursor.lane > SPEC_LANES_MAX); /* the cursor reads it, too */
    press(&bench, UI_KEY_ENTER);
    assert_true(says(&bench, "it can only be looked at") && view->lane == 2);
    type(&bench, "open nowhere");
    assert_true(says(&bench, "nowhere: nothing recorded is there"));
    assert_int_equal(view->message_role, ROLE_ERROR);
    type(&bench, "close");
    assert_true(says(&bench, "recorded runs closed: 2")); /* the run and the table beside it */
    type(&bench, "close");
    assert_true(says(&bench, "no recorded run is open"));
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void a_zoom_survives_new_data_and_0_ends_it(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench); /* at step 120 of 200 */
    ViewState *view = &bench.fixed.view;
    press(&bench, '+');
    assert_true(fabs(view->window.low - 60.0) < 1e-9 && fabs(view->window.high - 160.0) < 1e-9);
    assert_true(says(&bench, "step 60 to 160"));
    give_steps(bench.fixed.state, 121, 140, 2000.0);
    assert_true(fabs(view->window.low - 60.0) < 1e-9);
    press(&bench, UI_KEY_SHIFT_LEFT);
    assert_true(fabs(view->window.low - 35.0) < 1e-9 && fabs(view->window.high - 135.0) < 1e-9);
    press(&bench, '.');
    assert_true(fabs(view->window.low - 60.0) < 1e-9);
    press(&bench, '2');
    press(&bench, '0');
    assert_true(view->window.high == 0.0 && view->page == VIEW_PAGE_CHART); /* only the zoom */
    press(&bench, '0');
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    press(&bench, '+');
    press(&bench, '-');
    assert_true(view->window.high == 0.0);
    bench_close(&bench);
}

/* What is drawn, not what is stored. */
static PlotWindow drawn_window(const ControlBench *bench)
{
    ChartPicture picture;
    view_charts_picture(bench->fixed.state, &bench->fixed.view, 0, &picture);
    return picture.plot.window;
}

static void a_window_that_follows_moves_by_quarters_and_one_that_stays_does_not(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench); /* at step 120 of 200 */
    type(&bench, "last 40");
    assert_true(says(&bench, "step 80 to 120") && says(&bench, "following"));
    give_steps(bench.fixed.state, 121, 121, 2000.0);
    assert_true(drawn_window(&bench).low == 90.0 && drawn_window(&bench).high == 130.0);
    give_steps(bench.fixed.state, 122, 130, 2000.0);
    assert_true(drawn_window(&bench).high == 130.0); /* the same axis for ten steps */
    press(&bench, 'F');
    assert_false(bench.fixed.view.is_window_following);
    give_steps(bench.fixed.state, 131, 150, 2000.0);
    assert_true(drawn_window(&bench).low == 90.0 && drawn_window(&bench).high == 130.0);
    press(&bench, 'F');
    assert_true(drawn_window(&bench).low == 110.0 && drawn_window(&bench).high == 150.0);
    press(&bench, '+'); /* closer, and still following */
    give_steps(bench.fixed.state, 151, 160, 2000.0);
    assert_true(drawn_window(&bench).low == 140.0 && drawn_window(&bench).high == 160.0);
    press(&bench, UI_KEY_SHIFT_LEFT);
    assert_false(bench.fixed.view.is_window_following);
    press(&bench, '0');
    press(&bench, 'F'); /* of all: the newest quarter of the axis */
    assert_true(drawn_window(&bench).high - drawn_window(&bench).low == 50.0);
    press(&bench, '0');
    assert_true(!bench.fixed.view.is_window_following && drawn_window(&bench).high == 0.0);
    bench_close(&bench);
}

static void the_cursor_walks_over_logged_points(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    press(&bench, 'v');
    assert_true(view->cursor.is_on && view->cursor.x == 120.0);
    press(&bench, ',');
    assert_true(view->cursor.x == 119.0);
    press(&bench, UI_KEY_LEFT); /* one per cent of 200 steps */
    assert_true(view->cursor.x == 117.0);
    press(&bench, UI_KEY_PAGE_UP);
    assert_true(view->cursor.x == 97.0);
    press(&bench, UI_KEY_HOME);
    assert_true(view->cursor.x == 0.0);
    press(&bench, 'h');
    assert_true(view->cursor.x == 0.0);
    press(&bench, UI_KEY_TAB); /* the zero-shot chart: a point every 50 steps */
    press(&bench, 'l');
    assert_true(view->cursor.x == 50.0);
    press(&bench, UI_KEY_ESCAPE);
    assert_false(view->cursor.is_on);
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    bench_close(&bench);
}

static void at_the_end_the_cursor_follows_new_points(void **unused)
{
    (void)unused;
    ControlBench bench;
    ChartPicture picture;
    bench_open(&bench);
    press(&bench, 'v');
    press(&bench, UI_KEY_END);
    give_steps(bench.fixed.state, 121, 130, 2000.0);
    view_charts_picture(bench.fixed.state, &bench.fixed.view, 0, &picture);
    assert_true(picture.plot.cursor.x == 130.0);
    press(&bench, ',');
    give_steps(bench.fixed.state, 131, 135, 2000.0);
    view_charts_picture(bench.fixed.state, &bench.fixed.view, 0, &picture);
    assert_true(picture.plot.cursor.x == 129.0);
    bench_close(&bench);
}

static void the_cursor_picks_a_lane_by_its_value(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    view->chart = CHART_ZERO_SHOT; /* AdamW above SAM above TRAM */
    press(&bench, 'v');
    assert_int_equal(view->cursor.lane, 2);
    press(&bench, 'k');
    assert_int_equal(view->cursor.lane, 1);
    press(&bench, 'k');
    press(&bench, 'k');
    assert_int_equal(view->cursor.lane, 0);
    assert_int_equal(view->lane, 2);
    press(&bench, UI_KEY_ENTER);
    assert_int_equal(view->lane, 0);
    press(&bench, 'j');
    assert_int_equal(view->cursor.lane, 1);
    bench_close(&bench);
}

static void on_another_axis_the_cursor_stays_at_its_point(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    press(&bench, 'v');
    press(&bench, UI_KEY_PAGE_UP); /* step 100 of TRAM: 7 passes a step */
    press(&bench, 'x');
    assert_true(view->cursor.x == 700.0);
    press(&bench, '+');
    assert_true(view->window.high > 0.0);
    press(&bench, 'x');
    assert_true(view->cursor.x == 50.0 && view->window.high == 0.0);
    bench_close(&bench);
}

static void in_a_chart_without_values_there_is_no_cursor(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    bench.fixed.view.chart_metrics[0] = METRIC_UPDATE_NORM;
    press(&bench, 'v');
    assert_false(bench.fixed.view.cursor.is_on);
    assert_true(says(&bench, "no value yet"));
    bench_close(&bench);
}

static void scales_go_round(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    press(&bench, 'y');
    press(&bench, 'y');
    assert_int_equal(view->y_scales[METRIC_LOSS], AXIS_SCALE_SYMLOG);
    assert_true(says(&bench, "loss: y axis symlog"));
    press(&bench, 'y');
    assert_int_equal(view->y_scales[METRIC_LOSS], AXIS_SCALE_LINEAR);
    press(&bench, 'X');
    assert_true(view->is_x_log);
    press(&bench, 'o');
    assert_int_equal(view->range, PLOT_RANGE_ALL);
    press(&bench, 'o');
    press(&bench, 'o');
    assert_int_equal(view->range, PLOT_RANGE_LINES);
    bench_close(&bench);
}

static void a_difference_has_a_baseline_and_a_way_back(void **unused)
{
    (void)unused;
    ControlBench bench;
    ChartPicture picture;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    press(&bench, 'd');
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_string_equal(picture.title, "1 loss: lane - AdamW");
    assert_int_equal(picture.plot.line_count, 2);
    assert_non_null(strstr(picture.caption, "one seed: not distinguishable; TRAM - AdamW "));
    assert_null(strstr(picture.caption, "win"));
    view->lane = 1;
    press(&bench, 'b');
    press(&bench, 'x');
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_string_equal(picture.title, "1 loss: lane - SAM");
    assert_non_null(strstr(picture.note, "at equal passes"));
    type(&bench, "baseline TRAM");
    assert_int_equal(view->baseline, 2);
    press(&bench, 'd');
    assert_int_equal(view->chart_metrics[0], METRIC_LOSS);
    type(&bench, "diff kl_in_domain");
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_string_equal(picture.title, "1 rep KL to theta_0: lane - TRAM");
    bench_close(&bench);
}

static void an_expression_becomes_a_chart_or_a_message(void **unused)
{
    (void)unused;
    ControlBench bench;
    ChartPicture picture;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    type(&bench, "plot eval_loss(TRAM) - eval_loss(SAM)");
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_string_equal(picture.title, "1 eval_loss: TRAM - SAM");
    assert_int_equal(picture.plot.line_count, 1);
    assert_int_equal(picture.plot.lines[0].series->count, 3); /* 0, 50, 100 */
    type(&bench, "plot loss - loss(AdamW)");
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_int_equal(picture.plot.line_count, 3);
    assert_true(picture.plot.lines[0].series->points[7].value == 0.0);
    type(&bench, "plot loss -");
    assert_true(says(&bench, "column 7:"));
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_string_equal(picture.title, "1 loss - loss(AdamW)"); /* as it was */
    bench_close(&bench);
}

static void a_pair_of_lanes_stays_a_pair(void **unused)
{
    (void)unused;
    ControlBench bench;
    ChartPicture picture;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    type(&bench, "diff TRAM SAM");
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_string_equal(picture.title, "1 loss: TRAM - SAM");
    assert_int_equal(picture.plot.line_count, 1);
    assert_true(picture.plot.has_zero_line);
    view->lane = 0;
    press(&bench, 'b'); /* another baseline of other charts */
    press(&bench, 'x');
    while (view->axis != SERIES_AXIS_PASSES) {
        press(&bench, 'x');
    }
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_string_equal(picture.title, "1 loss: TRAM - SAM");
    assert_non_null(strstr(picture.note, "at equal passes"));
    assert_non_null(strstr(picture.caption, "one seed: not distinguishable; TRAM - SAM "));
    type(&bench, "diff SAM AdamW kl_in_domain");
    view_charts_picture(bench.fixed.state, view, 0, &picture);
    assert_string_equal(picture.title, "1 rep KL to theta_0: SAM - AdamW");
    press(&bench, 'd');
    assert_int_equal(view->chart_metrics[0], METRIC_KL_IN_DOMAIN);
    bench_close(&bench);
}

static void a_grid_is_opened_walked_and_left(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    type(&bench, "grid 3x4");
    assert_int_equal(view->page, VIEW_PAGE_GRID);
    press(&bench, UI_KEY_BACK_TAB);
    assert_int_equal(view->chart, 11);
    type(&bench, "chart grad_norm");
    press(&bench, UI_KEY_ENTER);
    assert_int_equal(view->page, VIEW_PAGE_CHART);
    press(&bench, UI_KEY_ESCAPE);
    assert_int_equal(view->page, VIEW_PAGE_GRID);
    assert_int_equal(view->chart, 11);
    press(&bench, UI_KEY_ESCAPE);
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    assert_int_equal(view->chart, 0);
    press(&bench, '6');
    assert_int_equal(view->grid_columns, 4);
    assert_int_equal(view->chart_metrics[11], METRIC_GRAD_NORM); /* remembered */
    press(&bench, '6');
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    static const char *const wrong[] = {"grid", "grid 0x3", "grid 4x4", "grid 5x1", "grid 2x3x"};
    for (size_t i = 0; i < 5; i++) {
        type(&bench, wrong[i]);
        assert_true(says(&bench, "usage: grid ROWSxCOLUMNS"));
    }
    bench_close(&bench);
}

static void screens_with_cursor_difference_and_grid(void **unused)
{
    (void)unused;
    static const char *const cursor[] = {"lab-120x40-cursor", "lab-120x40-cursor-block",
                                         "lab-120x40-cursor-ascii"};
    static const char *const chart[] = {"lab-80x24-cursor", "lab-80x24-cursor-block",
                                        "lab-80x24-cursor-ascii"};
    static const char *const difference[] = {"lab-80x24-diff", "lab-80x24-diff-block",
                                             "lab-80x24-diff-ascii"};
    static const char *const grids[] = {"lab-120x40-grid", "lab-120x40-grid-block",
                                        "lab-120x40-grid-ascii"};
    ControlBench bench;
    bench_open(&bench);
    press(&bench, 'v');
    press(&bench, UI_KEY_PAGE_UP);
    press(&bench, UI_KEY_PAGE_UP);
    bench.fixed.view.message[0] = '\0';
    expect_at_every_level(&bench, 40, 120, cursor);
    press(&bench, '1');
    press(&bench, '+');
    bench.fixed.view.message[0] = '\0';
    expect_at_every_level(&bench, 24, 80, chart);
    press(&bench, UI_KEY_ESCAPE);
    press(&bench, '0');
    press(&bench, 'd');
    bench.fixed.view.message[0] = '\0';
    expect_at_every_level(&bench, 24, 80, difference);
    type(&bench, "grid 2x3");
    press(&bench, UI_KEY_TAB);
    type(&bench, "plot loss(TRAM) / loss(SAM)");
    bench.fixed.view.message[0] = '\0';
    expect_at_every_level(&bench, 40, 120, grids);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recorded_run_is_opened_beside_read_and_closed),
        cmocka_unit_test(a_zoom_survives_new_data_and_0_ends_it),
        cmocka_unit_test(a_window_that_follows_moves_by_quarters_and_one_that_stays_does_not),
        cmocka_unit_test(the_cursor_walks_over_logged_points),
        cmocka_unit_test(at_the_end_the_cursor_follows_new_points),
        cmocka_unit_test(the_cursor_picks_a_lane_by_its_value),
        cmocka_unit_test(on_another_axis_the_cursor_stays_at_its_point),
        cmocka_unit_test(in_a_chart_without_values_there_is_no_cursor),
        cmocka_unit_test(scales_go_round),
        cmocka_unit_test(a_difference_has_a_baseline_and_a_way_back),
        cmocka_unit_test(an_expression_becomes_a_chart_or_a_message),
        cmocka_unit_test(a_pair_of_lanes_stays_a_pair),
        cmocka_unit_test(a_grid_is_opened_walked_and_left),
        cmocka_unit_test(screens_with_cursor_difference_and_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
