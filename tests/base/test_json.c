/* base/test_json.c -- strict reading with the place of each fault, exact writing. */
#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/random.h"

/* Parse a copy that fills its heap block: the address sanitizer sees a byte read too many. */
static Status parse(const char *text, Json **out, Problem *problem)
{
    const size_t size = strlen(text);
    char *const copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    const Status status = json_parse(copy, size, "a.json", out, problem);
    free(copy);
    return status;
}

static Json *parsed(const char *text)
{
    Json *json = NULL;
    Problem problem = {0};
    assert_int_equal(parse(text, &json, &problem), STATUS_OK);
    assert_non_null(json);
    return json;
}

static void assert_refused(const char *text, const char *place, const char *reason)
{
    Json *json = NULL;
    Problem problem = {0};
    assert_int_equal(parse(text, &json, &problem), STATUS_BAD_FORMAT);
    assert_null(json);
    assert_int_equal(problem.status, STATUS_BAD_FORMAT);
    char start[64];
    (void)snprintf(start, sizeof start, "a.json, %s: ", place);
    if (strncmp(problem.text, start, strlen(start)) != 0 || strstr(problem.text, reason) == NULL) {
        fail_msg("expected %s... %s, got: %s", start, reason, problem.text);
    }
}

static void reads_members_elements_and_every_kind_of_value(void **state)
{
    (void)state;
    Json *const json =
        parsed("\xEF\xBB\xBF{\"a\": 1.5, \"A\": \"x\\u00e9\", \"t\": true, \"f\": false,"
               " \"n\": null, \"list\": [1, 2, 3], \"o\": {}}\n ");
    assert_true(json_is_object(json));
    assert_int_equal(json_count(json), 7);
    assert_true(json_number(json_member(json, "a")) == 1.5);
    assert_string_equal(json_string(json_member(json, "A")), "x\xC3\xA9");
    assert_true(json_truth(json_member(json, "t")));
    assert_false(json_truth(json_member(json, "f")));
    assert_true(json_is_bool(json_member(json, "f")));
    assert_false(json_is_bool(json_member(json, "n")));
    const Json *const list = json_member(json, "list");
    assert_true(json_is_array(list));
    double sum = 0.0;
    for (const Json *child = json_first(list); child != NULL; child = json_next(child)) {
        sum += json_number(child);
        assert_string_equal(json_key(child), "");
    }
    assert_true(sum == 6.0);
    assert_string_equal(json_key(json_first(json)), "a");
    assert_null(json_first(json_member(json, "o")));
    json_destroy(json);
}

static void absent_and_mistaken_values_are_harmless(void **state)
{
    (void)state;
    Json *const json = parsed("[\"text\"]");
    assert_null(json_member(json, "a"));
    assert_null(json_member(NULL, "a"));
    assert_true(isnan(json_number(json_first(json))));
    assert_true(isnan(json_number(NULL)));
    assert_string_equal(json_string(json), "");
    assert_string_equal(json_string(NULL), "");
    assert_string_equal(json_key(NULL), "");
    assert_null(json_next(NULL));
    assert_null(json_first(NULL));
    assert_int_equal(json_count(NULL), 0);
    assert_false(json_is_object(NULL) || json_is_array(NULL) || json_is_string(NULL));
    assert_false(json_is_number(NULL) || json_is_bool(NULL) || json_truth(NULL));
    json_destroy(json);
    json_destroy(NULL);
}

