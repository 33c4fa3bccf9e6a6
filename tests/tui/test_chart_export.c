#include "tui/chart_export.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/reference_runs.h"
#include "tui/seed_states.h"

typedef struct Export {
    FixedState fixed;
    Theme theme;
    ChartFigure picture;
} Export;

static int open_export(void **state)
{
    Export *export = calloc(1, sizeof *export);
    if (export == NULL) {
        return -1;
    }
    fixed_state_create(&export->fixed);
    fixed_state_run(&export->fixed);
    export->theme = theme_default();
    *state = export;
    return 0;
}

static int close_export(void **state)
{
    Export *export = *state;
    chart_figure_clear(&export->picture);
    fixed_state_destroy(&export->fixed);
    free(export);
    return 0;
}

static ChartFigure *exported(Export *export, size_t chart)
{
    assert_int_equal(chart_export(export->fixed.state, &export->fixed.view, chart, &export->theme,
                                  &export->picture),
                     STATUS_OK);
    return &export->picture;
}

static void has_every_point_raw_and_smoothed(void **state)
{
    Export *export = *state;
    const ChartFigure *picture = exported(export, CHART_LOSS);
    assert_string_equal(picture->title, "loss");
    assert_string_equal(picture->metric, "loss");
    assert_string_equal(picture->unit, "nats");
    assert_true(picture->smoothing == 0.9);
    assert_int_equal(picture->series_count, 3);
    const ChartSeries *tram = &picture->series[2];
    assert_string_equal(tram->lane, "TRAM");
    assert_int_equal(tram->mark, '*');
    assert_true(tram->is_emphasised && !picture->series[1].is_emphasised);
    assert_int_equal(tram->count, 121);
    /* m_k / (1 - b^k) by itself. */
    double mean = 0.0;
    double unseen = 1.0;
    for (uint32_t step = 0; step <= 120; step++) {
        const MetricSample sample = fake_sample(2, step, 0.5, 5000.0);
        const ChartPoint *point = &tram->points[step];
        assert_true(point->raw == sample.values[0]);
        assert_true(point->x[CHART_X_STEP] == step);
        assert_true(point->x[CHART_X_PASSES] == sample.passes);
        assert_true(point->x[CHART_X_SECONDS] == sample.seconds);
        mean = 0.9 * mean + 0.1 * point->raw;
        unseen *= 0.9;
        assert_true(fabs(point->smoothed - mean / (1.0 - unseen)) < 1e-12);
    }
}

static void only_what_the_screen_smooths_is_smoothed(void **state)
{
    Export *export = *state;
    const ChartFigure *picture = exported(export, CHART_PERTURBATION);
    assert_true(picture->smoothing == 0.0);
    assert_int_equal(picture->series_count, 2); /* AdamW has no perturbation */
    assert_string_equal(picture->series[0].lane, "SAM");
    assert_int_equal(picture->series[0].mark, 'x');
    assert_int_equal(picture->series[0].place, 1);
    assert_true(picture->series[0].points[7].smoothed == picture->series[0].points[7].raw);
}

static void axes_are_those_of_the_screen(void **state)
{
    Export *export = *state;
    const ChartFigure *picture = exported(export, CHART_LOSS);
    assert_int_equal(picture->x_of_axis, CHART_X_STEP);
    assert_true(picture->x.low == 0.0 && picture->x.high == 200.0); /* max_steps */
    assert_string_equal(picture->x.ticks[picture->x.tick_count - 1].label, "200");
    /* The losses lie between 2.1 and 3.9: fake_sample. */
    assert_int_equal(picture->y.scale, CHART_SCALE_LINEAR);
    assert_true(picture->y.low == 2.0 && picture->y.high == 4.0);
    assert_string_equal(picture->y.ticks[0].label, "2.0");
    assert_true(picture->y.ticks[1].value == 2.5);
}

static void follows_axis_and_scale_of_the_view(void **state)
{
    Export *export = *state;
    export->fixed.view.axis = SERIES_AXIS_SECONDS;
    export->fixed.view.y_scales[METRIC_PERTURBATION_NORM] = AXIS_SCALE_LOG;
    const ChartFigure *picture = exported(export, CHART_PERTURBATION);
    assert_int_equal(picture->x_of_axis, CHART_X_SECONDS);
    assert_true(picture->x.high == 64.0); /* unknown end: a power of two above 60 s */
    assert_string_equal(picture->x.ticks[1].label, "0:10");
    assert_int_equal(picture->y.scale, CHART_SCALE_LOG);
    assert_true(picture->y.low > 0.0);
}

