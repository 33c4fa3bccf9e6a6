#include "app/evaluate_command.h"

#include "app/run_main.h"

#include "lab/evaluation.h"
#include "lab/model_folder.h"

/* A lab with a saved model in it. */
typedef struct Fixture {
    TinyLab lab;
    char model[MAIN_PATH_BYTES];
} Fixture;

static int open_fixture(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    if (fixture == NULL || tiny_lab_open(&fixture->lab) != STATUS_OK) {
        return -1;
    }
    make_model(&fixture->lab, "made", fixture->model);
    return 0;
}

static int close_fixture(void **state)
{
    Fixture *fixture = *state;
    tiny_lab_close(&fixture->lab);
    free(fixture);
    return 0;
}

/* `tramlab evaluate MODEL --data DIR MORE...` */
static void evaluate(const Fixture *fixture, const char *const *more, MainRun *run)
{
    const char *words[12] = {"evaluate", fixture->model, "--data", fixture->lab.spec.data};
    for (size_t i = 0; more[i] != NULL; i++) {
        words[4 + i] = more[i];
    }
    main_run(&fixture->lab, words, run);
}

static Json *evaluated_json(const Fixture *fixture, const char *const *more)
{
    MainRun run = {0};
    Json *json = NULL;
    Problem problem = {0};
    evaluate(fixture, more, &run);
    expect_exit_status(&run, 0);
    if (json_parse(run.out, strlen(run.out), "evaluate", &json, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    main_clear(&run);
    return json;
}

/* What lab/evaluation says of every domain, read in other portions, on one thread. */
typedef struct Expected {
    size_t count;
    char names[DOMAIN_COUNT_MAX][DOMAIN_NAME_BYTES];
    double perplexities[DOMAIN_COUNT_MAX];
    double bits_per_byte[DOMAIN_COUNT_MAX];
} Expected;

static void score_texts(const ModelStart *start, const HeldOut *dev, size_t stride,
                        Expected *expected)
{
    enum { B = 4, T = 16 };
    int32_t inputs[B * T];
    int32_t targets[B * T];
    double nats[B];
    TextObjective *objective = NULL;
    const TextObjectiveOptions options = {.shape = &start->shape,
                                          .table = &start->table,
                                          .B = B,
                                          .B_evaluation = B,
                                          .T = T,
                                          .micro_batch_count = 1,
                                          .runner = task_runner_serial()};
    assert_int_equal(text_objective_create(&options, &objective), STATUS_OK);
    const EvaluationPlan plan = {.objective = objective,
                                 .inputs = inputs,
                                 .targets = targets,
                                 .window_nats = nats,
                                 .B = B,
                                 .T = T,
                                 .stride = stride,
                                 .window_limit = SIZE_MAX};
    expected->count = dev->count;
    for (size_t i = 0; i < dev->count; i++) {
        TextScore score;
        evaluate_texts(&plan, &dev->texts[i], 1, start->theta_0, &score);
        memcpy(expected->names[i], dev->texts[i].name, DOMAIN_NAME_BYTES);
        expected->perplexities[i] = exp(score.nats / (double)score.targets);
        expected->bits_per_byte[i] = score.nats / log(2.0) / (double)dev->texts[i].bytes;
    }
    text_objective_destroy(objective);
}

static void compute_expected(const Fixture *fixture, size_t stride, Expected *expected)
{
    ExperimentSpec spec = fixture->lab.spec;
    ModelStart start;
    HeldOut dev;
    Problem problem = {0};
    spec.model_config[0] = '\0';
    spec.tokenizer[0] = '\0';
    snprintf(spec.model, sizeof spec.model, "%s", fixture->model);
    snprintf(spec.train_domains[0], sizeof spec.train_domains[0], "*");
    spec.train_domain_count = 1;
    spec.zero_shot_domain_count = 0;
    assert_int_equal(model_start_load(&spec, &start, &problem), STATUS_OK);
    assert_int_equal(held_out_load(&spec, start.tokenizer, TEXT_SPLIT_DEV, &dev, &problem),
                     STATUS_OK);
    score_texts(&start, &dev, stride, expected);
    held_out_clear(&dev);
    model_start_clear(&start);
}

static void expect_near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-6 * fabs(wanted))) {
        fail_msg("%.9g, not %.9g", value, wanted);
    }
}

static void expect_row(const Json *row, const char *domain, double perplexity, double bits)
{
    assert_string_equal(json_string(json_member(row, "domain")), domain);
    expect_near(json_number(json_member(row, "perplexity")), perplexity);
    expect_near(json_number(json_member(row, "bits_per_byte")), bits);
}

