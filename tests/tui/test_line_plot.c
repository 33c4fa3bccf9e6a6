#include "tui/line_plot.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/expect_screen.h"

enum { LANES = 3, FUZZ_PLOTS = 3000 };

/* A small race whose numbers are the same everywhere. */
typedef struct Race {
    Series series[PLOT_LINES_MAX];
    LinePlot plot;
} Race;

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static void append(Series *series, double step, double value)
{
    const SeriesPoint point = {.x = {step, 3.0 * step, 0.25 * step}, .value = value};
    assert_int_equal(series_append(series, point), STATUS_OK);
}

static Race race_start(size_t lanes)
{
    static const char *const labels[] = {"AdamW", "SAM", "TRAM"};
    static const char marks[] = "ox*+#@%&$abcdefg";
    Race race = {
        .plot = {.title = "loss/val", .note = "nats", .line_count = lanes, .x_end = 240.0}};
    for (size_t i = 0; i < lanes; ++i) {
        race.plot.lines[i] =
            (PlotLine){.label = labels[i % LANES],
                       .mark = marks[i % (sizeof marks - 1)],
                       .role = (Role)(ROLE_LANE_0 + (int)i % ROLE_LANE_COLOURS),
                       .raw_role = (Role)(ROLE_RAW_0 + (int)i % ROLE_LANE_COLOURS)};
    }
    return race;
}

/* Falling curves: lane i ends lower than lane i - 1. Exact in binary, so that no machine rounds a dot elsewhere. */
static void race_run(Race *race, int steps)
{
    uint32_t seed = 7;
    for (int step = 0; step < steps; ++step) {
        for (size_t i = 0; i < race->plot.line_count; ++i) {
            const double start = 3.0 - 0.25 * (double)i;
            const double fall = start / (1.0 + step / 32.0) + 0.5 - 0.0625 * (double)i;
            const double noise = (double)(next_random(&seed) % 256) / 512.0 - 0.25;
            append(&race->series[i], step, fall + noise);
        }
    }
}

static void race_end(Race *race)
{
    for (size_t i = 0; i < PLOT_LINES_MAX; ++i) {
        series_clear(&race->series[i]);
    }
}

static CellGrid draw_at(Race *race, int rows, int columns)
{
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, rows, columns), STATUS_OK);
    for (size_t i = 0; i < race->plot.line_count; ++i) {
        race->plot.lines[i].series = &race->series[i];
    }
    line_plot_draw(&race->plot, &grid, (CellRect){0, 0, rows, columns});
    return grid;
}

static void expect_picture(Race *race, int rows, int columns, const char *name)
{
    CellGrid grid = draw_at(race, rows, columns);
    expect_screen(&grid, name);
    cell_grid_destroy(&grid);
}

static void expect_words(Race *race, int rows, int columns, const char *words, bool is_there)
{
    CellGrid grid = draw_at(race, rows, columns);
    char *text = cell_grid_to_text(&grid);
    assert_non_null(text);
    if ((strstr(text, words) != NULL) != is_there) {
        print_error("looking for \"%s\" in\n%s\n", words, text);
        fail();
    }
    free(text);
    cell_grid_destroy(&grid);
}

static void draws_a_smoothed_race_in_braille(void **state)
{
    (void)state;
    Race race = race_start(LANES);
    race_run(&race, 160);
    race.plot.smoothing = 0.75;
    race.plot.lines[2].is_emphasised = true;
    race.plot.rules[0] = (PlotRule){.x = {100.0, 300.0, 25.0}, .number = 1};
    race.plot.rules[1] = (PlotRule){.x = {102.0, 306.0, 25.5}, .number = 2};
    race.plot.rule_count = 2;
    expect_picture(&race, 20, 80, "plot-braille");
    race_end(&race);
}

static void draws_the_same_race_in_blocks_with_focus(void **state)
{
    (void)state;
    Race race = race_start(LANES);
    race_run(&race, 160);
    race.plot.smoothing = 0.75;
    race.plot.glyphs = GLYPH_BLOCK;
    race.plot.has_focus = true;
    race.plot.axis = SERIES_AXIS_PASSES;
    race.plot.x_end = 0.0;
    expect_picture(&race, 20, 80, "plot-block-focus");
    race_end(&race);
}

