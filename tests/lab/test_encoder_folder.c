#include "lab/encoder_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_encoder.h"

static const char *const NAMES[] = {"good", "bad", "odd", "even", "plain"};

static EncoderStart load(const ExperimentSpec *spec, size_t labels)
{
    EncoderStart start;
    Problem problem = {0};
    if (encoder_start_load(spec, TEXT_HEAD_CLASSIFIER, NAMES, labels, &start, &problem) !=
        STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return start;
}

static void assert_file_says(const char *folder, const char *name, const char *words)
{
    char path[SPEC_PATH_BYTES + 40];
    char *text = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(json_read_text(path, 1 << 20, &text, &size, NULL), STATUS_OK);
    if (strstr(text, words) == NULL) {
        fail_msg("%s does not say %s", name, words);
    }
    free(text);
}

static void a_saved_folder_loads_to_the_same_bits(void **state)
{
    const TinyEncoder *lab = *state;
    Problem problem = {0};
    EncoderStart start = load(&lab->emoji, 3);
    assert_true(start.has_new_head);
    assert_string_equal(start.head_text, ""); /* all of the model is new */
    ExperimentSpec spec = lab->emoji;
    snprintf(spec.model, sizeof spec.model, "%s/saved", lab->folder);
    spec.model_config[0] = '\0';
    spec.tokenizer[0] = '\0';
    assert_int_equal(encoder_folder_save(spec.model, &start, start.theta_0, NAMES, &problem),
                     STATUS_OK);
    EncoderStart loaded = load(&spec, 3);
    assert_false(loaded.has_new_head);
    assert_string_equal(loaded.head_text, "");
    assert_file_says(spec.model, "config.json", "\"bos_token_id\":\t0");
    assert_file_says(spec.model, "config.json", "\"eos_token_id\":\t2");
    assert_file_says(spec.model, "tokenizer_config.json", "\"pad_token\":\t\"<pad>\"");
    assert_file_says(spec.model, "tokenizer_config.json", "\"model_max_length\":\t28");
    assert_memory_equal(loaded.theta_0, start.theta_0, start.table.size * sizeof *start.theta_0);
    encoder_start_clear(&loaded);

    /* Another number of labels: a new head on the same body. */
    loaded = load(&spec, 5);
    assert_true(loaded.has_new_head);
    assert_string_equal(loaded.head_text, "head replaced: 3 labels -> 5");
    assert_int_equal(loaded.shape.label_count, 5);
    assert_memory_equal(loaded.theta_0, start.theta_0,
                        start.table.tensors[5].offset * sizeof *start.theta_0);
    encoder_start_clear(&loaded);

    /* A classifier predicts no masked tokens. */
    assert_int_equal(encoder_start_load(&spec, TEXT_HEAD_MASKED_LM, NULL, 0, &loaded, &problem),
                     STATUS_OK);
    assert_true(loaded.has_new_head);
    assert_non_null(strstr(loaded.head_text, "new head to predict masked tokens"));
    encoder_start_clear(&loaded);
    encoder_start_clear(&start);
}

static void a_head_for_other_labels_is_replaced(void **state)
{
    static const char *const OTHERS[] = {"good", "odd", "bad"};
    const TinyEncoder *lab = *state;
    Problem problem = {0};
    EncoderStart start = load(&lab->emoji, 3);
    ExperimentSpec spec = lab->emoji;
    snprintf(spec.model, sizeof spec.model, "%s/others", lab->folder);
    spec.model_config[0] = '\0';
    assert_int_equal(encoder_folder_save(spec.model, &start, start.theta_0, OTHERS, &problem),
                     STATUS_OK);
    spec.seed += 1;
    EncoderStart loaded = load(&spec, 3);
    const size_t head = start.table.tensors[start.table.count - 2].offset;
    assert_true(loaded.has_new_head);
    assert_string_equal(loaded.head_text,
                        "head replaced: 3 labels (\"good\" ...) -> 3 others (\"good\" ...)");
    assert_memory_equal(loaded.theta_0, start.theta_0, 16 * sizeof(Real));
    assert_memory_not_equal(loaded.theta_0 + head, start.theta_0 + head, 16 * sizeof(Real));
    encoder_start_clear(&loaded);
    encoder_start_clear(&start);
}

static void a_tokenizer_of_another_model_is_refused(void **state)
{
    const TinyEncoder *lab = *state;
    ExperimentSpec spec = lab->emoji;
    EncoderStart start;
    Problem problem = {0};
    char *padding = strstr(spec.model_config, "\"pad_token_id\":1");
    assert_non_null(padding);
    padding[strlen("\"pad_token_id\":")] = '2';
    assert_int_equal(encoder_start_load(&spec, TEXT_HEAD_CLASSIFIER, NAMES, 3, &start, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "pad_token_id is 2"));
    assert_null(start.theta_0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saved_folder_loads_to_the_same_bits),
        cmocka_unit_test(a_head_for_other_labels_is_replaced),
        cmocka_unit_test(a_tokenizer_of_another_model_is_refused),
    };
    return cmocka_run_group_tests(tests, open_encoder_lab, close_encoder_lab);
}