static void a_fault_is_told_with_line_and_column(void **state)
{
    (void)state;
    assert_refused("", "line 1, column 1", "nothing in it");
    assert_refused(" \n\n ", "line 3, column 1", "nothing in it");
    assert_refused("{\"a\": 1,\n \"b\": tru}", "line 2, column 7", "not JSON: tru}");
    assert_refused("{\"a\": 1\n  \"b\": 2}", "line 2, column 3", "not JSON");
    assert_refused("{\"\xC3\xA9\xC3\xA9\": x}", "line 1, column 8", "not JSON: x}");
    assert_refused("[1, 2]\n\n x", "line 3, column 2", "more text after the end");
    assert_refused("{} {}", "line 1, column 4", "more text after the end");
    assert_refused("[1,]", "line 1, column 4", "not JSON");
    assert_refused("\xFF\xFE{", "line 1, column 1", "UTF-16; save it as UTF-8");
    assert_refused("{\"a\": \"x\ny\"}", "line 1, column 9", "closing quote");
    assert_refused("[\"\\u12g4\"]", "line 1, column 3", "four hexadecimal digits");
    assert_refused("[\"\\u0000\"]", "line 1, column 3", "four hexadecimal digits");
    assert_refused("[1,\x01 2]", "line 1, column 4", "a control character");
    assert_refused("nonsense\x1B[31m", "line 1, column 9", "a control character");
}

static void a_nul_byte_does_not_end_the_document(void **state)
{
    (void)state;
    const char text[] = "{\"a\0b\": 1}";
    Json *json = NULL;
    Problem problem = {0};
    assert_int_equal(json_parse(text, sizeof text - 1, "a.json", &json, &problem),
                     STATUS_BAD_FORMAT);
    const char behind[] = "{}\0{}";
    assert_int_equal(json_parse(behind, sizeof behind - 1, "a.json", &json, &problem),
                     STATUS_BAD_FORMAT);
    assert_null(json);
}

static void every_truncation_of_a_document_is_refused(void **state)
{
    (void)state;
    const char *const whole =
        "{\"name\": \"a\\\"b\\u00e9\", \"lanes\": [{\"rho\": -1.5e-3, \"on\": true}, null],\n"
        " \"steps\": 100}";
    char part[128];
    for (size_t length = 0; length < strlen(whole); length++) {
        memcpy(part, whole, length);
        part[length] = '\0';
        Json *json = NULL;
        Problem problem = {0};
        assert_int_equal(parse(part, &json, &problem), STATUS_BAD_FORMAT);
        assert_null(json);
        assert_true(strlen(problem.text) > 0);
    }
    json_destroy(parsed(whole));
    assert_refused("{\"a\": [1, 2", "line 1, column 11", "ends too early");
    assert_refused("{\"a\": tru, \"bc", "line 1, column 7", "not JSON: tru");
    assert_refused("{\"a\": 1,\n", "line 1, column 9", "ends too early");
    assert_refused("{\"a\": \"bc", "line 1, column 7", "a string is not closed");
}

static void a_repeated_key_is_told_with_its_second_place(void **state)
{
    (void)state;
    assert_refused("{\"rho\": 1,\n \"steps\": {\"rho\": 2},\n  \"rho\": 3}", "line 3, column 3",
                   "\"rho\"");
    assert_refused("[0, \"{\\\"\",\n {\"x\": [{}, {\"b\": 1, \"a\": 1,\n\n \"b\": 2}]}]",
                   "line 4, column 2", "\"b\"");
    assert_refused("{\"ab\": 1, \"a\\u0062\": 2}", "line 1, column 11", "\"ab\"");
    assert_refused("{\"z\": 1, \"z\": 1, \"a\": 1, \"a\": 1}", "line 1, column 10", "\"z\"");
    assert_refused("{\"a\": 1, \"a\": 1, \"z\": 1, \"z\": 1}", "line 1, column 10", "\"a\"");
    assert_refused("[[1],\n [{\"x\": 2}],\n {\"a\": 1, \"a\": 2}]", "line 3, column 11", "\"a\"");
    json_destroy(parsed("{\"a\": {\"a\": {\"a\": 1}}, \"A\": 1, \"b\": [{\"a\": 1}, {\"a\": 1}]}"));
}