static void draws_the_same_race_in_ascii(void **state)
{
    (void)state;
    Race race = race_start(LANES);
    race_run(&race, 160);
    race.plot.smoothing = 0.75;
    race.plot.glyphs = GLYPH_ASCII;
    race.plot.axis = SERIES_AXIS_SECONDS;
    race.plot.x_end = 0.0;
    race.plot.rules[0] = (PlotRule){.x = {100.0, 300.0, 25.0}, .number = 12};
    race.plot.rule_count = 1;
    expect_picture(&race, 20, 80, "plot-ascii");
    CellGrid grid = draw_at(&race, 20, 80);
    for (int cell = 0; cell < 20 * 80; ++cell) {
        assert_in_range(grid.cells[cell].glyph, ' ', '~');
    }
    cell_grid_destroy(&grid);
    race_end(&race);
}

static void draws_raw_values_on_a_log_axis(void **state)
{
    (void)state;
    Race race = race_start(1);
    for (int step = 0; step < 200; ++step) {
        append(&race.series[0], step, ldexp(1.0, -step / 16) * (step == 50 ? -1.0 : 1.0));
    }
    race.plot.y_scale = AXIS_SCALE_LOG;
    race.plot.note = "log y";
    race.plot.is_frame_ascii = true;
    expect_picture(&race, 16, 60, "plot-log");
    race_end(&race);
}

static void leaves_gaps_at_values_that_are_no_numbers(void **state)
{
    (void)state;
    Race race = race_start(1);
    for (int step = 0; step < 120; ++step) {
        double value = 1.0 + step / 64.0;
        if (step >= 40 && step < 80) {
            value = step % 2 == 0 ? (double)NAN : (double)INFINITY;
        }
        append(&race.series[0], step, value);
    }
    race.plot.x_end = 120.0;
    expect_picture(&race, 12, 60, "plot-gap");
    expect_words(&race, 12, 60, "40 pts not finite", true);
    race_end(&race);
}

static void lanes_on_top_of_each_other_show_their_letters_in_turn(void **state)
{
    (void)state;
    Race race = race_start(LANES);
    for (int step = 0; step <= 240; ++step) {
        for (size_t lane = 0; lane < LANES; ++lane) {
            append(&race.series[lane], step, step / 128.0);
        }
    }
    expect_picture(&race, 14, 72, "plot-overlap");
    race_end(&race);
}

static void end_labels_are_pushed_apart(void **state)
{
    (void)state;
    Race race = race_start(8);
    for (int step = 0; step <= 200; ++step) {
        for (size_t lane = 0; lane < 8; ++lane) {
            append(&race.series[lane], step, 2.0 - step / 128.0 + (double)lane / 512.0);
        }
    }
    race.plot.lines[5].is_emphasised = true;
    expect_picture(&race, 14, 72, "plot-crowd");
    expect_picture(&race, 8, 72,
                   "plot-crowd-low"); /* fewer rows than lanes: the emphasised one is kept */
    race_end(&race);
}

/* Both end on the same dot: the higher value's label is above, whatever the order of the lanes. */
static void of_labels_on_one_row_the_higher_value_is_above(void **state)
{
    (void)state;
    Race race = race_start(2);
    for (int step = 0; step <= 200; ++step) {
        append(&race.series[0], step, 1.0 + step / 128.0);
        append(&race.series[1], step, 1.0 + step / 128.0 + 1.0 / 1024.0);
    }
    CellGrid grid = draw_at(&race, 14, 72);
    int rows[2] = {-1, -1};
    for (int row = 1; row < 13; ++row) {
        for (int column = 55; column < 71; ++column) { /* right of the curves */
            const int32_t glyph = cell_grid_at(&grid, row, column).glyph;
            rows[0] = glyph == 'o' ? row : rows[0];
            rows[1] = glyph == 'x' ? row : rows[1];
        }
    }
    assert_int_equal(rows[0], rows[1] + 1);
    cell_grid_destroy(&grid);
    race_end(&race);
}

