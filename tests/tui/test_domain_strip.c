#include "tui/domain_strip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/strip_state.h"

static const StripEntry *entry_of(const DomainStrip *strip, const char *name)
{
    size_t place = 0;
    while (place + 1 < strip->entry_count && strcmp(strip->entries[place].name, name) != 0) {
        place++;
    }
    assert_string_equal(strip->entries[place].name, name);
    return &strip->entries[place];
}

static void domains_stand_from_the_lowest_perplexity_of_the_baseline_on(void **unused)
{
    (void)unused;
    FixedState fixed;
    DomainStrip strip;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    domain_strip_sort(fixed.state, 0, &strip);
    static const char *const ORDER[] = {"ZS avg",      "sotu-1861-1912", "sqlite-docs",
                                        "wn-animal",   "wn-plant",       "bible-web-nt",
                                        "devils-dict", "jargon",         "moby-dick"};
    assert_int_equal(strip.entry_count, sizeof ORDER / sizeof *ORDER);
    assert_int_equal(strip.mean_count, 2);
    assert_int_equal(strip.step, 50);
    for (size_t i = 0; i < strip.entry_count; i++) {
        assert_string_equal(strip.entries[i].name, ORDER[i]);
    }
    fixed_state_destroy(&fixed);
}

static void they_are_sorted_anew_with_every_evaluation(void **unused)
{
    (void)unused;
    FixedState fixed;
    DomainStrip strip;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    MetricSample sample = {.lane = 0, .step = 100};
    (void)metric_sample_add(&sample, METRIC_DOMAIN_FIRST, 3.0); /* moby-dick */
    (void)metric_sample_add(&sample, METRIC_DOMAIN_FIRST + 4, NAN);
    give_sample(fixed.state, sample);
    domain_strip_sort(fixed.state, 0, &strip);
    assert_string_equal(strip.entries[2].name, "moby-dick");
    assert_string_equal(strip.entries[8].name, "sqlite-docs");
    fixed_state_destroy(&fixed);
}

static void of_accuracies_the_highest_is_the_nearest_and_more_is_better(void **unused)
{
    (void)unused;
    FixedState fixed;
    DomainStrip strip;
    strip_state_create(&fixed, 3, SPEC_TASK_TEXT_CLASSIFICATION);
    domain_strip_sort(fixed.state, 0, &strip);
    assert_string_equal(strip.entries[2].name, "moby-dick");
    assert_string_equal(strip.entries[8].name, "sqlite-docs");
    const StripCell cell =
        domain_strip_cell(fixed.state, &strip, 2, entry_of(&strip, "devils-dict"));
    assert_true(cell.is_there && cell.difference < 0.0);
    assert_int_equal(cell.level, -2); /* 56 * 5.1% = 2.9 points */
    fixed_state_destroy(&fixed);
}

static void a_difference_is_taken_at_one_step(void **unused)
{
    (void)unused;
    FixedState fixed;
    DomainStrip strip;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    give_scores(fixed.state, 0, 100, -0.5, 0.0); /* the baseline is evaluated first */
    domain_strip_sort(fixed.state, 0, &strip);
    const StripEntry *jargon = entry_of(&strip, "jargon");
    assert_true(jargon->baseline == 66.7 * 0.5);
    StripCell cell = domain_strip_cell(fixed.state, &strip, 2, jargon);
    assert_true(cell.is_there && fabs(cell.difference - 66.7 * 0.009) < 1e-9);
    give_scores(fixed.state, 2, 100, -0.5, 0.0);
    cell = domain_strip_cell(fixed.state, &strip, 2, jargon);
    assert_true(cell.is_there && cell.difference == 0.0 && cell.level == 0);
    give_scores(fixed.state, 1, 107, -0.5, 0.0); /* its own step only: nothing to compare */
    assert_false(domain_strip_cell(fixed.state, &strip, 1, jargon).is_there);
    fixed_state_destroy(&fixed);
}

