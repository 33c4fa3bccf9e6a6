#include "tui/view_charts.h"

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
#include "tui/plot_survey.h"

static void draw_loss(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    view_charts_draw(state, view, CHART_LOSS, false, grid, rect);
}

static void draw_norm(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    view_charts_draw(state, view, CHART_PERTURBATION, false, grid, rect);
}

static void a_chart_has_its_rule_and_says_its_options(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.axis = SERIES_AXIS_PASSES;
    fixed.view.y_scales[METRIC_PERTURBATION_NORM] = AXIS_SCALE_LOG;
    expect_pane(draw_norm, &fixed, 14, 70, "chart-norm-log-passes");
    fixed_state_destroy(&fixed);
}

static void only_the_loss_is_smoothed(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_loss, &fixed, 12, 70, "ema 0.9"));
    assert_false(pane_shows(draw_norm, &fixed, 12, 70, "ema"));
    fixed.view.smoothing = 0.0;
    assert_false(pane_shows(draw_loss, &fixed, 12, 70, "ema"));
    fixed_state_destroy(&fixed);
}

static void released_arithmetic_is_named_where_the_norm_is_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_norm, &fixed, 14, 40, "not an ascent"));
    assert_true(pane_shows(draw_norm, &fixed, 14, 80, "not an ascent: released; L2"));
    assert_false(pane_shows(draw_loss, &fixed, 14, 80, "not an ascent"));
    fixed.view.chart_metrics[CHART_LOSS] = METRIC_RADIUS;
    assert_true(
        pane_shows(draw_loss, &fixed, 14, 80, "1 radius  not an ascent: released; own metric"));
    assert_true(pane_shows(draw_loss, &fixed, 14, 80, "not an ascent"));
    fixed_state_destroy(&fixed);
}

static void hidden_lanes_are_not_drawn_and_an_empty_chart_says_why(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_loss, &fixed, 12, 70, "x SAM"));
    fixed.view.is_hidden[1] = true;
    assert_false(pane_shows(draw_loss, &fixed, 12, 70, "x SAM"));
    assert_true(pane_shows(draw_loss, &fixed, 12, 70, "* TRAM"));
    fixed.view.is_hidden[0] = fixed.view.is_hidden[2] = true;
    assert_true(pane_shows(draw_loss, &fixed, 12, 70, "no lane is shown: / filters, H hides"));
    fixed_state_destroy(&fixed);
}

static int count_dim(const LabState *state, const ViewState *view, int32_t glyph)
{
    CellGrid grid;
    int count = 0;
    assert_int_equal(cell_grid_create(&grid, 20, 100), STATUS_OK);
    draw_norm(state, view, &grid, (CellRect){0, 0, 20, 100});
    for (int cell = 0; cell < 20 * 100; cell++) {
        count += grid.cells[cell].role == ROLE_DIM && grid.cells[cell].glyph == glyph;
    }
    cell_grid_destroy(&grid);
    return count;
}

static void runs_opened_beside_are_grey_lines_with_their_letters(void **unused)
{
    (void)unused;
    FixedState fixed;
    char words[RUN_EVENT_TEXT_BYTES];
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_int_equal(count_dim(fixed.state, &fixed.view, 'C'), 0);
    assert_int_equal(reference_runs_open(fixed.state,
                                         "sample-runs/recorded/cross-domain/trio-seed-1", words,
                                         sizeof words, NULL),
                     STATUS_OK);
    assert_true(pane_shows(draw_norm, &fixed, 20, 100, "B ref SAM"));
    assert_true(pane_shows(draw_norm, &fixed, 20, 100, "* TRAM"));
    assert_true(count_dim(fixed.state, &fixed.view, 'C') > 3);
    Problem problem = {0};
    assert_int_equal(lane_filter_parse("tram", fixed.state, &fixed.view.filter, &problem),
                     STATUS_OK);
    assert_false(pane_shows(draw_norm, &fixed, 20, 100, "B ref SAM"));
    assert_true(pane_shows(draw_norm, &fixed, 20, 100, "C ref TRAM"));
    fixed.view.filter = (LaneFilter){.count = 0};
    const DerivedSpec spec = {.kind = DERIVED_DIFFERENCE, .metric = METRIC_PERTURBATION_NORM};
    assert_int_equal(view_state_derive(&fixed.view, CHART_PERTURBATION, &spec), STATUS_OK);
    assert_false(pane_shows(draw_norm, &fixed, 20, 100, "ref")); /* of the race's lanes only */
    fixed_state_destroy(&fixed);
}