/* 40,000 points of noise with one spike: their means, before what they reach, at every level of glyphs. */
static void draws_many_points_as_means_before_their_extremes(void **state)
{
    (void)state;
    static const char *const names[] = {"plot-dense", "plot-dense-block", "plot-dense-ascii"};
    Race race = race_start(2);
    uint32_t seed = 3;
    for (int step = 0; step < 40000; ++step) {
        for (size_t lane = 0; lane < 2; ++lane) {
            const double noise = (double)(next_random(&seed) % 256) / 256.0;
            const bool is_spike = lane == 1 && step == 24000;
            append(&race.series[lane], step, is_spike ? 6.0 : 1.0 + 2.0 * (double)lane + noise);
        }
    }
    race.plot.x_end = 48000.0;
    for (int level = 0; level < GLYPH_LEVEL_COUNT; ++level) {
        race.plot.glyphs = (GlyphLevel)level;
        expect_picture(&race, 16, 72, names[level]);
    }
    race_end(&race);
}

static void draws_both_signs_on_a_symlog_axis_and_steps_on_a_log_axis(void **state)
{
    (void)state;
    static const char *const names[] = {"plot-symlog", "plot-symlog-block", "plot-symlog-ascii"};
    Race race = race_start(2);
    for (int step = 0; step <= 1000; ++step) {
        append(&race.series[0], step, 4096.0 / (1.0 + step * step / 64.0));
        append(&race.series[1], step, step < 20 ? -64.0 : step / 512.0 - 1.0);
    }
    race.plot.y_scale = AXIS_SCALE_SYMLOG;
    race.plot.is_x_log = true;
    race.plot.has_zero_line = true;
    race.plot.note = "symlog y, log x";
    race.plot.x_end = 1000.0;
    for (int level = 0; level < GLYPH_LEVEL_COUNT; ++level) {
        race.plot.glyphs = (GlyphLevel)level;
        expect_picture(&race, 16, 72, names[level]);
    }
    race_end(&race);
}

static void draws_a_window_with_the_cursor_and_its_read_out(void **state)
{
    (void)state;
    static const char *const names[] = {"plot-cursor", "plot-cursor-block", "plot-cursor-ascii"};
    Race race = race_start(LANES);
    race_run(&race, 160);
    race.plot.smoothing = 0.75;
    race.plot.lines[2].is_emphasised = true;
    race.plot.window = (PlotWindow){.low = 40.0, .high = 120.0};
    race.plot.cursor =
        (PlotCursor){.is_on = true, .x = 64.0, .has_read_out = true, .picked_line = 1};
    for (int level = 0; level < GLYPH_LEVEL_COUNT; ++level) {
        race.plot.glyphs = (GlyphLevel)level;
        expect_picture(&race, 18, 80, names[level]);
    }
    race_end(&race);
}

static void a_window_without_points_says_how_to_leave_it(void **state)
{
    (void)state;
    Race race = race_start(1);
    race_run(&race, 20);
    race.plot.window = (PlotWindow){.low = 100.0, .high = 120.0};
    expect_words(&race, 10, 60, "no value in this part: 0 shows all", true);
    race_end(&race);
}

static void shrinks_in_stages(void **state)
{
    (void)state;
    Race race = race_start(2);
    race_run(&race, 160);
    race.plot.smoothing = 0.75;
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 22, 60), STATUS_OK);
    for (size_t i = 0; i < 2; ++i) {
        race.plot.lines[i].series = &race.series[i];
    }
    static const CellRect rects[] = {{0, 0, 8, 40},  {8, 0, 6, 24},  {14, 0, 4, 16}, {18, 0, 3, 10},
                                     {0, 42, 2, 16}, {4, 42, 1, 18}, {6, 42, 1, 1},  {8, 42, 5, 5}};
    for (size_t i = 0; i < sizeof rects / sizeof *rects; ++i) {
        line_plot_draw(&race.plot, &grid, rects[i]);
    }
    expect_screen(&grid, "plot-small");
    cell_grid_destroy(&grid);
    race_end(&race);
}

