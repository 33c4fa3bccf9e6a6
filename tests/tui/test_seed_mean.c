#include "tui/seed_mean.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/seed_states.h"

static void curves_and_last_values_are_means_with_bands(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 3);
    seed_states_race(&states);
    seed_states_average(&states);
    const LabLane *lane = &states.fixed.state->lanes[2];
    const Series *losses = &lane->history[METRIC_LOSS];
    assert_int_equal(losses->count, 101);
    double sum = 0.0;
    for (size_t i = 0; i < 3; i++) {
        sum += states.seeds[i]->lanes[2].history[METRIC_LOSS].points[60].value;
    }
    assert_true(fabs(losses->points[60].value - sum / 3.0) < 1e-12);
    assert_int_equal(lane->bands->of_history[METRIC_LOSS].low.count, 101);
    assert_true(lane->last[METRIC_LOSS] == losses->points[100].value);
    assert_true(lane->bands->of_last[METRIC_LOSS] > 0.1);
    assert_int_equal(lane->last_step[METRIC_LOSS], 100);
    assert_int_equal(lane->step, 100);
    assert_int_equal(states.fixed.state->phase, LAB_FINISHED);
    assert_true(states.fixed.state->is_recorded);
    assert_false(lane->is_measured[METRIC_EVAL_LOSS]);
    assert_true(isnan(lane->bands->of_last[METRIC_EVAL_LOSS]));
    seed_states_destroy(&states);
}

/* A run that ended early: the means end with it, and the end is told. */
static void the_shortest_seed_ends_the_means(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 2);
    for (uint32_t step = 1; step <= 10; step++) {
        seed_states_value(&states, 0, 0, step, METRIC_LOSS, 4.0);
        if (step <= 6) {
            seed_states_value(&states, 1, 0, step, METRIC_LOSS, 2.0);
        }
    }
    give_event(states.seeds[0], (RunEvent){.kind = RUN_EVENT_FINISHED, .lane = LANE_ALL});
    seed_states_average(&states);
    const LabLane *lane = &states.fixed.state->lanes[0];
    assert_int_equal(lane->history[METRIC_LOSS].count, 6);
    assert_int_equal(lane->last_step[METRIC_LOSS], 6);
    assert_true(lane->last[METRIC_LOSS] == 3.0);
    assert_true(fabs(lane->bands->of_last[METRIC_LOSS] - 12.7062047) < 1e-6);
    assert_int_equal(states.fixed.state->step, 6);
    assert_int_equal(states.fixed.state->phase, LAB_BROKEN_OFF);
    seed_states_destroy(&states);
}

static bool has_note(const LabState *state, const char *words)
{
    for (size_t i = 0; i < state->event_count; i++) {
        char text[RUN_EVENT_TEXT_BYTES + 128];
        lab_state_event_text(state, i, text, sizeof text);
        if (strstr(text, words) != NULL) {
            return true;
        }
    }
    return false;
}

static void what_happened_in_a_seed_is_told(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 2);
    seed_states_race(&states);
    give_event(states.seeds[1], (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                           .step = 40,
                                           .lane = 2,
                                           .knob = KNOB_SCALE,
                                           .value = 2000.0,
                                           .old_value = 5000.0});
    give_event(states.seeds[1], (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 77, .lane = 1});
    give_event(states.seeds[1], added_lane(3, "late", 0));
    seed_states_average(&states);
    const LabState *mean = states.fixed.state;
    assert_true(has_note(mean, "seed 2 @40 [1] TRAM s 5,000 > 2,000"));
    assert_true(has_note(mean, "seed 2 @77 diverged SAM"));
    assert_true(has_note(mean, "seed 2: late is not a lane of every seed: left out"));
    assert_false(has_note(mean, "seed 1"));
    assert_int_equal(mean->lane_count, 3);
    assert_true(mean->lanes[1].has_diverged);
    assert_int_equal(mean->lanes[1].diverged_step, 77);
    seed_states_destroy(&states);
}

/* The mean of "limited by rho" and "limited by s" would be a third thing. */
static void a_code_is_told_only_where_all_seeds_agree(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 2);
    for (size_t seed = 0; seed < 2; seed++) {
        seed_states_value(&states, seed, 1, 5, METRIC_RADIUS_LIMIT, RADIUS_LIMIT_RHO);
        seed_states_value(&states, seed, 2, 5, METRIC_RADIUS_LIMIT,
                          seed == 0 ? RADIUS_LIMIT_RHO : RADIUS_LIMIT_LOSS_BUDGET);
    }
    seed_states_average(&states);
    assert_true(states.fixed.state->lanes[1].is_measured[METRIC_RADIUS_LIMIT]);
    assert_true(states.fixed.state->lanes[1].last[METRIC_RADIUS_LIMIT] == RADIUS_LIMIT_RHO);
    assert_false(states.fixed.state->lanes[2].is_measured[METRIC_RADIUS_LIMIT]);
    seed_states_destroy(&states);
}

static void a_lane_that_left_one_seed_is_not_shown(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 2);
    seed_states_race(&states);
    give_event(states.seeds[0], (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 1});
    seed_states_average(&states);
    assert_false(lab_state_has_lane(states.fixed.state, 1));
    assert_true(lab_state_has_lane(states.fixed.state, 2));
    seed_states_destroy(&states);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_and_last_values_are_means_with_bands),
        cmocka_unit_test(the_shortest_seed_ends_the_means),
        cmocka_unit_test(what_happened_in_a_seed_is_told),
        cmocka_unit_test(a_code_is_told_only_where_all_seeds_agree),
        cmocka_unit_test(a_lane_that_left_one_seed_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
