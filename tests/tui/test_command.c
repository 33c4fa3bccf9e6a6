#include "tui/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static const char *const THEMES[] = {"default", "light", "mono", NULL};

static void expect_refused(const char *line, Status status, const char *sentence)
{
    FixedState fixed;
    fixed_state_create(&fixed);
    Command command = {.value = 77.0};
    Problem problem = {0};
    assert_int_equal(command_parse(line, fixed.state, 2, &command, &problem), status);
    assert_string_equal(problem.text, sentence);
    assert_true(command.value == 77.0);
    fixed_state_destroy(&fixed);
}

static Command expect_parsed(const char *line, size_t focus)
{
    FixedState fixed;
    fixed_state_create(&fixed);
    Command command = {0};
    Problem problem = {0};
    const Status status = command_parse(line, fixed.state, focus, &command, &problem);
    assert_string_equal(problem.text, "");
    assert_int_equal(status, STATUS_OK);
    fixed_state_destroy(&fixed);
    return command;
}

static void knobs_are_set_by_lane_for_all_and_for_the_one_in_focus(void **unused)
{
    (void)unused;
    Command command = expect_parsed(":set lanes.TRAM.scale=2", 0);
    assert_int_equal(command.kind, COMMAND_SET);
    assert_int_equal(command.lane, 2);
    assert_int_equal(command.knob, KNOB_SCALE);
    assert_true(command.value == 2.0);
    command = expect_parsed("  set lanes.*.rho = 0.1  ", 0);
    assert_int_equal(command.lane, LANE_ALL);
    assert_int_equal(command.knob, KNOB_RHO);
    assert_true(command.value == 0.1);
    command = expect_parsed("set rho=.07", 1);
    assert_int_equal(command.lane, 1);
    command = expect_parsed("set lr=1e-3", 3);
    assert_int_equal(command.lane, LANE_ALL);
    assert_int_equal(command.knob, KNOB_LEARNING_RATE);
}

static void other_commands_take_their_arguments(void **unused)
{
    (void)unused;
    assert_int_equal(expect_parsed("pause", 0).kind, COMMAND_PAUSE);
    assert_int_equal(expect_parsed("resume", 0).kind, COMMAND_RESUME);
    assert_int_equal(expect_parsed("step 250", 0).count, 250);
    assert_int_equal(expect_parsed("steps 400", 0).kind, COMMAND_STEPS);
    assert_int_equal(expect_parsed("steps +50", 0).kind, COMMAND_STEPS_MORE);
    assert_int_equal(expect_parsed("steps +50", 0).count, 50);
    assert_int_equal(expect_parsed("axis passes", 0).axis, VIEW_AXIS_PASSES);
    assert_int_equal(expect_parsed("glyphs ascii", 0).glyphs, GLYPH_ASCII);
    assert_string_equal(expect_parsed("theme light", 0).text, "light");
    assert_true(expect_parsed("smooth 0.95", 0).value == 0.95);
    assert_int_equal(expect_parsed("log", 0).kind, COMMAND_LOG);
    assert_int_equal(expect_parsed("help", 0).kind, COMMAND_HELP);
    assert_int_equal(expect_parsed("quit", 0).kind, COMMAND_QUIT);
}

static void mistakes_get_one_line_that_says_what_there_is(void **unused)
{
    (void)unused;
    expect_refused("paus", STATUS_BAD_USAGE, "no command \"paus\"; did you mean \"pause\"?");
    expect_refused("frobnicate", STATUS_BAD_USAGE,
                   "no command \"frobnicate\"; Tab lists what there is");
    expect_refused("set rho", STATUS_BAD_USAGE,
                   "usage: set lanes.NAME.KNOB=VALUE or set KNOB=VALUE");
    expect_refused("set lanes.TRAM=1", STATUS_BAD_USAGE,
                   "usage: set lanes.NAME.KNOB=VALUE or set KNOB=VALUE");
    expect_refused("set lanes.TRAN.rho=1", STATUS_BAD_VALUE,
                   "no lane \"TRAN\"; there are AdamW, SAM, TRAM (or * for all)");
    expect_refused("set roh=1", STATUS_BAD_VALUE, "no knob \"roh\"; did you mean \"rho\"?");
    expect_refused("set frobnicate=1", STATUS_BAD_VALUE,
                   "no knob \"frobnicate\"; Tab lists what there is");
    expect_refused("set rho=much", STATUS_BAD_VALUE, "\"much\" is not a number");
    expect_refused("set rho=nan", STATUS_BAD_VALUE, "\"nan\" is not a number");
    expect_refused("set rho=-1", STATUS_BAD_VALUE, "rho must lie between 0 and 1e+06, not -1");
    expect_refused("set lanes.AdamW.rho=1", STATUS_BAD_VALUE,
                   "AdamW (adamw) has no rho; it has learning_rate, weight_decay, max_grad_norm");
    expect_refused(
        "set lanes.SAM.scale=1", STATUS_BAD_VALUE,
        "SAM (sam) has no scale; it has rho, learning_rate, weight_decay, max_grad_norm");
    expect_refused("step 0", STATUS_BAD_USAGE, "usage: step N, a whole number of 1 or more");
    expect_refused("step -5", STATUS_BAD_USAGE, "usage: step N, a whole number of 1 or more");
    expect_refused("pause now", STATUS_BAD_USAGE, "usage: pause");
    expect_refused("smooth 1", STATUS_BAD_USAGE, "usage: smooth WEIGHT, 0 (off) to 0.999");
    expect_refused("axis week", STATUS_BAD_USAGE,
                   "usage: axis step, axis epoch, axis passes or axis seconds");
    expect_refused("theme", STATUS_BAD_USAGE, "usage: theme NAME");
}

