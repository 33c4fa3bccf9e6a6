#include "tui/plot_curve.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/plot_rig.h"

/* The same dots as drawing point by point: from each to the next. */
static void draws_what_point_by_point_would_draw(void **state)
{
    (void)state;
    for (int points = 1; points < 400; points += 13) {
        PlotRig rig;
        rig_open(&rig);
        rig.plot.x_end = 400.0;
        for (int step = 0; step < points; step++) {
            rig_add(&rig, 0, step, 5.0 + 4.0 * sin(step * 0.9));
        }
        rig_measure(&rig, 0.0, 10.0);
        PlotTrace trace;
        plot_curve_draw(&rig.sheet, 0, &trace);
        CellGrid grid;
        assert_int_equal(cell_grid_create(&grid, RIG_ROWS, RIG_COLUMNS), STATUS_OK);
        DotCanvas canvas = rig.axes.canvas;
        canvas.grid = &grid;
        Dot last = {0, 0};
        for (int step = 0; step < points; step++) {
            const Dot dot = {plot_axes_dot_column(&rig.axes, step),
                             plot_axes_nearest_row(&rig.axes, rig.series[0].points[step].value)};
            dot_canvas_line(&canvas, step > 0 ? last : dot, dot,
                            (DotBrush){.role = ROLE_LANE_0, .mark = 'o'});
            last = dot;
        }
        for (int cell = 0; cell < RIG_ROWS * RIG_COLUMNS; cell++) {
            assert_int_equal(rig.grid.cells[cell].glyph, grid.cells[cell].glyph);
        }
        assert_true(trace.has_end && trace.end.column == last.column && trace.end.row == last.row);
        cell_grid_destroy(&grid);
        rig_close(&rig);
    }
}

static void a_gap_is_noted_where_the_line_breaks_off(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.x_end = 59.0;
    for (int step = 0; step < 60; step++) {
        rig_add(&rig, 0, step, step >= 20 && step < 30 ? (double)NAN : 5.0);
    }
    rig_measure(&rig, 0.0, 10.0);
    PlotTrace trace;
    plot_curve_draw(&rig.sheet, 0, &trace);
    assert_int_equal(trace.gap_count, 1);
    assert_true(trace.first_gap_x == 20.0);
    assert_int_equal(trace.gaps[0].column, 20);
    for (int column = 0; column < 60; column++) {
        const bool is_drawn = cell_grid_at(&rig.grid, 10, column).role == ROLE_LANE_0;
        assert_int_equal(is_drawn, column < 20 || column >= 30);
    }
    rig_close(&rig);
}

static void what_is_off_the_scale_is_not_drawn_but_the_way_there_is(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.x_end = 59.0;
    rig_add(&rig, 0, 0.0, 5.0);
    rig_add(&rig, 0, 10.0, 50.0);
    rig_add(&rig, 0, 20.0, 60.0);
    rig_add(&rig, 0, 30.0, 5.0);
    rig_measure(&rig, 0.0, 10.0);
    PlotTrace trace;
    plot_curve_draw(&rig.sheet, 0, &trace);
    assert_int_equal(cell_grid_at(&rig.grid, 0, 10).role, ROLE_LANE_0);
    assert_int_equal(cell_grid_at(&rig.grid, 0, 15).role, ROLE_TEXT);
    assert_int_equal(cell_grid_at(&rig.grid, 0, 20).role, ROLE_LANE_0);
    rig_close(&rig);
}

static void many_points_are_their_mean_before_their_extremes(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    for (int step = 0; step < 6000; step++) {
        rig_add(&rig, 0, step, step == 3000 ? 9.9 : step % 2 == 0 ? 4.0 : 6.0);
    }
    rig.plot.x_end = 5999.0;
    rig_measure(&rig, 0.0, 10.0);
    assert_true(rig.sheet.is_dense);
    PlotTrace trace;
    plot_curve_draw_behind(&rig.sheet, 0);
    int spikes = 0; /* at most a column from its place */
    for (int column = 29; column <= 31; column++) {
        spikes += cell_grid_at(&rig.grid, 0, column).role == ROLE_RAW_0;
    }
    assert_int_equal(spikes, 1);
    assert_true(rig_count(&rig, ROLE_RAW_0) >= 60 * 4);
    plot_curve_draw(&rig.sheet, 0, &trace);
    assert_int_equal(rig_count(&rig, ROLE_LANE_0), 60); /* one thin line at 5 */
    rig_close(&rig);
}

/* Between a point left of the window and one in it, the line enters at the edge. */
static void a_line_goes_on_to_the_edges_of_a_window(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    for (int step = 0; step <= 100; step += 10) {
        rig_add(&rig, 0, step, 5.0);
    }
    rig.plot.window = (PlotWindow){.low = 25.0, .high = 65.0};
    rig_measure(&rig, 0.0, 10.0);
    PlotTrace trace;
    plot_curve_draw(&rig.sheet, 0, &trace);
    assert_int_equal(rig_count(&rig, ROLE_LANE_0), 60);
    rig_close(&rig);
}

static PlotTrace trace_of_zeros(int points, AxisScale scale)
{
    PlotRig rig;
    PlotTrace trace;
    rig_open(&rig);
    rig.plot.y_scale = scale;
    rig.plot.x_end = 60.0;
    for (int i = 0; i < points; i++) {
        const int place = i * 60 / points;
        rig_add(&rig, 0, i * 60.0 / points, (place >= 20 && place < 30) || place == 40 ? 0.0 : 5.0);
    }
    rig_measure(&rig, 1.0, 10.0);
    plot_curve_draw_behind(&rig.sheet, 0);
    plot_curve_draw(&rig.sheet, 0, &trace);
    rig_close(&rig);
    return trace;
}

/* Ten zeros in a row are one gap, with one mark at its start, at the bottom. */
static void a_value_that_a_log_axis_has_no_place_for_is_marked(void **state)
{
    (void)state;
    static const int POINTS[] = {60, 60 * 40}; /* a column each, and many a column */
    for (size_t i = 0; i < sizeof POINTS / sizeof *POINTS; i++) {
        const PlotTrace trace = trace_of_zeros(POINTS[i], AXIS_SCALE_LOG);
        assert_int_equal(trace.low_count, 2);
        assert_in_range(trace.lows[0].column, 19, 20);
        assert_in_range(trace.lows[1].column, 39, 40);
        assert_int_equal(trace.lows[0].row, RIG_ROWS - 1);
        assert_int_equal(trace.gap_count, 0);
        assert_int_equal(trace_of_zeros(POINTS[i], AXIS_SCALE_LINEAR).low_count, 0);
    }
}

static void raw_points_stand_loose_where_there_are_few(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.x_end = 59.0;
    rig_add(&rig, 0, 5.0, 1.0);
    rig_add(&rig, 0, 5.0, 9.0);
    rig_add(&rig, 0, 7.0, 20.0);
    rig_measure(&rig, 0.0, 10.0);
    plot_curve_draw_behind(&rig.sheet, 0);
    assert_int_equal(rig_count(&rig, ROLE_RAW_0), 2);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_what_point_by_point_would_draw),
        cmocka_unit_test(a_gap_is_noted_where_the_line_breaks_off),
        cmocka_unit_test(what_is_off_the_scale_is_not_drawn_but_the_way_there_is),
        cmocka_unit_test(many_points_are_their_mean_before_their_extremes),
        cmocka_unit_test(a_line_goes_on_to_the_edges_of_a_window),
        cmocka_unit_test(a_value_that_a_log_axis_has_no_place_for_is_marked),
        cmocka_unit_test(raw_points_stand_loose_where_there_are_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
