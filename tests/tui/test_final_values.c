/* tui/test_final_values.c -- the figures that tests/reference/seed_table.py prints for the recorded trio. */
#include "tui/final_values.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/reference_runs.h"
#include "tui/seed_states.h"

static void expect(MeanInterval got, double mean, double half_width)
{
    if (fabs(got.mean - mean) > 0.005 || fabs(got.half_width - half_width) > 0.005) {
        fail_msg("%.4f +- %.4f, not %.2f +- %.2f", got.mean, got.half_width, mean, half_width);
    }
}

/* tests/reference/seed_table.py sample-runs/recorded/cross-domain/finals.jsonl --preset sample-runs/presets/trio.json */
static void recorded_seeds_come_to_what_the_independent_table_says(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 5);
    seed_states_take_finals(&states);
    seed_states_average(&states);
    const LabState *mean = states.fixed.state;
    const FinalMetrics metrics = final_values_metrics(mean);
    assert_true(metrics.is_final && !metrics.has_classes);
    const uint16_t id = metrics.in_domain;
    const uint16_t zs = metrics.zero_shot;
    expect(final_values_mean(mean, 0, id), 42.88, 0.09);
    expect(final_values_mean(mean, 0, zs), 63.63, 0.19);
    expect(final_values_mean(mean, 1, id), 42.02, 0.07);
    expect(final_values_mean(mean, 1, zs), 63.10, 0.39);
    expect(final_values_mean(mean, 2, id), 42.29, 0.12);
    expect(final_values_mean(mean, 2, zs), 62.53, 0.18);
    expect(final_values_difference(mean, 1, 0, id), -0.85, 0.07);
    expect(final_values_difference(mean, 1, 0, zs), -0.53, 0.28);
    expect(final_values_difference(mean, 2, 0, id), -0.58, 0.08);
    expect(final_values_difference(mean, 2, 0, zs), -1.10, 0.15);
    assert_string_equal(final_values_verdict(final_values_difference(mean, 1, 0, id),
                                             final_values_difference(mean, 1, 0, zs), 5),
                        "both lower");
    /* The state's own last values are the same means. */
    assert_true(mean->lanes[2].last[zs] == final_values_mean(mean, 2, zs).mean);
    assert_true(mean->lanes[2].bands->of_last[zs] == final_values_mean(mean, 2, zs).half_width);
    seed_states_destroy(&states);
}

/* 1, 2 and 3 against 1, 3 and 5: the differences are 0, 1, 2, whatever the spread of either. */
static void differences_are_paired_by_seed(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 3);
    for (size_t seed = 0; seed < 3; seed++) {
        seed_states_value(&states, seed, 0, 10, METRIC_FINAL_PERPLEXITY, 1.0 + (double)seed);
        seed_states_value(&states, seed, 1, 10, METRIC_FINAL_PERPLEXITY, 1.0 + 2.0 * (double)seed);
    }
    seed_states_average(&states);
    const MeanInterval difference =
        final_values_difference(states.fixed.state, 1, 0, METRIC_FINAL_PERPLEXITY);
    assert_true(difference.mean == 1.0);
    assert_true(fabs(difference.half_width - 4.3026527 / sqrt(3.0)) < 1e-6);
    seed_states_destroy(&states);
}

static void without_a_final_evaluation_the_last_one_on_the_way_counts(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 2);
    seed_states_value(&states, 0, 0, 50, METRIC_EVAL_PERPLEXITY, 40.0);
    seed_states_value(&states, 1, 0, 50, METRIC_EVAL_PERPLEXITY, 42.0);
    seed_states_average(&states);
    const FinalMetrics metrics = final_values_metrics(states.fixed.state);
    assert_false(metrics.is_final);
    assert_int_equal(metrics.in_domain, METRIC_EVAL_PERPLEXITY);
    assert_true(final_values_mean(states.fixed.state, 0, metrics.in_domain).mean == 41.0);
    assert_true(isnan(final_values_mean(states.fixed.state, 1, metrics.in_domain).mean));
    seed_states_destroy(&states);
}