static void expect_completion(const char *line, const char *insert, size_t count,
                              const char *choices)
{
    FixedState fixed;
    CommandCompletion completion;
    fixed_state_create(&fixed);
    command_complete(line, strlen(line), fixed.state, 2, THEMES, &completion);
    assert_string_equal(completion.insert, insert);
    assert_int_equal(completion.count, count);
    assert_string_equal(completion.choices, choices);
    fixed_state_destroy(&fixed);
}

static void tab_completes_commands_lanes_knobs_and_themes(void **unused)
{
    (void)unused;
    expect_completion("se", "t ", 1, "set");
    expect_completion("st", "ep", 2, "step steps");
    expect_completion("pa", "use", 1, "pause");
    expect_completion("set r", "ho=", 1, "rho=");
    expect_completion("set lanes.S", "AM.", 1, "lanes.SAM.");
    expect_completion("set lanes.SAM.", "", 4, "rho= learning_rate= weight_decay= max_grad_norm=");
    expect_completion("set lanes.*.s", "cale=", 1, "scale=");
    expect_completion("me", "thods", 1, "methods");
    expect_completion("chart zero", "_shot_perplexity", 1, "zero_shot_perplexity");
    expect_completion("theme l", "ight", 1, "light");
    expect_completion("axis ", "", 4, "step epoch passes seconds");
    expect_completion("glyphs b", "", 2, "braille block");
    expect_completion("w runs/a.b/loss-1.", "", 5, "csv json svg png ansi");
    expect_completion("w! loss.p", "ng", 1, "png");
    expect_completion("w a.b/loss", "", 0, "");
    expect_completion("zzz", "", 0, "");
    expect_completion("zzz ", "", 0, "");
}

