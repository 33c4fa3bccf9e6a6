#include "lab/model_labels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Status read_labels(const char *text, ModelLabels *labels, Problem *problem)
{
    Json *config = NULL;
    assert_int_equal(json_parse(text, strlen(text), "c.json", &config, problem), STATUS_OK);
    const Status status = model_labels_read(config, "c.json", labels, problem);
    json_destroy(config);
    return status;
}

static void names_stand_in_the_order_of_their_numbers(void **state)
{
    (void)state;
    ModelLabels labels;
    Problem problem = {0};
    assert_int_equal(read_labels("{\"id2label\": {\"1\": \"neutral\", \"2\": \"entailment\", "
                                 "\"0\": \"contradiction\"}}",
                                 &labels, &problem),
                     STATUS_OK);
    assert_false(labels.is_numbered);
    assert_int_equal(labels.count, 3);
    assert_int_equal(labels.names.count, 3);
    assert_string_equal(labels.names.names[0], "contradiction");
    assert_string_equal(labels.names.names[2], "entailment");
    model_labels_clear(&labels);
}

static void labels_that_are_only_numbered_have_no_names(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"{\"id2label\": {\"0\": \"LABEL_0\", \"1\": \"LABEL_1\"}}",
                                        "{\"num_labels\": 2}", "{\"id2label\": null}", "{}"};
    for (size_t i = 0; i < 4; i++) {
        ModelLabels labels;
        Problem problem = {0};
        assert_int_equal(read_labels(TEXTS[i], &labels, &problem), STATUS_OK);
        assert_true(labels.is_numbered);
        assert_int_equal(labels.count, 2);
        assert_int_equal(labels.names.count, 0);
        model_labels_clear(&labels);
    }
}

/* As in google/vit-base-patch16-224. */
static void the_second_crane_is_called_by_its_number_too(void **state)
{
    (void)state;
    ModelLabels labels;
    Problem problem = {0};
    assert_int_equal(read_labels("{\"id2label\": {\"0\": \"crane\", \"1\": \"limpkin\", "
                                 "\"2\": \"crane\"}}",
                                 &labels, &problem),
                     STATUS_OK);
    assert_false(labels.is_numbered);
    assert_int_equal(labels.names.count, 3);
    assert_string_equal(labels.names.names[0], "crane");
    assert_string_equal(labels.names.names[2], "crane (2)");
    model_labels_clear(&labels);
}

static void a_gap_and_names_that_stay_the_same_are_refused(void **state)
{
    (void)state;
    ModelLabels labels = {.count = 9};
    Problem problem = {0};
    assert_int_equal(read_labels("{\"id2label\": {\"0\": \"a\", \"2\": \"b\"}}", &labels, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "names no label 1 of 2"));
    assert_int_equal(labels.count, 0);
    assert_int_equal(read_labels("{\"id2label\": {\"0\": \"a\", \"1\": \"a (2)\", \"2\": \"a\"}}",
                                 &labels, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "calls labels \"a\" in a way"));
    assert_int_equal(labels.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_stand_in_the_order_of_their_numbers),
        cmocka_unit_test(labels_that_are_only_numbered_have_no_names),
        cmocka_unit_test(the_second_crane_is_called_by_its_number_too),
        cmocka_unit_test(a_gap_and_names_that_stay_the_same_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
