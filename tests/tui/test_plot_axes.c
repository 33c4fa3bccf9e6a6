#include "tui/plot_axes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROWS = 8, COLUMNS = 30, GUTTER = 5 };

static PlotAxes make_axes(CellGrid *grid, double low, double high, bool is_log)
{
    assert_int_equal(cell_grid_create(grid, ROWS, COLUMNS), STATUS_OK);
    PlotAxes axes = {.y_scale = is_log ? AXIS_SCALE_LOG : AXIS_SCALE_LINEAR};
    axes.canvas =
        (DotCanvas){.grid = grid, .area = {1, GUTTER, ROWS - 2, 20}, .level = GLYPH_BRAILLE};
    axis_ticks_window(0.0, 100.0, 5, AXIS_LABELS_COUNT, &axes.x);
    if (is_log) {
        axis_ticks_log(low, high, 5, &axes.y);
    } else {
        axis_ticks_linear(low, high, 5, &axes.y);
    }
    plot_axes_measure(&axes);
    return axes;
}

static int row_of(const PlotAxes *axes, double value)
{
    int row = -1;
    (void)plot_axes_dot_row(axes, value, &row);
    return row;
}

static void the_ends_of_the_range_are_the_outer_dots(void **state)
{
    (void)state;
    CellGrid grid;
    const PlotAxes axes = make_axes(&grid, 0.0, 4.0, false);
    assert_int_equal(row_of(&axes, 4.0), 0);
    assert_int_equal(row_of(&axes, 0.0), 4 * (ROWS - 2) - 1);
    assert_int_equal(plot_axes_dot_column(&axes, 0.0), 0);
    assert_int_equal(plot_axes_dot_column(&axes, 100.0), 39);
    assert_int_equal(plot_axes_cell_column(&axes, 39), GUTTER + 19);
    assert_int_equal(plot_axes_cell_row(&axes, 4), 2);
    cell_grid_destroy(&grid);
}

static void values_off_the_scale_have_no_row(void **state)
{
    (void)state;
    CellGrid grid;
    const PlotAxes axes = make_axes(&grid, 0.0, 4.0, false);
    const double off[] = {-0.001, 4.001, NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 5; ++i) {
        assert_int_equal(row_of(&axes, off[i]), -1);
    }
    assert_int_equal(plot_axes_dot_column(&axes, -5.0), 0);
    assert_int_equal(plot_axes_dot_column(&axes, 1e9), 39);
    cell_grid_destroy(&grid);
}

static void equal_ratios_are_equal_steps_on_a_log_axis(void **state)
{
    (void)state;
    CellGrid grid;
    const PlotAxes axes = make_axes(&grid, 0.01, 100.0, true);
    const int bottom = 4 * (ROWS - 2) - 1;
    assert_int_equal(row_of(&axes, 100.0), 0);
    assert_int_equal(row_of(&axes, 1.0), (bottom + 1) / 2);
    assert_int_equal(row_of(&axes, 0.01), bottom);
    assert_int_equal(row_of(&axes, 0.0), -1);
    cell_grid_destroy(&grid);
}

static void ranges_of_any_size_do_not_overflow(void **state)
{
    (void)state;
    CellGrid grid;
    const PlotAxes axes = make_axes(&grid, -1e300, 1e300, false);
    assert_int_equal(row_of(&axes, 0.0), 12);
    cell_grid_destroy(&grid);
}

static void axes_are_drawn_around_the_area(void **state)
{
    (void)state;
    CellGrid grid;
    const PlotAxes axes = make_axes(&grid, 0.0, 4.0, false);
    plot_axes_draw_y(&axes, true);
    plot_axes_draw_x(&axes, true, true, COLUMNS);
    char *text = cell_grid_to_text(&grid);
    assert_string_equal(text, "\n"
                              "   4+\n"
                              "   3+\n"
                              "    |\n"
                              "   2+\n"
                              "   1+\n"
                              "   0+\n"
                              "    +0---------+50------+100\n");
    free(text);
    cell_grid_destroy(&grid);
}

