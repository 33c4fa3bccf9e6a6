#include "lab/session.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "optim/method_table.h"
#include "optim/quadratic.h"

typedef struct Fixture {
    Quadratic task;
    Objective objective;
    Schedule schedule;
    Real scratch[4][QUADRATIC_N];
    SessionStep step;
} Fixture;

static void make_fixture(Fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->task = quadratic_make();
    fixture->objective = quadratic_objective(&fixture->task);
    fixture->schedule = (Schedule){.kind = SCHEDULE_CONSTANT, .max_steps = 100};
    fixture->step = (SessionStep){.objective = &fixture->objective,
                                  .schedule = &fixture->schedule,
                                  .adam = {0.9, 0.99, 1e-8},
                                  .step = 1,
                                  .part_count = 1,
                                  .scratch = {fixture->scratch[0], fixture->scratch[1],
                                              fixture->scratch[2], fixture->scratch[3]}};
}

static const Real THETA_0[QUADRATIC_N] = {(Real)1.0, (Real)-0.5, (Real)2.0};
static const double KNOBS[KNOB_COUNT] = {[KNOB_LEARNING_RATE] = 0.1,
                                         [KNOB_RHO] = 0.2,
                                         [KNOB_SCALE] = 1.0,
                                         [KNOB_WSAM_WEIGHT] = 0.5,
                                         [KNOB_INTERVAL] = 1.0};

static void counts_passes_in_forward_equivalents(void **state)
{
    (void)state;
    static const double EXPECTED[] = {3.0, 6.0, 3.0 + 7.0};
    static const char *const METHODS[] = {"adamw", "sam", "tram-prev"};
    for (size_t i = 0; i < 3; i++) {
        Fixture fixture;
        Session session;
        const char *reason = NULL;
        make_fixture(&fixture);
        assert_int_equal(
            session_init(&session, method_find(METHODS[i]), THETA_0, QUADRATIC_N, KNOBS),
            STATUS_OK);
        MetricSample sample = {0};
        session_step(&session, &fixture.step, &sample, &reason);
        if (i == 2) {
            sample.count = 0;
            session_step(&session, &fixture.step, &sample, &reason);
        }
        assert_true(sample.passes == EXPECTED[i]);
        assert_null(reason);
        session_clear(&session);
    }
}

static void three_skipped_steps_in_a_row_mean_diverged(void **state)
{
    (void)state;
    Fixture fixture;
    Session session;
    const char *reason = NULL;
    make_fixture(&fixture);
    session_init(&session, method_find("adamw"), THETA_0, QUADRATIC_N, KNOBS);
    for (int t = 0; t < 5; t++) {
        MetricSample sample = {0};
        /* Broken, broken, fine, broken, broken: never three in a row. */
        fixture.task.loss_override = t == 2 ? (double)NAN : (double)INFINITY;
        session_step(&session, &fixture.step, &sample, &reason);
        assert_true((reason == NULL) == (t == 2));
        assert_false(session.has_diverged);
    }
    MetricSample sample = {0};
    session_step(&session, &fixture.step, &sample, &reason);
    assert_true(session.has_diverged);
    double skipped = 0.0;
    assert_true(metric_sample_get(&sample, METRIC_SKIPPED_STEPS, &skipped));
    assert_true(skipped == 5.0);
    assert_true(metric_sample_get(&sample, METRIC_SKIPPED_LOSS, &skipped));
    assert_true(skipped == 5.0);
    assert_false(metric_sample_get(&sample, METRIC_SKIPPED_GRADIENT, &skipped));
    session_clear(&session);
}

static void the_learning_rate_in_force_is_the_knob_times_the_schedule(void **state)
{
    (void)state;
    Fixture fixture;
    Session session;
    MetricSample sample = {0};
    const char *reason = NULL;
    double rate = 0.0;
    make_fixture(&fixture);
    fixture.schedule = (Schedule){.kind = SCHEDULE_LINEAR, .max_steps = 10};
    fixture.step.step = 5;
    session_init(&session, method_find("adamw"), THETA_0, QUADRATIC_N, KNOBS);
    session.knobs[KNOB_LEARNING_RATE] = 0.4;
    session_step(&session, &fixture.step, &sample, &reason);
    assert_true(metric_sample_get(&sample, METRIC_LEARNING_RATE, &rate));
    assert_true(fabs(rate - 0.2) < 1e-12);
    session_clear(&session);
}

static void a_divergence_that_is_not_finite_is_counted(void **state)
{
    (void)state;
    Fixture fixture;
    Session session;
    const char *reason = NULL;
    double failures = 0.0;
    make_fixture(&fixture);
    fixture.task.forced_divergence = (double)INFINITY;
    session_init(&session, method_find("tram-prev"), THETA_0, QUADRATIC_N, KNOBS);
    for (int t = 0; t < 3; t++) {
        MetricSample sample = {0};
        session_step(&session, &fixture.step, &sample, &reason);
        assert_null(reason);
        assert_true(metric_sample_get(&sample, METRIC_DIVERGENCE_FAILURES, &failures) == (t > 0));
    }
    assert_true(failures == 2.0);
    session_clear(&session);
}

static void dropout_seeds_depend_on_seed_and_step_alone(void **state)
{
    (void)state;
    uint64_t seeds[4];
    for (size_t i = 0; i < 4; i++) {
        Fixture fixture;
        Session session;
        const char *reason = NULL;
        MetricSample sample = {0};
        make_fixture(&fixture);
        fixture.step.step = i == 1 ? 2 : 1;
        fixture.step.seed = i == 2 ? 6 : 5;
        session_init(&session, method_find(i == 3 ? "sam" : "adamw"), THETA_0, QUADRATIC_N, KNOBS);
        session_step(&session, &fixture.step, &sample, &reason);
        seeds[i] = fixture.task.dropout_seeds[0];
        session_clear(&session);
    }
    assert_true(seeds[0] == seeds[3]);
    assert_true(seeds[0] != seeds[1] && seeds[0] != seeds[2]);
}

static void memory_begins_as_the_method_says(void **state)
{
    (void)state;
    static const Real NOTHING[QUADRATIC_N] = {0};
    Session session;
    session_init(&session, method_find("mesa"), THETA_0, QUADRATIC_N, KNOBS);
    assert_memory_equal(session.state.memory, THETA_0, sizeof THETA_0);
    session_clear(&session);
    session_init(&session, method_find("looksam"), THETA_0, QUADRATIC_N, KNOBS);
    assert_memory_equal(session.state.memory, NOTHING, sizeof NOTHING);
    session_clear(&session);
    session_init(&session, method_find("sam"), THETA_0, QUADRATIC_N, KNOBS);
    assert_null(session.state.memory);
    session_clear(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_passes_in_forward_equivalents),
        cmocka_unit_test(three_skipped_steps_in_a_row_mean_diverged),
        cmocka_unit_test(a_divergence_that_is_not_finite_is_counted),
        cmocka_unit_test(dropout_seeds_depend_on_seed_and_step_alone),
        cmocka_unit_test(memory_begins_as_the_method_says),
        cmocka_unit_test(the_learning_rate_in_force_is_the_knob_times_the_schedule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
