#include "tui/view_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"
#include "tui/reference_runs.h"
#include "tui/seed_states.h"

static void a_narrow_table_says_what_limits_below_each_lane(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    expect_pane(view_table_draw, &fixed, 9, 38, "table-narrow");
    fixed_state_destroy(&fixed);
}

static void a_wide_table_says_it_beside(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.lane = VIEW_ALL_LANES;
    expect_pane(view_table_draw, &fixed, 7, 100, "table-wide");
    fixed_state_destroy(&fixed);
}

static void where_classes_are_told_the_table_speaks_of_accuracies(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.state->spec->task = SPEC_TASK_TEXT_CLASSIFICATION;
    MetricSample sample = {.lane = 1, .step = 10};
    (void)metric_sample_add(&sample, METRIC_EVAL_LOSS, 0.5);
    (void)metric_sample_add(&sample, METRIC_EVAL_ACCURACY, 71.5);
    (void)metric_sample_add(&sample, METRIC_ZERO_SHOT_ACCURACY, 43.25);
    give_sample(fixed.state, sample);
    assert_true(pane_shows(view_table_draw, &fixed, 7, 140, "71.5%@10"));
    assert_true(pane_shows(view_table_draw, &fixed, 7, 140, "ZS %"));
    assert_true(pane_shows(view_table_draw, &fixed, 7, 140, "43.2"));
    assert_true(pane_shows(view_table_draw, &fixed, 7, 140, "dev %"));
    assert_false(pane_shows(view_table_draw, &fixed, 7, 140, "ppl"));
    fixed_state_destroy(&fixed);
}

/* At the widths of small, medium and large screens. */
static void fourteen_lanes_are_scrolled_to_the_focused_one(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 120, .lane = 9});
    fixed.view.lane = 10;
    expect_pane(view_table_draw, &fixed, 12, 38, "table-many-narrow");
    expect_pane(view_table_draw, &fixed, 12, 80, "table-many");
    expect_pane(view_table_draw, &fixed, 17, 120, "table-many-medium");
    expect_pane(view_table_draw, &fixed, 40, 200, "table-many-large");
    assert_true(pane_shows(view_table_draw, &fixed, 12, 80, "Lanes 3-11 of 14"));
    fixed.view.lane = VIEW_ALL_LANES;
    assert_true(pane_shows(view_table_draw, &fixed, 12, 80, "Lanes 1-9 of 14"));
    fixed_state_destroy(&fixed);
}

static void differences_to_the_baseline_have_signs(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.has_deltas = true;
    fixed.view.baseline = 1;
    expect_pane(view_table_draw, &fixed, 9, 38, "table-deltas-narrow");
    expect_pane(view_table_draw, &fixed, 7, 118, "table-deltas");
    assert_true(pane_shows(view_table_draw, &fixed, 7, 118, "Lanes, minus SAM"));
    fixed_state_destroy(&fixed);
}

static void what_there_is_no_room_for_is_told_on_the_lower_edge(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(view_table_draw, &fixed, 9, 100, "Lanes (last values) ")); /* no evals */
    fixed_state_run(&fixed);
    assert_true(pane_shows(view_table_draw, &fixed, 9, 38, " .. key 5: state, dev ppl"));
    fixed.view.page = VIEW_PAGE_TABLE;
    assert_true(pane_shows(view_table_draw, &fixed, 9, 80, " .. wider: rep KL, ||eps||, limited"));
    assert_true(
        pane_shows(view_table_draw, &fixed, 9, 60, " .. wider: state, knob, best eval, method"));
    assert_false(pane_shows(view_table_draw, &fixed, 9, 200, " .. "));
    fixed.state->spec->task = SPEC_TASK_TEXT_CLASSIFICATION;
    assert_true(pane_shows(view_table_draw, &fixed, 9, 120, " .. wider: dev %, KL out"));
    fixed_state_destroy(&fixed);
}

static void a_hidden_lane_is_marked_and_counted(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.is_hidden[1] = true;
    fixed.view.is_pinned[1] = true;
    assert_true(pane_shows(view_table_draw, &fixed, 9, 38, "x-SAM"));
    assert_true(pane_shows(view_table_draw, &fixed, 9, 38, "Lanes (part of dev, 1 hidden)"));
    fixed.view.is_hidden[1] = false;
    assert_true(pane_shows(view_table_draw, &fixed, 9, 38, "x!SAM"));
    assert_true(pane_shows(view_table_draw, &fixed, 9, 38, "Lanes (evals on part of dev)"));
    fixed_state_destroy(&fixed);
}

static void of_several_seeds_the_title_says_that_values_are_means(void **unused)
{
    (void)unused;
    SeedStates states;
    seed_states_create(&states, 3);
    seed_states_race(&states);
    seed_states_average(&states);
    assert_true(pane_shows(view_table_draw, &states.fixed, 9, 38, "Lanes (means of 3 seeds)"));
    assert_true(
        pane_shows(view_table_draw, &states.fixed, 9, 40, "Lanes (3 seeds' means, part of dev)"));
    states.fixed.view.sort = LANE_SORT_NAME;
    assert_true(pane_shows(view_table_draw, &states.fixed, 9, 60,
                           "by name (means of 3 seeds, evals on part of dev)"));
    seed_states_destroy(&states);
}