static void epochs_are_said_to_be_epochs(void **state)
{
    Export *export = *state;
    export->fixed.view.is_in_epochs = true;
    export->fixed.state->steps_per_epoch = 50.0;
    const ChartFigure *picture = exported(export, CHART_LOSS);
    assert_string_equal(chart_figure_x_title(picture), "epoch");
    assert_true(picture->x.high == 200.0); /* data stay in steps */
    assert_string_equal(picture->x.ticks[picture->x.tick_count - 1].label, "4");
    assert_string_equal(picture->notes[picture->note_count - 1], "x axis in epochs of 50 steps");
}

static void a_rule_says_what_was_changed(void **state)
{
    Export *export = *state;
    const ChartFigure *picture = exported(export, CHART_LOSS);
    assert_int_equal(picture->rule_count, 1);
    assert_int_equal(picture->rules[0].number, 1);
    assert_true(picture->rules[0].x[CHART_X_STEP] == 60.0);
    assert_true(picture->rules[0].x[CHART_X_SECONDS] == 30.0);
    assert_string_equal(picture->rules[0].text, "TRAM s 5,000 > 2,000");
}

static void outliers_stay_in_the_data_and_are_counted(void **state)
{
    Export *export = *state;
    LabState *lab = export->fixed.state;
    MetricSample sample = fake_sample(1, 121, 0.05, 0.0);
    sample.values[0] = 1000.0;
    give_sample(lab, sample);
    sample = fake_sample(1, 122, 0.05, 0.0);
    sample.values[0] = NAN;
    give_sample(lab, sample);
    give_steps(lab, 123, 170, 2000.0); /* the mean forgets */
    export->fixed.view.smoothing = 0.5;
    const ChartFigure *picture = exported(export, CHART_LOSS);
    assert_true(picture->series[1].points[121].raw == 1000.0);
    assert_true(isnan(picture->series[1].points[122].smoothed));
    assert_true(picture->y.high < 1000.0); /* at most the mean there */
    assert_int_equal(picture->note_count, 2);
    assert_non_null(strstr(picture->notes[0], "1 point above"));
    assert_string_equal(picture->notes[1], "1 point not finite");
}

static void without_data_there_are_axes_and_a_note(void **state)
{
    Export *export = *state;
    export->fixed.view.chart_metrics[0] = METRIC_GRADIENT_ANGLE;
    export->fixed.view.y_scales[METRIC_GRADIENT_ANGLE] = AXIS_SCALE_LOG;
    const ChartFigure *picture = exported(export, 0);
    assert_int_equal(picture->series_count, 0);
    assert_true(picture->y.high > picture->y.low && picture->x.high > picture->x.low);
    assert_int_equal(picture->y.scale, CHART_SCALE_LINEAR);
    assert_string_equal(picture->notes[0], "no value that the axis can show");
}

static void colours_stand_out_from_their_background(void **state)
{
    Export *export = *state;
    Problem problem = {0};
    const ChartFigure *picture = exported(export, CHART_LOSS);
    assert_true(picture->background.red < 64 && picture->foreground.red > 192);
    assert_int_equal(picture->series[0].colour.red, 0); /* 39: level 0, 175, 255 */
    assert_int_equal(picture->series[0].colour.green, 175);
    assert_int_equal(picture->series[0].colour.blue, 255);
    chart_figure_clear(&export->picture);
    assert_int_equal(theme_load("themes/light.theme", &export->theme, &problem), STATUS_OK);
    picture = exported(export, CHART_LOSS);
    assert_int_equal(picture->background.red, 255);
    chart_figure_clear(&export->picture);
    assert_int_equal(theme_load("themes/mono.theme", &export->theme, &problem), STATUS_OK);
    picture = exported(export, CHART_LOSS);
    assert_int_equal(picture->background.red, 255);
    assert_true(picture->series[0].colour.red < 64); /* ink */
}

static void a_thinned_history_is_said_to_be_one(void **state)
{
    Export *export = *state;
    give_steps(export->fixed.state, 121, LAB_THINNED_POINTS + 10, 2000.0);
    export->fixed.view.chart_metrics[0] = METRIC_GRAD_NORM;
    const ChartFigure *picture = exported(export, 0);
    assert_true(picture->series[0].count <= LAB_THINNED_POINTS);
    assert_non_null(strstr(picture->notes[0], "thinned"));
}

static void points_of_ones_own_are_finished_alike(void **state)
{
    Export *export = *state;
    const LabState *lab = export->fixed.state;
    const ChartFigure *whole = exported(export, CHART_LOSS);
    ChartFigure own = {0};
    chart_export_begin(lab, &export->fixed.view, CHART_LOSS, &export->theme, &own);
    for (size_t lane = 0; lane < whole->series_count; lane++) {
        for (size_t i = 0; i < whole->series[lane].count; i++) {
            ChartPoint point = whole->series[lane].points[i];
            point.smoothed = 0.0;
            assert_int_equal(chart_series_append(&own.series[lane], point), STATUS_OK);
        }
    }
    chart_export_finish(lab, &export->fixed.view, CHART_LOSS, &own);
    assert_memory_equal(&own.y, &whole->y, sizeof own.y);
    assert_memory_equal(own.series[1].points, whole->series[1].points,
                        own.series[1].count * sizeof *own.series[1].points);
    chart_figure_clear(&own);
}

