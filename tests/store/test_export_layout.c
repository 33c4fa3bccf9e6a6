#include "store/export_layout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/sample_picture.h"

static void points_lie_where_the_axes_put_them(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    const ChartPoint *point = &picture.series[1].points[2]; /* x 2 of 0..8, raw 3, smoothed 2 */
    ExportSpot spot = export_layout_spot(&picture, point, CHART_VALUE_SMOOTHED);
    assert_true(spot.is_there);
    assert_true(fabs(spot.column - 245.0) < 1e-9);
    assert_true(fabs(spot.row - 245.0) < 1e-9);
    spot = export_layout_spot(&picture, point, CHART_VALUE_RAW);
    assert_true(fabs(spot.row - 147.5) < 1e-9);
    picture.x_of_axis = CHART_X_PASSES; /* 6 */
    assert_true(fabs(export_layout_spot(&picture, point, CHART_VALUE_RAW).column - 595.0) < 1e-9);
    assert_false(
        export_layout_spot(&picture, &picture.series[1].points[1], CHART_VALUE_RAW).is_there);
    assert_false(
        export_layout_spot(&picture, &picture.series[1].points[3], CHART_VALUE_RAW).is_there);
    chart_figure_clear(&picture);
}

static void values_far_outside_stay_within_what_can_be_drawn(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    const ChartPoint far = {.x = {-1e300, 0, 0}, .raw = 1e300};
    const ExportSpot spot = export_layout_spot(&picture, &far, CHART_VALUE_RAW);
    assert_true(spot.is_there);
    assert_true(spot.row < -10000.0 && spot.row > -30000.0);
    assert_true(spot.column < -10000.0 && spot.column > -50000.0);
    chart_figure_clear(&picture);
}

/* A long series of noise with spikes and gaps. */
static void long_picture(ChartFigure *picture, size_t count)
{
    sample_picture(picture);
    picture->x.high = (double)count;
    ChartSeries *series = &picture->series[0];
    series->count = 0;
    uint32_t noise = 1;
    for (size_t i = 0; i < count; i++) {
        noise = noise * 1664525U + 1013904223U;
        double value = 1.0 + noise / 4294967296.0;
        value = i == 777 ? 3.9 : i == 40001 ? 0.1 : i % 10007 == 0 ? (double)NAN : value;
        sample_point(series, (double)i + 0.5, value, value); /* between the ends of the stretches */
    }
}

static void thinning_keeps_extremes_ends_and_gaps(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    ChartFigure picture;
    long_picture(&picture, COUNT);
    const ChartSeries *series = &picture.series[0];
    size_t *kept = calloc(COUNT, sizeof *kept);
    assert_non_null(kept);
    const size_t count = export_layout_thin(&picture, series, CHART_VALUE_RAW, kept);
    assert_true(count <= 4 * (EXPORT_BINS + 1) + 30);
    assert_true(count > EXPORT_BINS);
    bool has_spike = false;
    bool has_dip = false;
    size_t gaps = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || kept[i] > kept[i - 1]);
        has_spike = has_spike || kept[i] == 777;
        has_dip = has_dip || kept[i] == 40001;
        gaps += isnan(series->points[kept[i]].raw) ? 1 : 0;
    }
    assert_true(has_spike && has_dip);
    assert_int_equal(gaps, 10); /* 0, 10007, ... 90063 */
    assert_int_equal(kept[0], 0);
    assert_int_equal(kept[count - 1], COUNT - 1);
    free(kept);
    chart_figure_clear(&picture);
}

/* Of each stretch, first, last, lowest and highest point drawn are those of all points. */
static void a_thinned_line_covers_what_the_whole_one_does(void **state)
{
    (void)state;
    enum { COUNT = 60000 };
    ChartFigure picture;
    long_picture(&picture, COUNT);
    const ChartSeries *series = &picture.series[0];
    size_t *kept = calloc(COUNT, sizeof *kept);
    assert_non_null(kept);
    const size_t count = export_layout_thin(&picture, series, CHART_VALUE_SMOOTHED, kept);
    double all[EXPORT_BINS][2];
    double thin[EXPORT_BINS][2];
    for (size_t bin = 0; bin < EXPORT_BINS; bin++) {
        all[bin][0] = thin[bin][0] = 1e9;
        all[bin][1] = thin[bin][1] = -1e9;
    }
    for (size_t i = 0, k = 0; i < COUNT; i++) {
        const size_t bin = (2 * i + 1) * EXPORT_BINS / (2 * COUNT);
        const double value = series->points[i].smoothed;
        const bool is_kept = k < count && kept[k] == i;
        k += is_kept ? 1 : 0;
        if (!isnan(value)) {
            all[bin][0] = fmin(all[bin][0], value);
            all[bin][1] = fmax(all[bin][1], value);
        }
        if (!isnan(value) && is_kept) {
            thin[bin][0] = fmin(thin[bin][0], value);
            thin[bin][1] = fmax(thin[bin][1], value);
        }
    }
    assert_memory_equal(all, thin, sizeof all);
    free(kept);
    chart_figure_clear(&picture);
}

static void a_short_series_is_drawn_whole(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    size_t kept[8];
    assert_int_equal(export_layout_thin(&picture, &picture.series[1], CHART_VALUE_RAW, kept), 5);
    assert_int_equal(kept[4], 4);
    chart_figure_clear(&picture);
}

static void labels_stand_apart_in_the_order_of_their_lines(void **state)
{
    (void)state;
    ChartFigure picture = {.series_count = SPEC_LANES_MAX};
    sample_axis(&picture.x, 0.0, 8.0, 2.0);
    sample_axis(&picture.y, 0.0, 4.0, 1.0);
    for (size_t i = 0; i < SPEC_LANES_MAX; i++) {
        const double value = 0.001 * (double)((i * 7) % SPEC_LANES_MAX);
        sample_point(&picture.series[i], 1.0, value, value);
        sample_point(&picture.series[i], 2.0, NAN, NAN);
    }
    ExportLabel labels[SPEC_LANES_MAX];
    const size_t count = export_layout_labels(&picture, labels);
    assert_int_equal(count, SPEC_LANES_MAX);
    for (size_t i = 1; i < count; i++) {
        assert_true(labels[i].row - labels[i - 1].row >= EXPORT_LABEL_ROWS - 1e-9);
        assert_true(labels[i].value < labels[i - 1].value);
    }
    assert_true(labels[0].row >= EXPORT_TOP && labels[count - 1].row <= EXPORT_BOTTOM);
    chart_figure_clear(&picture);
}

static void a_line_without_a_point_in_the_picture_has_no_label(void **state)
{
    (void)state;
    ChartFigure picture;
    sample_picture(&picture);
    picture.series[0].count = 0;
    picture.series[1].points[4].smoothed = 99.0; /* off the axis: the point before it counts */
    ExportLabel labels[SPEC_LANES_MAX];
    assert_int_equal(export_layout_labels(&picture, labels), 1);
    assert_int_equal(labels[0].series, 1);
    assert_true(labels[0].value == 2.0);
    chart_figure_clear(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_lie_where_the_axes_put_them),
        cmocka_unit_test(values_far_outside_stay_within_what_can_be_drawn),
        cmocka_unit_test(thinning_keeps_extremes_ends_and_gaps),
        cmocka_unit_test(a_thinned_line_covers_what_the_whole_one_does),
        cmocka_unit_test(a_short_series_is_drawn_whole),
        cmocka_unit_test(labels_stand_apart_in_the_order_of_their_lines),
        cmocka_unit_test(a_line_without_a_point_in_the_picture_has_no_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
