#include "lab/spec_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static ExperimentSpec two_lanes(void)
{
    ExperimentSpec spec = {.learning_rate = 0.5, .weight_decay = 0.25, .lane_count = 2};
    spec.lanes[0] = (LaneSpec){.name = "A", .method = "adamw", .line = 7};
    spec.lanes[1] = (LaneSpec){.name = "T", .method = "tram-prev", .line = 9};
    return spec;
}

static void accepts_known_methods_with_their_own_knobs(void **state)
{
    (void)state;
    Problem problem = {0};
    ExperimentSpec spec = two_lanes();
    spec.lanes[1].knob_is_set[KNOB_SCALE] = true;
    spec.lanes[0].knob_is_set[KNOB_LEARNING_RATE] = true;
    assert_int_equal(spec_check_methods(&spec, &problem), STATUS_OK);
}

static void names_the_lane_the_line_and_the_known_methods(void **state)
{
    (void)state;
    Problem problem = {0};
    ExperimentSpec spec = two_lanes();
    strcpy(spec.lanes[1].method, "tramp");
    assert_int_equal(spec_check_methods(&spec, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "line 9"));
    assert_non_null(strstr(problem.text, "lanes.T"));
    assert_non_null(strstr(problem.text, "tramp"));
    assert_non_null(strstr(problem.text, "tram-prev"));
}

static void refuses_a_knob_of_another_method(void **state)
{
    (void)state;
    Problem problem = {0};
    ExperimentSpec spec = two_lanes();
    spec.lanes[0].knob_is_set[KNOB_SCALE] = true;
    assert_int_equal(spec_check_methods(&spec, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "scale"));
    assert_non_null(strstr(problem.text, "learning_rate"));
}

static void a_lane_starts_with_its_own_knobs_then_the_methods_then_the_experiments(void **state)
{
    (void)state;
    double knobs[KNOB_COUNT];
    ExperimentSpec spec = two_lanes();
    spec.lanes[1].knob_is_set[KNOB_SCALE] = true;
    spec.lanes[1].knobs[KNOB_SCALE] = 42.0;
    spec_lane_knobs(&spec, 1, knobs);
    assert_true(knobs[KNOB_SCALE] == 42.0);
    assert_true(knobs[KNOB_RHO] == 0.5);
    assert_true(knobs[KNOB_LEARNING_RATE] == 0.5);
    assert_true(knobs[KNOB_WEIGHT_DECAY] == 0.25);
    spec_lane_knobs(&spec, 0, knobs);
    assert_true(knobs[KNOB_RHO] == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_known_methods_with_their_own_knobs),
        cmocka_unit_test(names_the_lane_the_line_and_the_known_methods),
        cmocka_unit_test(refuses_a_knob_of_another_method),
        cmocka_unit_test(a_lane_starts_with_its_own_knobs_then_the_methods_then_the_experiments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
