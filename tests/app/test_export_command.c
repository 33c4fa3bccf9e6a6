#include "app/export_command.h"

#include "app/run_main.h"
#include "records/run_command.h"
#include "store/fontconfig_leaks.h"
#include "store/run_writer.h"

typedef struct Bench {
    TinyLab lab;
    char run[MAIN_PATH_BYTES];
} Bench;

static void write_sample(RunWriter *writer, uint32_t lane, uint32_t step, double loss)
{
    MetricSample sample = {.lane = lane, .step = step, .passes = 3.0 * step, .seconds = step / 4.0};
    assert_true(metric_sample_add(&sample, METRIC_LOSS, loss));
    assert_true(metric_sample_add(&sample, METRIC_GRAD_NORM, loss + 1.0));
    assert_int_equal(run_writer_sample(writer, &sample, NULL), STATUS_OK);
}

/* Two lanes for 3,000 steps (more than the screen keeps of grad_norm), a knob turned and a lane that joins. */
static void write_run(const Bench *bench)
{
    RunWriter *writer = NULL;
    Problem problem = {0};
    ExperimentSpec spec = bench->lab.spec;
    spec.lane_count = 2;
    if (run_writer_open(bench->run, &spec, "0.1", NULL, &writer, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    for (uint32_t step = 1; step <= 3000; step++) {
        write_sample(writer, 0, step, 1.0);
        write_sample(writer, 1, step, 2.0 + step / 1000.0);
        if (step == 50) {
            const RunEvent event = {.kind = RUN_EVENT_KNOB_APPLIED,
                                    .step = step,
                                    .lane = 1,
                                    .knob = KNOB_LEARNING_RATE,
                                    .value = 0.02,
                                    .old_value = 0.01};
            assert_int_equal(run_writer_event(writer, &event, NULL), STATUS_OK);
        }
    }
    const RunEvent joined = {.kind = RUN_EVENT_LANE_ADDED,
                             .step = 3000,
                             .lane = 2,
                             .added = {.name = "late", .method = "sam"},
                             .from = LANE_ALL};
    assert_int_equal(run_writer_event(writer, &joined, NULL), STATUS_OK);
    write_sample(writer, 2, 1, 7.0);
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static int open_bench(void **state)
{
    Bench *bench = calloc(1, sizeof *bench);
    *state = bench;
    if (bench == NULL || tiny_lab_open(&bench->lab) != STATUS_OK) {
        return -1;
    }
    join_path(bench->lab.folder, "run", bench->run);
    write_run(bench);
    return 0;
}

static int close_bench(void **state)
{
    Bench *bench = *state;
    tiny_lab_close(&bench->lab);
    free(bench);
    return 0;
}

static MainRun export_as(const Bench *bench, const char *metric, const char *x, const char *name)
{
    MainRun run = {0};
    char out[MAIN_PATH_BYTES];
    join_path(bench->lab.folder, name, out);
    main_run(
        &bench->lab,
        (const char *[]){"export", bench->run, "--metric", metric, "--x", x, "--out", out, NULL},
        &run);
    return run;
}

static void writes_every_recorded_point(void **state)
{
    const Bench *bench = *state;
    MainRun run = export_as(bench, "grad_norm", "step", "a.csv");
    expect_exit_status(&run, 0);
    assert_string_equal(run.err, "");
    char *text = text_in(bench->lab.folder, "a.csv");
    assert_int_equal(strncmp(text, "lane,step,passes,seconds,grad_norm\n", 35), 0);
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    assert_int_equal(lines, 1 + 3000 + 3000 + 1);
    expect_text(text, "\nlate,1,3,0.25,8\n");
    free(text);
    main_clear(&run);
}

static void draws_over_the_axis_that_was_asked_for(void **state)
{
    const Bench *bench = *state;
    MainRun run = export_as(bench, "loss", "passes", "a.json");
    expect_exit_status(&run, 0);
    char *text = text_in(bench->lab.folder, "a.json");
    Json *json = NULL;
    assert_int_equal(json_parse(text, strlen(text), "a.json", &json, NULL), STATUS_OK);
    assert_string_equal(json_string(json_member(json_member(json, "x"), "name")), "passes");
    const Json *rule = json_first(json_member(json, "rules"));
    assert_true(json_number(json_member(rule, "passes")) == 150.0);
    expect_text(json_string(json_member(rule, "text")), "0.01 > 0.02");
    json_destroy(json);
    free(text);
    main_clear(&run);
    run = export_as(bench, "loss", "seconds", "a.png");
    expect_exit_status(&run, 0);
    main_clear(&run);
    assert_true(is_there(bench->lab.folder, "a.png"));
}

/* The record does not say how long one is: it is counted from the experiment's data. */
static void an_old_records_epochs_are_counted(void **state)
{
    const Bench *bench = *state;
    MainRun run = export_as(bench, "loss", "epoch", "e.json");
    expect_exit_status(&run, 0);
    char *text = text_in(bench->lab.folder, "e.json");
    expect_text(text, "x axis in epochs of ");
    free(text);
    main_clear(&run);
}

static void warns_of_damaged_lines_and_goes_on(void **state)
{
    const Bench *bench = *state;
    char path[MAIN_PATH_BYTES];
    join_path(bench->run, "metrics.jsonl", path);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs("{\"step\":\x1b[2J}\n{\"step\":9,\"la", file);
    assert_int_equal(fclose(file), 0);
    MainRun run = export_as(bench, "loss", "step", "a.svg");
    expect_exit_status(&run, 0);
    expect_text(run.err, "warning: ");
    expect_text(run.err, "run/metrics.jsonl, line 6002 passed over: ");
    assert_null(strchr(run.err, '\x1b'));
    assert_null(strstr(run.err, "6003"));
    assert_true(is_there(bench->lab.folder, "a.svg"));
    main_clear(&run);
}

static void refuses_what_cannot_be_exported(void **state)
{
    const Bench *bench = *state;
    const struct {
        const char *metric;
        const char *x;
        const char *name;
        int exit_status;
        const char *words;
    } wrong[] = {
        {"lss", "step", "a.csv", 2, "did you mean loss?"},
        {"eval_loss", "step", "a.csv", 2, "has no value of eval_loss"},
        {"loss", "weeks", "a.csv", 2, "--x takes step, epoch, passes or seconds"},
        {"loss", "step", "a.gif", 2, ".csv .json .svg .png"},
        {"loss", "step", "a.txt", 2, "a recorded run has no screen"},
        {"loss", "step", "no/a.csv", 1, "No such file or directory"},
        {"loss", "step", "run", 2, "the ending says"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        MainRun run = export_as(bench, wrong[i].metric, wrong[i].x, wrong[i].name);
        expect_exit_status(&run, wrong[i].exit_status);
        expect_one_complaint(&run, wrong[i].words);
        main_clear(&run);
    }
    MainRun run = export_as(bench, "loss", "step", "a.csv");
    expect_exit_status(&run, 0);
    main_clear(&run);
    run = export_as(bench, "loss", "step", "a.csv");
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "is there already; nothing was written");
    main_clear(&run);
}

/* The lanes' losses of seed 1 (as `run`) and of a seed 2 that is 0.5 higher, and the same of seed 3 but 1 higher. */
static void write_seed(const Bench *bench, const char *name, double seed, double more,
                       char path[MAIN_PATH_BYTES])
{
    RunWriter *writer = NULL;
    Problem problem = {0};
    ExperimentSpec spec = bench->lab.spec;
    spec.lane_count = 2;
    spec.seed = seed;
    join_path(bench->lab.folder, name, path);
    assert_int_equal(run_writer_open(path, &spec, "0.1", NULL, &writer, &problem), STATUS_OK);
    for (uint32_t step = 1; step <= 3000; step++) {
        write_sample(writer, 0, step, 1.0 + more);
        write_sample(writer, 1, step, 2.0 + more);
    }
    assert_int_equal(run_writer_close(writer, NULL), STATUS_OK);
}

static void several_seeds_are_their_mean_with_its_band(void **state)
{
    const Bench *bench = *state;
    char runs[3][MAIN_PATH_BYTES];
    char out[MAIN_PATH_BYTES];
    MainRun run = {0};
    for (int i = 0; i < 3; i++) {
        const char name[] = {'s', (char)('1' + i), '\0'};
        write_seed(bench, name, i + 1.0, i / 2.0, runs[i]);
    }
    join_path(bench->lab.folder, "b.csv", out);
    main_run(&bench->lab,
             (const char *[]){"export", runs[0], runs[1], runs[2], "--metric", "grad_norm", "--out",
                              out, NULL},
             &run);
    expect_exit_status(&run, 0);
    char *text = text_in(bench->lab.folder, "b.csv");
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    assert_int_equal(lines, 1 + 3000 + 3000); /* not thinned */
    expect_text(text, "lane,step,passes,seconds,grad_norm,grad_norm_low,grad_norm_high\n");
    /* 2, 2.5, 3: the mean 2.5, s = 0.5, t(0.975, 2) = 4.3026527: half of the interval 1.2420688 */
    double told[3] = {0.0};
    const char *line = text;
    while (line != NULL &&
           sscanf(line, "%*[^,],1500,4500,375,%lf,%lf,%lf", &told[0], &told[1], &told[2]) != 3) {
        line = strchr(line + 1, '\n');
    }
    assert_true(fabs(told[0] - 2.5) < 1e-12);
    assert_true(fabs(told[1] - (2.5 - 1.2420688)) < 1e-6);
    assert_true(fabs(told[2] - (2.5 + 1.2420688)) < 1e-6);
    free(text);
    main_clear(&run);
    main_run(&bench->lab,
             (const char *[]){"export", runs[0], runs[0], "--metric", "loss", "--out", out, NULL},
             &run);
    expect_exit_status(&run, 2);
    expect_one_complaint(&run, "a seed counts once");
    main_clear(&run);
}

static void says_that_a_folder_is_no_run(void **state)
{
    const Bench *bench = *state;
    MainRun run = {0};
    main_run(
        &bench->lab,
        (const char *[]){"export", bench->lab.folder, "--metric", "loss", "--out", "x.csv", NULL},
        &run);
    expect_exit_status(&run, 1);
    expect_one_complaint(&run, "run.json cannot be read");
    main_clear(&run);
    main_run(&bench->lab, (const char *[]){"export", bench->run, NULL}, &run);
    expect_exit_status(&run, 2);
    expect_one_complaint(&run, "export needs RUN_DIR, --metric NAME and --out FILE");
    main_clear(&run);
}

#define TEST_AT_THE_BENCH(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_AT_THE_BENCH(writes_every_recorded_point),
        TEST_AT_THE_BENCH(draws_over_the_axis_that_was_asked_for),
        TEST_AT_THE_BENCH(an_old_records_epochs_are_counted),
        TEST_AT_THE_BENCH(warns_of_damaged_lines_and_goes_on),
        TEST_AT_THE_BENCH(refuses_what_cannot_be_exported),
        TEST_AT_THE_BENCH(several_seeds_are_their_mean_with_its_band),
        TEST_AT_THE_BENCH(says_that_a_folder_is_no_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
