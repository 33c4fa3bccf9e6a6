#include "lab/classifier_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const WORDS[] = {"contradiction", "entailment", "neutral"};
static const char *const NUMBERS[] = {"0", "1", "2"};

/* What a checkpoint with this configuration is told as, by a task with three classes. */
static ClassifierHead judge(const char *config_text, StoredHead stored, const char *const *names)
{
    Json *config = NULL;
    ModelLabels labels;
    Problem problem = {0};
    assert_int_equal(json_parse(config_text, strlen(config_text), "c", &config, &problem),
                     STATUS_OK);
    assert_int_equal(model_labels_read(config, "c", &labels, &problem), STATUS_OK);
    json_destroy(config);
    const ClassifierHead head = classifier_head_judge(&labels, stored, names, 3);
    model_labels_clear(&labels);
    return head;
}

static void the_same_labels_keep_their_head_without_a_word(void **state)
{
    (void)state;
    const ClassifierHead head = judge("{\"id2label\": {\"0\": \"contradiction\", \"1\": "
                                      "\"entailment\", \"2\": \"neutral\"}}",
                                      STORED_HEAD_WHOLE, WORDS);
    assert_true(head.is_kept);
    assert_string_equal(head.text, "");
}

static void the_same_labels_in_another_order_do_not(void **state)
{
    (void)state;
    const ClassifierHead head = judge("{\"id2label\": {\"0\": \"entailment\", \"1\": "
                                      "\"contradiction\", \"2\": \"neutral\"}}",
                                      STORED_HEAD_WHOLE, WORDS);
    assert_false(head.is_kept);
    assert_string_equal(head.text, "head replaced: 3 labels (\"entailment\" ...) -> 3 others "
                                   "(\"contradiction\" ...)");
}

static void numbered_labels_keep_their_head_and_are_told(void **state)
{
    (void)state;
    const ClassifierHead head = judge("{\"num_labels\": 3}", STORED_HEAD_WHOLE, WORDS);
    assert_true(head.is_kept);
    assert_non_null(strstr(head.text, "only numbers its 3 labels"));
    assert_non_null(strstr(head.text, "\"contradiction\" to \"neutral\""));
    assert_string_equal(judge("{\"num_labels\": 3}", STORED_HEAD_WHOLE, NUMBERS).text, "");
}

static void another_number_of_labels_and_no_head_at_all_are_told_apart(void **state)
{
    (void)state;
    const ClassifierHead other = judge("{\"num_labels\": 1118}", STORED_HEAD_OTHER, WORDS);
    const ClassifierHead none = judge("{}", STORED_HEAD_NONE, WORDS);
    const ClassifierHead half = judge("{\"num_labels\": 3}", STORED_HEAD_OTHER, WORDS);
    assert_false(other.is_kept || none.is_kept || half.is_kept);
    assert_string_equal(other.text, "head replaced: 1118 labels -> 3");
    assert_string_equal(none.text, "new head for 3 labels: the checkpoint has none");
    assert_non_null(strstr(half.text, "incomplete"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_labels_keep_their_head_without_a_word),
        cmocka_unit_test(the_same_labels_in_another_order_do_not),
        cmocka_unit_test(numbered_labels_keep_their_head_and_are_told),
        cmocka_unit_test(another_number_of_labels_and_no_head_at_all_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