static void draw_second(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    view_charts_draw(state, view, 1, false, grid, rect);
}

/* The mean with its band, and the difference with the verdict. */
static void seeds_are_drawn_as_a_mean_with_a_band(void **unused)
{
    (void)unused;
    SeedStates states;
    seed_states_create(&states, 5);
    seed_states_race(&states);
    seed_states_average(&states);
    ViewState *view = &states.fixed.view;
    expect_pane(draw_loss, &states.fixed, 16, 80, "seeds-loss");
    expect_pane(draw_second, &states.fixed, 16, 80, "seeds-evaluations");
    DerivedSpec spec = {.kind = DERIVED_DIFFERENCE, .metric = METRIC_ZERO_SHOT_PERPLEXITY};
    assert_int_equal(view_state_derive(view, 1, &spec), STATUS_OK);
    view->chart = 1;
    expect_pane(draw_second, &states.fixed, 16, 80, "seeds-difference");
    view->lane = 1; /* SAM */
    assert_true(pane_shows(draw_second, &states.fixed, 16, 80,
                           "5 seeds: not distinguishable; SAM - AdamW "));
    view->glyphs = GLYPH_BLOCK;
    expect_pane(draw_second, &states.fixed, 16, 80, "seeds-difference-block");
    view->glyphs = GLYPH_ASCII;
    expect_pane(draw_second, &states.fixed, 16, 80, "seeds-difference-ascii");
    view->y_scales[view->chart_metrics[1]] = AXIS_SCALE_LOG;
    draw_at_all_sizes(draw_second, &states.fixed);
    view->window = (PlotWindow){.low = 30.0, .high = 60.0};
    view->y_scales[view->chart_metrics[1]] = AXIS_SCALE_LINEAR;
    expect_pane(draw_second, &states.fixed, 16, 80, "seeds-window-ascii");
    seed_states_destroy(&states);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    draw_at_all_sizes(draw_loss, &fixed);
    fixed_state_destroy(&fixed);
}

static void a_removed_lane_has_no_curve_and_the_others_keep_their_marks(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_true(pane_shows(draw_loss, &fixed, 20, 80, "x SAM"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .step = 120, .lane = 1});
    assert_false(pane_shows(draw_loss, &fixed, 20, 80, "SAM"));
    assert_true(pane_shows(draw_loss, &fixed, 20, 80, "* TRAM"));
    fixed_state_destroy(&fixed);
}

static void draw_readings(const LabState *state, const ViewState *view, CellGrid *grid,
                          CellRect rect)
{
    view_charts_draw_readings(state, view, grid, rect);
}

static void the_cursor_reads_every_lane_in_one_line(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.cursor = (ViewCursor){.is_on = true, .x = 60.0, .lane = 1};
    fixed.view.chart = CHART_KL;
    assert_true(pane_shows(draw_readings, &fixed, 1, 80, "rep KL to theta_0 @60  x SAM 0.1161"));
    assert_true(pane_shows(draw_readings, &fixed, 1, 80, "  * TRAM 0.0738"));
    fixed.view.chart = CHART_LOSS;
    assert_true(pane_shows(draw_readings, &fixed, 1, 80, " raw ")); /* smoothed and as it was */
    fixed.view.axis = SERIES_AXIS_SECONDS;
    assert_true(pane_shows(draw_readings, &fixed, 1, 80, "loss @1:00"));
    assert_true(view_charts_has_cursor(&fixed.view));
    fixed.view.page = VIEW_PAGE_TABLE;
    assert_false(view_charts_has_cursor(&fixed.view));
    fixed_state_destroy(&fixed);
}

static void steps_can_be_told_as_epochs(void **unused)
{
    (void)unused;
    FixedState fixed;
    ChartPicture picture;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.is_in_epochs = true;
    fixed.state->steps_per_epoch = 40.0;
    fixed.view.cursor = (ViewCursor){.is_on = true, .x = 60.0, .lane = 1};
    fixed.view.chart = CHART_KL;
    assert_true(pane_shows(draw_readings, &fixed, 1, 80, "rep KL to theta_0 epoch @1.5  x SAM"));
    fixed.view.chart = CHART_LOSS;
    assert_true(pane_shows(draw_loss, &fixed, 14, 80, "x: epoch"));
    view_charts_picture(fixed.state, &fixed.view, CHART_LOSS, &picture);
    assert_true(picture.plot.x_unit == 40.0 && picture.plot.axis == SERIES_AXIS_STEP);
    expect_pane(draw_loss, &fixed, 14, 70, "chart-loss-epochs");
    fixed_state_destroy(&fixed);
}

