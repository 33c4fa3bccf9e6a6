#include "tui/plot_labels.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/plot_rig.h"

static bool shows(const PlotRig *rig, const char *words)
{
    char *text = cell_grid_to_text(&rig->grid);
    assert_non_null(text);
    const bool is_there = strstr(text, words) != NULL;
    free(text);
    return is_there;
}

static void numbers_take_seven_columns_at_most(void **state)
{
    (void)state;
    static const double values[] = {0.0,       0.000244140625, -1.5e-7,   1e30, -1e100,
                                    12345.678, 0.59,           -123.4567, NAN,  INFINITY};
    static const char *const words[] = {"0",     "2.44e-4", "-1.5e-7", "1.00e30", "-1e100",
                                        "12346", "0.5900",  "-123.5",  "nan",     "inf"};
    for (size_t i = 0; i < 10; i++) {
        char number[PLOT_NUMBER_BYTES];
        plot_labels_number(values[i], number);
        assert_string_equal(number, words[i]);
    }
}

/* Steps 0, 10, ..., 50: line 0 smoothed, line 1 measured at 0 and 40 only. */
static void fill(PlotRig *rig)
{
    rig_open(rig);
    rig->plot.x_end = 59.0;
    for (int step = 0; step <= 50; step += 10) {
        rig_add(rig, 0, step, step / 10.0);
    }
    rig_add(rig, 1, 0.0, 9.0);
    rig_add(rig, 1, 40.0, 8.0);
}

static void the_cursor_reads_the_nearest_logged_point(void **state)
{
    (void)state;
    PlotRig rig;
    fill(&rig);
    rig_measure(&rig, 0.0, 10.0);
    assert_false(plot_labels_read(&rig.sheet, 0).is_there); /* no cursor */
    rig.plot.cursor = (PlotCursor){.is_on = true, .x = 22.0};
    rig.plot.smoothing = 0.5;
    const PlotReading reading = plot_labels_read(&rig.sheet, 0);
    assert_true(reading.is_there && reading.x == 20.0 && reading.raw == 2.0);
    /* m = .5 m + .5 v from 0, 1, 2; (1 - b^3) = 7/8 */
    assert_true(fabs(reading.smoothed - 1.25 / 0.875) < 1e-12);
    assert_true(plot_labels_read(&rig.sheet, 1).x == 40.0);
    rig_close(&rig);
}

static void the_read_out_lists_every_line_on_the_other_side(void **state)
{
    (void)state;
    PlotRig rig;
    fill(&rig);
    rig.plot.smoothing = 0.5;
    rig.plot.cursor =
        (PlotCursor){.is_on = true, .x = 20.0, .has_read_out = true, .picked_line = 1};
    rig_measure(&rig, 0.0, 10.0);
    plot_labels_draw_read_out(&rig.sheet, 5);
    assert_true(shows(&rig, "@20"));
    assert_true(shows(&rig, " o AdamW 1.429   2.000"));
    assert_true(shows(&rig, ">x SAM   9.000   9.000   @0"));
    assert_int_equal(cell_grid_at(&rig.grid, 1, 3).glyph, ' ');
    rig.plot.cursor.x = 50.0;
    cell_grid_clear(&rig.grid);
    plot_labels_draw_read_out(&rig.sheet, 5);
    assert_int_equal(cell_grid_at(&rig.grid, 0, 1).glyph, '+'); /* now on the left */
    rig_close(&rig);
}

static void the_cursor_is_a_line_with_the_letters_of_what_it_reads(void **state)
{
    (void)state;
    PlotRig rig;
    fill(&rig);
    rig.plot.cursor = (PlotCursor){.is_on = true, .x = 40.0};
    rig_measure(&rig, 0.0, 10.0);
    plot_labels_draw_cursor(&rig.sheet);
    plot_labels_draw_readings(&rig.sheet);
    int bars = 0;
    for (int row = 0; row < RIG_ROWS; row++) {
        bars += cell_grid_at(&rig.grid, row, 40).glyph == '|';
    }
    assert_int_equal(bars, RIG_ROWS - 2);
    assert_int_equal(cell_grid_at(&rig.grid, 11, 40).glyph, 'o'); /* 4 of 0..10 */
    assert_int_equal(cell_grid_at(&rig.grid, 4, 40).glyph, 'x');  /* 8 */
    rig_close(&rig);
}

static void beside_the_lines_stands_what_the_cursor_reads(void **state)
{
    (void)state;
    PlotRig rig;
    fill(&rig);
    rig_measure(&rig, 0.0, 10.0);
    rig.axes.canvas.area.columns = 40;
    plot_axes_measure(&rig.axes);
    PlotTrace traces[2];
    plot_curve_draw(&rig.sheet, 0, &traces[0]);
    plot_curve_draw(&rig.sheet, 1, &traces[1]);
    const PlotLabelPlace place = {.area = rig.axes.canvas.area, .name_columns = 5};
    plot_labels_draw(&rig.sheet, &place, traces);
    assert_true(shows(&rig, "o AdamW 5.000"));
    rig.plot.cursor = (PlotCursor){.is_on = true, .x = 31.0};
    plot_labels_draw(&rig.sheet, &place, traces);
    assert_true(shows(&rig, "o AdamW 3.000"));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_take_seven_columns_at_most),
        cmocka_unit_test(the_cursor_reads_the_nearest_logged_point),
        cmocka_unit_test(the_read_out_lists_every_line_on_the_other_side),
        cmocka_unit_test(the_cursor_is_a_line_with_the_letters_of_what_it_reads),
        cmocka_unit_test(beside_the_lines_stands_what_the_cursor_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
