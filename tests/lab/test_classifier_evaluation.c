#include "lab/classifier_evaluation.h"

#include <math.h>

#include "lab/race_record.h"
#include "lab/tiny_encoder.h"
#include "lab/worker.h"

/* A race's model, what the race said of it, and the spec to evaluate it with. */
typedef struct Finished {
    TinyEncoder lab;
    Record record;
    ExperimentSpec spec;
} Finished;

static int open_finished(void **state)
{
    Finished *finished = calloc(1, sizeof *finished);
    Problem problem = {0};
    char folder[200];
    *state = finished;
    if (finished == NULL || tiny_encoder_open(&finished->lab) != STATUS_OK) {
        return -1;
    }
    ExperimentSpec spec = finished->lab.classification;
    spec.lane_count = 1;
    Race *race = open_race(&spec, task_runner_serial(), &finished->record);
    run_to_the_end(race);
    snprintf(folder, sizeof folder, "%s/run", finished->lab.folder);
    const bool is_saved =
        mkdir(folder, 0777) == 0 && race_save_models(race, folder, &problem) == STATUS_OK;
    race_close(race);
    snprintf(finished->spec.model, sizeof finished->spec.model, "%s/model", folder);
    snprintf(finished->spec.data, sizeof finished->spec.data, "%s", finished->lab.folder);
    finished->spec.data_format = SPEC_DATA_COLUMNS;
    finished->spec.final_split = SPEC_FINAL_TEST;
    return is_saved ? 0 : -1;
}

static int close_finished(void **state)
{
    Finished *finished = *state;
    const int failed = tiny_encoder_close(&finished->lab);
    free(finished);
    return failed;
}

