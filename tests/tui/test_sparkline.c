#include "tui/sparkline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void fill(Series *series, size_t count, double (*value)(size_t step))
{
    for (size_t step = series->count; step < count; step++) {
        const SeriesPoint point = {.x = {(double)step}, .value = value(step)};
        assert_int_equal(series_append(series, point), STATUS_OK);
    }
}

static double falling(size_t step)
{
    return 100.0 - (double)step;
}

static double with_a_gap(size_t step)
{
    return step >= 50 && step < 75 ? (double)NAN : (double)step;
}

static void expect_spark(const Series *series, const SparkRange *range, GlyphLevel glyphs,
                         const char *wanted)
{
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 1, 4), STATUS_OK);
    sparkline_draw(range, series, glyphs, &grid, (CellRect){0, 0, 1, 4}, ROLE_LANE_0);
    char *text = cell_grid_to_text(&grid);
    text[strcspn(text, "\n")] = '\0';
    assert_string_equal(text, wanted);
    free(text);
    cell_grid_destroy(&grid);
}

static void it_falls_with_its_values_at_every_glyph_level(void **unused)
{
    (void)unused;
    Series series = {0};
    fill(&series, 100, falling);
    SparkRange range = spark_range_empty(100.0);
    spark_range_include(&range, &series, GLYPH_BRAILLE, 4);
    assert_true(range.high > 90.0 && range.high < 96.0 && range.low > 4.0 && range.low < 9.0);
    expect_spark(&series, &range, GLYPH_BRAILLE, "⠉⠒⠤⣀");
    expect_spark(&series, &range, GLYPH_BLOCK, "█▄▄_");
    expect_spark(&series, &range, GLYPH_ASCII, "#=-.");
    series_clear(&series);
}

static void what_is_to_come_is_left_free_and_the_past_stays(void **unused)
{
    (void)unused;
    Series series = {0};
    SparkRange range = {.low = 0.0, .high = 100.0, .x_end = 100.0};
    fill(&series, 50, falling);
    expect_spark(&series, &range, GLYPH_ASCII, "#=");
    fill(&series, 75, falling);
    expect_spark(&series, &range, GLYPH_ASCII, "#=-");
    series_clear(&series);
}

static void gaps_are_gaps_and_a_constant_lies_at_the_bottom(void **unused)
{
    (void)unused;
    Series series = {0};
    Series constant = {0};
    SparkRange range = {.low = 0.0, .high = 100.0, .x_end = 100.0};
    SparkRange flat = spark_range_empty(4.0);
    fill(&series, 100, with_a_gap);
    expect_spark(&series, &range, GLYPH_ASCII, ".- #");
    for (size_t step = 0; step < 4; step++) {
        assert_int_equal(series_append(&constant, (SeriesPoint){.x = {(double)step}, .value = 7.0}),
                         STATUS_OK);
    }
    spark_range_include(&flat, &constant, GLYPH_ASCII, 4);
    expect_spark(&constant, &flat, GLYPH_ASCII, "....");
    series_clear(&series);
    series_clear(&constant);
}

static void without_values_nothing_is_drawn(void **unused)
{
    (void)unused;
    const Series series = {0};
    SparkRange range = spark_range_empty(10.0);
    spark_range_include(&range, &series, GLYPH_BLOCK, 4);
    expect_spark(&series, &range, GLYPH_BLOCK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_falls_with_its_values_at_every_glyph_level),
        cmocka_unit_test(what_is_to_come_is_left_free_and_the_past_stays),
        cmocka_unit_test(gaps_are_gaps_and_a_constant_lies_at_the_bottom),
        cmocka_unit_test(without_values_nothing_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