static void nesting_is_limited_before_it_can_hurt(void **state)
{
    (void)state;
    enum { DEEP = 100000 };
    char *const text = malloc(2 * DEEP + 1);
    assert_non_null(text);
    for (size_t depth = 200; depth <= DEEP; depth += DEEP - 200) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        text[2 * depth] = '\0';
        if (depth == 200) {
            json_destroy(parsed(text));
        } else {
            assert_refused(text, "line 1, column 201", "nested deeper than 200");
        }
    }
    free(text);
}

static void objects_nested_to_the_limit_are_checked_for_repeated_keys_too(void **state)
{
    (void)state;
    char text[200 * 6 + 64] = "";
    size_t used = 0;
    for (size_t i = 0; i < 199; i++) {
        memcpy(text + used, "{\"k\":", 5);
        used += 5;
    }
    memcpy(text + used, "{\"x\":1,\"x\":2}", 13);
    used += 13;
    memset(text + used, '}', 199);
    assert_refused(text, "line 1, column 1003", "\"x\"");
}

/* {"key0": 0, ... "key49999": 49999, <last>: 0} */
static char *vocabulary(const char *last)
{
    enum { KEYS = 50000, ROOM = KEYS * 24 + 64 };
    char *const text = malloc(ROOM);
    assert_non_null(text);
    size_t used = 0;
    text[used++] = '{';
    for (int i = 0; i < KEYS; i++) {
        used += (size_t)snprintf(text + used, ROOM - used, "\"key%d\": %d,\n", i, i);
    }
    (void)snprintf(text + used, ROOM - used, "\"%s\": 0}", last);
    return text;
}

static void a_vocabulary_of_fifty_thousand_keys_is_read_quickly(void **state)
{
    (void)state;
    char *const good = vocabulary("last");
    char *const bad = vocabulary("key17");
    const clock_t start = clock();
    json_destroy(parsed(good));
    assert_refused(bad, "line 50001, column 1", "\"key17\"");
    /* About 0.05 s; comparing each key with each would take more than ten. */
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 3.0);
    free(good);
    free(bad);
}

static void finds_the_line_of_a_value(void **state)
{
    (void)state;
    const char *const text =
        "{\n \"name\": \"x, \\\"lanes\\\": {\",\n \"lanes\": [\n  {\"rho\": 1},\n"
        "  [],\n  {\"rho\": [1,\n 2], \"layer.0.w\":\n 7}\n ]\n}\n";
    const size_t size = strlen(text);
    assert_int_equal(json_line_of(text, size, ""), 1);
    assert_int_equal(json_line_of(text, size, "name"), 2);
    assert_int_equal(json_line_of(text, size, "lanes"), 3);
    assert_int_equal(json_line_of(text, size, "lanes.0.rho"), 4);
    assert_int_equal(json_line_of(text, size, "lanes.1"), 5);
    assert_int_equal(json_line_of(text, size, "lanes.2.rho"), 6);
    assert_int_equal(json_line_of(text, size, "lanes.2.rho.1"), 7);
    assert_int_equal(json_line_of(text, size, "lanes.2.layer.0.w"), 8);
    const char *const absent[] = {
        "lane",      "lanesx", "lanes.3",       "lanes.x",
        "lanes.1.0", "name.0", "lanes.0.rho.x", "lanes.99999999999999999999999"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_int_equal(json_line_of(text, size, absent[i]), 0);
    }
}

static void looking_for_a_line_in_any_broken_text_stays_within_it(void **state)
{
    (void)state;
    const char *const whole =
        "{\"a\": [1, {\"b\\\\\": \"x\\\"\", \"c\": 2}], \"d\": {\"e\": [[3]]}}";
    for (size_t length = 0; length <= strlen(whole); length++) {
        char *const part = malloc(length > 0 ? length : 1);
        assert_non_null(part);
        memcpy(part, whole, length);
        (void)json_line_of(part, length, "d.e.0.0");
        const size_t line = json_line_of(part, length, "a.1.c");
        assert_true(line <= 1);
        free(part);
    }
    assert_int_equal(json_line_of(whole, strlen(whole), "d.e.0.0"), 1);
    assert_int_equal(json_line_of("]]}}:,,\"", 8, "a"), 0);
}