/* Two lines on top of each other: the reference is the one that is hidden, though it is given last. */
static void a_reference_lies_behind(void **state)
{
    (void)state;
    Race race = race_start(2);
    for (int step = 0; step < 50; ++step) {
        append(&race.series[0], step, 1.0);
        append(&race.series[1], step, 1.0);
    }
    for (int is_reference = 0; is_reference <= 1; ++is_reference) {
        int counts[2] = {0};
        race.plot.lines[1].is_reference = is_reference == 1;
        CellGrid grid = draw_at(&race, 12, 60);
        for (int cell = 0; cell < 12 * 40; ++cell) { /* the labels are further right */
            const Cell at = cell_grid_at(&grid, cell / 40, cell % 40);
            counts[0] += at.role == ROLE_LANE_0 && at.glyph > 127;
            counts[1] += at.role == ROLE_LANE_1 && at.glyph > 127;
        }
        assert_true(counts[is_reference == 1 ? 0 : 1] > 3 && counts[is_reference] == 0);
        cell_grid_destroy(&grid);
    }
    race_end(&race);
}

/* Many points a column: the reference has its line from edge to edge, smoothed or not, and no bars behind it. */
static void a_reference_among_many_points_is_a_line(void **state)
{
    (void)state;
    Race race = race_start(2);
    for (int step = 0; step < 20000; ++step) {
        append(&race.series[0], step, 1.0);
        append(&race.series[1], step, step % 2 == 0 ? 2.0 : 4.0);
    }
    race.plot.lines[1].is_reference = true;
    for (int smooth = 0; smooth <= 1; ++smooth) {
        int counts[2] = {0};
        race.plot.smoothing = smooth == 1 ? 0.99 : 0.0;
        CellGrid grid = draw_at(&race, 12, 60);
        for (int cell = 0; cell < 12 * 40; ++cell) { /* the labels are further right */
            const Cell at = cell_grid_at(&grid, cell / 40, cell % 40);
            counts[0] += at.role == race.plot.lines[1].role && at.glyph > 127;
            counts[1] += at.role == race.plot.lines[1].raw_role && at.glyph > 127;
        }
        assert_true(counts[0] > 12);
        assert_int_equal(counts[1], 0);
        cell_grid_destroy(&grid);
    }
    race_end(&race);
}

static void says_that_it_waits_for_the_first_value(void **state)
{
    (void)state;
    Race race = race_start(LANES);
    expect_picture(&race, 6, 40, "plot-waiting");
    race.plot.line_count = 0;
    expect_words(&race, 6, 40, "waiting for the first value", true);
    race.plot.empty = "nobody is here";
    expect_words(&race, 6, 40, "nobody is here", true);
}

static void says_why_nothing_can_be_drawn(void **state)
{
    (void)state;
    Race race = race_start(1);
    append(&race.series[0], 0.0, NAN);
    append(&race.series[0], 1.0, -INFINITY);
    expect_words(&race, 6, 60, "no finite value to show", true);
    expect_words(&race, 6, 60, "2 pts not finite", true);
    append(&race.series[0], 2.0, -1.0);
    race.plot.y_scale = AXIS_SCALE_LOG;
    expect_words(&race, 6, 60, "no value > 0 to show on a log axis", true);
    expect_words(&race, 6, 60, "1 pt <= 0, 2 pts not finite", true);
    race_end(&race);
}

/* One spike in a thousand leaves the picture, but never in silence. */
static void counts_points_off_the_scale(void **state)
{
    (void)state;
    Race race = race_start(1);
    for (int step = 0; step < 1000; ++step) {
        const bool is_low = step == 700 || step == 701;
        append(&race.series[0], step,
               step == 500 ? 30.0
               : is_low    ? -20.0
                           : 2.0 + (step % 8) / 16.0);
    }
    race.plot.smoothing = 0.99;
    race.plot.x_end = 1000.0;
    expect_words(&race, 12, 60, "^ 1 pt > ", true);
    expect_words(&race, 12, 60, "v 2 pts < ", true);
    expect_words(&race, 12, 18, "^1", true);            /* in a small chart in short */
    expect_words(&race, 12, 18, "v 2 pts < 1.8", true); /* the bottom has nothing else to say */
    expect_words(&race, 12, 14, "v2", true);
    race.plot.smoothing = 0.0; /* without smoothing the spikes are the line */
    expect_words(&race, 12, 60, "pt > ", false);
    expect_words(&race, 12, 60, "pts < ", false);
    race_end(&race);
}

