#include "app/command_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 200 };

/* Parse the words after "tramlab" (NULL-ended). */
static Status parse(const char *const *words, CommandLine *line, Problem *problem)
{
    const char *argv[WORDS_MAX] = {"tramlab"};
    int argc = 1;
    while (words[argc - 1] != NULL) {
        argv[argc] = words[argc - 1];
        argc++;
    }
    return command_line_parse(argc, argv, line, problem);
}

static CommandLine understood(const char *const *words)
{
    CommandLine line = {0};
    Problem problem = {0};
    if (parse(words, &line, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return line;
}

/* The complaint must hold all of the given words. */
static void expect_refused(const char *const *words, const char *first, const char *second)
{
    CommandLine line = {.steps = 77};
    Problem problem = {0};
    assert_int_equal(parse(words, &line, &problem), STATUS_BAD_USAGE);
    assert_int_equal(problem.status, STATUS_BAD_USAGE);
    assert_int_equal(line.steps, 77); /* untouched */
    if (strstr(problem.text, first) == NULL || strstr(problem.text, second) == NULL) {
        fail_msg("\"%s\" and \"%s\" are not both in: %s", first, second, problem.text);
    }
}

static void no_words_open_the_lab_with_the_default_experiment(void **state)
{
    (void)state;
    const CommandLine line = understood((const char *[]){NULL});
    assert_int_equal(line.subcommand, SUBCOMMAND_LAB);
    assert_null(line.input);
    assert_null(line.out);
    assert_false(line.has_seed);
}

static void a_file_alone_opens_the_lab_with_it(void **state)
{
    (void)state;
    assert_string_equal(understood((const char *[]){"my.json", NULL}).input, "my.json");
    assert_string_equal(understood((const char *[]){"./mine", NULL}).input, "./mine");
}

static void every_option_of_a_race_is_understood_in_both_forms(void **state)
{
    (void)state;
    const CommandLine apart = understood(
        (const char *[]){"run", "a.json", "--plain", "--out", "o", "--set", "x=1", "--set", "y=2=3",
                         "--steps", "9", "--seed", "0", "--workers", "4", NULL});
    const CommandLine joined =
        understood((const char *[]){"run", "--plain", "--out=o", "--set=x=1", "--set=y=2=3",
                                    "--steps=9", "--seed=0", "--workers=4", "a.json", NULL});
    const CommandLine *const both[] = {&apart, &joined};
    for (size_t i = 0; i < 2; i++) {
        const CommandLine *line = both[i];
        assert_int_equal(line->subcommand, SUBCOMMAND_RUN);
        assert_string_equal(line->input, "a.json");
        assert_string_equal(line->out, "o");
        assert_true(line->is_plain);
        assert_int_equal(line->set_count, 2);
        assert_string_equal(line->sets[0], "x=1");
        assert_string_equal(line->sets[1], "y=2=3");
        assert_int_equal(line->steps, 9);
        assert_true(line->has_seed); /* 0 is a seed too */
        assert_int_equal(line->seed, 0);
        assert_int_equal(line->workers, 4);
    }
}

static void the_other_subcommands_have_their_options(void **state)
{
    (void)state;
    CommandLine line = understood((const char *[]){"--paused", "--theme", "mono", NULL});
    assert_true(line.is_paused);
    assert_string_equal(line.theme, "mono");

    line = understood((const char *[]){"pretrain", "p.json", "--out", "o", NULL});
    assert_int_equal(line.subcommand, SUBCOMMAND_PRETRAIN);

    line = understood((const char *[]){"tokenizer", "--data", "d", "--vocab-size", "2048", "--out",
                                       "t.json", NULL});
    assert_int_equal(line.subcommand, SUBCOMMAND_TOKENIZER);
    assert_int_equal(line.vocab_size, 2048);
    assert_string_equal(line.data, "d");

    line = understood((const char *[]){"evaluate", "m", "--data", "d", "--stride=64", "--workers",
                                       "2", "--markdown", NULL});
    assert_int_equal(line.subcommand, SUBCOMMAND_EVALUATE);
    assert_string_equal(line.input, "m");
    assert_int_equal(line.stride, 64);
    assert_true(line.is_markdown);

    line = understood((const char *[]){"methods", "--json", NULL});
    assert_int_equal(line.subcommand, SUBCOMMAND_METHODS);
    assert_true(line.is_json);
    line = understood((const char *[]){"metrics", "--json", NULL});
    assert_int_equal(line.subcommand, SUBCOMMAND_METRICS);
    assert_true(line.is_json);
}

static void help_and_version_are_given_wherever_they_are_asked_for(void **state)
{
    (void)state;
    static const char *const HELPS[][4] = {{"--help"},
                                           {"-h"},
                                           {"help"},
                                           {"run", "--help"},
                                           {"run", "-h"},
                                           {"x.json", "--help"},
                                           {"--nonsense", "-h"},
                                           {"evaluate", "--help"}};
    for (size_t i = 0; i < sizeof HELPS / sizeof *HELPS; i++) {
        assert_int_equal(understood(HELPS[i]).subcommand, SUBCOMMAND_HELP);
    }
    assert_int_equal(understood((const char *[]){"--version", NULL}).subcommand,
                     SUBCOMMAND_VERSION);
}

static void the_help_names_every_option_and_subcommand(void **state)
{
    (void)state;
    static const char *const WORDS[] = {
        "run",    "pretrain", "tokenizer",    "evaluate", "methods", "metrics",    "--plain",
        "--out",  "--set",    "--steps",      "--seed",   "--theme", "--paused",   "--workers",
        "--data", "--stride", "--vocab-size", "--json",   "--help",  "--markdown", "--version",
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (strstr(command_line_help(), WORDS[i]) == NULL) {
            fail_msg("the help does not name %s", WORDS[i]);
        }
    }
}

static void an_unknown_option_gets_the_nearest_of_its_subcommand(void **state)
{
    (void)state;
    expect_refused((const char *[]){"run", "--sead", "3", NULL}, "--sead", "did you mean --seed");
    expect_refused((const char *[]){"run", "--step=100000", NULL}, "option --step;",
                   "did you mean --steps");
    expect_refused((const char *[]){"evaluate", "m", "--strid=3", NULL}, "--strid", "--stride");
    expect_refused((const char *[]){"methods", "--jsn", NULL}, "--jsn", "--json");
    expect_refused((const char *[]){"-x", NULL}, "-x", "did you mean");
}

static void an_option_of_another_subcommand_is_refused_with_its_owner(void **state)
{
    (void)state;
    expect_refused((const char *[]){"run", "a.json", "--stride", "3", NULL}, "--stride",
                   "of evaluate, not of run");
    expect_refused((const char *[]){"methods", "--seed", "3", NULL}, "--seed", "not of methods");
    expect_refused((const char *[]){"--data", "d", NULL}, "of tokenizer, evaluate",
                   "not of the lab");
}

static void an_unknown_subcommand_gets_the_nearest_one(void **state)
{
    (void)state;
    expect_refused((const char *[]){"rnu", "a.json", NULL}, "\"rnu\"", "did you mean run");
    expect_refused((const char *[]){"evalute", NULL}, "\"evalute\"", "did you mean evaluate");
    expect_refused((const char *[]){"", NULL}, "an argument is empty", "unset variable");
    expect_refused((const char *[]){"run", "", NULL}, "an argument is empty", "unset variable");
}

static void a_missing_value_is_named(void **state)
{
    (void)state;
    static const char *const OPTIONS[] = {"--out", "--set", "--steps", "--seed", "--workers"};
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++) {
        char empty[32];
        snprintf(empty, sizeof empty, "%s=", OPTIONS[i]);
        expect_refused((const char *[]){"run", "a.json", OPTIONS[i], NULL}, OPTIONS[i],
                       "needs a value");
        expect_refused((const char *[]){"run", "a.json", empty, NULL}, OPTIONS[i], "needs a value");
        /* The next option is not a value. */
        expect_refused((const char *[]){"run", "a.json", OPTIONS[i], "--plain", NULL}, OPTIONS[i],
                       "needs a value");
    }
    expect_refused((const char *[]){"run", "a.json", "--plain=yes", NULL}, "--plain",
                   "takes no value");
    expect_refused((const char *[]){"run", "a.json", "--steps", "-1", NULL}, "--steps",
                   "--steps=-1");
}

static void numbers_must_be_whole_and_sensible(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"ten", "1.5", "-3x", "1e3", "99999999999999999999", "7 "};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char word[64];
        snprintf(word, sizeof word, "--steps=%s", WRONG[i]);
        expect_refused((const char *[]){"run", "a.json", word, NULL}, "--steps", WRONG[i]);
    }
    expect_refused((const char *[]){"run", "--steps", "0", NULL}, "--steps", "at least 1");
    expect_refused((const char *[]){"run", "--workers=0", NULL}, "--workers", "at least 1");
    expect_refused((const char *[]){"run", "--workers=1000000", NULL}, "--workers", "1024 at most");
}

