#include "optim/controls.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optim/lane.h"

static void start(Lane *lane)
{
    static const double D[] = {0.0, 0.4, 0.1, 0.3};
    lane_init(lane);
    memcpy(lane->followed_d, D, sizeof D);
    lane->followed_count = 4;
}

static void mean_is_over_the_steps_so_far(void **state)
{
    (void)state;
    static const double EXPECTED[] = {0.0, 0.2, 0.5 / 3.0, 0.2, 0.2};
    Lane lane;
    start(&lane);
    for (int t = 0; t < 5; t++) {
        lane_step(&lane, "asam-mean-d");
        assert_true(is_near(lane_metric(&lane, METRIC_RADIUS), EXPECTED[t]));
        assert_true(is_near(lane_metric(&lane, METRIC_PERTURBATION_NORM_OWN), EXPECTED[t]));
    }
    assert_true(lane_metric(&lane, METRIC_RADIUS_LIMIT) == RADIUS_LIMIT_FOLLOWED);
}

static void replay_is_step_by_step_and_stays_at_the_last(void **state)
{
    (void)state;
    static const double EXPECTED[] = {0.0, 0.4, 0.1, 0.3, 0.3};
    Lane lane;
    start(&lane);
    for (int t = 0; t < 5; t++) {
        lane_step(&lane, "asam-replay-d");
        assert_true(lane_metric(&lane, METRIC_RADIUS) == EXPECTED[t]);
        assert_true(lane.step.forward_passes == (t == 0 ? 1.0 : 2.0));
    }
}

static void shuffled_draws_from_the_past_and_is_no_copy_of_it(void **state)
{
    (void)state;
    Lane lane;
    size_t as_replay = 0;
    start(&lane);
    for (size_t i = 0; i < LANE_D_MAX; i++) {
        lane.followed_d[i] = 0.001 * (double)(i + 1);
    }
    lane.followed_count = LANE_D_MAX;
    for (size_t t = 0; t < 40; t++) {
        lane_step(&lane, "tram-shuffled-d");
        const double d = lane_metric(&lane, METRIC_RADIUS);
        assert_true(d >= 0.001 && d <= lane.followed_d[t]);
        as_replay += d == lane.followed_d[t] ? 1 : 0;
    }
    assert_true(as_replay < 15);
}

static void a_replayed_constant_is_asam_to_the_bit(void **state)
{
    (void)state;
    Lane control;
    Lane asam;
    start(&control);
    lane_init(&asam);
    lane_set(&asam, "rho=0.4");
    control.followed_d[0] = 0.4;
    control.followed_count = 1;
    for (int t = 0; t < 10; t++) {
        lane_step(&control, "asam-replay-d");
        lane_step(&asam, "asam");
    }
    assert_memory_equal(control.params, asam.params, sizeof asam.params);
}

static void without_anything_to_follow_it_is_adamw(void **state)
{
    (void)state;
    static const char *const CONTROLS[] = {"asam-mean-d", "asam-replay-d", "tram-shuffled-d"};
    for (size_t i = 0; i < 3; i++) {
        Lane control;
        Lane adamw;
        lane_init(&control);
        lane_init(&adamw);
        lane_step(&control, CONTROLS[i]);
        lane_step(&adamw, "adamw");
        assert_memory_equal(control.params, adamw.params, sizeof adamw.params);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_is_over_the_steps_so_far),
        cmocka_unit_test(replay_is_step_by_step_and_stays_at_the_last),
        cmocka_unit_test(shuffled_draws_from_the_past_and_is_no_copy_of_it),
        cmocka_unit_test(a_replayed_constant_is_asam_to_the_bit),
        cmocka_unit_test(without_anything_to_follow_it_is_adamw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
