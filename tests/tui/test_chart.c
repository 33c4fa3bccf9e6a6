#include "tui/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void the_first_metrics_have_titles_of_their_own(void **state)
{
    (void)state;
    static ExperimentSpec spec;
    for (size_t chart = 0; chart < CHART_COUNT; chart++) {
        assert_true(chart_is_main(chart_first_metric(NULL, chart)));
        assert_true(chart_can_show(chart_first_metric(NULL, chart)));
    }
    assert_string_equal(chart_face(&spec, METRIC_PERTURBATION_NORM).title, "||eps||");
    assert_true(chart_face(&spec, METRIC_LOSS).is_smoothed);
    assert_false(chart_is_main(METRIC_GRAD_NORM));
}

static void any_other_metric_is_named_by_its_table_or_its_domain(void **state)
{
    (void)state;
    static ExperimentSpec spec = {.zero_shot_domain_count = 1};
    (void)snprintf(spec.zero_shot_domains[0], SPEC_NAME_BYTES, "moby-dick");
    assert_string_equal(chart_face(&spec, METRIC_GRADIENT_ANGLE).title, "gradient_angle");
    assert_string_equal(chart_face(&spec, METRIC_GRADIENT_ANGLE).note, "degrees");
    assert_string_equal(chart_face(&spec, METRIC_COS_GRADIENTS).note, "");
    assert_string_equal(chart_face(&spec, METRIC_DOMAIN_FIRST).title, "perplexity/moby-dick");
    assert_string_equal(chart_face(&spec, METRIC_DOMAIN_FIRST).note, "perplexity");
}

static void codes_and_numbers_after_the_race_make_no_chart(void **state)
{
    (void)state;
    assert_false(chart_can_show(METRIC_RADIUS_LIMIT));
    assert_false(chart_can_show(METRIC_FINAL_LOSS_ERROR));
    assert_false(chart_can_show(METRIC_FINAL_DOMAIN_FIRST));
    assert_false(chart_can_show(METRIC_FIXED_COUNT));
    assert_true(chart_can_show(METRIC_COS_GRADIENTS));
    assert_true(chart_can_show(METRIC_DOMAIN_FIRST));
}

static void marks_tell_the_first_sixteen_lanes_apart(void **state)
{
    (void)state;
    for (size_t a = 0; a < 16; a++) {
        for (size_t b = 0; b < a; b++) {
            assert_int_not_equal(chart_lane_mark(a), chart_lane_mark(b));
        }
    }
    assert_int_equal(chart_lane_mark(0), 'o');
    assert_int_equal(chart_lane_mark(2), '*');
}

static void accuracies_are_headed_as_perplexities_are(void **state)
{
    (void)state;
    static const ExperimentSpec CLASSES = {.task = SPEC_TASK_TEXT_CLASSIFICATION,
                                           .zero_shot_domain_count = 1,
                                           .zero_shot_domains = {"sw"}};
    const ChartFace face = chart_face(&CLASSES, METRIC_ZERO_SHOT_ACCURACY);
    assert_string_equal(face.title, "zero-shot accuracy");
    assert_string_equal(face.note, "ZS avg, %");
    assert_true(chart_is_main(METRIC_ZERO_SHOT_ACCURACY));
    assert_string_equal(chart_face(&CLASSES, METRIC_DOMAIN_FIRST).title, "accuracy/sw");
    assert_string_equal(chart_face(&CLASSES, METRIC_DOMAIN_FIRST).note, "%");
    assert_string_equal(chart_face(&CLASSES, METRIC_EVAL_LOSS).note, "nats/example");
}

static void accuracies_get_better_upwards_and_losses_downwards(void **state)
{
    (void)state;
    static const ExperimentSpec CLASSES = {.task = SPEC_TASK_TEXT_CLASSIFICATION};
    static const ExperimentSpec WORDS = {.task = SPEC_TASK_CAUSAL_LM};
    assert_int_equal(chart_trend(&CLASSES, METRIC_ZERO_SHOT_ACCURACY), CHART_TREND_HIGHER);
    assert_int_equal(chart_trend(&CLASSES, METRIC_FINAL_DOMAIN_FIRST), CHART_TREND_HIGHER);
    assert_int_equal(chart_trend(&CLASSES, METRIC_EVAL_LOSS), CHART_TREND_LOWER);
    assert_int_equal(chart_trend(&WORDS, METRIC_DOMAIN_FIRST), CHART_TREND_LOWER);
    assert_int_equal(chart_trend(&WORDS, METRIC_PERTURBATION_NORM), CHART_TREND_NONE);
}

static void the_charts_of_a_grid_begin_with_different_metrics(void **state)
{
    (void)state;
    for (size_t a = 0; a < 12; a++) {
        assert_true(chart_can_show(chart_first_metric(NULL, a)));
        for (size_t b = 0; b < a; b++) {
            assert_int_not_equal(chart_first_metric(NULL, a), chart_first_metric(NULL, b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_metrics_have_titles_of_their_own),
        cmocka_unit_test(any_other_metric_is_named_by_its_table_or_its_domain),
        cmocka_unit_test(codes_and_numbers_after_the_race_make_no_chart),
        cmocka_unit_test(marks_tell_the_first_sixteen_lanes_apart),
        cmocka_unit_test(accuracies_are_headed_as_perplexities_are),
        cmocka_unit_test(accuracies_get_better_upwards_and_losses_downwards),
        cmocka_unit_test(the_charts_of_a_grid_begin_with_different_metrics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
