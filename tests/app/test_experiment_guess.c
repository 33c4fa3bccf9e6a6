#include "app/experiment_guess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static const char LANES[] = "sample-runs/presets/trio.json";

static void guess_for(const char *name, const DataSurvey *data, const ModelSurvey *model,
                      ExperimentSpec *spec, ExperimentGuess *guess)
{
    Problem problem = {0};
    assert_int_equal(experiment_guess_make(name, "/data", LANES, data, model, guess, &problem),
                     STATUS_OK);
    if (experiment_spec_parse(guess->text, strlen(guess->text), "guess", "", spec, &problem) !=
        STATUS_OK) {
        fail_msg("%s", problem.text);
    }
}

/* A survey whose text is `bytes` long; the bundled tokenizer makes a token of some bytes. */
static DataSurvey text_survey(char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        text[i] = "the lab runs "[i % 13];
    }
    return (DataSurvey){.task = SPEC_TASK_CAUSAL_LM,
                        .format = SPEC_DATA_TEXT,
                        .train = "mine",
                        .others = {"yours"},
                        .other_count = 1,
                        .sample = text,
                        .sample_bytes = bytes};
}

static void sizes_follow_text_and_model(void **state)
{
    (void)state;
    static char text[200000];
    ModelSurvey model;
    ExperimentSpec spec;
    ExperimentGuess guess;
    Problem problem = {0};
    assert_int_equal(model_survey_read(NULL, SPEC_TASK_CAUSAL_LM, &model, &problem), STATUS_OK);
    DataSurvey data = text_survey(text, sizeof text);
    guess_for("mine", &data, &model, &spec, &guess);
    assert_true(spec.block_size == 128 && spec.batch_size == 8 && spec.accumulation_steps == 1);
    assert_non_null(strstr(guess.report, "block_size 128\n"));
    assert_non_null(strstr(guess.text, "\"_block_size\""));
    const double steps = spec.max_steps;
    experiment_guess_clear(&guess);

    /* A large model: long windows, one at a time, and as many a step; and slowly. */
    model.weights = 124000000;
    model.longest = 1024;
    guess_for("a/b", &data, &model, &spec, &guess);
    assert_string_equal(spec.name, "experiment");
    assert_true(spec.block_size == 256 && spec.batch_size == 1 && spec.accumulation_steps == 8);
    assert_true(spec.learning_rate < 1e-4 && spec.max_steps < steps);
    experiment_guess_clear(&guess);

    /* Little text: shorter windows, the fewest steps. */
    data = text_survey(text, 2000);
    model.weights = 1000;
    guess_for("mine", &data, &model, &spec, &guess);
    assert_true(spec.block_size < 128 && spec.block_size >= 8);
    assert_true(spec.max_steps == 40);
    experiment_guess_clear(&guess);

    data = text_survey(text, 10);
    assert_int_equal(experiment_guess_make("mine", ".", LANES, &data, &model, &guess, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "\"mine\""));
    assert_null(guess.text);
    model_survey_clear(&model);
}

/* Every key that was guessed has a reason before it; what nothing in the folder says is called a rule of thumb. */
static void each_guess_has_its_reason(void **state)
{
    (void)state;
    static const char *const RULES[] = {"_learning_rate", "_per_device_train_batch_size",
                                        "_max_steps", "_warmup_steps", "_eval_steps"};
    static char text[20000];
    ModelSurvey model;
    ExperimentSpec spec;
    ExperimentGuess guess;
    Problem problem = {0};
    Json *json = NULL;
    const DataSurvey data = text_survey(text, sizeof text);
    assert_int_equal(model_survey_read(NULL, SPEC_TASK_CAUSAL_LM, &model, &problem), STATUS_OK);
    guess_for("mine", &data, &model, &spec, &guess);
    assert_int_equal(json_parse(guess.text, strlen(guess.text), "guess", &json, &problem),
                     STATUS_OK);
    const char *before = "";
    for (const Json *value = json_first(json); value != NULL; value = json_next(value)) {
        const char *key = json_key(value);
        if (key[0] != '_' && strcmp(key, "name") != 0 && strcmp(key, "about") != 0) {
            assert_string_equal(before + 1, key);
        }
        before = key;
    }
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
        const char *reason = json_string(json_member(json, RULES[i]));
        if (strstr(reason, "rule of thumb") == NULL || strlen(reason) > 230) {
            fail_msg("%s: %s", RULES[i], reason);
        }
    }
    json_destroy(json);
    experiment_guess_clear(&guess);
    model_survey_clear(&model);
}

static void windows_hold_the_longest_row(void **state)
{
    (void)state;
    static char text[100];
    ModelSurvey model;
    ExperimentSpec spec;
    ExperimentGuess guess;
    Problem problem = {0};
    assert_int_equal(model_survey_read(NULL, SPEC_TASK_CAUSAL_LM, &model, &problem), STATUS_OK);
    DataSurvey data = text_survey(text, sizeof text);
    data.task = SPEC_TASK_TEXT_CLASSIFICATION;
    data.format = SPEC_DATA_COLUMNS;
    data.examples = 640;
    data.label_count = 3;
    guess_for("rows", &data, &model, &spec, &guess);
    assert_int_equal(spec.task, SPEC_TASK_TEXT_CLASSIFICATION);
    assert_int_equal((size_t)spec.block_size % 8, 0);
    assert_true(spec.block_size >= 12 && spec.block_size <= 112);
    assert_true(spec.batch_size == 16 && spec.max_steps == 120);
    experiment_guess_clear(&guess);
    model.longest = 10;
    guess_for("rows", &data, &model, &spec, &guess);
    assert_true(spec.block_size == 10);
    experiment_guess_clear(&guess);
    model_survey_clear(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_follow_text_and_model),
        cmocka_unit_test(each_guess_has_its_reason),
        cmocka_unit_test(windows_hold_the_longest_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