static double read_back(double value, bool is_indented)
{
    Json *const object = json_new_object();
    assert_true(json_add_number(object, "v", value));
    char *const text = json_print(object, is_indented);
    assert_non_null(text);
    json_destroy(object);
    Json *const json = parsed(text);
    free(text);
    char *const again = json_print(json, is_indented); /* what was read must print exactly, too */
    assert_non_null(again);
    json_destroy(json);
    Json *const twice = parsed(again);
    free(again);
    const Json *const member = json_member(twice, "v");
    assert_true(json_is_number(member));
    assert_false(json_is_string(member));
    const double result = json_number(member);
    json_destroy(twice);
    return result;
}

static void every_double_comes_back_with_the_same_bits(void **state)
{
    (void)state;
    const double values[] = {
        0.1 + 0.2, 1.0 / 3.0, 1e15 + 0.5, 9007199254740993.0, 5e-324, 1.7976931348623157e308, -0.0,
        0.0,       123456789, 3e-4,       -2.5000000001,      1e21};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const double result = read_back(values[i], i % 2 == 0);
        assert_memory_equal(&result, &values[i], sizeof result);
    }
    Random random = random_stream(9, RANDOM_STREAM_NOISE, 0);
    for (size_t i = 0; i < 3000; i++) {
        const uint64_t bits = random_bits(&random);
        double value = 0.0;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value)) {
            const double result = read_back(value, false);
            assert_memory_equal(&result, &value, sizeof result);
        }
    }
}

static void numbers_are_written_as_short_as_they_can_be(void **state)
{
    (void)state;
    Json *const list = json_new_array();
    const double values[] = {0.1, 3, -5, 1e-7, 0.1 + 0.2, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_true(json_append(list, json_new_number(values[i])));
    }
    char *const text = json_print(list, false);
    assert_string_equal(text, "[0.1,3,-5,1e-07,0.30000000000000004,null,null]");
    free(text);
    json_destroy(list);
}

static void builds_and_prints_a_document(void **state)
{
    (void)state;
    Json *const object = json_new_object();
    assert_true(json_add_string(object, "name", "a\"b\n\x01"));
    assert_true(json_add_bool(object, "on", true));
    Json *const list = json_new_array();
    assert_true(json_append(list, json_new_string("x")));
    assert_true(json_add(object, "list", list));
    char *const text = json_print(object, false);
    assert_string_equal(text, "{\"name\":\"a\\\"b\\n\\u0001\",\"on\":true,\"list\":[\"x\"]}");
    free(text);
    char *const indented = json_print(object, true);
    assert_non_null(strchr(indented, '\n'));
    free(indented);
    json_destroy(object);
}

static void adding_nothing_or_to_nothing_is_a_failure_and_frees_the_value(void **state)
{
    (void)state;
    Json *const object = json_new_object();
    assert_false(json_add(object, "a", NULL));
    assert_false(json_append(object, NULL));
    assert_false(
        json_add(NULL, "a", json_new_number(1))); /* the leak check sees it if it is not freed */
    assert_false(json_append(NULL, json_new_number(0.1 + 0.2)));
    assert_int_equal(json_count(object), 0);
    json_destroy(object);
    assert_null(json_print(NULL, true));
}

