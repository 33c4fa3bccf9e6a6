#include "app/evaluate_command.h"

#include "app/run_main.h"

#include "lab/classifier_evaluation.h"
#include "lab/evaluation.h"
#include "lab/model_folder.h"
#include "lab/race_task.h"
#include "lab/tiny_encoder.h"

/* A lab with a saved model in it, and an encoder that tells two classes. */
typedef struct Fixture {
    TinyLab lab;
    char model[MAIN_PATH_BYTES];
    TinyEncoder encoder;
    char classifier[MAIN_PATH_BYTES];
} Fixture;

/* Where a race of it would start. */
static Status save_classifier(Fixture *fixture)
{
    RaceTask task;
    Problem problem = {0};
    const ExperimentSpec *spec = &fixture->encoder.classification;
    TRY(tiny_encoder_open(&fixture->encoder));
    join_path(fixture->encoder.folder, "classifier", fixture->classifier);
    TRY(race_task_open(spec, race_task_needs(spec), task_runner_serial(), &task, &problem));
    const Status status = task.save(task.context, fixture->classifier, task.theta_0, &problem);
    task.close(task.context);
    return status;
}

static int open_fixture(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    if (fixture == NULL || tiny_lab_open(&fixture->lab) != STATUS_OK ||
        save_classifier(fixture) != STATUS_OK) {
        return -1;
    }
    make_model(&fixture->lab, "made", fixture->model);
    return 0;
}

static int close_fixture(void **state)
{
    Fixture *fixture = *state;
    tiny_lab_close(&fixture->lab);
    (void)tiny_encoder_close(&fixture->encoder);
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
                   "/nowhere/m is no folder; put a Hugging Face checkpoint there (config.json, "
                   "model.safetensors, tokenizer.json or preprocessor_config.json) or name "
                   "another: tramlab evaluate FOLDER --data DIR",
                   1);
    expect_refused(fixture, (const char *[]){"evaluate", model, "--data", "/nowhere/d", NULL},
                   "/nowhere/d", 1);
    expect_refused(fixture,
                   (const char *[]){"evaluate", model, "--data", data, "--stride", "17", NULL},
                   "--stride 17 is more than the model's n_positions 16", 2);
    expect_refused(fixture, (const char *[]){"evaluate", endless, "--data", data, NULL},
                   "longer than", 2);
}

static void the_test_split_is_read_only_when_asked_for(void **state)
{
    MainRun plain = {0};
    MainRun dev = {0};
    MainRun test = {0};
    evaluate(*state, (const char *[]){"--markdown", NULL}, &plain);
    evaluate(*state, (const char *[]){"--markdown", "--split", "dev", NULL}, &dev);
    evaluate(*state, (const char *[]){"--markdown", "--split", "test", NULL}, &test);
    expect_exit_status(&test, 0);
    assert_string_equal(plain.out, dev.out);
    assert_string_not_equal(plain.out, test.out);
    expect_text(plain.out, "| domain | dev perplexity");
    expect_text(test.out, "| domain | test perplexity");
    main_clear(&plain);
    main_clear(&dev);
    main_clear(&test);
}

/* -- encoders ------------------------------------------------------------------------------------------------- */

/* `tramlab evaluate CLASSIFIER --data DIR MORE...` */
static void classify(const Fixture *fixture, const char *const *more, MainRun *run)
{
    const char *words[12] = {"evaluate", fixture->classifier, "--data", fixture->encoder.folder};
    for (size_t i = 0; more[i] != NULL; i++) {
        words[4 + i] = more[i];
    }
    main_run(&fixture->lab, words, run);
}

static ClassifierEvaluation expected_classes(const Fixture *fixture, SpecFinalSplit split)
{
    ClassifierEvaluation evaluation;
    Problem problem = {0};
    ExperimentSpec spec = {.data_format = SPEC_DATA_COLUMNS, .final_split = split};
    snprintf(spec.model, sizeof spec.model, "%s", fixture->classifier);
    snprintf(spec.data, sizeof spec.data, "%s", fixture->encoder.folder);
    assert_int_equal(classifier_evaluate(&spec, task_runner_serial(), &evaluation, &problem),
                     STATUS_OK);
    return evaluation;
}

static void every_language_has_its_accuracy_with_its_error(void **state)
{
    const ClassifierEvaluation expected = expected_classes(*state, SPEC_FINAL_DEV);
    MainRun text = {0};
    MainRun markdown = {0};
    classify(*state, (const char *[]){NULL}, &text);
    classify(*state, (const char *[]){"--markdown", "--workers", "2", NULL}, &markdown);
    expect_exit_status(&text, 0);
    expect_exit_status(&markdown, 0);
    expect_text(markdown.out, "| domain | dev accuracy (%) | standard error |");
    for (size_t i = 0; i < 3; i++) {
        char row[160];
        const ClassificationScore *score = &expected.scores[i];
        const double accuracy = classification_score_accuracy(score);
        const double error = classification_score_accuracy_error(score);
        const double loss = classification_score_loss(score);
        snprintf(row, sizeof row, "| %s | %.2f | %.2f | %.4f | 9 |\n", expected.domains[i],
                 accuracy, error, loss);
        expect_text(markdown.out, row);
        snprintf(row, sizeof row, "%-24s %10.2f %10.2f %13.4f %9d\n", expected.domains[i], accuracy,
                 error, loss, 9);
        expect_text(text.out, row);
    }
    expect_text(markdown.out, "| mean | ");
    expect_text(markdown.out, " | 27 |\n");
    main_clear(&text);
    main_clear(&markdown);
}

