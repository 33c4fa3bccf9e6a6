#include "tui/lane_filter.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

/* Lanes that pass, as their letters: o AdamW, x SAM, * TRAM. */
static void expect_passing(const char *text, const char *wanted)
{
    FixedState fixed;
    LaneFilter filter;
    Problem problem = {0};
    char passing[SPEC_LANES_MAX + 1] = "";
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    if (lane_filter_parse(text, fixed.state, &filter, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    for (size_t lane = 0; lane < fixed.state->lane_count; lane++) {
        if (lane_filter_passes(&filter, fixed.state, lane)) {
            passing[strlen(passing)] = chart_lane_mark(lane);
        }
    }
    assert_string_equal(passing, wanted);
    assert_string_equal(filter.text, text);
    fixed_state_destroy(&fixed);
}

static void words_are_looked_for_in_name_and_method(void **unused)
{
    (void)unused;
    expect_passing("", "ox*");
    expect_passing("sam", "x");
    expect_passing("SAM", "x");
    expect_passing("prev", "*"); /* tram-prev */
    expect_passing("am", "ox*");
    expect_passing("am -sam", "o*");
    expect_passing("-sam -adam", "*");
    expect_passing("  sam  ", "x");
    expect_passing("xyz", "");
}

static void bars_part_alternatives(void **unused)
{
    (void)unused;
    expect_passing("sam | prev", "x*");
    expect_passing("sam|prev", "x*");
    expect_passing("am -sam | rho=0.05", "ox*");
    expect_passing("| sam", "x");
}

static void knobs_and_last_values_are_compared(void **unused)
{
    (void)unused;
    expect_passing("rho>=0.05", "x*"); /* AdamW has no rho */
    expect_passing("rho<0.5", "x");
    expect_passing("rho<=0.5", "x*");
    expect_passing("-rho>0.05", "ox");
    expect_passing("s=2000", "*"); /* by its symbol */
    expect_passing("scale!=2000", "");
    expect_passing("zero_shot_perplexity<1e9", "ox*");
    expect_passing("zero_shot_perplexity<0", "");
    expect_passing("divergence<1", "x*"); /* the measured one, which AdamW has not */
    expect_passing("divergence=l2", "");  /* the knob: its word */
}

static void expect_refused(const char *text, const char *words)
{
    FixedState fixed;
    LaneFilter filter = {.text = "as it was"};
    Problem problem = {0};
    fixed_state_create(&fixed);
    assert_int_equal(lane_filter_parse(text, fixed.state, &filter, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, words));
    assert_string_equal(filter.text, "as it was");
    fixed_state_destroy(&fixed);
}

static void mistakes_name_the_word(void **unused)
{
    (void)unused;
    expect_refused("sam rhoo<3", "no knob or metric \"rhoo\"");
    expect_refused("rho<much", "\"much\" of rho");
    expect_refused("<3", "\"<3\" is no comparison");
    expect_refused("rho!3", "\"rho!3\" is no comparison");
    expect_refused("-", "1 to 31 letters");
    expect_refused("a b c d e f g h i j k l m n o p q", "more than 16 words");
}

static void a_value_that_is_not_a_number_passes_nothing(void **unused)
{
    (void)unused;
    FixedState fixed;
    LaneFilter filter;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.state->lanes[1].last[METRIC_LOSS] = (double)NAN;
    assert_int_equal(lane_filter_parse("loss!=3", fixed.state, &filter, NULL), STATUS_OK);
    assert_true(lane_filter_passes(&filter, fixed.state, 0));
    assert_false(lane_filter_passes(&filter, fixed.state, 1));
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_looked_for_in_name_and_method),
        cmocka_unit_test(bars_part_alternatives),
        cmocka_unit_test(knobs_and_last_values_are_compared),
        cmocka_unit_test(mistakes_name_the_word),
        cmocka_unit_test(a_value_that_is_not_a_number_passes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
