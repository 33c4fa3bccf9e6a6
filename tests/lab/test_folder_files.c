#include "lab/folder_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "lab/tiny_encoder.h"

static void the_configuration_comes_from_the_spec_or_the_folder(void **state)
{
    const TinyEncoder *lab = *state;
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    Problem problem = {0};
    ExperimentSpec spec = lab->emoji;
    assert_int_equal(folder_files_read_config(&spec, &config, source, &problem), STATUS_OK);
    assert_string_equal(source, "model_config");
    assert_string_equal(json_string(json_member(config, "model_type")), "xlm-roberta");
    json_destroy(config);
    snprintf(spec.model, sizeof spec.model, "%s/missing", lab->folder);
    config = NULL;
    assert_int_equal(folder_files_read_config(&spec, &config, source, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "/missing is no folder; put a Hugging Face checkpoint"));
    snprintf(spec.model, sizeof spec.model, "%s", lab->folder);
    assert_int_equal(folder_files_read_config(&spec, &config, source, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "/config.json"));
    assert_null(config);
}

static void values_of_the_folders_configuration_can_be_given_anew(void **state)
{
    const TinyEncoder *lab = *state;
    char source[FOLDER_PATH_BYTES];
    Json *config = NULL;
    Problem problem = {0};
    ExperimentSpec spec = lab->emoji;
    snprintf(spec.model, sizeof spec.model, "%s/anew", lab->folder);
    assert_int_equal(mkdir(spec.model, 0777), 0);
    FILE *file = tiny_open(lab, "anew/config.json");
    assert_non_null(file);
    fputs("{\"hidden_dropout_prob\": 0.1, \"hidden_size\": 8}", file);
    fclose(file);
    snprintf(spec.model_config, sizeof spec.model_config, "{\"hidden_dropout_prob\": 0}");
    assert_int_equal(folder_files_read_config(&spec, &config, source, &problem), STATUS_OK);
    assert_true(json_number(json_member(config, "hidden_dropout_prob")) == 0.0);
    assert_true(json_number(json_member(config, "hidden_size")) == 8.0);
    assert_int_equal(json_count(config), 2);
    json_destroy(config);
    snprintf(spec.model_config, sizeof spec.model_config, "{\"hidden_droput_prob\": 0}");
    assert_int_equal(folder_files_read_config(&spec, &config, source, &problem), STATUS_BAD_VALUE);
    assert_non_null(
        strstr(problem.text, "anew/config.json has no key \"hidden_droput_prob\" to give anew"));
    assert_null(config);
}

static void a_tokenizer_with_too_many_entries_is_refused(void **state)
{
    const TinyEncoder *lab = *state;
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    assert_int_equal(folder_files_load_tokenizer(&lab->emoji, 279, &tokenizer, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "280 entries"));
    assert_null(tokenizer);
    assert_int_equal(folder_files_load_tokenizer(&lab->emoji, 280, &tokenizer, &problem),
                     STATUS_OK);
    tokenizer_destroy(tokenizer);
    ExperimentSpec spec = lab->emoji;
    snprintf(spec.tokenizer, sizeof spec.tokenizer, "%s/missing.json", lab->folder);
    assert_int_equal(folder_files_load_tokenizer(&spec, 280, &tokenizer, &problem),
                     STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "missing.json is not there; where a model has other"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_configuration_comes_from_the_spec_or_the_folder),
        cmocka_unit_test(values_of_the_folders_configuration_can_be_given_anew),
        cmocka_unit_test(a_tokenizer_with_too_many_entries_is_refused),
    };
    return cmocka_run_group_tests(tests, open_encoder_lab, close_encoder_lab);
}
