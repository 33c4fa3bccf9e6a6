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

static void expect_limit(const FixedState *fixed, size_t lane, const char *whole, const char *brief)
{
    char words[LANE_LIMIT_BYTES];
    lane_words_limit(fixed->state, lane, words, sizeof words);
    assert_string_equal(words, whole);
    lane_words_short_limit(fixed->state, lane, words, sizeof words);
    assert_string_equal(words, brief);
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
    expect_limit(&fixed, 2, "", "");
    fixed_state_destroy(&fixed);
}

static void a_record_does_not_promise_what_will_not_come(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.state->is_recorded = true;
    expect_sentence(&fixed, 2, "TRAM: the record has no radius");
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
    expect_limit(&fixed, 2, "limited by scale*KL", "scale*KL");
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
    expect_sentence(&fixed, 1, "SAM: rho 0.05: fixed radius");
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
    expect_limit(&fixed, 1, "DIVERGED", "DIVERGED");
    assert_string_equal(lane_words_state(fixed.state, 1), "DIVERGED");
    assert_string_equal(lane_words_state(fixed.state, 2), "loading");
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

/* Fourteen lanes after step 5, and one lane's sample of choice. */
static void many_create(FixedState *fixed)
{
    fixed_state_create_lanes(fixed, FAKE_LANES_MAX);
    give_steps(fixed->state, 5, 5, 1.0);
}

static void give_radius(const FixedState *fixed, uint32_t lane, double radius, RadiusLimit limit)
{
    MetricSample sample = {.lane = lane, .step = 6};
    (void)metric_sample_add(&sample, METRIC_RADIUS, radius);
    (void)metric_sample_add(&sample, METRIC_RADIUS_LIMIT, limit);
    (void)metric_sample_add(&sample, METRIC_DIVERGENCE, 0.021);
    give_sample(fixed->state, sample);
}

static void every_family_says_what_its_radius_is(void **unused)
{
    (void)unused;
    FixedState fixed;
    many_create(&fixed);
    expect_sentence(&fixed, 3, "ASAM: rho 0.5: fixed radius, in units of the weights");
    give_radius(&fixed, 4, 0.1, RADIUS_LIMIT_RHO);
    expect_sentence(&fixed, 4, "FSAM: gamma 0.1: fixed radius in the Fisher metric");
    expect_limit(&fixed, 4, "limited by gamma", "gamma");
    give_radius(&fixed, 6, 0.021, RADIUS_LIMIT_SCALE);
    expect_sentence(&fixed, 6,
                    "TRAM-0: d = 1 x 0.021 = 0.021, D = KL(theta_0 || theta): the trust region; "
                    "rho 0.5 not reached");
    give_radius(&fixed, 7, 0.021, RADIUS_LIMIT_SCALE);
    expect_sentence(&fixed, 7,
                    "TRAM-x: d = 1 x 0.021 = 0.021, D = KL(x + z || x): the trust region; rho 0.5 "
                    "not reached");
    give_radius(&fixed, 8, 0.04, RADIUS_LIMIT_LOSS_BUDGET);
    expect_sentence(&fixed, 8,
                    "LE-SAM: radius 0.04 = sigma_t / ||g||: the loss budget (sigma 0.05 at first); "
                    "rho 0.1 not reached");
    expect_limit(&fixed, 8, "limited by the loss budget", "loss budget");
    give_radius(&fixed, 8, 0.1, RADIUS_LIMIT_RHO);
    expect_sentence(&fixed, 8,
                    "LE-SAM: radius 0.1: rho sets it; the loss budget (sigma 0.05 at first) would "
                    "allow more");
    give_radius(&fixed, 9, 0.03, RADIUS_LIMIT_RHO);
    expect_sentence(&fixed, 9,
                    "GSAM: radius 0.03 of rho 0.05 and rho_min 0.01: the rho_schedule follow-lr");
    give_radius(&fixed, 10, 0.2, RADIUS_LIMIT_FOLLOWED);
    expect_sentence(&fixed, 10, "mean-d: radius 0.2: the mean of TRAM's d so far");
    expect_limit(&fixed, 10, "the d of TRAM", "d of another");
    fixed_state_destroy(&fixed);
}

static void a_penalty_is_told_with_its_weight(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 6);
    expect_sentence(&fixed, 5, "TRPO: no perturbation: trpo adds a penalty to the loss");
    MetricSample sample = {.lane = 5, .step = 1};
    (void)metric_sample_add(&sample, METRIC_PENALTY, 0.003);
    give_sample(fixed.state, sample);
    expect_sentence(&fixed, 5, "TRPO: no perturbation: loss + 0.1 x 0.003 nats of KL");
    fixed_state_destroy(&fixed);
}