/* Seeds 1 and 2 of AdamW (30 passes) and SAM (60), and a run of AdamW alone with twice the steps beside them. */
static void open_control(SeedStates *states, LabState **beside, bool is_of_seed_2)
{
    seed_states_create(states, 2);
    ExperimentSpec spec = states->fixed.spec;
    for (size_t seed = 0; seed < 2; seed++) {
        for (uint32_t lane = 0; lane < 2; lane++) {
            seed_states_value(states, seed, lane, 10, METRIC_FINAL_PERPLEXITY, 40.0 - lane);
        }
    }
    seed_states_average(states);
    spec.lane_count = 1;
    spec.seed = is_of_seed_2 ? 2.0 : 7.0;
    assert_int_equal(lab_state_create(&spec, fake_methods(), beside), STATUS_OK);
    MetricSample sample = {.step = 20, .passes = 60.0};
    assert_true(metric_sample_add(&sample, METRIC_FINAL_PERPLEXITY, 36.0));
    give_sample(*beside, sample);
    states->fixed.state->references = calloc(1, sizeof *states->fixed.state->references);
    assert_non_null(states->fixed.state->references);
    states->fixed.state->references->count = 1;
    states->fixed.state->references->runs[0].run.state = *beside; /* owned there */
}

static FinalControl control_of_sam(const SeedStates *states)
{
    const LabState *mean = states->fixed.state;
    return final_values_control(mean, 1, 0, final_values_metrics(mean));
}

static void a_run_beside_with_as_many_passes_is_the_control(void **state)
{
    (void)state;
    SeedStates states;
    LabState *beside = NULL;
    open_control(&states, &beside, true);
    const FinalControl control = control_of_sam(&states);
    size_t pairs = 0;
    assert_true(control.state == beside && control.lane == 0);
    const MeanInterval difference = final_values_control_difference(
        states.fixed.state, 1, METRIC_FINAL_PERPLEXITY, &control, control.in_domain, &pairs);
    assert_int_equal(pairs, 1); /* seed 2 only */
    assert_true(difference.mean == 3.0 && isnan(difference.half_width));
    assert_null(
        final_values_control(states.fixed.state, 0, 0, final_values_metrics(states.fixed.state))
            .state); /* the baseline needs none */
    seed_states_destroy(&states);
}

static void who_is_not_alike_is_no_control(void **state)
{
    (void)state;
    SeedStates states;
    LabState *beside = NULL;
    open_control(&states, &beside, false);
    size_t pairs = 9;
    FinalControl control = control_of_sam(&states);
    const MeanInterval difference = final_values_control_difference(
        states.fixed.state, 1, METRIC_FINAL_PERPLEXITY, &control, control.in_domain, &pairs);
    assert_true(pairs == 0 && isnan(difference.mean)); /* another seed */
    beside->lanes[0].passes = 62.3;
    assert_non_null(control_of_sam(&states).state);
    beside->lanes[0].passes = 62.5; /* 4 per cent and more */
    assert_null(control_of_sam(&states).state);
    beside->lanes[0].passes = 60.0;
    beside->lanes[0].knobs[KNOB_LEARNING_RATE].value *= 2.0;
    assert_null(control_of_sam(&states).state);
    beside->lanes[0].knobs[KNOB_LEARNING_RATE].value /= 2.0;
    beside->spec->final_split = SPEC_FINAL_TEST;
    assert_null(control_of_sam(&states).state);
    beside->spec->final_split = SPEC_FINAL_DEV;
    beside->spec->name[0] = 'x';
    assert_null(control_of_sam(&states).state);
    seed_states_destroy(&states);
}