static void x_axis_is_fixed_until_the_data_reach_its_end(void **state)
{
    (void)state;
    Race race = race_start(1);
    race.plot.x_end = 0.0;
    append(&race.series[0], 0.0, 1.0);
    append(&race.series[0], 1024.0, 2.0);
    expect_words(&race, 12, 60,
                 "\xe2\x94\xb4"
                 "1k",
                 true);
    expect_words(&race, 12, 60, "1.5k", false);
    append(&race.series[0], 1025.0, 2.0);
    expect_words(&race, 12, 60, "1.5k", true);
    race.plot.x_end = 1200.0; /* the plan holds the data */
    expect_words(&race, 12, 80, "1.2k", true);
    append(&race.series[0], 1201.0, 2.0);
    expect_words(&race, 12, 80, "1.2k", false); /* the plan is exceeded: 2048 */
    expect_words(&race, 12, 80, "1.5k", true);
    race_end(&race);
}

/* The budget of bytes over a slow link rests on this: a step more changes the cells at the end of the line and no others. */
static void another_step_changes_few_cells(void **state)
{
    (void)state;
    Race race = race_start(LANES);
    race.plot.x_end = 1200.0;
    race.plot.smoothing = 0.75;
    race_run(&race, 600);
    CellGrid before = draw_at(&race, 30, 100);
    for (size_t i = 0; i < LANES; ++i) {
        append(&race.series[i], 600.0, 0.5);
    }
    CellGrid after = draw_at(&race, 30, 100);
    int changed = 0;
    for (int cell = 0; cell < 30 * 100; ++cell) {
        changed += before.cells[cell].glyph != after.cells[cell].glyph ||
                   before.cells[cell].role != after.cells[cell].role;
    }
    assert_in_range(changed, 1, 40);
    cell_grid_destroy(&before);
    cell_grid_destroy(&after);
    race_end(&race);
}

static int count_role(const CellGrid *grid, Role role)
{
    int count = 0;
    for (int cell = 0; cell < grid->rows * grid->columns; ++cell) {
        count += grid->cells[cell].role == role;
    }
    return count;
}

static void the_emphasised_line_owns_the_cells_it_crosses(void **state)
{
    (void)state;
    Race race = race_start(2);
    race.plot.x_end = 64.0;
    for (int step = 0; step <= 64; ++step) {
        append(&race.series[0], step, step);
        append(&race.series[1], step, step);
    }
    CellGrid grid = draw_at(&race, 12, 30);
    assert_in_range(count_role(&grid, ROLE_LANE_0), 0, 6); /* letters at most */
    cell_grid_destroy(&grid);
    race.plot.lines[0].is_emphasised = true;
    grid = draw_at(&race, 12, 30);
    assert_in_range(count_role(&grid, ROLE_LANE_1), 0, 6);
    assert_in_range(count_role(&grid, ROLE_LANE_0), 12, 999);
    cell_grid_destroy(&grid);
    race_end(&race);
}

static void parts_of_the_picture_have_their_roles(void **state)
{
    (void)state;
    Race race = race_start(1);
    race_run(&race, 160);
    race.plot.smoothing = 0.75;
    race.plot.rules[0] = (PlotRule){.x = {200.0, 600.0, 50.0}, .number = 3};
    race.plot.rule_count = 1;
    CellGrid grid = draw_at(&race, 12, 60);
    assert_int_equal(cell_grid_at(&grid, 0, 0).role, ROLE_FRAME);
    assert_int_equal(cell_grid_at(&grid, 0, 3).role, ROLE_TITLE);
    assert_int_equal(cell_grid_at(&grid, 0, 13).role, ROLE_DIM);
    assert_true(count_role(&grid, ROLE_RULE) >= 8);
    assert_true(count_role(&grid, ROLE_RAW_0) >= 8);
    assert_true(count_role(&grid, ROLE_LANE_0) >= 8);
    assert_true(count_role(&grid, ROLE_AXIS) >= 20);
    cell_grid_destroy(&grid);
    race.plot.has_focus = true;
    race.plot.smoothing = 0.0;
    grid = draw_at(&race, 12, 60);
    assert_int_equal(cell_grid_at(&grid, 0, 0).role, ROLE_FRAME_FOCUS);
    assert_int_equal(count_role(&grid, ROLE_RAW_0), 0); /* raw values are the line then */
    cell_grid_destroy(&grid);
    race_end(&race);
}

