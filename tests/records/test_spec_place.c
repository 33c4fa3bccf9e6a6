#include "records/spec_place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char TEXT[] = "{\n"
                           "  \"name\": \"x\",\n"
                           "  \"lanes\": [\n"
                           "    { \"name\": \"A\" },\n"
                           "    { \"name\": \"B\",\n"
                           "      \"rho\": -1 } ]\n"
                           "}\n";

static SpecSource file_source(Problem *problem)
{
    return (SpecSource){.name = "dir/x.json",
                        .text = TEXT,
                        .size = strlen(TEXT),
                        .folder = "dir/",
                        .problem = problem};
}

static void names_file_line_and_key(void **state)
{
    (void)state;
    Problem problem = {0};
    const SpecSource source = file_source(&problem);
    const SpecPlace root = spec_place_root(&source);
    const SpecPlace lanes = spec_place_member(&root, "lanes");
    SpecPlace lane = spec_place_element(&lanes, 1);
    spec_place_rename(&lane, "B");
    const SpecPlace rho = spec_place_member(&lane, "rho");
    assert_int_equal(spec_place_line(&rho), 6);
    assert_int_equal(spec_place_refuse(&rho, "%d is too small", -1), STATUS_BAD_VALUE);
    assert_int_equal(problem.status, STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "dir/x.json:6: lanes.B.rho: -1 is too small");
}

static void leaves_out_a_line_it_does_not_know(void **state)
{
    (void)state;
    Problem problem = {0};
    const SpecSource source = file_source(&problem);
    const SpecPlace root = spec_place_root(&source);
    const SpecPlace data = spec_place_member(&root, "data");
    assert_int_equal(spec_place_line(&data), 0);
    (void)spec_place_refuse(&data, "missing");
    assert_string_equal(problem.text, "dir/x.json: data: missing");
}

static void names_only_the_key_when_there_is_no_file(void **state)
{
    (void)state;
    Problem problem = {0};
    const SpecSource source = {.name = "", .folder = "", .problem = &problem};
    const SpecPlace root = spec_place_root(&source);
    const SpecPlace rho = spec_place_member(&root, "rho");
    (void)spec_place_refuse(&rho, "no");
    assert_string_equal(problem.text, "rho: no");
    (void)spec_place_refuse(&root, "no");
    assert_string_equal(problem.text, "no");
}

static void renames_the_last_part_even_if_it_is_the_only_one(void **state)
{
    (void)state;
    const SpecSource source = file_source(NULL);
    const SpecPlace root = spec_place_root(&source);
    SpecPlace place = spec_place_member(&root, "lanes");
    spec_place_rename(&place, "runners");
    assert_string_equal(place.shown, "runners");
    assert_string_equal(place.path, "lanes");
}

static void cuts_keys_that_are_too_long(void **state)
{
    (void)state;
    char key[4 * SPEC_PLACE_BYTES];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    Problem problem = {0};
    const SpecSource source = file_source(&problem);
    SpecPlace place = spec_place_root(&source);
    for (int i = 0; i < 3; i++) {
        place = spec_place_member(&place, key);
        assert_int_equal(strlen(place.path), SPEC_PLACE_BYTES - 1);
        assert_int_equal(strlen(place.shown), SPEC_PLACE_BYTES - 1);
    }
    assert_int_equal(spec_place_refuse(&place, "%s", key), STATUS_BAD_VALUE);
    assert_true(strlen(problem.text) < PROBLEM_TEXT_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_file_line_and_key),
        cmocka_unit_test(leaves_out_a_line_it_does_not_know),
        cmocka_unit_test(names_only_the_key_when_there_is_no_file),
        cmocka_unit_test(renames_the_last_part_even_if_it_is_the_only_one),
        cmocka_unit_test(cuts_keys_that_are_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