static void the_last_label_goes_left_where_there_is_no_room(void **state)
{
    (void)state;
    CellGrid grid;
    const PlotAxes axes = make_axes(&grid, 0.0, 4.0, false);
    plot_axes_draw_x(&axes, true, false, GUTTER + 20);
    char *text = cell_grid_to_text(&grid);
    assert_string_equal(text, "\n\n\n\n\n\n\n     0---------+50---100+\n");
    free(text);
    cell_grid_destroy(&grid);
}

static void only_ticks_with_a_row_of_their_own_are_labelled(void **state)
{
    (void)state;
    CellGrid grid;
    PlotAxes axes = make_axes(&grid, 0.0, 4.0, false);
    axes.canvas.area.rows = 3;
    plot_axes_measure(&axes);
    plot_axes_draw_y(&axes, true);
    char *text = cell_grid_to_text(&grid);
    assert_string_equal(text, "\n   4+\n   2+\n   0+\n\n\n\n\n");
    free(text);
    cell_grid_destroy(&grid);
}

static void equal_ratios_are_equal_steps_on_a_log_x_axis(void **state)
{
    (void)state;
    CellGrid grid;
    PlotAxes axes = make_axes(&grid, 0.0, 4.0, false);
    axes.x_scale = AXIS_SCALE_LOG;
    axes.x = (AxisTicks){.low = 1.0, .high = 1000.0};
    plot_axes_measure(&axes);
    assert_int_equal(plot_axes_dot_column(&axes, 1.0), 0);
    assert_int_equal(plot_axes_dot_column(&axes, 10.0), 13);
    assert_int_equal(plot_axes_dot_column(&axes, 100.0), 26);
    assert_int_equal(plot_axes_dot_column(&axes, 1000.0), 39);
    assert_true(plot_axes_way(&axes, 0.0) < 0.0 && plot_axes_way(&axes, -1.0) < 0.0);
    assert_int_equal(plot_axes_dot_column(&axes, 0.0), 0);
    cell_grid_destroy(&grid);
}

static void a_symlog_axis_is_odd_around_zero(void **state)
{
    (void)state;
    CellGrid grid;
    PlotAxes axes = make_axes(&grid, 0.0, 4.0, false);
    axes.y_scale = AXIS_SCALE_SYMLOG;
    axes.y = (AxisTicks){.low = -100.0, .high = 100.0, .unit = 0.01};
    plot_axes_measure(&axes);
    const int last = axes.last_row;
    for (double value = 0.0; value <= 100.0; value = 2.0 * value + 0.003) {
        assert_true(abs(row_of(&axes, value) + row_of(&axes, -value) - last) <= 1);
    }
    /* Between 1 and 100 as far as between 0.01 and 1, give or take a dot: log, not linear. */
    const int outer = row_of(&axes, 1.0) - row_of(&axes, 100.0);
    const int inner = row_of(&axes, 0.01) - row_of(&axes, 1.0);
    assert_true(abs(outer - inner) <= 2 && outer > 3);
    cell_grid_destroy(&grid);
}

static void what_lies_outside_has_the_row_of_the_nearest_end(void **state)
{
    (void)state;
    CellGrid grid;
    const PlotAxes axes = make_axes(&grid, 0.0, 4.0, false);
    assert_int_equal(plot_axes_nearest_row(&axes, 1e300), 0);
    assert_int_equal(plot_axes_nearest_row(&axes, -1e300), axes.last_row);
    assert_int_equal(plot_axes_nearest_row(&axes, 2.0), row_of(&axes, 2.0));
    cell_grid_destroy(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ends_of_the_range_are_the_outer_dots),
        cmocka_unit_test(values_off_the_scale_have_no_row),
        cmocka_unit_test(equal_ratios_are_equal_steps_on_a_log_axis),
        cmocka_unit_test(ranges_of_any_size_do_not_overflow),
        cmocka_unit_test(axes_are_drawn_around_the_area),
        cmocka_unit_test(the_last_label_goes_left_where_there_is_no_room),
        cmocka_unit_test(equal_ratios_are_equal_steps_on_a_log_x_axis),
        cmocka_unit_test(a_symlog_axis_is_odd_around_zero),
        cmocka_unit_test(what_lies_outside_has_the_row_of_the_nearest_end),
        cmocka_unit_test(only_ticks_with_a_row_of_their_own_are_labelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