static void every_domain_has_the_perplexity_that_its_loss_gives(void **state)
{
    static const char *const STRIDES[] = {"16", "5"};
    for (size_t s = 0; s < 2; s++) {
        Expected expected;
        double perplexity = 0.0;
        double bits = 0.0;
        compute_expected(*state, (size_t)atoi(STRIDES[s]), &expected);
        Json *json =
            evaluated_json(*state, (const char *[]){"--json", "--stride", STRIDES[s], NULL});
        const Json *row = json_first(json);
        assert_int_equal(expected.count, 3);
        for (size_t i = 0; i < expected.count; i++, row = json_next(row)) {
            expect_row(row, expected.names[i], expected.perplexities[i], expected.bits_per_byte[i]);
            perplexity += expected.perplexities[i] / 3.0;
            bits += expected.bits_per_byte[i] / 3.0;
        }
        expect_row(row, "mean", perplexity, bits);
        assert_null(json_next(row));
        json_destroy(json);
    }
}

static void the_number_of_workers_does_not_matter(void **state)
{
    MainRun one = {0};
    MainRun three = {0};
    evaluate(*state, (const char *[]){"--json", "--workers", "1", NULL}, &one);
    evaluate(*state, (const char *[]){"--json", "--workers", "3", NULL}, &three);
    expect_exit_status(&one, 0);
    assert_string_equal(one.out, three.out);
    main_clear(&one);
    main_clear(&three);
}

static void text_and_markdown_show_the_same_rows(void **state)
{
    Expected expected;
    MainRun text = {0};
    MainRun markdown = {0};
    compute_expected(*state, 16, &expected);
    evaluate(*state, (const char *[]){NULL}, &text);
    evaluate(*state, (const char *[]){"--markdown", NULL}, &markdown);
    expect_exit_status(&text, 0);
    expect_exit_status(&markdown, 0);
    expect_text(markdown.out, "|---|---|---|\n");
    for (size_t i = 0; i < expected.count; i++) {
        char row[128];
        snprintf(row, sizeof row, "| %s | %.2f | %.3f |\n", expected.names[i],
                 expected.perplexities[i], expected.bits_per_byte[i]);
        expect_text(markdown.out, row);
        snprintf(row, sizeof row, "%-24s %10.2f %10.3f\n", expected.names[i],
                 expected.perplexities[i], expected.bits_per_byte[i]);
        expect_text(text.out, row);
    }
    expect_text(text.out, "\nmean  ");
    expect_text(markdown.out, "| mean | ");
    main_clear(&text);
    main_clear(&markdown);
}

static void expect_refused(const Fixture *fixture, const char *const *words, const char *complaint,
                           int exit_status)
{
    MainRun run = {0};
    main_run(&fixture->lab, words, &run);
    expect_exit_status(&run, exit_status);
    expect_one_complaint(&run, complaint);
    assert_string_equal(run.out, "");
    main_clear(&run);
}

static void what_cannot_be_evaluated_is_said_in_one_line(void **state)
{
    const Fixture *fixture = *state;
    const char *model = fixture->model;
    const char *data = fixture->lab.spec.data;
    char endless[2000];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    expect_refused(fixture, (const char *[]){"evaluate", "/nowhere/m", "--data", data, NULL},
                   "/nowhere/m", 1);
    expect_refused(fixture, (const char *[]){"evaluate", model, "--data", "/nowhere/d", NULL},
                   "/nowhere/d", 1);
    expect_refused(fixture,
                   (const char *[]){"evaluate", model, "--data", data, "--stride", "17", NULL},
                   "--stride 17 is more than the model's n_positions 16", 2);
    expect_refused(fixture, (const char *[]){"evaluate", endless, "--data", data, NULL},
                   "longer than", 2);
}

static void the_name_of_a_file_never_reaches_the_terminal_raw(void **state)
{
    const Fixture *fixture = *state;
    static const char *const FORMS[] = {NULL, "--markdown", "--json"};
    char data[300];
    assert_true(snprintf(data, sizeof data, "%s/evil", fixture->lab.folder) < (int)sizeof data);
    assert_int_equal(mkdir(data, 0777), 0);
    tiny_write_domain(data, "a\033[31m\a", 1);
    for (size_t i = 0; i < 3; i++) {
        MainRun run = {0};
        main_run(&fixture->lab,
                 (const char *[]){"evaluate", fixture->model, "--data", data, FORMS[i], NULL},
                 &run);
        expect_exit_status(&run, 0);
        for (const char *c = run.out; *c != '\0'; c++) {
            assert_true(*c == '\n' || *c == '\t' || ((unsigned char)*c >= 32 && *c != 127));
        }
        main_clear(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_domain_has_the_perplexity_that_its_loss_gives),
        cmocka_unit_test(the_number_of_workers_does_not_matter),
        cmocka_unit_test(text_and_markdown_show_the_same_rows),
        cmocka_unit_test(what_cannot_be_evaluated_is_said_in_one_line),
        cmocka_unit_test(the_name_of_a_file_never_reaches_the_terminal_raw),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
