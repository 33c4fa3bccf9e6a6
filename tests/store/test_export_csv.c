#include "store/export_csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/sample_picture.h"

static char *csv_of(const ChartFigure *picture)
{
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(export_csv(picture, &text, &size), STATUS_OK);
    assert_int_equal(strlen(text), size);
    return text;
}

static void writes_a_row_for_every_point(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    char *text = csv_of(&picture);
    expect_stored("tests/store/expected/chart.csv", text, strlen(text));
    free(text);
    chart_figure_clear(&picture);
}

static void has_no_smoothed_column_where_nothing_is_smoothed(void **state)
{
    (void)state;
    ChartFigure picture = {.series_count = 1, .series = {{.lane = "SAM"}}};
    (void)snprintf(picture.metric, sizeof picture.metric, "%s", "perplexity/say \"c\", d");
    sample_point(&picture.series[0], 8.0, 1.5, 9.0);
    char *text = csv_of(&picture);
    assert_string_equal(text, "lane,step,passes,seconds,\"perplexity/say \"\"c\"\", d\"\n"
                              "SAM,8,24,1,1.5\n");
    free(text);
    chart_figure_clear(&picture);
}

static void of_several_seeds_the_interval_stands_beside_the_mean(void **state)
{
    (void)state;
    ChartFigure picture = {.metric = "loss",
                           .seed_count = 5,
                           .smoothing = 0.5,
                           .series_count = 1,
                           .series = {{.lane = "SAM"}}};
    const ChartPoint point = {.x = {8.0, 24.0, 1.0},
                              .raw = 1.5,
                              .low = 1.25,
                              .high = 1.75,
                              .smoothed = 2.5,
                              .smoothed_low = 2.0,
                              .smoothed_high = 3.0};
    assert_int_equal(chart_series_append(&picture.series[0], point), STATUS_OK);
    char *text = csv_of(&picture);
    assert_string_equal(text, "lane,step,passes,seconds,loss,loss_low,loss_high,loss_smoothed,"
                              "loss_smoothed_low,loss_smoothed_high\n"
                              "SAM,8,24,1,1.5,1.25,1.75,2.5,2,3\n");
    free(text);
    picture.smoothing = 0.0;
    text = csv_of(&picture);
    assert_string_equal(text, "lane,step,passes,seconds,loss,loss_low,loss_high\n"
                              "SAM,8,24,1,1.5,1.25,1.75\n");
    free(text);
    chart_figure_clear(&picture);
}

static void writes_numbers_that_read_back_as_the_same_double(void **state)
{
    (void)state;
    const double values[] = {0.1 + 0.2,   1.0 / 3.0, 5e-324, 1.7976931348623157e308,
                             -2.0 / 7e-9, 123456.0,  1e15,   9007199254740993.0};
    ChartFigure picture = {.series_count = 1};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        sample_point(&picture.series[0], 0.0, values[i], 0.0);
    }
    char *text = csv_of(&picture);
    const char *line = text;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        line = strchr(line, '\n') + 1;
        const char *field = line;
        for (int comma = 0; comma < 4; comma++) {
            field = strchr(field, ',') + 1;
        }
        assert_true(strtod(field, NULL) == values[i]);
    }
    free(text);
    chart_figure_clear(&picture);
}

static void an_empty_picture_is_a_heading(void **state)
{
    (void)state;
    const ChartFigure picture = {.metric = "loss"};
    char *text = csv_of(&picture);
    assert_string_equal(text, "lane,step,passes,seconds,loss\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_row_for_every_point),
        cmocka_unit_test(has_no_smoothed_column_where_nothing_is_smoothed),
        cmocka_unit_test(of_several_seeds_the_interval_stands_beside_the_mean),
        cmocka_unit_test(writes_numbers_that_read_back_as_the_same_double),
        cmocka_unit_test(an_empty_picture_is_a_heading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