static void a_constant_and_a_single_point_are_drawn(void **state)
{
    (void)state;
    static const double values[] = {0.0, 1.0, -7.5, 1e-30, -1e30, 1e30, 1e299, -1e-299, 4e-320};
    for (size_t i = 0; i < sizeof values / sizeof *values; ++i) {
        for (int points = 1; points <= 50; points += 49) {
            Race race = race_start(1);
            for (int step = 0; step < points; ++step) {
                append(&race.series[0], step, values[i]);
            }
            CellGrid grid = draw_at(&race, 12, 60);
            assert_true(count_role(&grid, ROLE_LANE_0) >= 8); /* the end label and the dots */
            assert_int_equal(count_role(&grid, ROLE_WARNING), 0);
            cell_grid_destroy(&grid);
            race_end(&race);
        }
    }
}

static void values_at_the_ends_of_the_number_range_are_counted(void **state)
{
    (void)state;
    Race race = race_start(1);
    append(&race.series[0], 0.0, 1.0);
    append(&race.series[0], 1.0, 1.7e308);
    append(&race.series[0], 2.0, -1.7e308);
    append(&race.series[0], 3.0, 2.0);
    expect_words(&race, 12, 60, "^ 1 pt > ", true);
    expect_words(&race, 12, 60, "v 1 pt < ", true);
    race_end(&race);
}

static void a_diverged_lane_says_so_at_its_end(void **state)
{
    (void)state;
    Race race = race_start(1);
    append(&race.series[0], 0.0, 1.0);
    append(&race.series[0], 1.0, 2.0);
    expect_words(&race, 12, 60, "AdamW 2.000", true);
    append(&race.series[0], 2.0, NAN);
    expect_words(&race, 12, 60, "AdamW nan", true);
    race_end(&race);
}

static void end_labels_fit_their_columns(void **state)
{
    (void)state;
    static const double values[] = {0.0,       0.000244140625, -1.5e-7,  1e30,
                                    -1e100,    12345.678,      99999.9,  0.59,
                                    -123.4567, 0.048131,       -0.048131};
    static const char *const words[] = {"AdamW 0",       "AdamW 2.44e-4", "AdamW -1.5e-7",
                                        "AdamW 1.00e30", "AdamW -1e100",  "AdamW 12346 ",
                                        "AdamW 100000",  "AdamW 0.5900",  "AdamW -123.5",
                                        "AdamW 0.04813", "AdamW -0.0481"};
    for (size_t i = 0; i < sizeof values / sizeof *values; ++i) {
        Race race = race_start(1);
        append(&race.series[0], 0.0, values[i]);
        expect_words(&race, 12, 60, words[i], true);
        race_end(&race);
    }
}

static void a_spike_among_100000_points_is_not_lost(void **state)
{
    (void)state;
    Race race = race_start(1);
    for (int step = 0; step < 100000; ++step) {
        append(&race.series[0], step, step == 54321 ? 9.0 : 1.0);
    }
    race.plot.x_end = 0.0;
    CellGrid grid = draw_at(&race, 22, 80);
    int top = 0;
    for (int column = 0; column < 80; ++column) {
        top += cell_grid_at(&grid, 3, column).role == ROLE_RAW_0;
    }
    assert_int_equal(top, 1); /* behind the line, which is the mean where points are that many */
    cell_grid_destroy(&grid);
    race_end(&race);
}