static void one_file_only(void **state)
{
    (void)state;
    expect_refused((const char *[]){"run", "a.json", "b.json", NULL}, "a.json", "b.json");
    expect_refused((const char *[]){"export", "a/", "b/", NULL}, "a/", "b/");
    expect_refused((const char *[]){"methods", "a.json", NULL}, "unexpected", "a.json");
}

static void the_lab_takes_several_runs(void **state)
{
    (void)state;
    const CommandLine line = understood((const char *[]){"runs/1", "--low", "runs/2", NULL});
    assert_int_equal(line.input_count, 2);
    assert_string_equal(line.input, "runs/1");
    assert_string_equal(line.inputs[1], "runs/2");
    assert_true(line.is_low);
    const char *many[COMMAND_LINE_INPUTS_MAX + 2] = {NULL};
    for (size_t i = 0; i <= COMMAND_LINE_INPUTS_MAX; i++) {
        many[i] = "runs/x";
    }
    expect_refused(many, "64 runs", "at most");
}

static void what_a_subcommand_needs_is_said(void **state)
{
    (void)state;
    expect_refused((const char *[]){"run", NULL}, "run needs", "EXPERIMENT.json");
    expect_refused((const char *[]){"run", "a.json", NULL}, "run needs", "--out");
    expect_refused((const char *[]){"pretrain", "--out", "o", NULL}, "pretrain needs",
                   "EXPERIMENT.json");
    expect_refused((const char *[]){"tokenizer", "--data", "d", "--out", "o", NULL}, "tokenizer",
                   "--vocab-size");
    expect_refused((const char *[]){"evaluate", "--data", "d", NULL}, "evaluate", "MODEL");
    expect_refused((const char *[]){"evaluate", "m", NULL}, "evaluate", "--data");
}

