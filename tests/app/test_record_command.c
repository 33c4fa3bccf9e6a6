#include "app/record_command.h"

#include "app/run_main.h"
#include "app/pty_screen.h"
#include <sys/stat.h>
#include "records/run_event.h"
#include "store/run_writer.h"

typedef struct Bench {
    TinyLab lab;
    char first[MAIN_PATH_BYTES]; /* seeds 1 and 2 of one experiment */
    char second[MAIN_PATH_BYTES];
} Bench;

static void write_run(const Bench *bench, const char *folder, double seed, double max_steps)
{
    RunWriter *writer = NULL;
    Problem problem = {0};
    ExperimentSpec spec = bench->lab.spec;
    spec.seed = seed;
    spec.max_steps = max_steps;
    if (run_writer_open(folder, &spec, "0.1", NULL, &writer, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    for (uint32_t step = 1; step <= 20; step++) {
        for (uint32_t lane = 0; lane < spec.lane_count; lane++) {
            MetricSample sample = {.lane = lane, .step = step, .passes = 3.0 * step};
            assert_true(metric_sample_add(&sample, METRIC_LOSS, 4.0 + seed / 10.0 - lane));
            assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
        }
    }
    const RunEvent end = {.kind = RUN_EVENT_FINISHED, .step = 20, .lane = UINT32_MAX};
    assert_int_equal(run_writer_event(writer, &end, NULL), STATUS_OK);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static int open_bench(void **state)
{
    Bench *bench = calloc(1, sizeof *bench);
    *state = bench;
    if (bench == NULL || tiny_lab_open(&bench->lab) != STATUS_OK) {
        return -1;
    }
    join_path(bench->lab.folder, "first", bench->first);
    join_path(bench->lab.folder, "second", bench->second);
    write_run(bench, bench->first, 1.0, 20.0);
    write_run(bench, bench->second, 2.0, 20.0);
    return 0;
}

static int close_bench(void **state)
{
    Bench *bench = *state;
    tiny_lab_close(&bench->lab);
    free(bench);
    return 0;
}

static void be_wide(void)
{
    setenv("COLUMNS", "160", 1);
    setenv("LINES", "40", 1);
    setenv("LANG", "C.UTF-8", 1);
    unsetenv("LC_ALL");
}

static MainRun run_words(const Bench *bench, const char *const *words)
{
    MainRun run = {.prepare = be_wide};
    main_run(&bench->lab, words, &run);
    return run;
}

static void without_a_terminal_one_frame_is_printed(void **state)
{
    const Bench *bench = *state;
    MainRun run = run_words(bench, (const char *[]){bench->first, NULL});
    expect_exit_status(&run, 0);
    assert_string_equal(run.err, "");
    expect_text(run.out, "| DONE | recorded | step 20/20 100% |");
    expect_text(run.out, "seed 1 ");
    expect_text(run.out, "finished");
    MainRun once = run_words(bench, (const char *[]){"--once", bench->first, NULL});
    assert_string_equal(once.out, run.out);
    main_clear(&run);
    main_clear(&once);
}

static void seeds_are_shown_as_their_mean(void **state)
{
    const Bench *bench = *state;
    MainRun run = run_words(bench, (const char *[]){bench->first, bench->second, NULL});
    expect_exit_status(&run, 0);
    expect_text(run.out, "2 seeds");
    expect_text(run.out, "\u00b195% of 2 seeds, nats");
    expect_text(run.out, "seed 2: DONE, step 20, ");
    main_clear(&run);
}

static void a_folder_of_runs_is_opened_as_its_runs(void **state)
{
    const Bench *bench = *state;
    char folder[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    join_path(bench->lab.folder, "seeds", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int seed = 1; seed <= 2; seed++) {
        join_path(folder, seed == 1 ? "one" : "two", path);
        write_run(bench, path, seed, 20.0);
    }
    MainRun run = run_words(bench, (const char *[]){folder, NULL});
    expect_exit_status(&run, 0);
    expect_text(run.out, "2 seeds");
    expect_text(run.out, "seed 1: DONE, step 20, ");
    main_clear(&run);
}

static const char TABLE[] =
    "{\"seed\":1,\"lane\":\"AdamW\",\"method\":\"adamw\",\"steps\":10,\"passes\":30,\"knobs\":{},"
    "\"final_perplexity\":40,\"final_zero_shot_perplexity\":60}\n"
    "{\"seed\":1,\"lane\":\"SAM\",\"method\":\"sam\",\"steps\":10,\"passes\":60,"
    "\"knobs\":{\"rho\":0.25},\"final_perplexity\":38,\"final_zero_shot_perplexity\":59}\n"
    "{\"seed\":1,\"lane\":\"AdamW-20-steps\",\"method\":\"adamw\",\"steps\":20,\"passes\":60,"
    "\"knobs\":{},\"final_perplexity\":39,\"final_zero_shot_perplexity\":61}\n";

/* By itself, or as the folder that it lies in; without curves the page of finals comes first. */
static void a_table_of_finals_opens_on_its_page(void **state)
{
    const Bench *bench = *state;
    char folder[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    join_path(bench->lab.folder, "table", folder);
    join_path(folder, "finals.jsonl", path);
    assert_int_equal(mkdir(folder, 0700), 0);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(TABLE, file) >= 0);
    assert_int_equal(fclose(file), 0);
    const char *const NAMES[] = {folder, path};
    for (size_t i = 0; i < 2; i++) {
        MainRun run = run_words(bench, (const char *[]){NAMES[i], NULL});
        expect_exit_status(&run, 0);
        assert_string_equal(run.err, "");
        expect_text(run.out, "Finals on all of test, one seed");
        expect_text(run.out, "at equal passes, minus AdamW-20-steps:");
        expect_text(run.out, "one seed: not distinguishable");
        main_clear(&run);
    }
}

/* The program refuses; what it says holds all of these words. */
static void expect_refusal(const Bench *bench, const char *const *words, int exit_status,
                           const char *const *said)
{
    MainRun run = run_words(bench, words);
    expect_exit_status(&run, exit_status);
    assert_string_equal(run.out, "");
    const char *end = strchr(run.err, '\n');
    assert_true(end != NULL && end[1] == '\0'); /* one line */
    for (; *said != NULL; said++) {
        expect_text(run.err, *said);
    }
    main_clear(&run);
}

static void runs_of_different_experiments_are_refused_by_the_first_key(void **state)
{
    const Bench *bench = *state;
    char longer[MAIN_PATH_BYTES];
    join_path(bench->lab.folder, "longer", longer);
    write_run(bench, longer, 3.0, 30.0);
    expect_refusal(bench, (const char *[]){bench->first, longer, NULL}, 2,
                   (const char *[]){"not seeds of one experiment: max_steps is 20 in ",
                                    bench->first, " and 30 in ", longer, NULL});
    expect_refusal(bench, (const char *[]){bench->first, bench->second, bench->first, NULL}, 2,
                   (const char *[]){"are both of seed 1: a seed counts once", NULL});
}

static void what_is_no_record_is_told(void **state)
{
    const Bench *bench = *state;
    char path[MAIN_PATH_BYTES];
    char broken[MAIN_PATH_BYTES];
    join_path(bench->lab.folder, "empty", path);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_refusal(bench, (const char *[]){path, NULL}, 2,
                   (const char *[]){path, " holds no run.json", NULL});
    write_experiment(&bench->lab, "some.json", NULL, NULL, path);
    expect_refusal(bench, (const char *[]){bench->first, path, NULL}, 2,
                   (const char *[]){"some.json is no run directory", NULL});
    join_path(bench->lab.folder, "broken", broken);
    write_run(bench, broken, 4.0, 20.0);
    join_path(broken, "run.json", path);
    write_text(path, "{\n\"experiment\": {\n oops\n}}");
    expect_refusal(bench, (const char *[]){broken, NULL}, 1,
                   (const char *[]){"/broken/run.json", "line 3", NULL});
}

static void a_record_takes_no_options_of_a_race(void **state)
{
    const Bench *bench = *state;
    expect_refusal(bench, (const char *[]){bench->first, "--steps", "5", NULL}, 2,
                   (const char *[]){"--steps is for a race", "is a recorded run", NULL});
    expect_refusal(bench, (const char *[]){bench->first, "--seed=3", NULL}, 2,
                   (const char *[]){"--seed is for a race", NULL});
    expect_refusal(bench, (const char *[]){"--paused", bench->first, NULL}, 2,
                   (const char *[]){"--paused is for a race", NULL});
    expect_refusal(bench, (const char *[]){bench->first, "--out", "x", NULL}, 2,
                   (const char *[]){"--out is for a race", NULL});
}

static void damage_is_passed_over_and_told_with_file_and_line(void **state)
{
    const Bench *bench = *state;
    char damaged[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    join_path(bench->lab.folder, "damaged", damaged);
    write_run(bench, damaged, 5.0, 20.0);
    join_path(damaged, "metrics.jsonl", path);
    char *metrics = text_of_file(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "nonsense\n%s{\"step\":21,\"la", metrics);
    assert_int_equal(fclose(file), 0);
    free(metrics);
    MainRun run = run_words(bench, (const char *[]){damaged, NULL});
    expect_exit_status(&run, 0);
    expect_text(run.out, "step 20/20");
    expect_text(run.out, "metrics.jsonl:1 passed over");
    expect_text(run.out, "the record ends within a line");
    main_clear(&run);
}

static void a_run_that_was_killed_is_told_to_go_on(void **state)
{
    const Bench *bench = *state;
    char killed[MAIN_PATH_BYTES];
    char path[MAIN_PATH_BYTES];
    join_path(bench->lab.folder, "killed", killed);
    write_run(bench, killed, 5.0, 20.0);
    MainRun run = run_words(bench, (const char *[]){killed, NULL});
    assert_null(strstr(run.out, "--resume"));
    main_clear(&run);
    join_path(killed, "resume", path);
    assert_int_equal(mkdir(path, 0777), 0);
    join_path(killed, "resume/state.json", path);
    write_text(path, "{}");
    run = run_words(bench, (const char *[]){killed, NULL});
    expect_exit_status(&run, 0);
    expect_text(run.out, "it can go on: tramlab --resume ");
    main_clear(&run);
}

static void on_a_terminal_it_is_looked_at_and_left(void **state)
{
    const Bench *bench = *state;
    Screen *screen = open_screen(&bench->lab, "xterm-256color",
                                 (const char *[]){bench->first, bench->second, NULL});
    watch_for_text(screen, "recorded");
    type_keys(screen, " ");
    watch_for_text(screen, "nothing to change in it");
    type_keys(screen, "V");
    watch_for_text(screen, "no finals yet");
    type_keys(screen, "q");
    expect_end(screen, 0);
    free(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_terminal_one_frame_is_printed),
        cmocka_unit_test(seeds_are_shown_as_their_mean),
        cmocka_unit_test(a_folder_of_runs_is_opened_as_its_runs),
        cmocka_unit_test(a_table_of_finals_opens_on_its_page),
        cmocka_unit_test(runs_of_different_experiments_are_refused_by_the_first_key),
        cmocka_unit_test(what_is_no_record_is_told),
        cmocka_unit_test(a_record_takes_no_options_of_a_race),
        cmocka_unit_test(damage_is_passed_over_and_told_with_file_and_line),
        cmocka_unit_test(a_run_that_was_killed_is_told_to_go_on),
        cmocka_unit_test(on_a_terminal_it_is_looked_at_and_left),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