static void the_same_plot_gives_the_same_cells_whatever_was_there(void **state)
{
    (void)state;
    Race race = race_start(LANES);
    race_run(&race, 100);
    race.plot.smoothing = 0.75;
    CellGrid first = draw_at(&race, 16, 64);
    CellGrid second = draw_at(&race, 16, 64);
    cell_grid_fill(&second, (CellRect){0, 0, 16, 64}, 0x28FF, ROLE_LANE_0);
    line_plot_draw(&race.plot, &second, (CellRect){0, 0, 16, 64});
    for (int cell = 0; cell < 16 * 64; ++cell) {
        assert_int_equal(first.cells[cell].glyph, second.cells[cell].glyph);
        assert_int_equal(first.cells[cell].role, second.cells[cell].role);
    }
    cell_grid_destroy(&first);
    cell_grid_destroy(&second);
    race_end(&race);
}

static double random_value(uint32_t *seed)
{
    static const double odd[] = {NAN,   INFINITY, -INFINITY, 0.0,  -0.0,
                                 1e308, -1e308,   1e-320,    1e30, -1e-30};
    const uint32_t kind = next_random(seed) % 16;
    if (kind < sizeof odd / sizeof *odd) {
        return odd[kind];
    }
    const double mantissa = (double)next_random(seed) / 16777216.0 - 0.3;
    return kind < 14 ? mantissa : mantissa * pow(10.0, (int)(next_random(seed) % 600) - 300);
}

static void random_race(Race *race, uint32_t *seed)
{
    *race = race_start(next_random(seed) % (PLOT_LINES_MAX + 1));
    const bool is_tame = next_random(seed) % 2 == 0;
    for (size_t i = 0; i < race->plot.line_count; ++i) {
        const uint32_t points = next_random(seed) % 40;
        for (uint32_t k = 0; k < points; ++k) {
            append(&race->series[i], k * 0.7,
                   is_tame ? (double)(next_random(seed) % 1000) / 100.0 : random_value(seed));
        }
        race->plot.lines[i].is_emphasised = next_random(seed) % 4 == 0;
        race->plot.lines[i].series = &race->series[i];
    }
    race->plot.rule_count = next_random(seed) % (PLOT_RULES_MAX + 1);
    for (size_t i = 0; i < race->plot.rule_count; ++i) {
        const double x = random_value(seed) * 40.0;
        race->plot.rules[i] = (PlotRule){.x = {x, x, x}, .number = (int)(next_random(seed) % 3000)};
    }
    race->plot.axis = (SeriesAxis)(next_random(seed) % SERIES_AXIS_COUNT);
    race->plot.y_scale = (AxisScale)(next_random(seed) % AXIS_SCALE_COUNT);
    race->plot.is_x_log = next_random(seed) % 3 == 0;
    race->plot.range = (PlotRange)(next_random(seed) % PLOT_RANGE_COUNT);
    race->plot.has_zero_line = next_random(seed) % 4 == 0;
    if (next_random(seed) % 3 == 0) {
        race->plot.window = (PlotWindow){.low = random_value(seed), .high = random_value(seed)};
    }
    race->plot.cursor = (PlotCursor){.is_on = next_random(seed) % 3 == 0,
                                     .x = fabs(random_value(seed)) * 30.0,
                                     .has_read_out = next_random(seed) % 2 == 0,
                                     .picked_line = next_random(seed) % 20};
    race->plot.x_end = next_random(seed) % 3 == 0 ? 0.0 : random_value(seed) * 100.0;
    race->plot.smoothing = (double)(next_random(seed) % 3) * 0.45;
    race->plot.glyphs = (GlyphLevel)(next_random(seed) % GLYPH_LEVEL_COUNT);
    race->plot.has_focus = next_random(seed) % 2 == 0;
    race->plot.is_frame_ascii = next_random(seed) % 2 == 0;
    race->plot.title = next_random(seed) % 4 == 0 ? "" : "\xe7\x8c\xab loss";
}

