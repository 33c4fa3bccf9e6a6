#include "tui/lane_order.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static void expect_order(const FixedState *fixed, const char *wanted)
{
    size_t lanes[SPEC_LANES_MAX];
    char order[SPEC_LANES_MAX + 1] = "";
    const size_t count = lane_order(fixed->state, &fixed->view, lanes);
    for (size_t i = 0; i < count; i++) {
        order[i] = chart_lane_mark(lanes[i]);
    }
    assert_string_equal(order, wanted);
}

static void give_losses(FixedState *fixed, uint16_t metric, double a, double b, double c)
{
    const double values[] = {a, b, c};
    for (uint32_t lane = 0; lane < 3; lane++) {
        MetricSample sample = {.lane = lane, .step = 121};
        assert_true(metric_sample_add(&sample, metric, values[lane]));
        give_sample(fixed->state, sample);
    }
}

static void the_best_is_on_top_and_what_has_no_value_at_the_end(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    expect_order(&fixed, "ox*");
    fixed.view.sort = LANE_SORT_METRIC;
    fixed.view.sort_metric = METRIC_LOSS;
    expect_order(&fixed, "ox*"); /* nothing measured: as in the race */
    give_losses(&fixed, METRIC_LOSS, 3.0, 1.0, 2.0);
    expect_order(&fixed, "x*o");
    give_losses(&fixed, METRIC_LOSS, 3.0, (double)NAN, 2.0);
    expect_order(&fixed, "*ox");
    give_losses(&fixed, METRIC_LOSS, 3.0, 1.0, 2.0);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 121, .lane = 1});
    expect_order(&fixed, "*ox");
    give_losses(&fixed, METRIC_EVAL_ACCURACY, 50.0, 60.0, 70.0);
    fixed.view.sort_metric = METRIC_EVAL_ACCURACY; /* more is better */
    expect_order(&fixed, "*ox");
    fixed_state_destroy(&fixed);
}

static void best_is_the_lowest_evaluation_ever(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.view.sort = LANE_SORT_BEST;
    give_losses(&fixed, METRIC_EVAL_LOSS, 3.0, 2.5, 1.0);
    give_losses(&fixed, METRIC_EVAL_LOSS, 2.0, 2.6, 9.0);
    expect_order(&fixed, "*ox");
    fixed_state_destroy(&fixed);
}

static void pinned_lanes_stay_on_top_and_pass_any_filter(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.view.sort = LANE_SORT_NAME;
    expect_order(&fixed, "ox*"); /* AdamW, SAM, TRAM */
    fixed.view.is_pinned[2] = true;
    expect_order(&fixed, "*ox");
    assert_int_equal(lane_filter_parse("sam", fixed.state, &fixed.view.filter, NULL), STATUS_OK);
    expect_order(&fixed, "*x");
    assert_false(lane_order_shows(fixed.state, &fixed.view, 0));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 2});
    expect_order(&fixed, "x");
    fixed_state_destroy(&fixed);
}

static void the_order_has_a_word(void **unused)
{
    (void)unused;
    FixedState fixed;
    char words[64];
    fixed_state_create(&fixed);
    lane_order_words(fixed.state, &fixed.view, words, sizeof words);
    assert_string_equal(words, "");
    fixed.view.sort = LANE_SORT_METRIC;
    fixed.view.sort_metric = METRIC_ZERO_SHOT_PERPLEXITY;
    lane_order_words(fixed.state, &fixed.view, words, sizeof words);
    assert_string_equal(words, "zero_shot_perplexity");
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_is_on_top_and_what_has_no_value_at_the_end),
        cmocka_unit_test(best_is_the_lowest_evaluation_ever),
        cmocka_unit_test(pinned_lanes_stay_on_top_and_pass_any_filter),
        cmocka_unit_test(the_order_has_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
