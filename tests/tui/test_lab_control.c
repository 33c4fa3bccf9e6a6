#include "tui/lab_control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/control_bench.h"
#include "tui/seed_states.h"
#include "tui/strip_state.h"
#include "tui/view_lab.h"
#include "tui/wall_state.h"

static UiRequest press(ControlBench *bench, UiKey key)
{
    return lab_control_key(&bench->control, key);
}

static void space_pauses_and_resumes(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    assert_int_equal(press(&bench, ' '), UI_REQUEST_NONE);
    assert_int_equal(bench_sent(&bench).kind, RUN_COMMAND_PAUSE);
    give_event(bench.fixed.state, (RunEvent){.kind = RUN_EVENT_PAUSED, .lane = LANE_ALL});
    press(&bench, UI_KEY_F1 + 4);
    assert_int_equal(bench_sent(&bench).kind, RUN_COMMAND_RESUME);
    press(&bench, 'N');
    const RunCommand step = bench_sent(&bench);
    assert_int_equal(step.kind, RUN_COMMAND_STEP);
    assert_int_equal(step.count, 10);
    bench_close(&bench);
}

static void ctrl_c_pauses_and_only_a_quick_second_one_asks(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    press(&bench, UI_KEY_CTRL_C);
    assert_int_equal(bench_sent(&bench).kind, RUN_COMMAND_PAUSE);
    assert_false(bench.fixed.view.is_quit_open);
    bench.now += 2.5;
    press(&bench, UI_KEY_CTRL_C);
    assert_false(bench.fixed.view.is_quit_open);
    bench.now += 1.0;
    press(&bench, UI_KEY_CTRL_C);
    assert_true(bench.fixed.view.is_quit_open);
    bench_close(&bench);
}

