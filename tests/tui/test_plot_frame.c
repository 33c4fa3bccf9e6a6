#include "tui/plot_frame.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/plot_rig.h"

static const CellRect ALL = {0, 0, RIG_ROWS, RIG_COLUMNS};

static bool shows(const PlotRig *rig, const char *words)
{
    char *text = cell_grid_to_text(&rig->grid);
    assert_non_null(text);
    const bool is_there = strstr(text, words) != NULL;
    free(text);
    return is_there;
}

static void focus_and_title_are_in_the_frame(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.title = "loss";
    rig.plot.note = "nats";
    plot_frame_draw(&rig.plot, &rig.grid, ALL);
    assert_true(shows(&rig, "+- loss  nats -"));
    rig.plot.has_focus = true;
    plot_frame_draw(&rig.plot, &rig.grid, ALL);
    assert_true(shows(&rig, "+= loss  nats ="));
    rig.plot.glyphs = GLYPH_BRAILLE;
    assert_false(plot_frame_is_ascii(&rig.plot));
    rig.plot.is_frame_ascii = true;
    assert_true(plot_frame_is_ascii(&rig.plot));
    rig_close(&rig);
}

static void says_how_many_values_lie_outside_and_where_the_first_gap_is(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    for (int step = 0; step < 50; step++) {
        rig_add(&rig, 0, step,
                step < 3     ? 99.0
                : step == 9  ? -99.0
                : step == 20 ? (double)NAN
                             : 5.0);
    }
    rig_measure(&rig, 0.0, 12.4);
    plot_frame_draw(&rig.plot, &rig.grid, ALL);
    const PlotGapNote gap = {.is_known = true, .x = 20.0, .label = "AdamW"};
    plot_frame_draw_warnings(&rig.plot, &rig.survey, &rig.axes, &gap, &rig.grid, ALL);
    assert_true(shows(&rig, " ^ 3 pts > 12.4 +"));
    assert_true(shows(&rig, " v 1 pt < 0, 1 pt not finite (AdamW from 20) +") ||
                shows(&rig, " v1 nan:1 +"));
    rig_close(&rig);
}

static void without_axes_it_tells_the_gaps_alone(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig_add(&rig, 0, 0.0, INFINITY);
    rig_measure(&rig, 0.0, 1.0);
    plot_frame_draw(&rig.plot, &rig.grid, ALL);
    plot_frame_draw_warnings(&rig.plot, &rig.survey, NULL, NULL, &rig.grid, ALL);
    assert_true(shows(&rig, " 1 pt not finite +"));
    rig_close(&rig);
}

static void of_very_many_it_says_that_there_may_be_more(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    for (int step = 0; step < 10000; step++) {
        rig_add(&rig, 0, step, 5.0);
        rig_add(&rig, 1, step, 0.5);
    }
    rig_measure(&rig, 0.0, 1.0);
    plot_frame_draw(&rig.plot, &rig.grid, ALL);
    plot_frame_draw_warnings(&rig.plot, &rig.survey, &rig.axes, NULL, &rig.grid, ALL);
    assert_true(shows(&rig, " ^ 8192+ pts > 1 +"));
    rig_close(&rig);
}

static void a_legend_names_the_marks_as_well_as_it_can(void **state)
{
    (void)state;
    PlotRig rig;
    rig_open(&rig);
    rig.plot.lines[1].is_emphasised = true;
    static const struct {
        int columns;
        const char *words;
    } FRAMES[] = {{40, "+- o AdamW  x SAM -"}, {20, "+- o AdamW  x SAM -"},
                  {19, "+- o Adam  x SAM -"},  {18, "+- o Ada  x SAM -+"},
                  {17, "+- x SAM ----"},       {11, "+- x SAM -+"}};
    for (size_t i = 0; i < sizeof FRAMES / sizeof *FRAMES; i++) {
        const CellRect rect = {0, 0, RIG_ROWS, FRAMES[i].columns};
        cell_grid_clear(&rig.grid);
        plot_frame_draw(&rig.plot, &rig.grid, rect);
        plot_frame_draw_legend(&rig.plot, &rig.grid, rect);
        assert_true(shows(&rig, FRAMES[i].words));
    }
    assert_int_equal(cell_grid_at(&rig.grid, RIG_ROWS - 1, 3).role, ROLE_LANE_1);
    rig.plot.caption = "the verdict";
    plot_frame_draw(&rig.plot, &rig.grid, ALL);
    plot_frame_draw_legend(&rig.plot, &rig.grid, ALL);
    assert_true(shows(&rig, "+- the verdict -"));
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(focus_and_title_are_in_the_frame),
        cmocka_unit_test(says_how_many_values_lie_outside_and_where_the_first_gap_is),
        cmocka_unit_test(of_very_many_it_says_that_there_may_be_more),
        cmocka_unit_test(a_legend_names_the_marks_as_well_as_it_can),
        cmocka_unit_test(without_axes_it_tells_the_gaps_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
