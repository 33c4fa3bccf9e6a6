#include "store/run_difference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Json *parsed(const char *text)
{
    Json *json = NULL;
    assert_int_equal(json_parse(text, strlen(text), "x", &json, NULL), STATUS_OK);
    return json;
}

/* key "" = no difference. */
static void expect_of(const char *const directories[2], const char *first_text,
                      const char *second_text, const char *key, const char *const values[2])
{
    RunDifference difference = {.key = ""};
    Json *first = parsed(first_text);
    Json *second = parsed(second_text);
    assert_int_equal(run_difference_find(first, second, directories, &difference), key[0] != '\0');
    assert_string_equal(difference.key, key);
    assert_string_equal(difference.first, values[0]);
    assert_string_equal(difference.second, values[1]);
    json_destroy(first);
    json_destroy(second);
}

static const char *const NOWHERE[2] = {"/no/run", "/no/run"};

static void expect(const char *first_text, const char *second_text, const char *key,
                   const char *first_value, const char *second_value)
{
    expect_of(NOWHERE, first_text, second_text, key,
              (const char *const[2]){first_value, second_value});
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

static void paths_that_lead_nowhere_are_compared_as_they_are_meant(void **state)
{
    (void)state;
    expect("{\"model\":\"no/a\"}", "{\"model\":\"./no//a/\"}", "", "", "");
    expect("{\"data\":\"/no/a/\"}", "{\"data\":\"/no/./a\"}", "", "", "");
    expect("{\"data\":\"/no/a\"}", "{\"data\":\"no/a\"}", "data", "\"/no/a\"", "\"no/a\"");
    expect("{\"data\":\"/no/a\"}", "{\"data\":\"/no/aa\"}", "data", "\"/no/a\"", "\"/no/aa\"");
    expect("{\"data\":\"\"}", "{\"data\":\"/\"}", "data", "\"\"", "\"/\"");
}

/* FOLDER/house/models/base, a link to it, and FOLDER/house/runs/1: a race that was started in FOLDER/house. */
static void a_relative_path_is_followed_from_above_its_run(void **state)
{
    (void)state;
    char folder[] = "/tmp/tramlab-difference-XXXXXX";
    char run[128];
    char text[256];
    char command[256];
    static const char FIRST[] = "{\"model\":\"models/base\"}";
    assert_non_null(mkdtemp(folder));
    (void)snprintf(command, sizeof command,
                   "mkdir -p %s/house/models/base %s/house/models/other %s/house/runs/1 && "
                   "ln -s house/models/base %s/link",
                   folder, folder, folder, folder);
    assert_int_equal(system(command), 0);
    (void)snprintf(run, sizeof run, "%s/house/runs/1", folder);
    const char *const directories[2] = {run, "/no/run"};
    (void)snprintf(text, sizeof text, "{\"model\":\"%s/house/models/base/\"}", folder);
    expect_of(directories, FIRST, text, "", (const char *const[2]){"", ""});
    (void)snprintf(text, sizeof text, "{\"model\":\"%s/link\"}", folder);
    expect_of(directories, FIRST, text, "", (const char *const[2]){"", ""});
    RunDifference difference;
    (void)snprintf(text, sizeof text, "{\"model\":\"%s/house/models/other\"}", folder);
    Json *first = parsed(FIRST);
    Json *second = parsed(text);
    assert_true(run_difference_find(first, second, directories, &difference));
    json_destroy(first);
    json_destroy(second);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
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
    assert_true(run_difference_find(one, other, NOWHERE, &difference));
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
        cmocka_unit_test(paths_that_lead_nowhere_are_compared_as_they_are_meant),
        cmocka_unit_test(a_relative_path_is_followed_from_above_its_run),
        cmocka_unit_test(what_only_one_has_is_a_difference),
        cmocka_unit_test(long_keys_and_values_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