static void reads_a_file_whole_and_ends_it_with_nul(void **state)
{
    const char *const folder = *state;
    char path[512];
    (void)snprintf(path, sizeof path, "%s/whole.json", folder);
    FILE *const file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite("{\"a\":\0 1}", 1, 9, file), 9);
    assert_int_equal(fclose(file), 0);
    char *text = NULL;
    size_t size = 0;
    Problem problem = {0};
    assert_int_equal(json_read_text(path, 9, &text, &size, &problem), STATUS_OK);
    assert_int_equal(size, 9);
    assert_memory_equal(text, "{\"a\":\0 1}", 10);
    free(text);

    text = NULL;
    assert_int_equal(json_read_text(path, 8, &text, &size, &problem), STATUS_FILE_UNREADABLE);
    assert_null(text);
    assert_non_null(strstr(problem.text, "whole.json"));
    assert_non_null(strstr(problem.text, "9 bytes"));
    assert_int_equal(unlink(path), 0);
}

static void an_empty_file_is_read_as_an_empty_text(void **state)
{
    const char *const folder = *state;
    char path[512];
    (void)snprintf(path, sizeof path, "%s/empty.json", folder);
    FILE *const file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    char *text = NULL;
    size_t size = 7;
    assert_int_equal(json_read_text(path, JSON_FILE_BYTES_MAX, &text, &size, NULL), STATUS_OK);
    assert_int_equal(size, 0);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(unlink(path), 0);
}

static void what_is_no_readable_file_is_refused_by_name(void **state)
{
    const char *const folder = *state;
    char pipe_path[512];
    (void)snprintf(pipe_path, sizeof pipe_path, "%s/pipe", folder);
    assert_int_equal(mkfifo(pipe_path, 0600), 0); /* must neither hang nor be read */
    char missing[512];
    (void)snprintf(missing, sizeof missing, "%s/missing.json", folder);
    const char *const paths[] = {missing, folder, pipe_path, "/dev/null"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char *text = NULL;
        size_t size = 7;
        Problem problem = {0};
        const Status status = json_read_text(paths[i], 100, &text, &size, &problem);
        assert_int_equal(status, STATUS_FILE_UNREADABLE);
        assert_int_equal(problem.status, STATUS_FILE_UNREADABLE);
        assert_non_null(strstr(problem.text, paths[i]));
        assert_null(text);
        assert_int_equal(size, 7);
    }
    assert_int_equal(unlink(pipe_path), 0);
}

static int make_folder(void **state)
{
    static const char pattern[] = "/tmp/tramlab-test-json-XXXXXX";
    char *const folder = malloc(sizeof pattern);
    if (folder == NULL) {
        return -1;
    }
    memcpy(folder, pattern, sizeof pattern);
    *state = folder;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    char *const folder = *state;
    const int result = rmdir(folder);
    free(folder);
    return result;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_members_elements_and_every_kind_of_value),
        cmocka_unit_test(absent_and_mistaken_values_are_harmless),
        cmocka_unit_test(a_fault_is_told_with_line_and_column),
        cmocka_unit_test(a_nul_byte_does_not_end_the_document),
        cmocka_unit_test(every_truncation_of_a_document_is_refused),
        cmocka_unit_test(a_repeated_key_is_told_with_its_second_place),
        cmocka_unit_test(nesting_is_limited_before_it_can_hurt),
        cmocka_unit_test(objects_nested_to_the_limit_are_checked_for_repeated_keys_too),
        cmocka_unit_test(a_vocabulary_of_fifty_thousand_keys_is_read_quickly),
        cmocka_unit_test(finds_the_line_of_a_value),
        cmocka_unit_test(looking_for_a_line_in_any_broken_text_stays_within_it),
        cmocka_unit_test(every_double_comes_back_with_the_same_bits),
        cmocka_unit_test(numbers_are_written_as_short_as_they_can_be),
        cmocka_unit_test(builds_and_prints_a_document),
        cmocka_unit_test(adding_nothing_or_to_nothing_is_a_failure_and_frees_the_value),
        cmocka_unit_test_setup_teardown(reads_a_file_whole_and_ends_it_with_nul, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(an_empty_file_is_read_as_an_empty_text, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(what_is_no_readable_file_is_refused_by_name, make_folder,
                                        remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