static ClassifierEvaluation evaluate(const ExperimentSpec *spec, TaskRunner runner)
{
    ClassifierEvaluation evaluation;
    Problem problem = {0};
    if (classifier_evaluate(spec, runner, &evaluation, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return evaluation;
}

static void says_what_the_race_said_at_its_end(void **state)
{
    const Finished *finished = *state;
    const Record *record = &finished->record;
    const ClassifierEvaluation all = evaluate(&finished->spec, task_runner_serial());
    assert_int_equal(all.count, 3); /* all that the rows name */
    assert_string_equal(all.languages[0], "en");
    assert_string_equal(all.languages[2], "sw");
    assert_int_equal(all.scores[1].examples, 11);
    const double loss = metric_at(record, 0, 30, METRIC_FINAL_LOSS);
    assert_true(fabs(classification_score_loss(&all.scores[0]) - loss) < 1e-6);
    assert_true(classification_score_accuracy(&all.scores[0]) ==
                metric_at(record, 0, 30, METRIC_FINAL_ACCURACY));
    for (size_t d = 1; d < 3; d++) {
        assert_true(classification_score_accuracy(&all.scores[d]) ==
                    metric_at(record, 0, 30, (uint16_t)(METRIC_FINAL_DOMAIN_FIRST + d - 1)));
    }
    double mean = 0.0;
    for (size_t d = 0; d < 3; d++) {
        mean += classification_score_accuracy(&all.scores[d]) / 3.0;
    }
    assert_true(fabs(all.mean_accuracy - mean) < 1e-9);
    assert_true(all.mean_error >= 0.0 && all.mean_loss > 0.0);
}

static void reads_the_split_and_the_languages_that_are_asked_for(void **state)
{
    const Finished *finished = *state;
    ExperimentSpec spec = finished->spec;
    spec.final_split = SPEC_FINAL_DEV;
    snprintf(spec.train_domains[0], sizeof spec.train_domains[0], "sw");
    spec.train_domain_count = 1;
    const ClassifierEvaluation one = evaluate(&spec, task_runner_serial());
    assert_int_equal(one.count, 1);
    assert_string_equal(one.languages[0], "sw");
    assert_int_equal(one.scores[0].examples, 9);
    spec.data_format = SPEC_DATA_EMOJI; /* eight other labels */
    ClassifierEvaluation evaluation = {.count = 7};
    Problem problem = {0};
    assert_int_equal(classifier_evaluate(&spec, task_runner_serial(), &evaluation, &problem),
                     STATUS_FILE_UNREADABLE); /* there is no emoji.sw.tsv */
    spec.train_domain_count = 0;
    assert_int_equal(classifier_evaluate(&spec, task_runner_serial(), &evaluation, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "label"));
    assert_int_equal(evaluation.count, 7);
}

static void the_number_of_workers_does_not_matter(void **state)
{
    const Finished *finished = *state;
    WorkerPool *pool = NULL;
    assert_int_equal(worker_pool_create(3, &pool), STATUS_OK);
    const ClassifierEvaluation serial = evaluate(&finished->spec, task_runner_serial());
    const ClassifierEvaluation shared = evaluate(&finished->spec, worker_pool_runner(pool));
    assert_true(serial.mean_loss == shared.mean_loss);
    worker_pool_destroy(pool);
}

/* The saved config.json with `from` replaced by `to`, in the folder of another model. */
static void write_config(const Finished *finished, const char *from, const char *to,
                         ExperimentSpec *spec)
{
    char path[4 * SPEC_PATH_BYTES];
    char *text = NULL;
    size_t size = 0;
    Problem problem = {0};
    *spec = finished->spec;
    snprintf(spec->model, sizeof spec->model, "%s/changed", finished->lab.folder);
    snprintf(path, sizeof path, "rm -rf '%s' && cp -r '%s' '%s'", spec->model, finished->spec.model,
             spec->model);
    assert_int_equal(system(path), 0);
    snprintf(path, sizeof path, "%s/config.json", spec->model);
    assert_int_equal(json_read_text(path, 1 << 20, &text, &size, &problem), STATUS_OK);
    char *place = strstr(text, from);
    assert_non_null(place);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
    assert_int_equal(fclose(file), 0);
    free(text);
}

static void labels_go_by_the_names_the_model_has_for_them(void **state)
{
    const Finished *finished = *state;
    ExperimentSpec spec;
    Problem problem = {0};
    ClassifierEvaluation evaluation;
    const size_t right = evaluate(&finished->spec, task_runner_serial()).scores[0].correct;
    assert_in_range(right, 10, 11);
    /* Names the other way round: what was right is wrong. */
    write_config(finished, "\"0\":\t\"minus\",\n\t\t\"1\":\t\"plus\"",
                 "\"0\":\t\"plus\",\n\t\t\"1\":\t\"minus\"", &spec);
    const size_t wrong = evaluate(&spec, task_runner_serial()).scores[0].correct;
    assert_int_equal(wrong, 11 - right);
    /* Only numbered: in their order. */
    write_config(finished, "\"0\":\t\"minus\",\n\t\t\"1\":\t\"plus\"",
                 "\"0\":\t\"LABEL_0\",\n\t\t\"1\":\t\"LABEL_1\"", &spec);
    assert_int_equal(evaluate(&spec, task_runner_serial()).scores[0].correct, right);
    /* A third class that the head has no row for. */
    write_config(finished, "\"1\":\t\"plus\"", "\"1\":\t\"plus\", \"2\": \"more\"", &spec);
    assert_int_equal(classifier_evaluate(&spec, task_runner_serial(), &evaluation, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "has no classifier for its 3 labels"));
}

static void only_encoders_apply(void **state)
{
    const Finished *finished = *state;
    ExperimentSpec spec;
    Problem problem = {0};
    bool applies = false;
    assert_int_equal(classifier_evaluation_applies(&finished->spec, &applies, &problem), STATUS_OK);
    assert_true(applies);
    write_config(finished, "\"xlm-roberta\"", "\"gpt2\"", &spec);
    assert_int_equal(classifier_evaluation_applies(&spec, &applies, &problem), STATUS_OK);
    assert_false(applies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_the_race_said_at_its_end),
        cmocka_unit_test(reads_the_split_and_the_languages_that_are_asked_for),
        cmocka_unit_test(the_number_of_workers_does_not_matter),
        cmocka_unit_test(labels_go_by_the_names_the_model_has_for_them),
        cmocka_unit_test(only_encoders_apply),
    };
    return cmocka_run_group_tests(tests, open_finished, close_finished);
}
