#include "app/model_survey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void the_bundled_model_goes_on_with_texts(void **state)
{
    (void)state;
    ModelSurvey survey;
    Problem problem = {0};
    assert_int_equal(model_survey_read(NULL, SPEC_TASK_CAUSAL_LM, &survey, &problem), STATUS_OK);
    assert_true(survey.is_bundled);
    assert_true(survey.folder[0] == '/' && strstr(survey.folder, "base-lm") != NULL);
    assert_int_equal(survey.longest, 128);
    assert_true(survey.weights > 1000000 && survey.weights < 1200000);
    assert_non_null(survey.tokenizer);
    model_survey_clear(&survey);
}

static void a_model_of_another_task_is_refused(void **state)
{
    (void)state;
    ModelSurvey survey;
    Problem problem = {0};
    assert_int_equal(model_survey_read("sample-runs/models/base-lm", SPEC_TASK_TEXT_CLASSIFICATION,
                                       &survey, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "model_type"));
    assert_null(survey.tokenizer);
    assert_int_equal(model_survey_read("/nowhere", SPEC_TASK_CAUSAL_LM, &survey, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "/nowhere"));
    assert_int_equal(model_survey_read("sample-runs", SPEC_TASK_CAUSAL_LM, &survey, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "config.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bundled_model_goes_on_with_texts),
        cmocka_unit_test(a_model_of_another_task_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