static void too_many_assignments_are_refused(void **state)
{
    (void)state;
    const char *words[WORDS_MAX] = {"run", "a.json", "--out", "o"};
    for (size_t i = 0; i <= COMMAND_LINE_SETS_MAX; i++) {
        words[4 + i] = "--set=x=1";
    }
    expect_refused(words, "--set", "64");
    words[4 + COMMAND_LINE_SETS_MAX] = NULL;
    assert_int_equal(understood(words).set_count, COMMAND_LINE_SETS_MAX);
}

static void control_characters_typed_never_come_back_raw(void **state)
{
    (void)state;
    CommandLine line = {0};
    Problem problem = {0};
    assert_int_equal(parse((const char *[]){"run", "--\033[31m", NULL}, &line, &problem),
                     STATUS_BAD_USAGE);
    assert_null(strchr(problem.text, '\033'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_words_open_the_lab_with_the_default_experiment),
        cmocka_unit_test(a_file_alone_opens_the_lab_with_it),
        cmocka_unit_test(every_option_of_a_race_is_understood_in_both_forms),
        cmocka_unit_test(the_other_subcommands_have_their_options),
        cmocka_unit_test(help_and_version_are_given_wherever_they_are_asked_for),
        cmocka_unit_test(the_help_names_every_option_and_subcommand),
        cmocka_unit_test(an_unknown_option_gets_the_nearest_of_its_subcommand),
        cmocka_unit_test(an_option_of_another_subcommand_is_refused_with_its_owner),
        cmocka_unit_test(an_unknown_subcommand_gets_the_nearest_one),
        cmocka_unit_test(a_missing_value_is_named),
        cmocka_unit_test(numbers_must_be_whole_and_sensible),
        cmocka_unit_test(one_file_only),
        cmocka_unit_test(the_lab_takes_several_runs),
        cmocka_unit_test(what_a_subcommand_needs_is_said),
        cmocka_unit_test(too_many_assignments_are_refused),
        cmocka_unit_test(control_characters_typed_never_come_back_raw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