static void a_file_is_all_behind_the_word(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    Command command = {0};
    Problem problem = {0};
    assert_int_equal(command_parse(":w my runs/a b.csv ", fixed.state, 0, &command, &problem),
                     STATUS_OK);
    assert_int_equal(command.kind, COMMAND_WRITE);
    assert_string_equal(command.text, "my runs/a b.csv");
    assert_int_equal(command_parse("w! x.png", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.kind, COMMAND_REPLACE);
    assert_int_equal(command_parse("w", fixed.state, 0, &command, &problem), STATUS_BAD_USAGE);
    assert_non_null(strstr(problem.text, "usage: w FILE"));
    fixed_state_destroy(&fixed);
}

/* The lanes of expect_parsed and its like are three; choices need more. */
static void choices_are_set_by_their_words(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    Command command = {0};
    Problem problem = {0};
    assert_int_equal(
        command_parse("set lanes.TRAM-0.divergence=l2", fixed.state, 0, &command, &problem),
        STATUS_OK);
    assert_int_equal(command.knob, KNOB_DIVERGENCE);
    assert_true(command.value == 3.0);
    assert_int_equal(command_parse("set adaptive = off", fixed.state, 6, &command, &problem),
                     STATUS_OK);
    assert_true(command.value == 0.0);
    fixed_state_destroy(&fixed);
}

static void expect_refused_of_many(const char *line, const char *sentence)
{
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    Command command = {0};
    Problem problem = {0};
    assert_int_equal(command_parse(line, fixed.state, 6, &command, &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, sentence);
    fixed_state_destroy(&fixed);
}

static void a_wrong_choice_is_told_what_there_is(void **unused)
{
    (void)unused;
    expect_refused_of_many("set lanes.TRAM-0.divergence=l3",
                           "divergence takes forward-kl, reverse-kl, symmetric-kl, l2, mmd-imq, "
                           "mmd-imq2, mmd-imq3, mmd-rbf, not \"l3\"");
    expect_refused_of_many("set lanes.TRPO.divergence=l2",
                           "divergence of trpo takes forward-kl, reverse-kl, symmetric-kl, not "
                           "\"l2\"");
    expect_refused_of_many("set adaptive=1", "adaptive takes off, on, not \"1\"");
    expect_refused_of_many("set interval=2.5", "interval must be a whole number, not 2.5");
    expect_refused_of_many("set lanes.AdamW.divergence=l2",
                           "AdamW (adamw) has no divergence; it has learning_rate, weight_decay, "
                           "max_grad_norm");
}

static void expect_completion_of_many(const char *line, const char *insert, size_t count,
                                      const char *choices)
{
    FixedState fixed;
    CommandCompletion completion;
    fixed_state_create_lanes(&fixed, 8);
    command_complete(line, strlen(line), fixed.state, 6, THEMES, &completion);
    assert_string_equal(completion.choices, choices);
    assert_string_equal(completion.insert, insert);
    assert_int_equal(completion.count, count);
    fixed_state_destroy(&fixed);
}

static void a_recorded_run_is_opened_by_its_path(void **unused)
{
    (void)unused;
    assert_string_equal(expect_parsed("open runs/a b", 0).text, "runs/a b");
    assert_int_equal(expect_parsed("open runs/first", 0).kind, COMMAND_OPEN);
    assert_int_equal(expect_parsed("close", 0).kind, COMMAND_CLOSE);
    expect_refused(
        "open", STATUS_BAD_USAGE,
        "usage: open DIR: a recorded run beside, or the mean of its seeds (DIR/seed-*), in grey");
    /* Folders only, as far as they agree. */
    expect_completion("open sample-runs/rec", "orded/", 1, "sample-runs/recorded/");
    expect_completion("open sample-runs/m", "odels/", 1, "sample-runs/models/");
}

static void tab_completes_choices(void **unused)
{
    (void)unused;
    expect_completion_of_many("set lanes.TRAM-0.divergence=m", "md-", 4,
                              "mmd-imq mmd-imq2 mmd-imq3 mmd-rbf");
    expect_completion_of_many("set lanes.TRPO.divergence=", "", 3,
                              "forward-kl reverse-kl symmetric-kl");
    expect_completion_of_many("set adaptive=", "o", 2, "off on");
    expect_completion_of_many("set lanes.TRAM-0.perturb=hea", "d-only", 1, "head-only");
    expect_completion_of_many("set rho=", "", 0, "");
    expect_completion_of_many("set nonsense=", "", 0, "");
    expect_completion_of_many("set =", "", 0, "");
}

static void charts_take_what_was_measured(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    Command command = {0};
    Problem problem = {0};
    assert_int_equal(command_parse("chart grad_norm", fixed.state, 0, &command, &problem),
                     STATUS_OK);
    assert_int_equal(command.kind, COMMAND_CHART);
    assert_int_equal(command.metric, METRIC_GRAD_NORM);
    assert_int_equal(
        command_parse("chart perplexity/moby-dick", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.metric, METRIC_DOMAIN_FIRST);
    assert_int_equal(command_parse("chart distance", fixed.state, 0, &command, &problem),
                     STATUS_BAD_USAGE);
    assert_string_equal(problem.text,
                        "usage: chart METRIC, one that was measured (Tab lists them)");
    assert_int_equal(command_parse("chart radius_limit", fixed.state, 0, &command, &problem),
                     STATUS_BAD_USAGE);
    assert_int_equal(command_parse("methods", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.kind, COMMAND_METHODS);
    fixed_state_destroy(&fixed);
}

static void lanes_are_added_and_removed_by_words(void **unused)
{
    (void)unused;
    FixedState fixed;
    Command command;
    Problem problem = {0};
    CommandCompletion completion;
    static Preset presets[1] = {{.name = "paper"}};
    fixed_state_create(&fixed);
    fixed.state->presets = (PresetList){presets, 1};
    assert_int_equal(command_parse(":add asam adaptive=off", fixed.state, 0, &command, &problem),
                     STATUS_OK);
    assert_int_equal(command.kind, COMMAND_ADD);
    assert_string_equal(command.request.lane.name, "asam");
    assert_int_equal(command_parse("remove SAM", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.kind, COMMAND_REMOVE);
    assert_int_equal(command.lane, 1);
    assert_int_equal(command_parse("preset paper", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.kind, COMMAND_PRESET);
    assert_int_equal(command_parse("remove SAN", fixed.state, 0, &command, &problem),
                     STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "no lane \"SAN\"; there are AdamW, SAM, TRAM");
    assert_int_equal(command_parse("remove", fixed.state, 0, &command, &problem), STATUS_BAD_USAGE);
    assert_string_equal(problem.text, "usage: remove LANE");
    assert_int_equal(command_parse("preset", fixed.state, 0, &command, &problem), STATUS_BAD_USAGE);
    command_complete("add tram-p", 10, fixed.state, 0, THEMES, &completion);
    assert_string_equal(completion.insert, "rev ");
    command_complete("remove T", 8, fixed.state, 0, THEMES, &completion);
    assert_string_equal(completion.insert, "RAM");
    command_complete("preset ", 7, fixed.state, 0, THEMES, &completion);
    assert_string_equal(completion.insert, "paper");
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 1});
    assert_int_equal(command_parse("set lanes.SAM.rho=1", fixed.state, 0, &command, &problem),
                     STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "no lane \"SAM\"; there are AdamW, TRAM (or * for all)");
    command_complete("set lanes.", 10, fixed.state, 0, THEMES, &completion);
    assert_null(strstr(completion.choices, "SAM."));
    fixed_state_destroy(&fixed);
}

static void long_nonsense_is_cut_not_overrun(void **unused)
{
    (void)unused;
    FixedState fixed;
    CommandCompletion completion;
    Command command;
    Problem problem = {0};
    char line[5000];
    memset(line, 'a', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    fixed_state_create(&fixed);
    assert_int_equal(command_parse(line, fixed.state, 0, &command, &problem), STATUS_BAD_USAGE);
    command_complete(line, strlen(line), fixed.state, 2, THEMES, &completion);
    memcpy(line, "set lanes.", 10);
    assert_int_equal(command_parse(line, fixed.state, 0, &command, &problem), STATUS_BAD_USAGE);
    fixed_state_destroy(&fixed);
}

static void random_lines_are_refused_or_parsed_and_completed(void **unused)
{
    (void)unused;
    static const char *const PIECES[] = {
        "set ",     "lanes.", "TRAM-0", "TRPO",    ".",    "divergence", "=",       "l2",
        "*",        " ",      "mmd-",   "chart ",  "loss", "rho",        "1e9",     "\xff\xfe",
        "interval", "2.5",    "nan",    "methods", "add ", "remove ",    "preset ", "asam-mean-d ",
        "sam ",     "name=",  "from=",  "follow="};
    FixedState fixed;
    uint32_t random = 4711;
    fixed_state_create_lanes(&fixed, FAKE_LANES_MAX);
    for (int i = 0; i < 20000; i++) {
        char line[256] = "";
        random = random * 1664525U + 1013904223U;
        for (uint32_t n = random >> 8 & 7; n > 0; n--) {
            random = random * 1664525U + 1013904223U;
            strcat(line, PIECES[(random >> 8) % (sizeof PIECES / sizeof *PIECES)]);
        }
        Command command = {0};
        Problem problem = {0};
        CommandCompletion completion;
        const size_t focus = random % (FAKE_LANES_MAX + 1);
        const Status status = command_parse(line, fixed.state, focus, &command, &problem);
        assert_true((status == STATUS_OK) == (problem.text[0] == '\0'));
        command_complete(line, strlen(line), fixed.state, focus, THEMES, &completion);
        assert_true(strlen(completion.choices) < sizeof completion.choices);
    }
    fixed_state_destroy(&fixed);
}

static void expect_pair_refused(const FixedState *fixed, const char *line, const char *words)
{
    Command command = {.value = 77.0};
    Problem problem = {0};
    assert_int_not_equal(command_parse(line, fixed->state, 0, &command, &problem), STATUS_OK);
    if (strstr(problem.text, words) == NULL) {
        fail_msg("\"%s\" is not in: %s", words, problem.text);
    }
    assert_true(command.value == 77.0);
}

static void two_lanes_make_a_difference_of_their_own(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    Command command = {0};
    Problem problem = {0};
    assert_int_equal(command_parse("diff TRAM SAM", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.kind, COMMAND_DIFF);
    assert_true(command.is_pair && command.lane == 2 && command.other == 1);
    assert_int_equal(command.metric, METRIC_ID_MAX); /* the chart's */
    assert_int_equal(command_parse("diff SAM  AdamW eval_loss", fixed.state, 0, &command, &problem),
                     STATUS_OK);
    assert_true(command.is_pair && command.lane == 1 && command.other == 0);
    assert_int_equal(command.metric, METRIC_EVAL_LOSS);
    assert_int_equal(command_parse("diff eval_loss", fixed.state, 0, &command, &problem),
                     STATUS_OK);
    assert_false(command.is_pair);
    expect_pair_refused(&fixed, "diff", "usage: diff METRIC");
    expect_pair_refused(&fixed, "diff TRAM", "no metric \"TRAM\"");
    expect_pair_refused(&fixed, "diff TRAM TRAM", "TRAM minus itself is 0");
    expect_pair_refused(&fixed, "diff TRAM SOM", "SOM");
    expect_pair_refused(&fixed, "diff TRAM SAM lss", "no metric \"lss\"");
    expect_pair_refused(&fixed, "diff TRAM SAM loss more", "usage: diff");
    expect_completion("diff TRAM A", "damW", 1, "AdamW");
    expect_completion("diff TRAM SAM los", "s", 1, "loss");
    fixed_state_destroy(&fixed);
}

static void what_needs_a_race_is_known_by_its_word(void **unused)
{
    (void)unused;
    assert_true(command_is_for_race(":set rho=1"));
    assert_true(command_is_for_race(" pause"));
    assert_true(command_is_for_race("steps +5"));
    assert_true(command_is_for_race("preset no-such"));
    assert_true(command_is_for_race("add"));
    assert_false(command_is_for_race("chart loss"));
    assert_false(command_is_for_race("diff TRAM SAM"));
    assert_false(command_is_for_race("quit"));
    assert_false(command_is_for_race(""));
    assert_false(command_is_for_race("settle"));
}

static void charts_are_computed_compared_and_put_in_a_grid_by_words(void **unused)
{
    (void)unused;
    FixedState fixed;
    Command command = {0};
    Problem problem = {0};
    CommandCompletion completion;
    fixed_state_create(&fixed);
    fixed_state_run(&fixed);
    assert_int_equal(command_parse("plot loss(TRAM) - 1", fixed.state, 0, &command, &problem),
                     STATUS_OK);
    assert_int_equal(command.kind, COMMAND_PLOT);
    assert_string_equal(command.text, "loss(TRAM) - 1");
    assert_int_equal(command_parse("diff loss", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.kind, COMMAND_DIFF);
    assert_int_equal(command.metric, METRIC_LOSS);
    assert_int_equal(command_parse("baseline SAM", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.kind, COMMAND_BASELINE);
    assert_int_equal(command.lane, 1);
    assert_int_equal(command_parse("grid 3x4", fixed.state, 0, &command, &problem), STATUS_OK);
    assert_int_equal(command.grid_rows, 3);
    assert_int_equal(command.grid_columns, 4);
    assert_int_equal(command_parse("grid 4x4", fixed.state, 0, &command, &problem),
                     STATUS_BAD_USAGE);
    assert_int_equal(command_parse("plot", fixed.state, 0, &command, &problem), STATUS_BAD_USAGE);
    command_complete("plot loss(TRAM) - grad_n", 24, fixed.state, 0, THEMES, &completion);
    assert_string_equal(completion.insert, "orm");
    command_complete("baseline T", 10, fixed.state, 0, THEMES, &completion);
    assert_string_equal(completion.insert, "RAM");
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knobs_are_set_by_lane_for_all_and_for_the_one_in_focus),
        cmocka_unit_test(other_commands_take_their_arguments),
        cmocka_unit_test(mistakes_get_one_line_that_says_what_there_is),
        cmocka_unit_test(tab_completes_commands_lanes_knobs_and_themes),
        cmocka_unit_test(a_file_is_all_behind_the_word),
        cmocka_unit_test(choices_are_set_by_their_words),
        cmocka_unit_test(a_wrong_choice_is_told_what_there_is),
        cmocka_unit_test(a_recorded_run_is_opened_by_its_path),
        cmocka_unit_test(tab_completes_choices),
        cmocka_unit_test(charts_take_what_was_measured),
        cmocka_unit_test(lanes_are_added_and_removed_by_words),
        cmocka_unit_test(long_nonsense_is_cut_not_overrun),
        cmocka_unit_test(random_lines_are_refused_or_parsed_and_completed),
        cmocka_unit_test(two_lanes_make_a_difference_of_their_own),
        cmocka_unit_test(what_needs_a_race_is_known_by_its_word),
        cmocka_unit_test(charts_are_computed_compared_and_put_in_a_grid_by_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
