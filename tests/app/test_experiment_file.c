#include "app/experiment_file.h"

#include <limits.h>

#include "app/run_main.h"

static Status load(const CommandLine *line, ExperimentSpec *spec, Problem *problem)
{
    memset(spec, 0, sizeof *spec);
    return experiment_file_load(line, spec, problem);
}

static void assignments_steps_and_seed_are_applied_in_this_order(void **state)
{
    char path[MAIN_PATH_BYTES];
    ExperimentSpec spec;
    Problem problem = {0};
    write_experiment(*state, "order.json", NULL, NULL, path);
    const CommandLine line = {
        .input = path,
        .sets = {"max_steps=50", "seed=5", "lanes.SAM.rho=0.2", "lanes.SAM.rho=0.3"},
        .set_count = 4,
        .steps = 20,
        .seed = 6,
        .has_seed = true};
    assert_int_equal(load(&line, &spec, &problem), STATUS_OK);
    assert_true(spec.max_steps == 20.0);
    assert_true(spec.seed == 6.0);
    assert_true(spec.lanes[1].knobs[KNOB_RHO] == 0.3);
}

static void seed_zero_is_a_seed_and_none_given_is_the_files(void **state)
{
    char path[MAIN_PATH_BYTES];
    ExperimentSpec spec;
    Problem problem = {0};
    write_experiment(*state, "seed.json", NULL, NULL, path);
    CommandLine line = {.input = path};
    assert_int_equal(load(&line, &spec, &problem), STATUS_OK);
    assert_true(spec.seed == 3.0);
    line.has_seed = true;
    assert_int_equal(load(&line, &spec, &problem), STATUS_OK);
    assert_true(spec.seed == 0.0);
}

static void few_steps_shorten_the_warm_up(void **state)
{
    char path[MAIN_PATH_BYTES];
    ExperimentSpec spec;
    Problem problem = {0};
    write_experiment(*state, "short.json", NULL, NULL, path);
    const CommandLine line = {.input = path, .steps = 1};
    assert_int_equal(load(&line, &spec, &problem), STATUS_OK);
    assert_true(spec.max_steps == 1.0);
    assert_true(spec.warmup_steps == 1.0);
}

static void what_is_wrong_leaves_the_spec_alone_and_names_the_file(void **state)
{
    char path[MAIN_PATH_BYTES];
    ExperimentSpec spec;
    ExperimentSpec before;
    Problem problem = {0};
    memset(&spec, 7, sizeof spec);
    memcpy(&before, &spec, sizeof spec);
    write_experiment(*state, "wrong.json", "\"sam\"", "\"summ\"", path);
    const CommandLine line = {.input = path};
    assert_int_equal(experiment_file_load(&line, &spec, &problem), STATUS_BAD_VALUE);
    assert_memory_equal(&spec, &before, sizeof spec);
    expect_text(problem.text, "wrong.json: line 1: lanes.SAM.method");
}

static void not_there_and_not_json_are_wrong_experiments_too(void **state)
{
    char path[MAIN_PATH_BYTES];
    ExperimentSpec spec;
    Problem problem = {0};
    CommandLine line = {.input = "/nowhere.json"};
    assert_int_equal(load(&line, &spec, &problem), STATUS_BAD_VALUE);
    assert_int_equal(problem.status, STATUS_BAD_VALUE);
    expect_text(problem.text, "/nowhere.json");
    write_experiment(*state, "not.json", "{", "[", path);
    line.input = path;
    assert_int_equal(load(&line, &spec, &problem), STATUS_BAD_VALUE);
    assert_int_equal(problem.status, STATUS_BAD_VALUE);
}

static void a_seed_beyond_what_a_number_holds_is_refused(void **state)
{
    char path[MAIN_PATH_BYTES];
    ExperimentSpec spec;
    Problem problem = {0};
    write_experiment(*state, "far.json", NULL, NULL, path);
    const CommandLine line = {.input = path, .seed = UINT64_MAX, .has_seed = true};
    assert_int_equal(load(&line, &spec, &problem), STATUS_BAD_VALUE);
    expect_text(problem.text, "seed");
}

static void a_relative_bundled_path_is_found_from_the_working_directory(void **state)
{
    const TinyLab *lab = *state;
    char here[PATH_MAX];
    char path[PATH_MAX];
    Problem problem = {0};
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(lab->folder), 0);
    const Status found = bundled_path("data/alpha.txt", path, sizeof path, &problem);
    const Status missing = bundled_path("data/omega.txt", path, sizeof path, &problem);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(found, STATUS_OK);
    assert_int_equal(missing, STATUS_FILE_UNREADABLE);
    expect_text(problem.text, "data/omega.txt");
}

static void the_run_folder_carries_name_and_time(void **state)
{
    const TinyLab *lab = *state;
    char path[PATH_MAX];
    int date = 0;
    int hour = 0;
    default_run_directory(&lab->spec, path, sizeof path);
    assert_int_equal(sscanf(path, "runs/tiny-%8d-%6d", &date, &hour), 2);
    assert_true(date > 20200101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assignments_steps_and_seed_are_applied_in_this_order),
        cmocka_unit_test(seed_zero_is_a_seed_and_none_given_is_the_files),
        cmocka_unit_test(few_steps_shorten_the_warm_up),
        cmocka_unit_test(what_is_wrong_leaves_the_spec_alone_and_names_the_file),
        cmocka_unit_test(not_there_and_not_json_are_wrong_experiments_too),
        cmocka_unit_test(a_seed_beyond_what_a_number_holds_is_refused),
        cmocka_unit_test(a_relative_bundled_path_is_found_from_the_working_directory),
        cmocka_unit_test(the_run_folder_carries_name_and_time),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