static void a_lane_that_diverged_ends_in_an_exclamation_mark(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_false(pane_shows(draw_loss, &fixed, 14, 70, "!"));
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 120, .lane = 1});
    assert_true(pane_shows(draw_loss, &fixed, 14, 70, "!"));
    fixed_state_destroy(&fixed);
}

static void the_baseline_is_a_lane_of_the_race(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_int_equal(view_charts_baseline(fixed.state, &fixed.view), 0);
    (void)snprintf(fixed.state->lanes[2].method, METHOD_ID_BYTES, "adamw");
    (void)snprintf(fixed.state->lanes[0].method, METHOD_ID_BYTES, "tram-prev");
    assert_int_equal(view_charts_baseline(fixed.state, &fixed.view), 2); /* none was chosen */
    (void)snprintf(fixed.state->lanes[2].method, METHOD_ID_BYTES, "sam");
    assert_int_equal(view_charts_baseline(fixed.state, &fixed.view), 0);
    fixed.view.baseline = 1;
    assert_int_equal(view_charts_baseline(fixed.state, &fixed.view), 1);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .step = 120, .lane = 1});
    assert_int_equal(view_charts_baseline(fixed.state, &fixed.view), 0);
    const DerivedSpec spec = {.kind = DERIVED_DIFFERENCE, .metric = METRIC_LOSS, .baseline = 1};
    assert_int_equal(view_state_derive(&fixed.view, CHART_LOSS, &spec), STATUS_OK);
    assert_true(pane_shows(draw_loss, &fixed, 14, 80, "1 loss: lane - AdamW  at equal steps"));
    fixed_state_destroy(&fixed);
}

/* A cursor at one x is in one column of charts of one size. */
static void all_charts_have_the_same_x_axis(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.is_x_log = true;
    for (int axis = 0; axis < SERIES_AXIS_COUNT; axis++) {
        ChartPicture picture;
        fixed.view.axis = (SeriesAxis)axis;
        view_charts_picture(fixed.state, &fixed.view, CHART_LOSS, &picture);
        const PlotWindow loss = plot_survey_whole(&picture.plot);
        for (size_t chart = 1; chart < CHART_COUNT; chart++) { /* from step 10 or 50 on */
            view_charts_picture(fixed.state, &fixed.view, chart, &picture);
            const PlotWindow other = plot_survey_whole(&picture.plot);
            assert_true(other.low == loss.low && other.high == loss.high);
        }
    }
    fixed_state_destroy(&fixed);
}

static void a_note_without_a_unit_begins_with_a_word(void **unused)
{
    (void)unused;
    FixedState fixed;
    ChartPicture picture;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    fixed.view.chart_metrics[CHART_KL] = METRIC_COS_GRADIENTS; /* a bare number */
    fixed.view.y_scales[METRIC_COS_GRADIENTS] = AXIS_SCALE_SYMLOG;
    view_charts_picture(fixed.state, &fixed.view, CHART_KL, &picture);
    assert_string_equal(picture.note, "symlog y");
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_removed_lane_has_no_curve_and_the_others_keep_their_marks),
        cmocka_unit_test(a_chart_has_its_rule_and_says_its_options),
        cmocka_unit_test(hidden_lanes_are_not_drawn_and_an_empty_chart_says_why),
        cmocka_unit_test(runs_opened_beside_are_grey_lines_with_their_letters),
        cmocka_unit_test(only_the_loss_is_smoothed),
        cmocka_unit_test(released_arithmetic_is_named_where_the_norm_is_drawn),
        cmocka_unit_test(all_charts_have_the_same_x_axis),
        cmocka_unit_test(a_note_without_a_unit_begins_with_a_word),
        cmocka_unit_test(seeds_are_drawn_as_a_mean_with_a_band),
        cmocka_unit_test(any_rectangle_can_be_drawn),
        cmocka_unit_test(the_cursor_reads_every_lane_in_one_line),
        cmocka_unit_test(steps_can_be_told_as_epochs),
        cmocka_unit_test(a_lane_that_diverged_ends_in_an_exclamation_mark),
        cmocka_unit_test(the_baseline_is_a_lane_of_the_race),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