/* The recorded runs are of dev, the table of test: it has all of dev beside it. seed_table.py --split dev says the same. */
static void the_table_beside_recorded_runs_is_of_their_split(void **state)
{
    (void)state;
    char words[RUN_EVENT_TEXT_BYTES];
    RecordedRun run;
    const char *const RUNS[] = {"sample-runs/recorded/cross-domain/trio-seed-1",
                                "sample-runs/recorded/cross-domain/trio-seed-2",
                                "sample-runs/recorded/cross-domain/trio-seed-3",
                                "sample-runs/recorded/cross-domain/trio-seed-4",
                                "sample-runs/recorded/cross-domain/trio-seed-5"};
    assert_int_equal(recorded_run_read(RUNS, 5, fake_methods(), &run, NULL), STATUS_OK);
    assert_int_equal(reference_runs_open(run.state,
                                         "sample-runs/recorded/cross-domain/finals.jsonl", words,
                                         sizeof words, NULL),
                     STATUS_OK);
    const FinalMetrics metrics = final_values_metrics(run.state);
    const FinalControl sam = final_values_control(run.state, 1, 0, metrics);
    assert_non_null(sam.state);
    assert_string_equal(sam.state->lanes[sam.lane].name, "AdamW-200-steps");
    expect(
        final_values_control_difference(run.state, 1, metrics.in_domain, &sam, sam.in_domain, NULL),
        -6.30, 0.26);
    expect(
        final_values_control_difference(run.state, 1, metrics.zero_shot, &sam, sam.zero_shot, NULL),
        -17.25, 0.59);
    for (size_t seed = 0; seed < 5; seed++) { /* another experiment's table */
        run.seeds[seed]->lanes[0].last[metrics.in_domain] *= 1.01;
    }
    assert_null(final_values_control(run.state, 1, 0, metrics).state);
    recorded_run_clear(&run);
}

static void lanes_at_different_steps_are_not_compared(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 2);
    for (size_t seed = 0; seed < 2; seed++) {
        seed_states_value(&states, seed, 0, 100, METRIC_EVAL_PERPLEXITY, 40.0);
        seed_states_value(&states, seed, 1, seed == 0 ? 100 : 75, METRIC_EVAL_PERPLEXITY, 41.0);
    }
    seed_states_average(&states);
    assert_true(
        isnan(final_values_difference(states.fixed.state, 1, 0, METRIC_EVAL_PERPLEXITY).mean));
    seed_states_destroy(&states);
}

static void before_the_first_step_no_lane_has_spent_as_many_passes(void **state)
{
    (void)state;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_null(final_values_control(fixed.state, 1, 0, final_values_metrics(fixed.state)).state);
    fixed_state_destroy(&fixed);
}

static void words_tell_the_side_of_both_intervals(void **state)
{
    (void)state;
    const MeanInterval lower = {-1.0, 0.5};
    const MeanInterval higher = {1.0, 0.5};
    const MeanInterval neither = {-1.0, 1.0};
    const MeanInterval nothing = {(double)NAN, (double)NAN};
    assert_string_equal(final_values_verdict(higher, higher, 2), "both higher");
    assert_string_equal(final_values_verdict(lower, higher, 2), "ID lower, ZS higher");
    assert_string_equal(final_values_verdict(lower, neither, 2),
                        "ID lower, ZS not distinguishable");
    assert_string_equal(final_values_verdict(neither, neither, 2), "not distinguishable");
    assert_string_equal(final_values_verdict(lower, nothing, 2), "ID lower");
    assert_string_equal(final_values_verdict(nothing, neither, 2), "ZS not distinguishable");
    assert_string_equal(final_values_verdict(nothing, nothing, 2), "");
    assert_string_equal(final_values_verdict((MeanInterval){-9.0, (double)NAN}, lower, 0),
                        "one seed: not distinguishable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_seeds_come_to_what_the_independent_table_says),
        cmocka_unit_test(differences_are_paired_by_seed),
        cmocka_unit_test(without_a_final_evaluation_the_last_one_on_the_way_counts),
        cmocka_unit_test(a_run_beside_with_as_many_passes_is_the_control),
        cmocka_unit_test(who_is_not_alike_is_no_control),
        cmocka_unit_test(the_table_beside_recorded_runs_is_of_their_split),
        cmocka_unit_test(lanes_at_different_steps_are_not_compared),
        cmocka_unit_test(before_the_first_step_no_lane_has_spent_as_many_passes),
        cmocka_unit_test(words_tell_the_side_of_both_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