static void quit_asks_and_each_answer_does_what_it_says(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    assert_int_equal(press(&bench, 'q'), UI_REQUEST_NONE);
    assert_true(bench.fixed.view.is_quit_open);
    press(&bench, '['); /* no knob is turned behind the question */
    assert_int_equal(press(&bench, UI_KEY_ESCAPE), UI_REQUEST_NONE);
    assert_false(bench.fixed.view.is_quit_open);
    bench_sent_nothing(&bench);
    press(&bench, 'q');
    assert_int_equal(press(&bench, 'k'), UI_REQUEST_LEAVE_DISCARD);
    assert_int_equal(bench_sent(&bench).kind, RUN_COMMAND_STOP);
    press(&bench, 'q');
    assert_false(bench.fixed.view.is_quit_open);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void quit_leaves_at_once_when_the_race_is_over(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    give_event(bench.fixed.state, (RunEvent){.kind = RUN_EVENT_FINISHED, .lane = LANE_ALL});
    assert_int_equal(press(&bench, 'q'), UI_REQUEST_LEAVE_SAVE);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void charts_are_focused_zoomed_and_reset(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    const ViewState *view = &bench.fixed.view;
    press(&bench, UI_KEY_TAB);
    assert_int_equal(view->chart, 1);
    press(&bench, UI_KEY_BACK_TAB);
    press(&bench, UI_KEY_BACK_TAB);
    assert_int_equal(view->chart, CHART_COUNT - 1);
    press(&bench, '2');
    assert_int_equal(view->page, VIEW_PAGE_CHART);
    assert_int_equal(view->chart, 1);
    press(&bench, '2');
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    press(&bench, UI_KEY_ENTER);
    assert_int_equal(view->page, VIEW_PAGE_CHART);
    press(&bench, UI_KEY_ESCAPE);
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    press(&bench, 'e');
    assert_int_equal(view->page, VIEW_PAGE_EVENTS);
    press(&bench, '5');
    assert_int_equal(view->page, VIEW_PAGE_TABLE);
    press(&bench, '0');
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    assert_int_equal(view->chart, 0);
    bench_close(&bench);
}

static void lanes_and_knobs_are_walked_around(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    const ViewState *view = &bench.fixed.view;
    press(&bench, 'l');
    assert_int_equal(view->lane, VIEW_ALL_LANES);
    press(&bench, UI_KEY_RIGHT);
    assert_int_equal(view->lane, 0);
    press(&bench, '<');
    assert_int_equal(view->lane, VIEW_ALL_LANES);
    press(&bench, 'k');
    assert_int_equal(view->knob, KNOB_MAX_GRAD_NORM);
    press(&bench, 'j');
    assert_int_equal(view->knob, KNOB_RHO);
    press(&bench, 't');
    assert_int_equal(view->knob, KNOB_SCALE);
    press(&bench, 'L');
    assert_int_equal(view->knob, KNOB_LEARNING_RATE);
    press(&bench, 'r');
    assert_int_equal(view->knob, KNOB_RHO);
    bench_close(&bench);
}

static void a_key_that_does_nothing_says_so(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    press(&bench, 'g');
    assert_string_equal(view->message, "g does nothing here; ? lists the keys");
    press(&bench, UI_KEY_HOME);
    assert_string_equal(view->message, "Home does nothing here; ? lists the keys");
    press(&bench, UI_KEY_OTHER); /* not even a name */
    assert_string_equal(view->message, "");
    press(&bench, UI_KEY_PAGE_DOWN);
    assert_string_equal(view->message, "this page does not scroll");
    press(&bench, 'e');
    press(&bench, UI_KEY_PAGE_DOWN);
    assert_string_equal(view->message, "");
    bench_close(&bench);
}

static void a_record_without_times_has_no_seconds(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    LabState *state = bench.fixed.state;
    state->is_recorded = true;
    (void)lab_control_line(&bench.control, "axis seconds");
    assert_int_equal(view_state_axis(view), VIEW_AXIS_SECONDS);
    for (size_t lane = 0; lane < state->lane_count; lane++) {
        state->lanes[lane].seconds = 0.0;
    }
    (void)lab_control_line(&bench.control, "axis passes");
    (void)lab_control_line(&bench.control, "axis seconds");
    assert_int_equal(view_state_axis(view), VIEW_AXIS_PASSES);
    assert_non_null(strstr(view->message, "no seconds: the record does not tell when"));
    press(&bench, 'x');
    assert_int_equal(view_state_axis(view), VIEW_AXIS_STEP);
    assert_non_null(strstr(view->message, "x axis: step; no seconds: "));
    bench_close(&bench);
}

static void axes_smoothing_and_glyphs_change_the_view_only(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    ViewState *view = &bench.fixed.view;
    press(&bench, 'x'); /* this race has not said what an epoch is */
    assert_int_equal(view->axis, SERIES_AXIS_PASSES);
    assert_non_null(strstr(view->message, "x axis: passes; no epochs: the race has not said"));
    press(&bench, 'x');
    press(&bench, 'x');
    assert_int_equal(view->axis, SERIES_AXIS_STEP);
    (void)lab_control_line(&bench.control, "axis epoch");
    assert_false(view->is_in_epochs);
    assert_non_null(strstr(view->message, "has not said how many steps"));
    strcpy(bench.fixed.state->epoch_problem, "too old");
    (void)lab_control_line(&bench.control, "axis epoch");
    assert_non_null(strstr(view->message, "no epochs: too old"));
    give_event(bench.fixed.state, (RunEvent){.kind = RUN_EVENT_STARTED, .value = 16.0});
    press(&bench, 'x');
    assert_int_equal(view_state_axis(view), VIEW_AXIS_EPOCH);
    assert_non_null(strstr(view->message, "16 steps"));
    press(&bench, 'x');
    assert_int_equal(view_state_axis(view), VIEW_AXIS_PASSES);
    (void)lab_control_line(&bench.control, "axis epoch");
    assert_true(view->is_in_epochs);
    (void)lab_control_line(&bench.control, "axis step");
    assert_false(view->is_in_epochs);
    press(&bench, 'y');
    assert_true(view->y_scales[METRIC_LOSS] == AXIS_SCALE_LOG &&
                view->y_scales[METRIC_KL_IN_DOMAIN] == AXIS_SCALE_LINEAR);
    press(&bench, 'S');
    assert_true(view->smoothing == 0.95);
    press(&bench, 'G');
    assert_int_equal(view->glyphs, GLYPH_BLOCK);
    view->is_utf8 = false;
    view->glyphs = GLYPH_ASCII;
    press(&bench, 'G');
    assert_int_equal(view->glyphs, GLYPH_ASCII);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void help_scrolls_and_closes_without_touching_the_race(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    press(&bench, '?');
    assert_true(bench.fixed.view.is_help_open);
    press(&bench, 'j');
    assert_int_equal(bench.fixed.view.help_scroll, 1);
    press(&bench, 'k');
    press(&bench, 'k');
    assert_int_equal(bench.fixed.view.help_scroll, 0);
    press(&bench, 'n');
    bench_sent_nothing(&bench);
    press(&bench, UI_KEY_ESCAPE);
    assert_false(bench.fixed.view.is_help_open);
    bench_close(&bench);
}

static void what_the_terminal_must_do_is_asked_for(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    assert_int_equal(press(&bench, ':'), UI_REQUEST_PROMPT);
    assert_string_equal(bench.control.prefill, "");
    assert_int_equal(press(&bench, '='), UI_REQUEST_PROMPT);
    assert_string_equal(bench.control.prefill, "set lanes.TRAM.rho=");
    assert_int_equal(press(&bench, 12), UI_REQUEST_REPAINT);
    assert_int_equal(press(&bench, UI_KEY_CTRL_Z), UI_REQUEST_SUSPEND);
    assert_int_equal(press(&bench, 'T'), UI_REQUEST_THEME);
    assert_string_equal(bench.control.wanted_theme, "light");
    bench_close(&bench);
}

static void typed_lines_do_what_keys_do(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    LabControl *control = &bench.control;
    assert_int_equal(lab_control_line(control, "set lanes.*.rho=0.2"), UI_REQUEST_NONE);
    const RunCommand set = bench_sent(&bench);
    assert_int_equal(set.lane, LANE_ALL);
    assert_true(set.value == 0.2);
    lab_control_line(control, "steps +50");
    const RunCommand steps = bench_sent(&bench);
    assert_int_equal(steps.kind, RUN_COMMAND_SET_MAX_STEPS);
    assert_int_equal(steps.count, 250);
    lab_control_line(control, "resume");
    bench_sent_nothing(&bench);
    assert_string_equal(bench.fixed.view.message, "the race is not paused");
    assert_int_equal(lab_control_line(control, "theme mono"), UI_REQUEST_THEME);
    assert_int_equal(lab_control_line(control, "   "), UI_REQUEST_NONE);
    lab_control_line(control, "steps 99999999999999");
    bench_sent_nothing(&bench);
    lab_control_line(control, "nonsense");
    assert_int_equal(bench.fixed.view.message_role, ROLE_ERROR);
    lab_control_line(control, "quit");
    assert_true(bench.fixed.view.is_quit_open);
    bench_close(&bench);
}

static void a_refusal_becomes_the_message(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    RunReport report = {.kind = RUN_REPORT_EVENT,
                        .as = {.event = {.kind = RUN_EVENT_COMMAND_REFUSED, .lane = LANE_ALL}}};
    (void)snprintf(report.as.event.text, sizeof report.as.event.text,
                   "max_steps lies before the present step");
    lab_control_report(&bench.control, &report);
    assert_string_equal(bench.fixed.view.message, "max_steps lies before the present step");
    bench_close(&bench);
}

static void c_walks_through_the_metrics_that_were_measured(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    const ViewState *view = &bench.fixed.view;
    press(&bench, '4');
    press(&bench, 'c');
    assert_int_equal(view->chart_metrics[CHART_KL], METRIC_EVAL_LOSS);
    assert_string_equal(view->message,
                        "chart 4: eval_loss: loss on the dev split of the training domain");
    press(&bench, 'C');
    assert_int_equal(view->chart_metrics[CHART_KL], METRIC_KL_IN_DOMAIN);
    for (int i = 0; i < 50; i++) { /* once around: never a metric of the other charts */
        press(&bench, 'c');
        assert_int_not_equal(view->chart_metrics[CHART_KL], METRIC_LOSS);
        assert_int_not_equal(view->chart_metrics[CHART_KL], METRIC_PERTURBATION_NORM);
        assert_true(lab_state_has_metric(bench.fixed.state, view->chart_metrics[CHART_KL]));
    }
    lab_control_line(&bench.control, "chart perplexity/moby-dick");
    assert_int_equal(view->chart_metrics[CHART_KL], METRIC_DOMAIN_FIRST);
    assert_string_equal(view->message, "chart 4: perplexity/moby-dick");
    press(&bench, '0');
    assert_int_equal(view->chart_metrics[CHART_KL], METRIC_KL_IN_DOMAIN);
    bench_close(&bench);
}

static void nothing_measured_leaves_the_chart_as_it_is(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    fixed_state_destroy(&bench.fixed);
    fixed_state_create(&bench.fixed);
    bench.control.state = bench.fixed.state;
    press(&bench, 'c');
    assert_int_equal(bench.fixed.view.chart_metrics[0], METRIC_LOSS);
    assert_string_equal(bench.fixed.view.message, "nothing else has been measured yet");
    bench_close(&bench);
}

/* A record can be walked through, but nothing in it can be changed. */
/* There is no queue of commands behind it: whatever is pressed, nothing may be sent. */
static void any_key_over_recorded_seeds_is_survived_and_drawn(void **unused)
{
    (void)unused;
    static const char KEYS[] = "jjkkhlmccCe567Fd[]b=tLruU1234 0xxyXosSGv?+-zZaAD";
    static const char *const LINES[] = {"diff TRAM SAM", "plot loss(TRAM) - loss(AdamW)",
                                        "plot loss / 2", "diff loss", "baseline SAM"};
    SeedStates states;
    seed_states_create(&states, 3);
    seed_states_race(&states);
    seed_states_take_finals(&states);
    seed_states_average(&states);
    LabControl control = {.state = states.fixed.state,
                          .view = &states.fixed.view,
                          .clock = wall_clock_monotonic(),
                          .theme_names = BENCH_THEMES};
    uint32_t random = 4711;
    for (int i = 0; i < 1500; i++) {
        random = random * 1664525U + 1013904223U;
        const uint32_t pick = random >> 9;
        CellGrid grid;
        if (pick % 11 == 0) {
            lab_control_line(&control, LINES[pick % 5]);
        } else {
            lab_control_key(&control, pick % 7 == 0 ? UI_KEY_FIRST_SPECIAL + (UiKey)(pick % 24)
                                                    : (UiKey)KEYS[pick % (sizeof KEYS - 1)]);
        }
        assert_int_equal(
            cell_grid_create(&grid, 16 + (int)(pick % 48), 60 + (int)(pick / 64 % 150)), STATUS_OK);
        (void)view_lab_draw(states.fixed.state, &states.fixed.view, &grid);
        cell_grid_destroy(&grid);
    }
    seed_states_destroy(&states);
}

static void a_record_refuses_what_needs_a_race(void **unused)
{
    (void)unused;
    static const UiKey KEYS[] = {' ', 'n', 'N', 'D', '[', ']', '{', '}', '=', 'u', 'U'};
    static const char *const LINES[] = {"set rho=1", "pause",      "step 5",      "steps +5",
                                        "add sam",   "remove SAM", "preset paper"};
    static const char WORDS[] = "this is a recorded run: nothing to change in it";
    ControlBench bench;
    bench_open(&bench);
    lab_state_end_record(bench.fixed.state);
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        assert_int_equal(lab_control_key(&bench.control, KEYS[i]), UI_REQUEST_NONE);
        assert_string_equal(bench.fixed.view.message, WORDS);
        assert_false(bench.fixed.view.is_removal_open);
    }
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        bench.fixed.view.message[0] = '\0';
        lab_control_line(&bench.control, LINES[i]);
        assert_string_equal(bench.fixed.view.message, WORDS);
    }
    lab_control_key(&bench.control, 'a'); /* to the page of methods, which can be read */
    assert_int_equal(bench.fixed.view.page, VIEW_PAGE_METHODS);
    assert_string_equal(bench.fixed.view.message, "");
    lab_control_key(&bench.control, 'a');
    assert_string_equal(bench.fixed.view.message, WORDS);
    lab_control_key(&bench.control, 'V');
    assert_int_equal(bench.fixed.view.page, VIEW_PAGE_FINALS);
    assert_int_equal(bench.fixed.view.lane, 2);
    lab_control_key(&bench.control, 'k');
    assert_int_equal(bench.fixed.view.lane, 1);
    lab_control_key(&bench.control, 'V');
    assert_int_equal(bench.fixed.view.page, VIEW_PAGE_LAB);
    assert_int_equal(lab_control_key(&bench.control, 'q'), UI_REQUEST_LEAVE_SAVE);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void m_opens_the_methods_at_that_of_the_lane(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    const ViewState *view = &bench.fixed.view;
    press(&bench, 'm');
    assert_int_equal(view->page, VIEW_PAGE_METHODS);
    assert_int_equal(view->method, 2);
    press(&bench, UI_KEY_PAGE_DOWN);
    assert_int_equal(view->method_scroll, 10);
    press(&bench, 'j');
    assert_int_equal(view->method, 3);
    assert_int_equal(view->method_scroll, 0);
    press(&bench, UI_KEY_PAGE_UP);
    assert_int_equal(view->method_scroll, 0);
    press(&bench, UI_KEY_UP);
    press(&bench, 'k');
    assert_int_equal(view->method, 1);
    press(&bench, UI_KEY_ESCAPE);
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    lab_control_line(&bench.control, "methods");
    assert_int_equal(view->page, VIEW_PAGE_METHODS);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void on_the_table_j_and_k_walk_the_lanes(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    press(&bench, '5');
    press(&bench, 'k');
    assert_int_equal(bench.fixed.view.lane, 1);
    press(&bench, 'j');
    assert_int_equal(bench.fixed.view.lane, 2);
    bench_close(&bench);
}

static void key_7_opens_the_heat_strip_where_lanes_are_walked_and_domains_scroll(void **unused)
{
    (void)unused;
    ControlBench bench;
    ViewState *view = &bench.fixed.view;
    bench_open(&bench);
    press(&bench, '7');
    assert_int_equal(view->page, VIEW_PAGE_STRIP);
    press(&bench, 'k');
    assert_int_equal(view->lane, 1);
    press(&bench, 'b');
    assert_int_equal(view->baseline, 1);
    press(&bench, UI_KEY_PAGE_DOWN);
    assert_int_equal(view->strip_scroll, 5);
    press(&bench, UI_KEY_PAGE_UP);
    press(&bench, UI_KEY_PAGE_UP);
    assert_int_equal(view->strip_scroll, 0);
    press(&bench, '7');
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    lab_control_line(&bench.control, "domains");
    lab_control_line(&bench.control, "domains");
    assert_int_equal(view->page, VIEW_PAGE_STRIP);
    press(&bench, UI_KEY_ESCAPE);
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void key_8_opens_the_wall_of_pictures(void **unused)
{
    (void)unused;
    ControlBench bench;
    ViewState *view = &bench.fixed.view;
    bench_open(&bench);
    press(&bench, '8');
    assert_int_equal(view->page, VIEW_PAGE_WALL);
    press(&bench, UI_KEY_PAGE_DOWN);
    assert_int_equal(view->wall_scroll, 1);
    press(&bench, 'k');
    assert_int_equal(view->lane, 1);
    press(&bench, '8');
    assert_int_equal(view->page, VIEW_PAGE_LAB);
    lab_control_line(&bench.control, "wall");
    assert_int_equal(view->page, VIEW_PAGE_WALL);
    assert_int_equal(view->wall_scroll, 0);
    bench_close(&bench);
}

static void report_divergence(ControlBench *bench, uint32_t lane, uint32_t step)
{
    const RunReport report = {
        .kind = RUN_REPORT_EVENT,
        .as = {.event = {.kind = RUN_EVENT_DIVERGED, .step = step, .lane = lane}}};
    lab_control_report(&bench->control, &report);
}

static void the_first_lane_that_diverges_pauses_the_race_if_asked_to(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    report_divergence(&bench, 0, 41);
    bench_sent_nothing(&bench); /* nobody asked */
    bench.control.pauses_on_divergence = true;
    report_divergence(&bench, 1, 42);
    assert_int_equal(bench_sent(&bench).kind, RUN_COMMAND_PAUSE);
    assert_string_equal(bench.fixed.view.message,
                        "SAM diverged at step 42: the race is paused; Space goes on without it");
    const RunReport paused = {
        .kind = RUN_REPORT_EVENT,
        .as = {.event = {.kind = RUN_EVENT_PAUSED, .step = 42, .lane = LANE_ALL}}};
    lab_control_report(&bench.control, &paused);
    assert_non_null(strstr(bench.fixed.view.message, "diverged")); /* it stays to be read */
    press(&bench, ' ');
    assert_int_equal(bench_sent(&bench).kind, RUN_COMMAND_RESUME);
    give_event(bench.fixed.state, (RunEvent){.kind = RUN_EVENT_RESUMED, .lane = LANE_ALL});
    report_divergence(&bench, 2, 50);
    bench_sent_nothing(&bench); /* once */
    bench_close(&bench);
}

static void any_key_at_any_moment_is_survived(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    uint32_t random = 12345;
    for (int i = 0; i < 10000; i++) {
        random = random * 1664525U + 1013904223U;
        const uint32_t pick = random >> 8;
        press(&bench,
              pick % 5 == 0 ? UI_KEY_FIRST_SPECIAL + (UiKey)(pick % 30) : (UiKey)(pick % 128));
        assert_true(bench.fixed.view.lane < 3 || bench.fixed.view.lane == VIEW_ALL_LANES);
        assert_true(bench.fixed.view.chart < VIEW_CHARTS_MAX);
        assert_true(bench.fixed.view.page != VIEW_PAGE_LAB || bench.fixed.view.chart < CHART_COUNT);
        assert_true((size_t)bench.fixed.view.knob < KNOB_COUNT);
        assert_true(bench.fixed.view.method < bench.fixed.state->methods.count);
        RunCommand command;
        while (command_queue_try_pop(bench.commands, &command)) {
        }
    }
    bench_close(&bench);
}

/* As the event loop does after each key. */
static char *drawn(ControlBench *bench)
{
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 16, 60), STATUS_OK);
    view_state_clip_scroll(&bench->fixed.view,
                           view_lab_draw(bench->fixed.state, &bench->fixed.view, &grid));
    char *picture = cell_grid_to_text(&grid);
    assert_non_null(picture);
    cell_grid_destroy(&grid);
    return picture;
}

/* Keys past the end are not counted: the first one back moves the page. */
static void expect_end_and_back(ControlBench *bench, const char *what)
{
    for (int i = 0; i < 60; i++) {
        press(bench, UI_KEY_PAGE_DOWN);
        free(drawn(bench));
    }
    char *end = drawn(bench);
    press(bench, UI_KEY_PAGE_UP);
    char *back = drawn(bench);
    if (strcmp(end, back) == 0) {
        fail_msg("%s: PgUp at the end changes nothing:\n%s", what, end);
    }
    free(end);
    free(back);
}

static void expect_page_end_and_back(ControlBench *bench, ViewPage page, const char *what)
{
    bench->control.state = bench->fixed.state;
    bench->fixed.view.page = page;
    expect_end_and_back(bench, what);
    bench_close(bench);
}

static void page_up_is_seen_at_once_behind_the_end_of_all_that_scrolls(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    for (uint32_t step = 0; step < 40; step++) {
        give_event(bench.fixed.state,
                   (RunEvent){.kind = RUN_EVENT_PAUSED, .step = step, .lane = LANE_ALL});
    }
    expect_page_end_and_back(&bench, VIEW_PAGE_EVENTS, "events");
    bench_open(&bench);
    expect_page_end_and_back(&bench, VIEW_PAGE_METHODS, "methods");
    bench_open(&bench);
    fixed_state_destroy(&bench.fixed);
    fixed_state_create_lanes(&bench.fixed, FAKE_LANES_MAX);
    fixed_state_run(&bench.fixed);
    expect_page_end_and_back(&bench, VIEW_PAGE_CONFIG, "config");
    bench_open(&bench);
    fixed_state_destroy(&bench.fixed);
    strip_state_create(&bench.fixed, 3, SPEC_TASK_CAUSAL_LM);
    expect_page_end_and_back(&bench, VIEW_PAGE_STRIP, "strip");
    bench_open(&bench);
    fixed_state_destroy(&bench.fixed);
    wall_state_create(&bench.fixed, 1, 28);
    expect_page_end_and_back(&bench, VIEW_PAGE_WALL, "wall");
    bench_open(&bench);
    press(&bench, '?');
    expect_end_and_back(&bench, "help");
    bench_close(&bench);
}

static void keys_over_fourteen_lanes_can_be_drawn_at_any_size(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    fixed_state_destroy(&bench.fixed);
    fixed_state_create_lanes(&bench.fixed, FAKE_LANES_MAX);
    fixed_state_run(&bench.fixed);
    bench.control.state = bench.fixed.state;
    static const char KEYS[] = "jjkkhlmccCCe5[]{}=tLruU1234 0xysSG?";
    uint32_t random = 99;
    for (int i = 0; i < 1500; i++) {
        random = random * 1664525U + 1013904223U;
        const uint32_t pick = random >> 9;
        press(&bench, pick % 7 == 0 ? UI_KEY_FIRST_SPECIAL + (UiKey)(pick % 24)
                                    : (UiKey)KEYS[pick % (sizeof KEYS - 1)]);
        RunCommand command;
        while (command_queue_try_pop(bench.commands, &command)) {
        }
        CellGrid grid;
        assert_int_equal(
            cell_grid_create(&grid, 16 + (int)(pick % 48), 60 + (int)(pick / 64 % 150)), STATUS_OK);
        (void)view_lab_draw(bench.fixed.state, &bench.fixed.view, &grid);
        cell_grid_destroy(&grid);
    }
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(space_pauses_and_resumes),
        cmocka_unit_test(ctrl_c_pauses_and_only_a_quick_second_one_asks),
        cmocka_unit_test(quit_asks_and_each_answer_does_what_it_says),
        cmocka_unit_test(quit_leaves_at_once_when_the_race_is_over),
        cmocka_unit_test(charts_are_focused_zoomed_and_reset),
        cmocka_unit_test(lanes_and_knobs_are_walked_around),
        cmocka_unit_test(a_key_that_does_nothing_says_so),
        cmocka_unit_test(a_record_without_times_has_no_seconds),
        cmocka_unit_test(axes_smoothing_and_glyphs_change_the_view_only),
        cmocka_unit_test(help_scrolls_and_closes_without_touching_the_race),
        cmocka_unit_test(what_the_terminal_must_do_is_asked_for),
        cmocka_unit_test(typed_lines_do_what_keys_do),
        cmocka_unit_test(a_refusal_becomes_the_message),
        cmocka_unit_test(c_walks_through_the_metrics_that_were_measured),
        cmocka_unit_test(nothing_measured_leaves_the_chart_as_it_is),
        cmocka_unit_test(any_key_over_recorded_seeds_is_survived_and_drawn),
        cmocka_unit_test(a_record_refuses_what_needs_a_race),
        cmocka_unit_test(m_opens_the_methods_at_that_of_the_lane),
        cmocka_unit_test(on_the_table_j_and_k_walk_the_lanes),
        cmocka_unit_test(key_7_opens_the_heat_strip_where_lanes_are_walked_and_domains_scroll),
        cmocka_unit_test(key_8_opens_the_wall_of_pictures),
        cmocka_unit_test(page_up_is_seen_at_once_behind_the_end_of_all_that_scrolls),
        cmocka_unit_test(keys_over_fourteen_lanes_can_be_drawn_at_any_size),
        cmocka_unit_test(the_first_lane_that_diverges_pauses_the_race_if_asked_to),
        cmocka_unit_test(any_key_at_any_moment_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
