/* base/test_problem.c -- the one line for the user is always one clean line. */
#include "base/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void records_status_and_sentence_and_hands_the_status_back(void **state)
{
    (void)state;
    Problem problem = {0};
    const Status status = problem_describe(&problem, STATUS_BAD_VALUE, "%s: line %d", "a.json", 7);
    assert_int_equal(status, STATUS_BAD_VALUE);
    assert_int_equal(problem.status, STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "a.json: line 7");
}

static void takes_no_problem_at_all(void **state)
{
    (void)state;
    assert_int_equal(problem_describe(NULL, STATUS_BAD_FORMAT, "x"), STATUS_BAD_FORMAT);
}

static void control_characters_and_escapes_become_question_marks(void **state)
{
    (void)state;
    Problem problem = {0};
    (void)problem_describe(&problem, STATUS_BAD_VALUE, "a%sb", "\x1B[31m\n\t\xC2\x9B\xE2\x80\xAE");
    assert_string_equal(problem.text, "a?[31m????b");
}

static void a_long_sentence_is_cut_at_a_whole_code_point(void **state)
{
    (void)state;
    char path[3 * PROBLEM_TEXT_BYTES];
    for (size_t i = 0; i + 2 < sizeof path; i += 2) {
        memcpy(path + i, "\xC3\xA9", 2);
    }
    path[sizeof path - 2] = '\0';
    Problem problem = {0};
    (void)problem_describe(&problem, STATUS_FILE_UNREADABLE, "%s", path);
    const size_t length = strlen(problem.text);
    assert_in_range(length, PROBLEM_TEXT_BYTES - 4, PROBLEM_TEXT_BYTES - 1);
    for (const char *at = problem.text; *at != '\0';) {
        const bool is_gap = strncmp(at, " ... ", 5) == 0;
        assert_true(is_gap || strncmp(at, "\xC3\xA9", 2) == 0);
        at += is_gap ? 5 : 2;
    }
}

static void a_long_path_leaves_the_reason_behind_it_in_sight(void **state)
{
    (void)state;
    Problem problem = {0};
    char path[4096];
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    (void)problem_describe(&problem, STATUS_FILE_UNREADABLE, "%s/x cannot be read: too long", path);
    assert_memory_equal(problem.text, "aaaa", 4);
    const char *end = strstr(problem.text, " ... ");
    assert_non_null(end);
    assert_non_null(strstr(end, "a/x cannot be read: too long"));
}

static void a_problem_may_be_told_again_within_itself(void **state)
{
    (void)state;
    Problem problem = {0};
    (void)problem_describe(&problem, STATUS_BAD_VALUE, "rho is negative");
    (void)problem_describe(&problem, problem.status, "lane 2: %s", problem.text);
    assert_string_equal(problem.text, "lane 2: rho is negative");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_status_and_sentence_and_hands_the_status_back),
        cmocka_unit_test(takes_no_problem_at_all),
        cmocka_unit_test(control_characters_and_escapes_become_question_marks),
        cmocka_unit_test(a_long_sentence_is_cut_at_a_whole_code_point),
        cmocka_unit_test(a_long_path_leaves_the_reason_behind_it_in_sight),
        cmocka_unit_test(a_problem_may_be_told_again_within_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
