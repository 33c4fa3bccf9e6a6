#include "tui/view_strip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"
#include "tui/strip_state.h"
#include "tui/view_lab.h"

static void draw_strip(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)view_strip_draw(state, view, grid, rect);
}

static void draw_lab(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)rect;
    (void)view_lab_draw(state, view, grid);
}

static void perplexities_at_three_sizes(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    expect_pane(draw_lab, &fixed, 40, 120, "strip-120x40");
    expect_pane(draw_lab, &fixed, 24, 80, "strip-80x24");
    expect_pane(draw_lab, &fixed, 16, 60, "strip-60x16");
    fixed.view.is_utf8 = false;
    expect_pane(draw_lab, &fixed, 24, 80, "strip-80x24-ascii");
    fixed_state_destroy(&fixed);
}

static void accuracies_of_fourteen_lanes(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, FAKE_LANES_MAX, SPEC_TASK_TEXT_CLASSIFICATION);
    fixed.view.lane = 12;
    expect_pane(draw_lab, &fixed, 24, 80, "strip-80x24-many");
    expect_pane(draw_lab, &fixed, 16, 60, "strip-60x16-many");
    fixed_state_destroy(&fixed);
}

static void domains_scroll_and_the_means_stay(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    assert_true(pane_shows(draw_strip, &fixed, 10, 60, "Domains 1-5/7"));
    assert_true(pane_shows(draw_strip, &fixed, 10, 60, "sqlite"));
    fixed.view.strip_scroll = 40;
    assert_true(pane_shows(draw_strip, &fixed, 10, 60, "Domains 3-7/7"));
    assert_false(pane_shows(draw_strip, &fixed, 10, 60, "sqlite"));
    assert_true(pane_shows(draw_strip, &fixed, 10, 60, "ZS avg"));
    fixed_state_destroy(&fixed);
}

static void another_baseline_is_another_strip(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    assert_true(pane_shows(draw_strip, &fixed, 12, 100, "lane - AdamW"));
    assert_true(
        pane_shows(draw_strip, &fixed, 12, 100, "TRAM - AdamW: better in 5, worse in 2 of 7"));
    fixed.view.baseline = 2;
    assert_true(pane_shows(draw_strip, &fixed, 12, 100, "lane - TRAM"));
    fixed.view.lane = 1;
    assert_true(
        pane_shows(draw_strip, &fixed, 12, 100, "SAM - TRAM: better in 2, worse in 5 of 7"));
    fixed_state_destroy(&fixed);
}

static void names_are_cut_at_hyphens_where_there_is_room(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_TEXT_CLASSIFICATION);
    (void)snprintf(fixed.state->spec->zero_shot_domains[0], SPEC_NAME_BYTES, "hershey-futura");
    assert_true(pane_shows(draw_strip, &fixed, 12, 120, " hershey "));
    assert_true(pane_shows(draw_strip, &fixed, 12, 120, " -futura "));
    (void)snprintf(fixed.state->spec->zero_shot_domains[0], SPEC_NAME_BYTES,
                   "a-b-c-d-moby-dicky-x");
    assert_true(pane_shows(draw_strip, &fixed, 12, 120, " dicky-x "));
    fixed_state_destroy(&fixed);
}

static void a_last_evaluation_of_some_samples_is_not_of_all(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    for (uint32_t lane = 0; lane < 3; lane++) {
        MetricSample sample = {.lane = lane, .step = 200};
        (void)metric_sample_add(&sample, METRIC_FINAL_LOSS, 3.0);
        (void)metric_sample_add(&sample, METRIC_FINAL_ZERO_SHOT_PERPLEXITY, 50.0);
        give_sample(fixed.state, sample);
    }
    assert_true(pane_shows(draw_strip, &fixed, 12, 100, "perplexity on all of dev"));
    fixed.state->spec->max_eval_samples = 100;
    assert_true(pane_shows(draw_strip, &fixed, 12, 100, "perplexity on dev"));
    fixed_state_destroy(&fixed);
}

/* How many cells have a role. */
static int count_role(const FixedState *fixed, Role role)
{
    CellGrid grid;
    int count = 0;
    assert_int_equal(cell_grid_create(&grid, 10, 100), STATUS_OK);
    view_strip_draw(fixed->state, &fixed->view, &grid, (CellRect){0, 0, 10, 100});
    for (int i = 0; i < 1000; i++) {
        const int row = i / 100;
        count += grid.cells[i].role == role && row < 7 ? 1 : 0; /* not the legend */
    }
    cell_grid_destroy(&grid);
    return count;
}

