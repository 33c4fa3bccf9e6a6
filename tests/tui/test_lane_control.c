#include "tui/lane_control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/control_bench.h"

static void report(ControlBench *bench, RunEvent event)
{
    const RunReport report = {.kind = RUN_REPORT_EVENT, .as = {.event = event}};
    lab_control_report(&bench->control, &report);
}

static void answer_added(ControlBench *bench, const RunCommand *command, uint32_t lane)
{
    report(bench, (RunEvent){.kind = RUN_EVENT_LANE_ADDED,
                             .step = command->lane == LANE_ALL ? 0 : 120,
                             .lane = lane,
                             .command = command->id,
                             .added = command->added,
                             .from = command->lane});
}

static void expect_message(const ControlBench *bench, const char *text)
{
    assert_string_equal(bench->fixed.view.message, text);
}

static void a_line_adds_a_lane_and_its_answer_is_told(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    (void)lab_control_line(&bench.control, ":add asam rho=.2");
    expect_message(&bench, "asam (asam) at theta_0: asked");
    RunCommand command = bench_sent(&bench);
    assert_int_equal(command.kind, RUN_COMMAND_ADD_LANE);
    assert_int_equal(command.lane, LANE_ALL);
    assert_true(command.added.knobs[KNOB_RHO] == 0.2);
    answer_added(&bench, &command, 3);
    expect_message(&bench, "asam has joined: it catches up to step 120, the others wait");
    (void)lab_control_line(&bench.control, "add sam from=SAM");
    expect_message(&bench, "sam (sam) as a copy of SAM: asked");
    command = bench_sent(&bench);
    answer_added(&bench, &command, 4);
    expect_message(&bench, "sam has joined @120");
    assert_int_equal(bench.fixed.view.lane, 2); /* the focus stays */
    bench_close(&bench);
}

static void on_the_page_of_methods_a_picks_and_capital_a_copies(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    (void)lab_control_key(&bench.control, 'a');
    assert_int_equal(bench.fixed.view.page, VIEW_PAGE_METHODS);
    bench_sent_nothing(&bench);
    bench.fixed.view.method = 1;
    (void)lab_control_key(&bench.control, 'a');
    RunCommand command = bench_sent(&bench);
    assert_string_equal(command.added.name, "sam");
    assert_int_equal(command.lane, LANE_ALL);
    (void)lab_control_key(&bench.control, 'A');
    command = bench_sent(&bench);
    assert_string_equal(command.added.name, "sam-2"); /* the first is still under way */
    assert_int_equal(command.lane, 2);
    bench.fixed.view.method = 10;
    (void)lab_control_key(&bench.control, 'a');
    expect_message(&bench, "asam-mean-d (asam-mean-d) at theta_0, following TRAM: asked");
    (void)bench_sent(&bench);
    bench.fixed.view.lane = VIEW_ALL_LANES;
    (void)lab_control_key(&bench.control, 'A');
    expect_message(&bench, "h and l choose the lane to copy; now all of them are in focus");
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void a_removal_is_asked_about_first(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    (void)lab_control_key(&bench.control, 'D');
    assert_true(bench.fixed.view.is_removal_open);
    (void)lab_control_key(&bench.control, 'n');
    assert_false(bench.fixed.view.is_removal_open);
    expect_message(&bench, "TRAM stays");
    bench_sent_nothing(&bench); /* n is no step here */
    static const UiKey OTHERS[] = {UI_KEY_ENTER, UI_KEY_ESCAPE, ' ', 'D', 'q'};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        bench.fixed.view.is_removal_open = true;
        (void)lab_control_key(&bench.control, OTHERS[i]);
        assert_false(bench.fixed.view.is_removal_open || bench.fixed.view.is_quit_open);
        bench_sent_nothing(&bench);
    }
    (void)lab_control_key(&bench.control, UI_KEY_DELETE);
    (void)lab_control_key(&bench.control, 'y');
    const RunCommand command = bench_sent(&bench);
    assert_int_equal(command.kind, RUN_COMMAND_REMOVE_LANE);
    assert_int_equal(command.lane, 2);
    report(
        &bench,
        (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .step = 121, .lane = 2, .command = command.id});
    expect_message(&bench, "TRAM has left @121; the run keeps what it recorded");
    assert_int_equal(bench.fixed.view.lane, 1); /* the last one that is there */
    (void)lab_control_key(&bench.control, 'l');
    assert_int_equal(bench.fixed.view.lane, VIEW_ALL_LANES);
    (void)lab_control_key(&bench.control, 'h');
    assert_int_equal(bench.fixed.view.lane, 1);
    bench_close(&bench);
}

