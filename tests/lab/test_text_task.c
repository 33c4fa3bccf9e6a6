#include "lab/text_task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_lab.h"

static Tokenizer *load_tokenizer(const TinyLab *lab)
{
    Tokenizer *tokenizer = NULL;
    Problem problem = {0};
    assert_int_equal(tokenizer_load(lab->spec.tokenizer, &tokenizer, &problem), STATUS_OK);
    return tokenizer;
}

static void loads_what_the_experiment_names(void **state)
{
    TinyLab *lab = *state;
    Tokenizer *tokenizer = load_tokenizer(lab);
    TextTask task;
    Problem problem = {0};
    assert_int_equal(text_task_load(&lab->spec, tokenizer, &task, &problem), STATUS_OK);
    assert_int_equal(task.dev.count, 3);
    assert_int_equal(task.dev.train_count, 1);
    assert_string_equal(task.dev.texts[0].name, "alpha");
    assert_string_equal(task.dev.texts[2].name, "gamma");
    assert_int_equal(task.in_domain.batch.B, 3);
    assert_int_equal(task.out_of_domain.batch.B, 3);
    /* The out-of-domain probe takes the domains in turn. */
    assert_int_equal(task.out_of_domain.batch.inputs[1], task.dev.texts[1].stream.tokens[1]);
    assert_int_equal(task.out_of_domain.batch.inputs[16 + 1], task.dev.texts[2].stream.tokens[1]);
    text_task_clear(&task);
    tokenizer_destroy(tokenizer);
}

/* What is trained on, evaluated on the way and evaluated at the end must be different text. */
static void train_dev_and_test_texts_differ(void **state)
{
    TinyLab *lab = *state;
    Tokenizer *tokenizer = load_tokenizer(lab);
    TextTask task;
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    spec.final_split = SPEC_FINAL_TEST;
    assert_int_equal(text_task_load(&spec, tokenizer, &task, &problem), STATUS_OK);
    const size_t length = 12;
    assert_memory_not_equal(task.train.tokens + 1, task.dev.texts[0].tokens + 1,
                            length * sizeof(int32_t));
    assert_memory_not_equal(task.final.texts[0].tokens + 1, task.dev.texts[0].tokens + 1,
                            length * sizeof(int32_t));
    text_task_clear(&task);
    tokenizer_destroy(tokenizer);
}

static void the_pretraining_pool_of_all_domains_can_be_trained_on(void **state)
{
    TinyLab *lab = *state;
    Tokenizer *tokenizer = load_tokenizer(lab);
    TextTask one;
    TextTask all;
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    strcpy(spec.train_domains[0], "*");
    spec.zero_shot_domain_count = 0;
    spec.train_pool = SPEC_POOL_PRETRAIN;
    assert_int_equal(text_task_load(&lab->spec, tokenizer, &one, &problem), STATUS_OK);
    assert_int_equal(text_task_load(&spec, tokenizer, &all, &problem), STATUS_OK);
    assert_true(all.train.count > 2 * one.train.count);
    assert_int_equal(all.dev.train_count, 3);
    assert_int_equal(all.out_of_domain.batch.B, 0);
    text_task_clear(&one);
    text_task_clear(&all);
    tokenizer_destroy(tokenizer);
}

static void max_train_samples_leaves_so_many_windows_an_epoch_from_the_beginning(void **state)
{
    TinyLab *lab = *state;
    Tokenizer *tokenizer = load_tokenizer(lab);
    TextTask all;
    TextTask few;
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    assert_int_equal(text_task_load(&spec, tokenizer, &all, &problem), STATUS_OK);
    const size_t windows = batch_sampler_windows_per_epoch(all.sampler);
    const size_t numbers[] = {1, 7, windows, 1000000};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const size_t expected = numbers[i] < windows ? numbers[i] : windows;
        spec.max_train_samples = (double)numbers[i];
        assert_int_equal(text_task_load(&spec, tokenizer, &few, &problem), STATUS_OK);
        assert_int_equal(batch_sampler_windows_per_epoch(few.sampler), expected);
        assert_memory_equal(few.train.tokens, all.train.tokens, few.train.count * sizeof(int32_t));
        assert_true(few.train.count <= (numbers[i] + 1) * 16 + 1);
        assert_int_equal(few.dev.texts[0].stream.count, all.dev.texts[0].stream.count);
        text_task_clear(&few);
    }
    text_task_clear(&all);
    tokenizer_destroy(tokenizer);
}

static void an_unknown_domain_is_named_with_the_nearest_known_one(void **state)
{
    TinyLab *lab = *state;
    Tokenizer *tokenizer = load_tokenizer(lab);
    TextTask task;
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    strcpy(spec.zero_shot_domains[1], "gama");
    assert_int_equal(text_task_load(&spec, tokenizer, &task, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "zero_shot_domains"));
    assert_non_null(strstr(problem.text, "\"gama\""));
    assert_non_null(strstr(problem.text, "\"gamma\""));
    tokenizer_destroy(tokenizer);
}

static void too_little_text_for_a_window_is_said_with_both_numbers(void **state)
{
    TinyLab *lab = *state;
    Tokenizer *tokenizer = load_tokenizer(lab);
    TextTask task;
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    spec.block_size = 60000;
    assert_int_equal(text_task_load(&spec, tokenizer, &task, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "block_size 60000"));
    tokenizer_destroy(tokenizer);
}

static void a_missing_folder_is_named(void **state)
{
    TinyLab *lab = *state;
    Tokenizer *tokenizer = load_tokenizer(lab);
    TextTask task;
    Problem problem = {0};
    ExperimentSpec spec = lab->spec;
    strcpy(spec.data, "/nowhere/at/all");
    assert_int_equal(text_task_load(&spec, tokenizer, &task, &problem), STATUS_FILE_UNREADABLE);
    assert_non_null(strstr(problem.text, "/nowhere/at/all"));
    tokenizer_destroy(tokenizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_what_the_experiment_names),
        cmocka_unit_test(train_dev_and_test_texts_differ),
        cmocka_unit_test(the_pretraining_pool_of_all_domains_can_be_trained_on),
        cmocka_unit_test(max_train_samples_leaves_so_many_windows_an_epoch_from_the_beginning),
        cmocka_unit_test(an_unknown_domain_is_named_with_the_nearest_known_one),
        cmocka_unit_test(too_little_text_for_a_window_is_said_with_both_numbers),
        cmocka_unit_test(a_missing_folder_is_named),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