static void choices_that_are_not_the_default_are_named(void **unused)
{
    (void)unused;
    FixedState fixed;
    many_create(&fixed);
    LabLane *lane = &fixed.state->lanes[12]; /* divergence l2 */
    lane->knobs[KNOB_REDUCTION].value = 1.0;
    lane->knobs[KNOB_PERTURB].value = 2.0;
    lane->knobs[KNOB_AUTO_SCALE].value = 0.1;
    give_radius(&fixed, 12, 0.001, RADIUS_LIMIT_SCALE);
    expect_sentence(&fixed, 12,
                    "TRAM-L2: d = 0.001 (s*D, D = 0.021), D = L2(theta_0 || theta), reduction "
                    "reference: the trust region; rho 0.5 not reached; s by auto_scale; perturb "
                    "weights-only");
    expect_limit(&fixed, 12, "limited by scale*D", "scale*D");
    fixed_state_destroy(&fixed);
}

static void released_arithmetic_is_never_an_ascent_direction(void **unused)
{
    (void)unused;
    FixedState fixed;
    many_create(&fixed);
    give_radius(&fixed, 13, 0.021, RADIUS_LIMIT_SCALE);
    expect_sentence(&fixed, 13,
                    "released: not an ascent direction (released arithmetic); d = 1 x 0.021 = "
                    "0.021, D = KL(theta_0 || theta): the trust region; rho 0.5 not reached");
    expect_limit(&fixed, 13, "not an ascent direction", "not an ascent");
    fixed_state_destroy(&fixed);
}

static void the_scale_in_force_counts_before_the_knob(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    MetricSample sample = tram_sample(3.1e-5, 0.31, RADIUS_LIMIT_SCALE);
    (void)metric_sample_add(&sample, METRIC_SCALE_IN_FORCE, 10000.0);
    give_sample(fixed.state, sample);
    expect_sentence(&fixed, 2,
                    "TRAM: d = 10,000 x 3.1e-05 = 0.31: the trust region; rho 0.5 not reached");
    fixed_state_destroy(&fixed);
}

static void a_radius_of_an_earlier_step_says_so(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_sample(fixed.state, fake_sample(1, 5, 0.05, 0.0));
    give_sample(fixed.state, (MetricSample){.lane = 1, .step = 6});
    expect_sentence(&fixed, 1, "SAM: rho 0.05: fixed radius; at step 5");
    fixed_state_destroy(&fixed);
}

static void a_small_buffer_cuts_the_sentence(void **unused)
{
    (void)unused;
    FixedState fixed;
    many_create(&fixed);
    for (size_t lane = 0; lane < FAKE_LANES_MAX; lane++) {
        for (size_t bytes = 1; bytes < 200; bytes += 7) {
            char words[200];
            memset(words, 'z', sizeof words);
            lane_words_limit_sentence(fixed.state, lane, words, bytes);
            assert_true(strlen(words) < bytes);
        }
    }
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_nothing_before_anything_was_reported),
        cmocka_unit_test(a_record_does_not_promise_what_will_not_come),
        cmocka_unit_test(multiplies_out_what_the_trust_region_did),
        cmocka_unit_test(says_when_rho_cuts),
        cmocka_unit_test(does_not_multiply_with_a_scale_that_came_later),
        cmocka_unit_test(does_not_speak_of_a_rho_that_came_later),
        cmocka_unit_test(a_lane_that_diverged_is_called_so),
        cmocka_unit_test(a_nan_code_is_no_limit),
        cmocka_unit_test(every_family_says_what_its_radius_is),
        cmocka_unit_test(a_penalty_is_told_with_its_weight),
        cmocka_unit_test(choices_that_are_not_the_default_are_named),
        cmocka_unit_test(released_arithmetic_is_never_an_ascent_direction),
        cmocka_unit_test(the_scale_in_force_counts_before_the_knob),
        cmocka_unit_test(a_radius_of_an_earlier_step_says_so),
        cmocka_unit_test(a_small_buffer_cuts_the_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
