#include "tui/lane_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static void expect_sentence(const FixedState *fixed, size_t lane, const char *expected)
{
    char words[LANE_WORDS_BYTES];
    lane_words_limit_sentence(fixed->state, lane, words, sizeof words);
    assert_string_equal(words, expected);
}

static MetricSample tram_sample(double kl, double radius, RadiusLimit limit)
{
    MetricSample sample = {.lane = 2, .step = 5};
    (void)metric_sample_add(&sample, METRIC_DIVERGENCE, kl);
    (void)metric_sample_add(&sample, METRIC_RADIUS, radius);
    (void)metric_sample_add(&sample, METRIC_RADIUS_LIMIT, limit);
    return sample;
}

static void says_nothing_before_anything_was_reported(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    expect_sentence(&fixed, 2, "TRAM: no radius reported yet");
    expect_sentence(&fixed, 0, "AdamW: no perturbation: adamw has neither rho nor scale");
    assert_string_equal(lane_words_limit(fixed.state, 2), "");
    fixed_state_destroy(&fixed);
}

static void multiplies_out_what_the_trust_region_did(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_sample(fixed.state, tram_sample(3.1e-5, 0.155, RADIUS_LIMIT_SCALE));
    expect_sentence(&fixed, 2,
                    "TRAM: d = 5,000 x 3.1e-05 = 0.155: the trust region; rho 0.5 not reached");
    assert_string_equal(lane_words_limit(fixed.state, 2), "limited by scale*KL");
    fixed_state_destroy(&fixed);
}

static void says_when_rho_cuts(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_sample(fixed.state, tram_sample(3.1e-4, 0.5, RADIUS_LIMIT_RHO));
    expect_sentence(&fixed, 2,
                    "TRAM: s*KL = 5,000 x 0.00031 = 1.55, cut to d = 0.5: rho sets the radius");
    give_sample(fixed.state, fake_sample(1, 5, 0.05, 0.0));
    expect_sentence(&fixed, 1, "SAM: radius 0.05: rho sets it, at every step");
    fixed_state_destroy(&fixed);
}

static void does_not_multiply_with_a_scale_that_came_later(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_sample(fixed.state, tram_sample(3.1e-5, 0.155, RADIUS_LIMIT_SCALE));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                       .step = 5,
                                       .lane = 2,
                                       .knob = KNOB_SCALE,
                                       .value = 100.0,
                                       .old_value = 5000.0,
                                       .command = 1});
    expect_sentence(&fixed, 2,
                    "TRAM: d = 0.155 (s*KL, KL = 3.1e-05): the trust region; rho 0.5 not reached");
    fixed_state_destroy(&fixed);
}

static void does_not_speak_of_a_rho_that_came_later(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_sample(fixed.state, tram_sample(3.1e-5, 0.155, RADIUS_LIMIT_SCALE));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_KNOB_APPLIED,
                                       .step = 5,
                                       .lane = 2,
                                       .knob = KNOB_RHO,
                                       .value = 0.1,
                                       .old_value = 0.5,
                                       .command = 1});
    expect_sentence(
        &fixed, 2, "TRAM: d = 0.155 (s*KL, KL = 3.1e-05): the trust region; rho has changed since");
    fixed_state_destroy(&fixed);
}

static void a_lane_that_diverged_is_called_so(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 1234, .lane = 1});
    expect_sentence(&fixed, 1, "SAM: DIVERGED at step 1,234 and left the race; the others go on");
    assert_string_equal(lane_words_limit(fixed.state, 1), "DIVERGED");
    fixed_state_destroy(&fixed);
}

static void a_nan_code_is_no_limit(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    MetricSample sample = tram_sample(NAN, NAN, RADIUS_LIMIT_NONE);
    sample.values[2] = NAN;
    give_sample(fixed.state, sample);
    expect_sentence(&fixed, 2, "TRAM: radius nan, limited by nothing");
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_nothing_before_anything_was_reported),
        cmocka_unit_test(multiplies_out_what_the_trust_region_did),
        cmocka_unit_test(says_when_rho_cuts),
        cmocka_unit_test(does_not_multiply_with_a_scale_that_came_later),
        cmocka_unit_test(does_not_speak_of_a_rho_that_came_later),
        cmocka_unit_test(a_lane_that_diverged_is_called_so),
        cmocka_unit_test(a_nan_code_is_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
