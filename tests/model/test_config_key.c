/* model/test_config_key.c -- each check on its own: what it takes, what it refuses, and what it then leaves alone. */
#include "model/config_key.h"

#include "model/config_text.h"

static const char GOOD[] =
    "\"whole\":7,\"part\":0.25,\"word\":\"gelu\",\"yes\":true,\"nothing\":null,"
    "\"most\":1048576,\"more\":1048577,\"minus\":-1,\"one\":1";

static ConfigSource source_of(Json *config, Problem *problem)
{
    return (ConfigSource){.config = config, .name = "x.json", .problem = problem};
}

static void assert_refused(Status status, const Problem *problem, const char *key)
{
    assert_int_equal(status, STATUS_BAD_VALUE);
    assert_non_null(strstr(problem->text, "x.json"));
    assert_non_null(strstr(problem->text, key));
}

static void reads_sizes_within_their_range(void **state)
{
    (void)state;
    Problem problem = {0};
    Json *const config = config_with(GOOD, "");
    const ConfigSource source = source_of(config, &problem);
    size_t size = 55;
    assert_int_equal(config_read_size(source, "whole", 1, &size), STATUS_OK);
    assert_int_equal(size, 7);
    assert_int_equal(config_read_size(source, "most", 1, &size), STATUS_OK);
    assert_int_equal(size, 1048576);
    static const char *const bad[] = {"part", "word", "yes", "nothing", "more", "minus", "absent"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_refused(config_read_size(source, bad[i], 0, &size), &problem, bad[i]);
    }
    assert_refused(config_read_size(source, "whole", 8, &size), &problem, "from 8");
    assert_int_equal(size, 1048576);
    json_destroy(config);
}

static void reads_numbers_within_their_range(void **state)
{
    (void)state;
    Problem problem = {0};
    Json *const config = config_with(GOOD, "");
    const ConfigSource source = source_of(config, &problem);
    double value = 9;
    assert_refused(config_read_epsilon(source, "whole", 1, &value), &problem, "whole");
    assert_refused(config_read_epsilon(source, "nothing", 1, &value), &problem, "nothing");
    assert_refused(config_read_dropout(source, "one", &value), &problem, "one");
    assert_refused(config_read_dropout(source, "minus", &value), &problem, "minus");
    assert_refused(config_read_dropout(source, "nothing", &value), &problem, "nothing");
    assert_true(value == 9.0);
    assert_int_equal(config_read_epsilon(source, "part", 1, &value), STATUS_OK);
    assert_true(value == 0.25);
    assert_int_equal(config_read_epsilon(source, "absent", 0.5, &value), STATUS_OK);
    assert_true(value == 0.5);
    assert_int_equal(config_read_dropout(source, "part", &value), STATUS_OK);
    assert_true(value == 0.25);
    assert_int_equal(config_read_dropout(source, "absent", &value), STATUS_OK);
    assert_true(value == 0.0);
    json_destroy(config);
}

static void checks_words_and_switches(void **state)
{
    (void)state;
    Problem problem = {0};
    Json *const config = config_with(GOOD, "");
    const ConfigSource source = source_of(config, &problem);
    assert_int_equal(config_check_word(source, "word", "gelu", false), STATUS_OK);
    assert_int_equal(config_check_word(source, "absent", "gelu", true), STATUS_OK);
    assert_refused(config_check_word(source, "absent", "gelu", false), &problem, "absent");
    assert_refused(config_check_word(source, "word", "relu", true), &problem, "relu");
    assert_refused(config_check_word(source, "whole", "gelu", true), &problem, "whole");
    assert_int_equal(config_check_switch(source, "yes", false, true), STATUS_OK);
    assert_int_equal(config_check_switch(source, "absent", true, true), STATUS_OK);
    assert_refused(config_check_switch(source, "absent", false, true), &problem, "absent");
    assert_refused(config_check_switch(source, "yes", false, false), &problem, "false");
    assert_refused(config_check_switch(source, "word", true, true), &problem, "word");
    assert_true(config_has(source, "yes") && config_has(source, "whole"));
    assert_false(config_has(source, "nothing") || config_has(source, "absent"));
    json_destroy(config);
}

static void quantised_models_are_refused(void **state)
{
    (void)state;
    Problem problem = {0};
    Json *const config = config_with(GOOD, "\"quantization_config\":{\"bits\":4}");
    assert_refused(config_check_object(source_of(config, &problem)), &problem,
                   "quantization_config");
    json_destroy(config);
    Json *const none = config_with(GOOD, "\"quantization_config\":null");
    assert_int_equal(config_check_object(source_of(none, &problem)), STATUS_OK);
    assert_refused(config_check_word(source_of(none, &problem), "word", "relu", false), &problem,
                   "\"word\" is \"gelu\", but must be \"relu\"");
    json_destroy(none);
}

static void a_configuration_must_be_an_object(void **state)
{
    (void)state;
    Problem problem = {0};
    Json *const list = json_new_array();
    Json *const object = json_new_object();
    assert_refused(config_check_object(source_of(list, &problem)), &problem, "object");
    assert_int_equal(config_check_object(source_of(object, &problem)), STATUS_OK);
    json_destroy(list);
    json_destroy(object);
}

static void counts_labels_and_writes_them(void **state)
{
    (void)state;
    static const char *const members[] = {"", "\"num_labels\":5", "\"id2label\":null"};
    static const size_t wanted[] = {2, 5, 2};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        Json *const config = config_with(GOOD, members[i]);
        assert_int_equal(config_read_label_count(source_of(config, NULL), &count), STATUS_OK);
        assert_int_equal(count, wanted[i]);
        json_destroy(config);
    }
    static const char *const names[] = {"yes", "no", "perhaps"};
    for (int k = 0; k < 2; k++) {
        Json *const config = json_new_object();
        assert_true(config_add_labels(config, k == 0 ? names : NULL, 3));
        assert_int_equal(config_read_label_count(source_of(config, NULL), &count), STATUS_OK);
        assert_int_equal(count, 3);
        assert_string_equal(json_string(json_member(json_member(config, "id2label"), "2")),
                            k == 0 ? "perhaps" : "LABEL_2");
        assert_true(json_number(json_member(json_member(config, "label2id"),
                                            k == 0 ? "no" : "LABEL_1")) == 1.0);
        json_destroy(config);
    }
    Problem problem = {0};
    Json *const empty = config_with(GOOD, "\"id2label\":{}");
    assert_refused(config_read_label_count(source_of(empty, &problem), &count), &problem,
                   "id2label");
    json_destroy(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sizes_within_their_range),
        cmocka_unit_test(reads_numbers_within_their_range),
        cmocka_unit_test(checks_words_and_switches),
        cmocka_unit_test(quantised_models_are_refused),
        cmocka_unit_test(a_configuration_must_be_an_object),
        cmocka_unit_test(counts_labels_and_writes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
