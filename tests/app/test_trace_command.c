#include "app/trace_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "lab/tiny_lab.h"

/* The tiny lab with its experiment in a file, and the words of a command line that traces it. */
typedef struct Bench {
    TinyLab lab;
    char path[300];
    char out[300];
} Bench;

static int open_bench(void **state)
{
    Bench *bench = calloc(1, sizeof *bench);
    *state = bench;
    if (bench == NULL || tiny_lab_open(&bench->lab) != STATUS_OK) {
        return -1;
    }
    snprintf(bench->path, sizeof bench->path, "%s/tiny.json", bench->lab.folder);
    snprintf(bench->out, sizeof bench->out, "%s/out", bench->lab.folder);
    Json *json = experiment_spec_to_json(&bench->lab.spec);
    char *text = json == NULL ? NULL : json_print(json, true);
    FILE *file = fopen(bench->path, "w");
    const bool is_written = text != NULL && file != NULL && fputs(text, file) >= 0;
    const bool is_closed = file != NULL && fclose(file) == 0;
    free(text);
    json_destroy(json);
    return is_written && is_closed ? 0 : -1;
}

static int close_bench(void **state)
{
    Bench *bench = *state;
    tiny_lab_close(&bench->lab);
    free(bench);
    return 0;
}

static CommandLine line_for(const Bench *bench, const char *method)
{
    return (CommandLine){.subcommand = SUBCOMMAND_TRACE,
                         .input = bench->path,
                         .out = bench->out,
                         .method = method,
                         .steps = 3};
}

static void add_set(CommandLine *line, const char *assignment)
{
    line->sets[line->set_count++] = assignment;
}

static void takes_the_lane_of_the_method_with_its_knobs(void **state)
{
    ExperimentSpec spec;
    size_t lane = 9;
    Problem problem = {0};
    const CommandLine line = line_for(*state, "tram-prev");
    assert_int_equal(trace_command_load(&line, &spec, &lane, &problem), STATUS_OK);
    assert_string_equal(spec.lanes[lane].name, "TRAM");
    assert_true(spec.lanes[lane].knobs[KNOB_SCALE] == 1000.0);
    assert_int_equal(spec.lane_count, 3);
}

static void a_method_without_a_lane_gets_one_with_defaults(void **state)
{
    ExperimentSpec spec;
    size_t lane = 9;
    Problem problem = {0};
    CommandLine line = line_for(*state, "asam");
    add_set(&line, "lanes.asam.learning_rate=0.5");
    assert_int_equal(trace_command_load(&line, &spec, &lane, &problem), STATUS_OK);
    assert_int_equal(lane, 3);
    assert_string_equal(spec.lanes[lane].method, "asam");
    assert_false(spec.lanes[lane].knob_is_set[KNOB_RHO]);
    assert_true(spec.lanes[lane].knobs[KNOB_LEARNING_RATE] == 0.5);
}

static void a_bare_knob_is_meant_for_the_traced_lane(void **state)
{
    ExperimentSpec spec;
    size_t lane = 9;
    Problem problem = {0};
    CommandLine line = line_for(*state, "sam");
    add_set(&line, "rho=0.25");
    add_set(&line, "learning_rate=0.125"); /* a key of the experiment too, and so of that */
    assert_int_equal(trace_command_load(&line, &spec, &lane, &problem), STATUS_OK);
    assert_true(spec.lanes[lane].knobs[KNOB_RHO] == 0.25);
    assert_true(spec.learning_rate == 0.125);
    assert_false(spec.lanes[lane].knob_is_set[KNOB_LEARNING_RATE]);
}

static void the_schedule_stays_that_of_the_race(void **state)
{
    ExperimentSpec spec;
    size_t lane = 9;
    Problem problem = {0};
    CommandLine line = line_for(*state, "adamw");
    assert_int_equal(trace_command_load(&line, &spec, &lane, &problem), STATUS_OK);
    assert_true(spec.max_steps == 8.0);
    line.steps = 12; /* longer than the race */
    line.seed = 11;
    line.has_seed = true;
    assert_int_equal(trace_command_load(&line, &spec, &lane, &problem), STATUS_OK);
    assert_true(spec.max_steps == 12.0);
    assert_true(spec.seed == 11.0);
}

static void expect_refusal(const CommandLine *line, const char *words)
{
    ExperimentSpec spec;
    size_t lane = 9;
    Problem problem = {0};
    assert_int_equal(trace_command_load(line, &spec, &lane, &problem), STATUS_BAD_VALUE);
    if (strstr(problem.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", problem.text, words);
    }
    assert_int_equal(lane, 9);
}

static void an_unknown_method_is_named_with_the_known_ones(void **state)
{
    const CommandLine line = line_for(*state, "tram-next");
    expect_refusal(&line, "no method \"tram-next\"");
    expect_refusal(&line, "tram-prev");
    const CommandLine control = line_for(*state, "asam-mean-d");
    expect_refusal(&control, "one lane only");
}

static void a_knob_of_another_method_is_refused(void **state)
{
    CommandLine line = line_for(*state, "adamw");
    add_set(&line, "rho=0.1");
    expect_refusal(&line, "rho");
}

static Status parse(int argc, const char *const *argv, CommandLine *line, Problem *problem)
{
    return command_line_parse(argc, argv, line, problem);
}

static void the_command_line_needs_all_four(void **state)
{
    (void)state;
    static const char *const WHOLE[] = {"tramlab", "trace", "e.json", "--method", "sam",
                                        "--steps", "4",     "--out",  "d"};
    CommandLine line = {0};
    Problem problem = {0};
    assert_int_equal(parse(9, WHOLE, &line, &problem), STATUS_OK);
    assert_int_equal(line.subcommand, SUBCOMMAND_TRACE);
    assert_string_equal(line.method, "sam");
    assert_int_equal(line.steps, 4);
    for (int argc = 2; argc < 9; argc += argc == 2 ? 1 : 2) {
        assert_int_equal(parse(argc, WHOLE, &line, &problem), STATUS_BAD_USAGE);
        assert_non_null(strstr(problem.text, "trace needs"));
    }
}

static void writes_the_trace_once_and_says_so_by_its_exit_status(void **state)
{
    const Bench *bench = *state;
    char path[400];
    CommandLine line = line_for(bench, "sam");
    assert_int_equal(trace_main(&line), 0);
    snprintf(path, sizeof path, "%s/trace.json", bench->out);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(trace_main(&line), 1); /* there is one already */
    line.method = "tram-next";
    assert_int_equal(trace_main(&line), 2);
}

static void a_refused_trace_leaves_no_folder(void **state)
{
    const Bench *bench = *state;
    char path[400];
    CommandLine line = line_for(bench, "sam");
    snprintf(path, sizeof path, "%s/refused", bench->lab.folder);
    line.out = path;
    add_set(&line, "block_size=17"); /* one more than the model's n_positions */
    assert_int_equal(trace_main(&line), 2);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_lane_of_the_method_with_its_knobs),
        cmocka_unit_test(a_method_without_a_lane_gets_one_with_defaults),
        cmocka_unit_test(a_bare_knob_is_meant_for_the_traced_lane),
        cmocka_unit_test(the_schedule_stays_that_of_the_race),
        cmocka_unit_test(an_unknown_method_is_named_with_the_known_ones),
        cmocka_unit_test(a_knob_of_another_method_is_refused),
        cmocka_unit_test(the_command_line_needs_all_four),
        cmocka_unit_test(writes_the_trace_once_and_says_so_by_its_exit_status),
        cmocka_unit_test(a_refused_trace_leaves_no_folder),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
