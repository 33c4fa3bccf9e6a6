#include "tui/lane_knobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static void main_knobs_come_first_and_nothing_twice(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    const LaneKnobList list = lane_knobs_list(fixed.state, 6, KNOB_RHO);
    assert_int_equal(list.count, 20);
    assert_int_equal(list.ids[0], KNOB_RHO);
    assert_int_equal(list.ids[1], KNOB_SCALE);
    assert_int_equal(list.ids[2], KNOB_LEARNING_RATE);
    for (size_t i = 0; i < list.count; i++) {
        assert_true(fixed.state->lanes[6].knobs[list.ids[i]].is_available);
        assert_int_equal(lane_knobs_place(&list, list.ids[i]), i);
    }
    assert_int_equal(lane_knobs_place(&list, KNOB_LAMBDA), 0);
    fixed_state_destroy(&fixed);
}

static void the_focused_knob_is_listed_even_where_it_is_missing(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    const LaneKnobList list = lane_knobs_list(fixed.state, 0, KNOB_RHO);
    assert_int_equal(list.count, 4);
    assert_int_equal(list.ids[0], KNOB_RHO);
    assert_int_equal(lane_knobs_list(fixed.state, 0, KNOB_LEARNING_RATE).count, 3);
    assert_int_equal(lane_knobs_list(fixed.state, 3, KNOB_RHO).count, 5); /* all lanes */
    fixed_state_destroy(&fixed);
}

static void a_method_may_take_less_than_the_table(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    assert_true(lane_knobs_maximum(fixed.state, 5, KNOB_DIVERGENCE) == 2.0);
    assert_true(lane_knobs_maximum(fixed.state, 6, KNOB_DIVERGENCE) == 7.0);
    assert_true(lane_knobs_maximum(fixed.state, LANE_ALL, KNOB_DIVERGENCE) == 7.0);
    assert_true(lane_knobs_maximum(fixed.state, 0, KNOB_RHO) == knob_info(KNOB_RHO)->maximum);
    assert_int_equal(lane_knobs_choice_count(KNOB_DIVERGENCE, 2.0), 3);
    assert_int_equal(lane_knobs_choice_count(KNOB_ADAPTIVE, 1.0), 2);
    assert_int_equal(lane_knobs_choice_count(KNOB_RHO, 1e6), 0);
    assert_null(lane_knobs_of_method(NULL, KNOB_RHO));
    fixed_state_destroy(&fixed);
}

static void expect_reads(KnobId knob, double value, const char *expected)
{
    char text[64];
    lane_knobs_value_text(knob, value, 4, text, sizeof text);
    assert_string_equal(text, expected);
}

static void values_and_ranges_read_as_they_are_typed(void **unused)
{
    (void)unused;
    char text[128];
    expect_reads(KNOB_RHO, 0.05, "0.05");
    expect_reads(KNOB_DIVERGENCE, 3.0, "l2");
    expect_reads(KNOB_DIVERGENCE, 99.0, "99");
    lane_knobs_range_text(KNOB_RHO, 1e6, text, sizeof text);
    assert_string_equal(text, "0 to 1e+06");
    lane_knobs_range_text(KNOB_INTERVAL, 1e6, text, sizeof text);
    assert_string_equal(text, "1 to 1e+06, whole");
    lane_knobs_range_text(KNOB_DIVERGENCE, 2.0, text, sizeof text);
    assert_string_equal(text, "forward-kl, reverse-kl, symmetric-kl");
    char small[8];
    lane_knobs_range_text(KNOB_DIVERGENCE, 7.0, small, sizeof small);
    assert_string_equal(small, "forward");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(main_knobs_come_first_and_nothing_twice),
        cmocka_unit_test(the_focused_knob_is_listed_even_where_it_is_missing),
        cmocka_unit_test(a_method_may_take_less_than_the_table),
        cmocka_unit_test(values_and_ranges_read_as_they_are_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
