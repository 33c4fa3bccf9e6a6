#include "tui/view_finals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/finals_table.h"
#include "tui/pane_picture.h"
#include "tui/reference_runs.h"
#include "tui/seed_states.h"

static void recorded_seeds_as_a_table(void **state)
{
    (void)state;
    SeedStates states;
    seed_states_create(&states, 5);
    seed_states_take_finals(&states);
    seed_states_average(&states);
    expect_pane(view_finals_draw, &states.fixed, 8, 120, "finals-120");
    expect_pane(view_finals_draw, &states.fixed, 11, 80, "finals-80");
    expect_pane(view_finals_draw, &states.fixed, 8, 60, "finals-60");
    states.fixed.view.baseline = 1;
    assert_true(pane_shows(view_finals_draw, &states.fixed, 8, 120, "ID - SAM"));
    states.fixed.view.glyphs = GLYPH_ASCII;
    expect_pane(view_finals_draw, &states.fixed, 8, 120, "finals-120-ascii");
    draw_at_all_sizes(view_finals_draw, &states.fixed);
    seed_states_destroy(&states);
}

/* The comparison at equal passes on a line of its own; in a narrow table without the control's name. */
static void where_there_are_controls_they_have_a_line(void **state)
{
    (void)state;
    FixedState fixed = {.state = NULL};
    RecordedRun run;
    static const char TABLE[] = "sample-runs/recorded/cross-domain/finals.jsonl";
    assert_int_equal(finals_table_read(TABLE, FINALS_RACES, fake_methods(), &run, NULL), STATUS_OK);
    assert_int_equal(reference_runs_add_controls(run.state, TABLE, NULL), STATUS_OK);
    fixed.state = run.state;
    view_state_init(&fixed.view, "0.1", TABLE);
    fixed.view.lane = lab_state_find_lane(run.state, "LookSAM");
    expect_pane(view_finals_draw, &fixed, 14, 140, "finals-passes-140");
    expect_pane(view_finals_draw, &fixed, 18, 80, "finals-passes-80");
    expect_pane(view_finals_draw, &fixed, 12, 60, "finals-passes-60");
    assert_true(pane_shows(view_finals_draw, &fixed, 12, 60, "ID unclear, ZS lower "));
    assert_true(pane_shows(view_finals_draw, &fixed, 12, 58, "ID ?, ZS lower "));
    fixed.state->spec->max_eval_samples = 100;
    assert_true(pane_shows(view_finals_draw, &fixed, 12, 60, "Finals on test, mean"));
    fixed.state->spec->max_eval_samples = 0;
    draw_at_all_sizes(view_finals_draw, &fixed);
    view_state_clear(&fixed.view);
    recorded_run_clear(&run);
}

static void one_race_has_values_and_no_verdict(void **state)
{
    (void)state;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    expect_pane(view_finals_draw, &fixed, 8, 120, "finals-one-seed");
    fixed_state_destroy(&fixed);
}

static void the_focused_lane_is_seen_where_not_all_fit(void **state)
{
    (void)state;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    fixed.view.lane = 13;
    assert_true(pane_shows(view_finals_draw, &fixed, 10, 80, "released"));
    assert_false(pane_shows(view_finals_draw, &fixed, 10, 80, "o AdamW"));
    fixed.view.lane = 0;
    assert_true(pane_shows(view_finals_draw, &fixed, 10, 80, "o AdamW"));
    fixed_state_destroy(&fixed);
}

static void before_anything_is_measured_it_stands(void **state)
{
    (void)state;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(view_finals_draw, &fixed, 10, 80, "on part of dev (no finals yet)"));
    draw_at_all_sizes(view_finals_draw, &fixed);
    assert_false(pane_shows(view_finals_draw, &fixed, 16, 60, "= passes"));
    assert_true(pane_shows(view_finals_draw, &fixed, 16, 60, "- AdamW: ID -, ZS - "));
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_seeds_as_a_table),
        cmocka_unit_test(where_there_are_controls_they_have_a_line),
        cmocka_unit_test(one_race_has_values_and_no_verdict),
        cmocka_unit_test(the_focused_lane_is_seen_where_not_all_fit),
        cmocka_unit_test(before_anything_is_measured_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
