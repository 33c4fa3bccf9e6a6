/* tests/store/sample_picture.h -- a small chart with everything in it: two lanes, a gap, a rule, notes. Include cmocka.h first. */
#ifndef TESTS_STORE_SAMPLE_PICTURE_H
#define TESTS_STORE_SAMPLE_PICTURE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records/chart_figure.h"

static inline void sample_point(ChartSeries *series, double step, double raw, double smoothed)
{
    const ChartPoint point = {
        .x = {step, 3.0 * step, 0.125 * step}, .raw = raw, .smoothed = smoothed};
    assert_int_equal(chart_series_append(series, point), STATUS_OK);
}

static inline void sample_axis(ChartAxis *axis, double low, double high, double step)
{
    axis->low = low;
    axis->high = high;
    for (double value = low; value <= high && axis->tick_count < CHART_TICKS_MAX; value += step) {
        ChartTick *tick = &axis->ticks[axis->tick_count++];
        tick->value = value;
        (void)snprintf(tick->label, sizeof tick->label, "%g", value);
    }
}

/* Steps 0..4 on an x axis 0..8, values 1..4 on a linear y axis 0..4. The caller clears it. */
static inline void sample_picture(ChartFigure *picture)
{
    *picture = (ChartFigure){.title = "1 loss, \"raw\"",
                             .metric = "loss",
                             .unit = "nats",
                             .smoothing = 0.5,
                             .background = {255, 255, 255},
                             .foreground = {0, 0, 0},
                             .series_count = 2,
                             .rule_count = 1};
    sample_axis(&picture->x, 0.0, 8.0, 2.0);
    sample_axis(&picture->y, 0.0, 4.0, 1.0);
    ChartSeries *first = &picture->series[0];
    ChartSeries *second = &picture->series[1];
    *first = (ChartSeries){
        .lane = "AdamW", .mark = 'o', .colour = {0, 0, 255}, .raw_colour = {170, 170, 255}};
    *second = (ChartSeries){.lane = "a, \"b\"",
                            .place = 1,
                            .mark = 'x',
                            .colour = {255, 0, 0},
                            .raw_colour = {255, 170, 170},
                            .is_emphasised = true};
    sample_point(first, 0.0, 4.0, 4.0);
    sample_point(first, 1.0, 2.0, 3.0);
    sample_point(first, 2.0, 0.1 + 0.2, 1.5);
    sample_point(second, 0.0, 1.0, 1.0);
    sample_point(second, 1.0, NAN, NAN);
    sample_point(second, 2.0, 3.0, 2.0);
    sample_point(second, 3.0, INFINITY, INFINITY);
    sample_point(second, 4.0, -1e300, 2.5);
    picture->rules[0] = (ChartRule){.x = {2.0, 6.0, 0.25}, .number = 7, .text = "rho 0.1 > 0.2"};
    chart_figure_note(picture, "a note");
}

/* Compare with a stored file, whole; TRAMLAB_UPDATE_SCREENS=1 in the environment writes it instead. */
static inline void expect_stored(const char *path, const char *text, size_t size)
{
    const char *update = getenv("TRAMLAB_UPDATE_SCREENS");
    const int is_update = update != NULL && strcmp(update, "1") == 0;
    FILE *file = fopen(path, is_update ? "w" : "r");
    if (file == NULL) {
        fail_msg("%s is missing; make it with TRAMLAB_UPDATE_SCREENS=1", path);
        return;
    }
    if (is_update) {
        assert_int_equal(fwrite(text, 1, size, file), size);
        assert_int_equal(fclose(file), 0);
        return;
    }
    char *expected = calloc(size + 4096, 1);
    assert_non_null(expected);
    const size_t length = fread(expected, 1, size + 4095, file);
    assert_int_equal(fclose(file), 0);
    const int is_same = length == size && memcmp(expected, text, size) == 0;
    if (!is_same) {
        (void)fprintf(stderr, "%s: expected\n%s\nbut got\n%s\n", path, expected, text);
    }
    free(expected);
    assert_true(is_same);
}

#endif
