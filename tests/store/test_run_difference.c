#include "store/run_difference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Json *parsed(const char *text)
{
    Json *json = NULL;
    assert_int_equal(json_parse(text, strlen(text), "x", &json, NULL), STATUS_OK);
    return json;
}

/* key "" = no difference. */
static void expect(const char *first_text, const char *second_text, const char *key,
                   const char *first_value, const char *second_value)
{
    RunDifference difference = {.key = ""};
    Json *first = parsed(first_text);
    Json *second = parsed(second_text);
    assert_int_equal(run_difference_find(first, second, &difference), key[0] != '\0');
    assert_string_equal(difference.key, key);
    assert_string_equal(difference.first, first_value);
    assert_string_equal(difference.second, second_value);
    json_destroy(first);
    json_destroy(second);
}

static const char PLAIN[] =
    "{\"name\":\"x\",\"seed\":1,\"max_steps\":100,\"train_domains\":[\"a\"],"
    "\"lanes\":[{\"name\":\"A\",\"method\":\"adamw\"},"
    "{\"name\":\"T\",\"method\":\"tram-prev\",\"rho\":2}]}";

static void the_seed_is_no_difference(void **state)
{
    (void)state;
    expect(PLAIN, PLAIN, "", "", "");
    expect("{\"a\":1,\"seed\":1}", "{\"seed\":2,\"a\":1}", "", "", "");
    expect("{\"a\":1}", "{\"seed\":2,\"a\":1}", "", "", "");
}

static void the_first_differing_key_is_named_with_both_values(void **state)
{
    (void)state;
    expect("{\"a\":1,\"b\":2,\"c\":3}", "{\"a\":1,\"c\":4,\"b\":5}", "b", "2", "5");
    expect("{\"a\":\"x\"}", "{\"a\":\"y\"}", "a", "\"x\"", "\"y\"");
    expect("{\"a\":[\"p\",\"q\"]}", "{\"a\":[\"p\",\"r\"]}", "a.2", "\"q\"", "\"r\"");
    expect("{\"a\":1}", "{\"a\":[1]}", "a", "1", "[1]");
}

static void lanes_are_called_by_their_names(void **state)
{
    (void)state;
    expect(PLAIN,
           "{\"name\":\"x\",\"seed\":1,\"max_steps\":100,\"train_domains\":[\"a\"],"
           "\"lanes\":[{\"name\":\"A\",\"method\":\"adamw\"},"
           "{\"name\":\"T\",\"method\":\"tram-prev\",\"rho\":3}]}",
           "lanes.T.rho", "2", "3");
    /* A seed below the document is a key like others. */
    expect("{\"lanes\":[{\"name\":\"T\",\"seed\":1}]}", "{\"lanes\":[{\"name\":\"T\",\"seed\":2}]}",
           "lanes.T.seed", "1", "2");
}

static void one_place_under_two_paths_is_one_place(void **state)
{
    (void)state;
    expect("{\"model\":\"/tmp\",\"a\":1}", "{\"model\":\"/tmp/../tmp\",\"a\":1}", "", "", "");
    expect("{\"data\":\"/tmp\"}", "{\"data\":\"/usr\"}", "data", "\"/tmp\"", "\"/usr\"");
    expect("{\"data\":\"/no/a\"}", "{\"data\":\"/no/b\"}", "data", "\"/no/a\"", "\"/no/b\"");
    expect("{\"name\":\"/tmp\"}", "{\"name\":\"/tmp/../tmp\"}", "name", "\"/tmp\"",
           "\"/tmp/../tmp\"");
}

static void what_only_one_has_is_a_difference(void **state)
{
    (void)state;
    expect("{\"a\":1,\"b\":2}", "{\"a\":1}", "b", "2", "nothing");
    expect("{\"a\":1}", "{\"a\":1,\"b\":2}", "b", "nothing", "2");
    expect("{\"lanes\":[1]}", "{\"lanes\":[1,2]}", "lanes.2", "nothing", "2");
    expect("{\"lanes\":[1,2]}", "{\"lanes\":[1]}", "lanes.2", "2", "nothing");
}

static void long_keys_and_values_are_cut(void **state)
{
    (void)state;
    char first[1024] = "{\"";
    memset(first + 2, 'k', 300);
    strcpy(first + 302, "\":\"");
    memset(first + 305, 'v', 300);
    strcpy(first + 605, "\"}");
    RunDifference difference = {.key = ""};
    Json *one = parsed(first);
    Json *other = parsed("{}");
    assert_true(run_difference_find(one, other, &difference));
    assert_int_equal(strlen(difference.key), RUN_DIFFERENCE_KEY_BYTES - 1);
    assert_int_equal(strlen(difference.first), RUN_DIFFERENCE_VALUE_BYTES - 1);
    json_destroy(one);
    json_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_is_no_difference),
        cmocka_unit_test(the_first_differing_key_is_named_with_both_values),
        cmocka_unit_test(lanes_are_called_by_their_names),
        cmocka_unit_test(one_place_under_two_paths_is_one_place),
        cmocka_unit_test(what_only_one_has_is_a_difference),
        cmocka_unit_test(long_keys_and_values_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
