#include "lab/model_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_lab.h"

static void a_saved_folder_loads_to_the_same_bits(void **state)
{
    TinyLab *lab = *state;
    ModelStart start;
    ModelStart loaded;
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    assert_int_equal(model_start_load(&lab->spec, &start, &problem), STATUS_OK);
    snprintf(spec.model, sizeof spec.model, "%s/saved", lab->folder);
    spec.tokenizer[0] = '\0';
    assert_int_equal(model_folder_save(spec.model, &start, start.theta_0, &problem), STATUS_OK);
    assert_int_equal(model_start_load(&spec, &loaded, &problem), STATUS_OK);
    assert_int_equal(loaded.table.size, start.table.size);
    assert_memory_equal(loaded.theta_0, start.theta_0, start.table.size * sizeof *start.theta_0);
    assert_int_equal(tokenizer_vocab_size(loaded.tokenizer), 280);
    char path[SPEC_PATH_BYTES + 40];
    char longest[64];
    char *text = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/tokenizer_config.json", spec.model);
    snprintf(longest, sizeof longest, "\"model_max_length\":\t%zu", start.shape.P);
    assert_int_equal(json_read_text(path, 1 << 16, &text, &size, NULL), STATUS_OK);
    assert_non_null(strstr(text, longest));
    assert_non_null(strstr(text, "\"eos_token\":\t\"<|endoftext|>\""));
    free(text);
    model_start_clear(&loaded);
    model_start_clear(&start);
}

static void the_seed_decides_where_a_new_model_starts(void **state)
{
    TinyLab *lab = *state;
    ModelStart first;
    ModelStart second;
    ModelStart other;
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    spec.seed = 4;
    assert_int_equal(model_start_load(&lab->spec, &first, &problem), STATUS_OK);
    assert_int_equal(model_start_load(&lab->spec, &second, &problem), STATUS_OK);
    assert_int_equal(model_start_load(&spec, &other, &problem), STATUS_OK);
    assert_memory_equal(first.theta_0, second.theta_0, first.table.size * sizeof *first.theta_0);
    assert_memory_not_equal(first.theta_0, other.theta_0, first.table.size * sizeof *first.theta_0);
    model_start_clear(&first);
    model_start_clear(&second);
    model_start_clear(&other);
}

static void expect_refusal(const ExperimentSpec *spec, Status status, const char *words)
{
    ModelStart start;
    Problem problem = {0};
    assert_int_equal(model_start_load(spec, &start, &problem), status);
    if (strstr(problem.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", problem.text, words);
    }
    assert_null(start.theta_0);
}

static void refuses_what_does_not_fit_together(void **state)
{
    TinyLab *lab = *state;
    ExperimentSpec spec = lab->spec;
    spec.block_size = 17;
    expect_refusal(&spec, STATUS_BAD_VALUE, "n_positions 16");
    spec = lab->spec;
    char *vocabulary = strstr(spec.model_config, "280");
    assert_non_null(vocabulary);
    memcpy(vocabulary, "270", 3);
    expect_refusal(&spec, STATUS_BAD_VALUE, "vocab_size is 270");
}

static void names_the_missing_file(void **state)
{
    TinyLab *lab = *state;
    ExperimentSpec spec = lab->spec;
    snprintf(spec.model, sizeof spec.model, "%s/no-such-model", lab->folder);
    expect_refusal(&spec, STATUS_FILE_UNREADABLE, "no-such-model is no folder");
    spec = lab->spec;
    snprintf(spec.tokenizer, sizeof spec.tokenizer, "%s/none.json", lab->folder);
    expect_refusal(&spec, STATUS_FILE_UNREADABLE, "none.json");
}

static void refuses_truncated_weights(void **state)
{
    TinyLab *lab = *state;
    ModelStart start;
    Problem problem = {0};
    char path[400];
    ExperimentSpec spec = lab->spec;
    assert_int_equal(model_start_load(&lab->spec, &start, &problem), STATUS_OK);
    snprintf(spec.model, sizeof spec.model, "%s/truncated", lab->folder);
    assert_int_equal(model_folder_save(spec.model, &start, start.theta_0, &problem), STATUS_OK);
    model_start_clear(&start);
    snprintf(path, sizeof path, "%s/truncated/model.safetensors", lab->folder);
    assert_int_equal(truncate(path, 5000), 0);
    expect_refusal(&spec, STATUS_BAD_FORMAT, "model.safetensors");
}

static void an_unwritable_folder_is_named(void **state)
{
    TinyLab *lab = *state;
    ModelStart start;
    Problem problem = {0};
    assert_int_equal(model_start_load(&lab->spec, &start, &problem), STATUS_OK);
    assert_int_equal(model_folder_save("/proc/nowhere", &start, start.theta_0, &problem),
                     STATUS_FILE_UNWRITABLE);
    assert_non_null(strstr(problem.text, "/proc/nowhere"));
    model_start_clear(&start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saved_folder_loads_to_the_same_bits),
        cmocka_unit_test(the_seed_decides_where_a_new_model_starts),
        cmocka_unit_test(refuses_what_does_not_fit_together),
        cmocka_unit_test(names_the_missing_file),
        cmocka_unit_test(refuses_truncated_weights),
        cmocka_unit_test(an_unwritable_folder_is_named),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