static void json_has_the_languages_asked_for_and_their_mean(void **state)
{
    const ClassifierEvaluation expected = expected_classes(*state, SPEC_FINAL_TEST);
    MainRun run = {0};
    Json *json = NULL;
    Problem problem = {0};
    classify(*state,
             (const char *[]){"--json", "--split", "test", "--languages", "sw,en", "--data-format",
                              "columns", NULL},
             &run);
    expect_exit_status(&run, 0);
    assert_int_equal(json_parse(run.out, strlen(run.out), "evaluate", &json, &problem), STATUS_OK);
    const Json *row = json_first(json);
    assert_int_equal(json_count(json), 3);
    assert_string_equal(json_string(json_member(row, "domain")), "sw");
    expect_near(json_number(json_member(row, "loss")),
                classification_score_loss(&expected.scores[2]));
    expect_near(json_number(json_member(row, "accuracy")),
                classification_score_accuracy(&expected.scores[2]));
    expect_near(json_number(json_member(row, "accuracy_error")),
                classification_score_accuracy_error(&expected.scores[2]));
    row = json_next(row);
    assert_string_equal(json_string(json_member(row, "domain")), "en");
    row = json_next(row);
    assert_string_equal(json_string(json_member(row, "domain")), "mean");
    assert_true(json_number(json_member(row, "examples")) == 22.0);
    json_destroy(json);
    main_clear(&run);
}

static void options_of_the_other_kind_of_model_are_refused(void **state)
{
    const Fixture *fixture = *state;
    const char *data = fixture->encoder.folder;
    const char *classifier = fixture->classifier;
    expect_refused(
        fixture,
        (const char *[]){"evaluate", fixture->model, "--data", data, "--languages", "en", NULL},
        "is for models that tell classes", 2);
    expect_refused(fixture,
                   (const char *[]){"evaluate", classifier, "--data", data, "--stride", "3", NULL},
                   "--stride is for language models", 2);
    expect_refused(
        fixture,
        (const char *[]){"evaluate", classifier, "--data", data, "--data-format", "text", NULL},
        "not one of: emoji, ", 2);
    expect_refused(
        fixture, (const char *[]){"evaluate", classifier, "--data", data, "--split", "train", NULL},
        "not one of: dev, test", 2);
    expect_refused(
        fixture,
        (const char *[]){"evaluate", classifier, "--data", data, "--languages", "en,,fr", NULL},
        "with commas between", 2);
    expect_refused(
        fixture,
        (const char *[]){"evaluate", classifier, "--data", data, "--zero-shot", "fr", NULL},
        "--zero-shot is for images", 2);
    expect_refused(
        fixture,
        (const char *[]){"evaluate", classifier, "--data", data, "--languages", "xx", NULL},
        "no row is in the language \"xx\"", 2);
}

/* The bundled Vision Transformer tells clothes; half of the set, as if it had never been trained on, holds images it has seen. */
static void images_have_a_row_for_each_data_set(void **state)
{
    static const char MODEL[] = "sample-runs/models/base-vit";
    static const char DATA[] = "sample-runs/data/images";
    const Fixture *fixture = *state;
    MainRun tenth = {0};
    MainRun half = {0};
    main_run(&fixture->lab,
             (const char *[]){"evaluate", MODEL, "--data", DATA, "--domains", "fashion5k",
                              "--markdown", NULL},
             &tenth);
    main_run(&fixture->lab,
             (const char *[]){"evaluate", MODEL, "--data", DATA, "--zero-shot", "fashion5k",
                              "--markdown", NULL},
             &half);
    expect_exit_status(&tenth, 0);
    expect_exit_status(&half, 0);
    expect_text(tenth.out, "| domain | dev accuracy (%) | standard error |");
    expect_text(tenth.out, "\n| fashion5k | 8");
    expect_text(tenth.out, " | 497 |\n");
    expect_text(half.out, "\n| fashion5k | 9");
    expect_text(half.out, " | 2497 |\n");
    main_clear(&tenth);
    main_clear(&half);
    expect_refused(fixture, (const char *[]){"evaluate", MODEL, "--data", DATA, NULL},
                   "\"emoji16-fluent\" calls them \"Smileys", 2);
    expect_refused(fixture,
                   (const char *[]){"evaluate", MODEL, "--data", fixture->encoder.folder, NULL},
                   "has no data sets of images", 1);
    expect_refused(
        fixture,
        (const char *[]){"evaluate", MODEL, "--data", DATA, "--data-format", "emoji", NULL},
        "--data-format is for texts", 2);
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
        cmocka_unit_test(the_test_split_is_read_only_when_asked_for),
        cmocka_unit_test(every_language_has_its_accuracy_with_its_error),
        cmocka_unit_test(json_has_the_languages_asked_for_and_their_mean),
        cmocka_unit_test(options_of_the_other_kind_of_model_are_refused),
        cmocka_unit_test(images_have_a_row_for_each_data_set),
        cmocka_unit_test(the_name_of_a_file_never_reaches_the_terminal_raw),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
