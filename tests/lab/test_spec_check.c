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

static ExperimentSpec with_control(const char *follow)
{
    ExperimentSpec spec = two_lanes();
    spec.lane_count = 3;
    spec.lanes[2] = (LaneSpec){.name = "C", .method = "asam-replay-d", .line = 11};
    strcpy(spec.lanes[2].follow, follow);
    return spec;
}

static void a_control_follows_a_lane_that_has_a_d(void **state)
{
    (void)state;
    Problem problem = {0};
    const ExperimentSpec spec = with_control("T");
    assert_int_equal(spec_check_methods(&spec, &problem), STATUS_OK);
}

static void refuses_controls_that_follow_nothing_themselves_or_a_lane_without_d(void **state)
{
    (void)state;
    static const char *const FOLLOWS[] = {"", "C", "nobody", "A"};
    static const char *const SAYS[] = {"missing", "itself", "no lane is named", "has no d"};
    for (size_t i = 0; i < 4; i++) {
        Problem problem = {0};
        const ExperimentSpec spec = with_control(FOLLOWS[i]);
        assert_int_equal(spec_check_methods(&spec, &problem), STATUS_BAD_VALUE);
        assert_non_null(strstr(problem.text, "line 11: lanes.C.follow"));
        assert_non_null(strstr(problem.text, SAYS[i]));
        assert_non_null(strstr(problem.text, "there is: T"));
    }
}

static void refuses_a_lane_that_follows_without_being_a_control(void **state)
{
    (void)state;
    Problem problem = {0};
    ExperimentSpec spec = two_lanes();
    strcpy(spec.lanes[0].follow, "T");
    assert_int_equal(spec_check_methods(&spec, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "only controls"));
}

static void refuses_what_a_method_cannot_use_of_a_knob(void **state)
{
    (void)state;
    Problem problem = {0};
    ExperimentSpec spec = two_lanes();
    strcpy(spec.lanes[0].method, "trpo");
    spec.lanes[0].knob_is_set[KNOB_DIVERGENCE] = true;
    assert_true(
        knob_choice_from_name(KNOB_DIVERGENCE, "l2", &spec.lanes[0].knobs[KNOB_DIVERGENCE]));
    assert_int_equal(spec_check_methods(&spec, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "l2"));
    assert_non_null(strstr(problem.text, "forward-kl, reverse-kl, symmetric-kl"));
    strcpy(spec.lanes[0].method, "friendly-sam");
    spec.lanes[0].knob_is_set[KNOB_DIVERGENCE] = false;
    spec.lanes[0].knob_is_set[KNOB_LAMBDA] = true;
    spec.lanes[0].knobs[KNOB_LAMBDA] = 1.5;
    assert_int_equal(spec_check_methods(&spec, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "lambda"));
}

static void the_schedule_is_the_experiments(void **state)
{
    (void)state;
    const ExperimentSpec spec = {.lr_scheduler_type = LR_SCHEDULER_COSINE,
                                 .warmup_steps = 3,
                                 .max_steps = 40,
                                 .lr_end = 0.5,
                                 .power = 2.0};
    const Schedule schedule = spec_schedule(&spec);
    assert_int_equal(schedule.kind, SCHEDULE_COSINE);
    assert_int_equal(schedule.warmup_steps, 3);
    assert_int_equal(schedule.max_steps, 40);
    assert_true(schedule.lr_end == 0.5 && schedule.power == 2.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_known_methods_with_their_own_knobs),
        cmocka_unit_test(names_the_lane_the_line_and_the_known_methods),
        cmocka_unit_test(refuses_a_knob_of_another_method),
        cmocka_unit_test(a_control_follows_a_lane_that_has_a_d),
        cmocka_unit_test(refuses_controls_that_follow_nothing_themselves_or_a_lane_without_d),
        cmocka_unit_test(refuses_a_lane_that_follows_without_being_a_control),
        cmocka_unit_test(refuses_what_a_method_cannot_use_of_a_knob),
        cmocka_unit_test(a_lane_starts_with_its_own_knobs_then_the_methods_then_the_experiments),
        cmocka_unit_test(the_schedule_is_the_experiments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