/* t(0.975, 4) = 2.776 445 1 (tables), s over the five seeds; the band is smoothed as the mean is. */
static void expect_interval(const SeedStates *states, const ChartSeries *series, size_t lane)
{
    double smooth[3] = {0.0, 0.0, 0.0};
    double unseen = 1.0;
    for (size_t step = 0; step <= 100; step++) {
        const ChartPoint *point = &series->points[step];
        double sum = 0.0;
        double squares = 0.0;
        for (size_t seed = 0; seed < 5; seed++) {
            const double value =
                states->seeds[seed]->lanes[lane].history[METRIC_LOSS].points[step].value;
            sum += value / 5.0;
            squares += value * value;
        }
        const double half = 2.7764451 * sqrt(fmax(squares - 5.0 * sum * sum, 0.0) / 4.0 / 5.0);
        const double wanted[] = {sum, sum - half, sum + half};
        const double raw[] = {point->raw, point->low, point->high};
        const double drawn[] = {point->smoothed, point->smoothed_low, point->smoothed_high};
        unseen *= 0.9;
        for (int i = 0; i < 3; i++) {
            smooth[i] = 0.9 * smooth[i] + 0.1 * wanted[i];
            assert_true(fabs(raw[i] - wanted[i]) < 1e-6);
            assert_true(fabs(drawn[i] - smooth[i] / (1.0 - unseen)) < 1e-6);
        }
    }
}

static void of_several_seeds_it_has_means_and_bands(void **unused)
{
    (void)unused;
    SeedStates states;
    ChartFigure picture = {.title = ""};
    const Theme theme = theme_default();
    seed_states_create(&states, 5);
    seed_states_race(&states);
    seed_states_average(&states);
    assert_int_equal(
        chart_export(states.fixed.state, &states.fixed.view, CHART_LOSS, &theme, &picture),
        STATUS_OK);
    assert_int_equal(picture.seed_count, 5);
    assert_int_equal(picture.series_count, 3);
    for (size_t lane = 0; lane < 3; lane++) {
        assert_int_equal(picture.series[lane].count, 101);
        expect_interval(&states, &picture.series[lane], lane);
    }
    assert_string_equal(picture.notes[0], "95 % bands of the mean: Student's t over 5 seeds");
    chart_figure_clear(&picture);
    seed_states_destroy(&states);
}

static void runs_opened_beside_are_series_of_their_own(void **state)
{
    Export *export = *state;
    char words[RUN_EVENT_TEXT_BYTES];
    assert_int_equal(reference_runs_open(export->fixed.state,
                                         "sample-runs/recorded/cross-domain/trio-seed-1", words,
                                         sizeof words, NULL),
                     STATUS_OK);
    const ChartFigure *picture = exported(export, CHART_LOSS);
    assert_int_equal(picture->series_count, 6);
    assert_string_equal(picture->series[2].lane, "TRAM");
    assert_string_equal(picture->series[5].lane, "ref TRAM");
    assert_true(picture->series[5].mark == 'C' && picture->series[5].count == 100);
    assert_int_equal(picture->series[2].count, 121);
}

#define TEST_OF_EXPORT(name) cmocka_unit_test_setup_teardown(name, open_export, close_export)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_EXPORT(has_every_point_raw_and_smoothed),
        TEST_OF_EXPORT(only_what_the_screen_smooths_is_smoothed),
        TEST_OF_EXPORT(axes_are_those_of_the_screen),
        TEST_OF_EXPORT(follows_axis_and_scale_of_the_view),
        TEST_OF_EXPORT(epochs_are_said_to_be_epochs),
        TEST_OF_EXPORT(a_rule_says_what_was_changed),
        TEST_OF_EXPORT(outliers_stay_in_the_data_and_are_counted),
        TEST_OF_EXPORT(without_data_there_are_axes_and_a_note),
        TEST_OF_EXPORT(colours_stand_out_from_their_background),
        TEST_OF_EXPORT(a_thinned_history_is_said_to_be_one),
        TEST_OF_EXPORT(runs_opened_beside_are_series_of_their_own),
        TEST_OF_EXPORT(points_of_ones_own_are_finished_alike),
        cmocka_unit_test(of_several_seeds_it_has_means_and_bands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