static void theta_0_tells_nothing_of_a_lane(void **unused)
{
    (void)unused;
    FixedState fixed;
    DomainStrip strip;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    give_event(fixed.state, added_lane(3, "late", LANE_ALL));
    give_scores(fixed.state, 3, 0, 0.0, 0.0);
    domain_strip_sort(fixed.state, 0, &strip);
    const StripEntry *jargon = entry_of(&strip, "jargon");
    assert_false(domain_strip_cell(fixed.state, &strip, 3, jargon).is_there);
    give_scores(fixed.state, 3, 50, 0.25, 0.0);
    const StripCell evaluated = domain_strip_cell(fixed.state, &strip, 3, jargon);
    assert_true(evaluated.is_there && fabs(evaluated.difference - 66.7 * 0.25) < 1e-9);
    give_event(fixed.state, added_lane(4, "later", LANE_ALL));
    give_scores(fixed.state, 4, 0, 0.0, 0.0);
    domain_strip_sort(fixed.state, 4, &strip);
    const StripCell own = domain_strip_cell(fixed.state, &strip, 4, jargon);
    assert_true(own.is_there && own.value == 66.7); /* the measure that the others are held to */
    fixed_state_destroy(&fixed);
}

static void the_final_evaluation_takes_the_place_of_those_on_the_way(void **unused)
{
    (void)unused;
    FixedState fixed;
    DomainStrip strip;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    for (uint32_t lane = 0; lane < 2; lane++) {
        MetricSample sample = {.lane = lane, .step = 200};
        (void)metric_sample_add(&sample, METRIC_FINAL_LOSS, 3.0);
        (void)metric_sample_add(&sample, METRIC_FINAL_DOMAIN_FIRST + 1, 60.0 + 10.0 * lane);
        give_sample(fixed.state, sample);
    }
    domain_strip_sort(fixed.state, 0, &strip);
    assert_true(strip.is_final);
    const StripEntry *jargon = entry_of(&strip, "jargon");
    assert_true(jargon->baseline == 60.0);
    assert_true(domain_strip_cell(fixed.state, &strip, 1, jargon).difference == 10.0);
    assert_int_equal(domain_strip_cell(fixed.state, &strip, 1, jargon).level, -3);
    assert_false(domain_strip_cell(fixed.state, &strip, 2, jargon).is_there);
    fixed_state_destroy(&fixed);
}

static void levels_grow_with_the_size_and_turn_with_the_sign(void **unused)
{
    (void)unused;
    const ChartTrend down = CHART_TREND_LOWER;
    const ChartTrend up = CHART_TREND_HIGHER;
    assert_int_equal(domain_strip_level(down, -0.4, 100.0), 0);
    assert_int_equal(domain_strip_level(down, -0.5, 100.0), 1);
    assert_int_equal(domain_strip_level(down, -2.0, 100.0), 2);
    assert_int_equal(domain_strip_level(down, -5.0, 100.0), 3);
    assert_int_equal(domain_strip_level(down, 5.0, 100.0), -3);
    assert_int_equal(domain_strip_level(down, 5.0, 1000.0), -1);
    assert_int_equal(domain_strip_level(up, 5.0, 40.0), 3);
    assert_int_equal(domain_strip_level(up, -0.6, 40.0), -1);
    assert_int_equal(domain_strip_level(down, (double)INFINITY, 100.0), 0);
    assert_int_equal(domain_strip_level(down, (double)NAN, 100.0), 0);
}

static void without_lanes_or_domains_little_is_left(void **unused)
{
    (void)unused;
    FixedState fixed;
    DomainStrip strip;
    strip_state_create(&fixed, 1, SPEC_TASK_CAUSAL_LM);
    fixed.state->spec->zero_shot_domain_count = 0;
    domain_strip_sort(fixed.state, SPEC_LANES_MAX, &strip);
    assert_int_equal(strip.entry_count, 1);
    assert_true(isnan(strip.entries[0].baseline));
    assert_false(domain_strip_cell(fixed.state, &strip, 0, &strip.entries[0]).is_there);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_stand_from_the_lowest_perplexity_of_the_baseline_on),
        cmocka_unit_test(they_are_sorted_anew_with_every_evaluation),
        cmocka_unit_test(of_accuracies_the_highest_is_the_nearest_and_more_is_better),
        cmocka_unit_test(a_difference_is_taken_at_one_step),
        cmocka_unit_test(theta_0_tells_nothing_of_a_lane),
        cmocka_unit_test(the_final_evaluation_takes_the_place_of_those_on_the_way),
        cmocka_unit_test(levels_grow_with_the_size_and_turn_with_the_sign),
        cmocka_unit_test(without_lanes_or_domains_little_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