static void the_focus_moves_to_the_next_lane_and_the_last_one_stays(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    bench.fixed.view.lane = 0;
    report(&bench, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .step = 121, .lane = 0});
    assert_int_equal(bench.fixed.view.lane, 1);
    report(&bench, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .step = 121, .lane = 1});
    assert_int_equal(bench.fixed.view.lane, 2);
    (void)lab_control_key(&bench.control, 'D');
    expect_message(&bench, "TRAM is the last lane: it cannot be removed; q leaves the race");
    (void)lab_control_line(&bench.control, "remove TRAM");
    expect_message(&bench, "TRAM is the last lane: it cannot be removed; q leaves the race");
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

static void a_preset_asks_for_all_lanes_that_are_missing(void **unused)
{
    (void)unused;
    ControlBench bench;
    static Preset presets[1] = {{.name = "four",
                                 .lanes = {{.name = "m", .method = "asam-mean-d"},
                                           {.name = "SAM", .method = "sam"},
                                           {.name = "T0", .method = "tram-0"}},
                                 .lane_count = 3}};
    bench_open(&bench);
    (void)lab_control_line(&bench.control, "preset four");
    expect_message(&bench, "no presets were found (a folder \"presets\" beside the experiment's "
                           "folder holds them)");
    bench.fixed.state->presets = (PresetList){presets, 1};
    (void)lab_control_line(&bench.control, "preset five");
    expect_message(&bench, "no preset \"five\"; there are four");
    (void)lab_control_line(&bench.control, "preset four");
    expect_message(&bench, "preset four: 2 lanes at theta_0 asked for");
    assert_string_equal(bench_sent(&bench).added.name, "T0");
    const RunCommand control = bench_sent(&bench);
    assert_string_equal(control.added.follow, "TRAM");
    (void)lab_control_line(&bench.control, "preset four");
    expect_message(&bench, "preset four: all its lanes are in the race");
    bench_sent_nothing(&bench);
    presets[0].lanes[2].method[0] = 'q';
    presets[0].lanes[2].name[0] = 'q';
    (void)lab_control_line(&bench.control, "preset four");
    expect_message(&bench, "preset four: q0: no method \"qram-0\"; did you mean \"tram-0\"?");
    bench_close(&bench);
}

static void a_refusal_frees_the_name(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    (void)lab_control_line(&bench.control, "add sam");
    RunCommand command = bench_sent(&bench);
    RunEvent refused = {.kind = RUN_EVENT_COMMAND_REFUSED, .lane = LANE_ALL, .command = command.id};
    (void)snprintf(refused.text, sizeof refused.text, "not enough memory for another lane");
    report(&bench, refused);
    expect_message(&bench, "not enough memory for another lane");
    (void)lab_control_line(&bench.control, "add sam");
    command = bench_sent(&bench);
    assert_string_equal(command.added.name, "sam");
    bench_close(&bench);
}

static void when_the_race_is_over_nobody_joins_or_leaves(void **unused)
{
    (void)unused;
    ControlBench bench;
    bench_open(&bench);
    report(&bench, (RunEvent){.kind = RUN_EVENT_FINISHED, .lane = LANE_ALL});
    (void)lab_control_line(&bench.control, "add sam");
    expect_message(&bench, "the race is over: nothing to change any more");
    (void)lab_control_key(&bench.control, 'D');
    assert_false(bench.fixed.view.is_removal_open);
    bench_sent_nothing(&bench);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_adds_a_lane_and_its_answer_is_told),
        cmocka_unit_test(on_the_page_of_methods_a_picks_and_capital_a_copies),
        cmocka_unit_test(a_removal_is_asked_about_first),
        cmocka_unit_test(the_focus_moves_to_the_next_lane_and_the_last_one_stays),
        cmocka_unit_test(a_preset_asks_for_all_lanes_that_are_missing),
        cmocka_unit_test(a_refusal_frees_the_name),
        cmocka_unit_test(when_the_race_is_over_nobody_joins_or_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
