#include "store/export_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "store/sample_picture.h"

static void writes_data_and_looks(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(export_json(&picture, &text, &size), STATUS_OK);
    assert_int_equal(strlen(text), size);
    expect_stored("tests/store/expected/chart.json", text, size);
    free(text);
    chart_figure_clear(&picture);
}

static void reads_back_as_the_same_values(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    picture.y.scale = CHART_SCALE_SYMLOG;
    picture.y.unit = 1.0 / 3.0;
    char *text = NULL;
    size_t size = 0;
    Json *document = NULL;
    assert_int_equal(export_json(&picture, &text, &size), STATUS_OK);
    assert_int_equal(json_parse(text, size, "chart.json", &document, NULL), STATUS_OK);
    assert_true(json_number(json_member(json_member(document, "y"), "unit")) == 1.0 / 3.0);
    const Json *lane = json_first(json_member(document, "lanes"));
    const Json *raw = json_first(json_member(lane, "raw"));
    assert_true(json_number(json_next(json_next(raw))) == 0.1 + 0.2);
    lane = json_next(lane);
    assert_string_equal(json_string(json_member(lane, "name")), "a, \"b\"");
    assert_string_equal(json_string(json_next(json_first(json_member(lane, "raw")))), "NaN");
    json_destroy(document);
    free(text);
    chart_figure_clear(&picture);
}

static void of_several_seeds_it_has_their_count_and_the_intervals(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    for (int seeds = 0; seeds <= 5; seeds += 5) {
        char *text = NULL;
        size_t size = 0;
        Json *document = NULL;
        picture.seed_count = (size_t)seeds;
        picture.series[0].points[1].low = 1.5;
        picture.series[0].points[1].smoothed_high = 3.25;
        assert_int_equal(export_json(&picture, &text, &size), STATUS_OK);
        assert_int_equal(json_parse(text, size, "chart.json", &document, NULL), STATUS_OK);
        const Json *lane = json_first(json_member(document, "lanes"));
        const Json *low = json_member(lane, "low");
        const Json *high = json_member(lane, "smoothed_high");
        assert_int_equal(low != NULL, seeds > 0);
        assert_int_equal(json_member(document, "seeds") != NULL, seeds > 0);
        if (seeds > 0) {
            assert_true(json_number(json_member(document, "seeds")) == 5.0);
            assert_true(json_number(json_next(json_first(low))) == 1.5);
            assert_true(json_number(json_next(json_first(high))) == 3.25);
        }
        json_destroy(document);
        free(text);
    }
    chart_figure_clear(&picture);
}

static void leaves_out_smoothed_values_where_there_are_none(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    picture.smoothing = 0.0;
    char *text = NULL;
    size_t size = 0;
    assert_int_equal(export_json(&picture, &text, &size), STATUS_OK);
    assert_null(strstr(text, "smoothed"));
    assert_null(strstr(text, "unit\":1")); /* a linear axis has none */
    free(text);
    chart_figure_clear(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_data_and_looks),
        cmocka_unit_test(reads_back_as_the_same_values),
        cmocka_unit_test(of_several_seeds_it_has_their_count_and_the_intervals),
        cmocka_unit_test(leaves_out_smoothed_values_where_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