static void colours_say_better_and_worse_and_how_much(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    /* TRAM: +2.1% +2.1% | moby +2.1, jargon +0.9, wn-animal -0.3, bible -1.5, sqlite -2.7, wn-plant -3.9, devils -5.1 */
    assert_int_equal(count_role(&fixed, ROLE_WORSE_2), 3 * 7);
    assert_int_equal(count_role(&fixed, ROLE_WORSE_1), 7 + 7); /* jargon, and SAM's last domain */
    assert_int_equal(count_role(&fixed, ROLE_BETTER_1), 7);
    assert_int_equal(count_role(&fixed, ROLE_BETTER_2), 2 * 7);
    assert_int_equal(count_role(&fixed, ROLE_BETTER_3), 7);
    fixed_state_destroy(&fixed);
}

/* The colours of the same screen: b, B, # are better by little to much, w, W, @ worse, a dot all else. */
static void the_colours_have_a_picture_of_their_own(void **unused)
{
    (void)unused;
    static const char LETTERS[] = "bB#wW@";
    FixedState fixed;
    CellGrid grid;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    assert_int_equal(cell_grid_create(&grid, 12, 80), STATUS_OK);
    view_strip_draw(fixed.state, &fixed.view, &grid, (CellRect){0, 0, 12, 80});
    for (int i = 0; i < 12 * 80; i++) {
        const int role = grid.cells[i].role;
        const bool is_level = role >= ROLE_BETTER_1 && role <= ROLE_WORSE_3;
        grid.cells[i].glyph = is_level ? LETTERS[role - ROLE_BETTER_1] : '.';
    }
    expect_screen(&grid, "strip-80x12-colours");
    cell_grid_destroy(&grid);
    fixed_state_destroy(&fixed);
}

static void what_was_not_measured_is_a_dash_and_nan_is_nan(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(draw_strip, &fixed, 12, 100, "   -"));
    fixed_state_destroy(&fixed);
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    give_scores(fixed.state, 1, 50, (double)NAN, 0.0);
    assert_true(pane_shows(draw_strip, &fixed, 12, 100, "nan"));
    for (uint32_t lane = 0; lane < 3; lane++) {
        give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = lane});
    }
    assert_true(pane_shows(draw_strip, &fixed, 12, 100, "Domains"));
    assert_false(pane_shows(draw_strip, &fixed, 12, 100, "AdamW"));
    fixed_state_destroy(&fixed);
}

static void a_lane_that_was_not_evaluated_yet_has_dashes(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    give_event(fixed.state, added_lane(3, "late", LANE_ALL));
    give_scores(fixed.state, 3, 0, 0.0, 0.0);
    fixed.view.lane = 3;
    expect_pane(draw_lab, &fixed, 24, 80, "strip-80x24-late");
    assert_true(pane_shows(draw_strip, &fixed, 12, 100,
                           "late - AdamW: not known before late has been evaluated"));
    fixed_state_destroy(&fixed);
}

static void the_count_says_of_how_many_seeds_it_is(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    fixed.view.lane = 2;
    assert_true(pane_shows(draw_strip, &fixed, 16, 100, "; one seed: no interval"));
    fixed.state->seed_count = 5;
    assert_false(pane_shows(draw_strip, &fixed, 16, 100, "one seed"));
    assert_true(pane_shows(draw_strip, &fixed, 16, 100, "; means of 5 seeds: no intervals"));
    fixed.state->seed_count = 0;
    fixed_state_destroy(&fixed);
}

static void every_size_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    strip_state_create(&fixed, 3, SPEC_TASK_CAUSAL_LM);
    draw_at_all_sizes(draw_strip, &fixed);
    fixed_state_destroy(&fixed);
    strip_state_create(&fixed, FAKE_LANES_MAX, SPEC_TASK_TEXT_CLASSIFICATION);
    fixed.view.lane = 13;
    draw_at_all_sizes(draw_strip, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perplexities_at_three_sizes),
        cmocka_unit_test(accuracies_of_fourteen_lanes),
        cmocka_unit_test(domains_scroll_and_the_means_stay),
        cmocka_unit_test(names_are_cut_at_hyphens_where_there_is_room),
        cmocka_unit_test(a_last_evaluation_of_some_samples_is_not_of_all),
        cmocka_unit_test(another_baseline_is_another_strip),
        cmocka_unit_test(colours_say_better_and_worse_and_how_much),
        cmocka_unit_test(the_colours_have_a_picture_of_their_own),
        cmocka_unit_test(what_was_not_measured_is_a_dash_and_nan_is_nan),
        cmocka_unit_test(a_lane_that_was_not_evaluated_yet_has_dashes),
        cmocka_unit_test(the_count_says_of_how_many_seeds_it_is),
        cmocka_unit_test(every_size_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