/* Any plot in any rectangle: no crash (asan watches), and not a cell outside the rectangle touched. */
static void draws_anything_anywhere_inside_its_rectangle(void **state)
{
    (void)state;
    uint32_t seed = 2024;
    for (int i = 0; i < FUZZ_PLOTS; ++i) {
        Race race;
        random_race(&race, &seed);
        const bool is_small = i % 8 != 0;
        const CellRect rect = {.row = 1,
                               .column = 1,
                               .rows = 1 + (int)(next_random(&seed) % (is_small ? 20 : 100)),
                               .columns = 1 + (int)(next_random(&seed) % (is_small ? 50 : 300))};
        CellGrid grid;
        assert_int_equal(cell_grid_create(&grid, rect.rows + 2, rect.columns + 2), STATUS_OK);
        cell_grid_fill(&grid, (CellRect){0, 0, grid.rows, grid.columns}, '#', ROLE_PROMPT);
        line_plot_draw(&race.plot, &grid, rect);
        const int around = 2 * (rect.rows + 2) + 2 * rect.columns;
        assert_int_equal(count_role(&grid, ROLE_PROMPT), around);
        cell_grid_destroy(&grid);
        race_end(&race);
    }
}

static void a_rectangle_off_the_grid_does_no_harm(void **state)
{
    (void)state;
    Race race = race_start(LANES);
    race_run(&race, 50);
    CellGrid grid = draw_at(&race, 10, 30);
    static const CellRect rects[] = {
        {-5, -5, 12, 40},         {8, 25, 20, 60}, {100, 100, 10, 10}, {0, 0, 0, 5},
        {0, 0, INT_MAX, INT_MAX}, {0, 0, -3, -3},  {-400, 2, 500, 20}};
    for (size_t i = 0; i < sizeof rects / sizeof *rects; ++i) {
        line_plot_draw(&race.plot, &grid, rects[i]);
    }
    cell_grid_destroy(&grid);
    race_end(&race);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_a_smoothed_race_in_braille),
        cmocka_unit_test(draws_the_same_race_in_blocks_with_focus),
        cmocka_unit_test(draws_the_same_race_in_ascii),
        cmocka_unit_test(draws_raw_values_on_a_log_axis),
        cmocka_unit_test(leaves_gaps_at_values_that_are_no_numbers),
        cmocka_unit_test(lanes_on_top_of_each_other_show_their_letters_in_turn),
        cmocka_unit_test(end_labels_are_pushed_apart),
        cmocka_unit_test(of_labels_on_one_row_the_higher_value_is_above),
        cmocka_unit_test(draws_many_points_as_means_before_their_extremes),
        cmocka_unit_test(draws_both_signs_on_a_symlog_axis_and_steps_on_a_log_axis),
        cmocka_unit_test(draws_a_window_with_the_cursor_and_its_read_out),
        cmocka_unit_test(a_window_without_points_says_how_to_leave_it),
        cmocka_unit_test(shrinks_in_stages),
        cmocka_unit_test(a_reference_lies_behind),
        cmocka_unit_test(a_reference_among_many_points_is_a_line),
        cmocka_unit_test(says_that_it_waits_for_the_first_value),
        cmocka_unit_test(says_why_nothing_can_be_drawn),
        cmocka_unit_test(counts_points_off_the_scale),
        cmocka_unit_test(x_axis_is_fixed_until_the_data_reach_its_end),
        cmocka_unit_test(another_step_changes_few_cells),
        cmocka_unit_test(the_emphasised_line_owns_the_cells_it_crosses),
        cmocka_unit_test(parts_of_the_picture_have_their_roles),
        cmocka_unit_test(a_constant_and_a_single_point_are_drawn),
        cmocka_unit_test(values_at_the_ends_of_the_number_range_are_counted),
        cmocka_unit_test(a_diverged_lane_says_so_at_its_end),
        cmocka_unit_test(end_labels_fit_their_columns),
        cmocka_unit_test(a_spike_among_100000_points_is_not_lost),
        cmocka_unit_test(the_same_plot_gives_the_same_cells_whatever_was_there),
        cmocka_unit_test(draws_anything_anywhere_inside_its_rectangle),
        cmocka_unit_test(a_rectangle_off_the_grid_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
