#include "records/metric_sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void gives_back_what_was_added_nan_included(void **state)
{
    (void)state;
    MetricSample sample = {.lane = 1, .step = 7};
    assert_true(metric_sample_add(&sample, METRIC_LOSS, 2.5));
    assert_true(metric_sample_add(&sample, METRIC_DIVERGENCE, NAN));
    assert_true(metric_sample_add(&sample, METRIC_DOMAIN_FIRST + 3, 41.0));
    double value = 0.0;
    assert_true(metric_sample_get(&sample, METRIC_LOSS, &value));
    assert_true(value == 2.5);
    assert_true(metric_sample_get(&sample, METRIC_DIVERGENCE, &value));
    assert_true(isnan(value));
    assert_true(metric_sample_get(&sample, METRIC_DOMAIN_FIRST + 3, &value));
    assert_true(value == 41.0);
}

static void leaves_the_value_alone_when_the_metric_was_not_measured(void **state)
{
    (void)state;
    MetricSample sample = {0};
    assert_true(metric_sample_add(&sample, METRIC_GRAD_NORM, 1.0));
    double value = -3.0;
    assert_false(metric_sample_get(&sample, METRIC_LOSS, &value));
    assert_true(value == -3.0);
}

static void changes_nothing_when_it_is_full(void **state)
{
    (void)state;
    MetricSample sample = {0};
    for (uint16_t i = 0; i < METRIC_VALUES_MAX; i++) {
        assert_true(metric_sample_add(&sample, i, i));
    }
    const MetricSample full = sample;
    assert_false(metric_sample_add(&sample, 99, 1.0));
    assert_memory_equal(&full, &sample, sizeof sample);
}

static void knows_every_metric_by_another_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < METRIC_FIXED_COUNT; i++) {
        const MetricInfo *info = metric_info((MetricId)i);
        assert_true(info->name[0] != '\0' && info->unit[0] != '\0' && info->meaning[0] != '\0');
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(info->name, metric_info((MetricId)j)->name);
        }
    }
    assert_string_equal(metric_info(METRIC_ZERO_SHOT_PERPLEXITY)->name, "zero_shot_perplexity");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_was_added_nan_included),
        cmocka_unit_test(leaves_the_value_alone_when_the_metric_was_not_measured),
        cmocka_unit_test(changes_nothing_when_it_is_full),
        cmocka_unit_test(knows_every_metric_by_another_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