static void open_beside(FixedState *fixed, const char *word)
{
    char words[RUN_EVENT_TEXT_BYTES];
    Problem problem = {0};
    if (reference_runs_open(fixed->state, word, words, sizeof words, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
}

static void recorded_lanes_stand_below_those_of_the_race(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    open_beside(&fixed, "sample-runs/recorded/cross-domain/trio-seed-1");
    assert_false(pane_shows(view_table_draw, &fixed, 12, 118, "ref SAM")); /* beside charts */
    fixed.view.page = VIEW_PAGE_TABLE;
    expect_pane(view_table_draw, &fixed, 9, 118, "table-recorded");
    expect_pane(view_table_draw, &fixed, 15, 48, "table-recorded-narrow");
    fixed.view.has_deltas = true;
    assert_true(pane_shows(view_table_draw, &fixed, 9, 118, "A ref AdamW"));
    open_beside(&fixed, "sample-runs/recorded/cross-domain/trio-seed-[23]");
    assert_true(pane_shows(view_table_draw, &fixed, 12, 118,
                           "Lanes, minus AdamW (evals on part of dev, 6 recorded)"));
    assert_true(pane_shows(view_table_draw, &fixed, 12, 118, "2 recorded"));
    draw_at_all_sizes(view_table_draw, &fixed);
    fixed_state_destroy(&fixed);
}

static void recorded_lanes_are_filtered_and_scrolled_to(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.page = VIEW_PAGE_TABLE;
    open_beside(&fixed, "sample-runs/recorded/cross-domain/trio-seed-1");
    assert_false(pane_shows(view_table_draw, &fixed, 7, 118, "C ref TRAM"));
    assert_true(pane_shows(view_table_draw, &fixed, 7, 118,
                           "Lanes 1-4 of 6 (evals on part of dev, 3 recorded)"));
    fixed.view.lane = fixed.state->lane_count; /* all */
    assert_true(pane_shows(view_table_draw, &fixed, 7, 118, "C ref TRAM"));
    assert_true(pane_shows(view_table_draw, &fixed, 7, 118, "Lanes 3-6 of 6"));
    assert_int_equal(lane_filter_parse("sam", fixed.state, &fixed.view.filter, NULL), STATUS_OK);
    assert_true(pane_shows(view_table_draw, &fixed, 7, 118, "B ref SAM"));
    assert_true(pane_shows(view_table_draw, &fixed, 7, 118,
                           "Lanes 1 of 3 (evals on part of dev, 1 recorded) /sam"));
    assert_false(pane_shows(view_table_draw, &fixed, 7, 118, "ref TRAM"));
    fixed_state_destroy(&fixed);
}

static void order_pins_and_filter_are_told(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.sort = LANE_SORT_BEST;
    fixed.view.is_pinned[1] = true;
    expect_pane(view_table_draw, &fixed, 7, 80, "table-sorted");
    assert_int_equal(lane_filter_parse("tram", fixed.state, &fixed.view.filter, NULL), STATUS_OK);
    assert_true(pane_shows(view_table_draw, &fixed, 7, 80,
                           "Lanes 2 of 3 by best (evals on part of dev) /tram"));
    assert_false(pane_shows(view_table_draw, &fixed, 7, 80, "AdamW"));
    assert_int_equal(lane_filter_parse("xyz", fixed.state, &fixed.view.filter, NULL), STATUS_OK);
    fixed.view.is_pinned[1] = false;
    assert_true(pane_shows(view_table_draw, &fixed, 7, 80, "no lane passes the filter"));
    draw_at_all_sizes(view_table_draw, &fixed);
    fixed_state_destroy(&fixed);
}

static void the_trend_is_drawn_with_the_glyphs_of_the_charts(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.glyphs = GLYPH_ASCII;
    assert_true(pane_shows(view_table_draw, &fixed, 7, 118, "trend"));
    expect_pane(view_table_draw, &fixed, 7, 118, "table-trend-ascii");
    fixed.view.glyphs = GLYPH_BLOCK;
    expect_pane(view_table_draw, &fixed, 7, 118, "table-trend-block");
    fixed_state_destroy(&fixed);
}

static void released_arithmetic_is_named_at_every_width(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    fixed.view.lane = 13;
    for (int columns = 38; columns < 240; columns++) {
        for (int rows = 17; rows <= 40; rows += 23) {
            assert_true(pane_shows(view_table_draw, &fixed, rows, columns, "not an ascent") ||
                        !pane_shows(view_table_draw, &fixed, rows, columns, " ||eps|| "));
        }
    }
    fixed_state_destroy(&fixed);
}

static void what_was_not_measured_is_a_dash_and_nan_is_nan(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(view_table_draw, &fixed, 9, 60, "-"));
    MetricSample sample = {.lane = 0, .step = 1};
    (void)metric_sample_add(&sample, METRIC_LOSS, NAN);
    give_sample(fixed.state, sample);
    assert_true(pane_shows(view_table_draw, &fixed, 9, 60, "nan"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 1, .lane = 0});
    assert_true(pane_shows(view_table_draw, &fixed, 9, 60, "DIVERGED"));
    fixed_state_destroy(&fixed);
}

/* What is asked of every lane: name, method, state, knob, best@step. */
/* Cut off, a million would be a thousand. */
static void a_number_that_is_too_wide_is_written_shorter_and_not_cut(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    MetricSample sample = {.lane = 1, .step = 130};
    (void)metric_sample_add(&sample, METRIC_LOSS, 1048576.0);
    (void)metric_sample_add(&sample, METRIC_KL_IN_DOMAIN, 2345678.0);
    give_sample(fixed.state, sample);
    assert_true(pane_shows(view_table_draw, &fixed, 9, 38, "x SAM    1e6"));
    assert_true(pane_shows(view_table_draw, &fixed, 9, 38, " 2e6"));
    assert_false(pane_shows(view_table_draw, &fixed, 9, 38, "1,0"));
    fixed.view.has_deltas = true;
    fixed.view.baseline = 0;
    assert_true(pane_shows(view_table_draw, &fixed, 9, 38, "+1e6"));
    fixed_state_destroy(&fixed);
}

static void what_is_asked_of_every_lane_stands_in_the_table_of_a_small_screen(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    assert_true(pane_shows(view_table_draw, &fixed, 20, 78, " c TRAM-x    tram-x       racing"));
    assert_true(pane_shows(view_table_draw, &fixed, 20, 78, "lambda 0.1   2.35  3.116@100"));
    give_event(fixed.state, added_lane(14, "late", LANE_ALL));
    give_event(fixed.state, added_lane(15, "copy", 1));
    MetricSample sample = fake_sample(14, 34, 0.1, 0.0);
    give_sample(fixed.state, sample);
    for (int columns = 78; columns <= 200; columns += 40) {
        assert_true(pane_shows(view_table_draw, &fixed, 30, columns, "catching up"));
        assert_true(pane_shows(view_table_draw, &fixed, 30, columns, "waiting"));
    }
    assert_true(pane_shows(view_table_draw, &fixed, 40, 40, "catching up 34/120"));
    fixed.view.lane = 15;
    expect_pane(view_table_draw, &fixed, 12, 78, "table-late");
    fixed_state_destroy(&fixed);
}

static void a_removed_lane_is_no_longer_in_the_table(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .step = 120, .lane = 3});
    assert_false(pane_shows(view_table_draw, &fixed, 20, 78, " ASAM"));
    assert_true(pane_shows(view_table_draw, &fixed, 20, 78, ". FSAM")); /* keeps its mark */
    fixed.view.lane = 13;
    assert_true(pane_shows(view_table_draw, &fixed, 8, 78, "Lanes 9-13 of 13"));
    assert_true(pane_shows(view_table_draw, &fixed, 8, 78, ">i released"));
    fixed_state_destroy(&fixed);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    draw_at_all_sizes(view_table_draw, &fixed);
    fixed_state_destroy(&fixed);
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    fixed.view.lane = 13;
    draw_at_all_sizes(view_table_draw, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_narrow_table_says_what_limits_below_each_lane),
        cmocka_unit_test(a_wide_table_says_it_beside),
        cmocka_unit_test(where_classes_are_told_the_table_speaks_of_accuracies),
        cmocka_unit_test(fourteen_lanes_are_scrolled_to_the_focused_one),
        cmocka_unit_test(differences_to_the_baseline_have_signs),
        cmocka_unit_test(what_there_is_no_room_for_is_told_on_the_lower_edge),
        cmocka_unit_test(a_hidden_lane_is_marked_and_counted),
        cmocka_unit_test(of_several_seeds_the_title_says_that_values_are_means),
        cmocka_unit_test(recorded_lanes_stand_below_those_of_the_race),
        cmocka_unit_test(recorded_lanes_are_filtered_and_scrolled_to),
        cmocka_unit_test(order_pins_and_filter_are_told),
        cmocka_unit_test(the_trend_is_drawn_with_the_glyphs_of_the_charts),
        cmocka_unit_test(released_arithmetic_is_named_at_every_width),
        cmocka_unit_test(what_was_not_measured_is_a_dash_and_nan_is_nan),
        cmocka_unit_test(a_number_that_is_too_wide_is_written_shorter_and_not_cut),
        cmocka_unit_test(what_is_asked_of_every_lane_stands_in_the_table_of_a_small_screen),
        cmocka_unit_test(a_removed_lane_is_no_longer_in_the_table),
        cmocka_unit_test(any_rectangle_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
