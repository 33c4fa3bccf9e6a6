#include "tui/completion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void what_all_candidates_agree_on_is_put_in(void **unused)
{
    (void)unused;
    CommandCompletion out;
    Completion completion = completion_begin("tr", &out);
    completion_offer(&completion, "tram-0");
    completion_offer(&completion, "sam");
    completion_offer(&completion, "tram-x");
    completion_finish(&completion);
    assert_int_equal(out.count, 2);
    assert_string_equal(out.insert, "am-");
    assert_string_equal(out.choices, "tram-0 tram-x");
}

static void a_single_word_is_finished_with_a_space(void **unused)
{
    (void)unused;
    CommandCompletion out;
    Completion completion = completion_begin("s", &out);
    completion.is_word = true;
    completion_offer(&completion, "sam");
    completion_finish(&completion);
    assert_string_equal(out.insert, "am ");
    completion = completion_begin("x", &out);
    completion.is_word = true;
    completion_finish(&completion);
    assert_int_equal(out.count, 0);
    assert_string_equal(out.insert, "");
}

static void the_hidden_part_is_not_shown(void **unused)
{
    (void)unused;
    CommandCompletion out;
    Completion completion = completion_begin("lanes.SAM.", &out);
    completion.hidden = strlen("lanes.SAM.");
    completion_offer(&completion, "lanes.SAM.rho=");
    completion_finish(&completion);
    assert_string_equal(out.choices, "rho=");
    assert_string_equal(out.insert, "rho=");
}

static void more_candidates_than_fit_are_counted(void **unused)
{
    (void)unused;
    CommandCompletion out;
    char name[32];
    Completion completion = completion_begin("", &out);
    for (int i = 0; i < 200; i++) {
        (void)snprintf(name, sizeof name, "candidate-%d", i);
        completion_offer(&completion, name);
    }
    completion_finish(&completion);
    assert_int_equal(out.count, 200);
    assert_true(strlen(out.choices) < sizeof out.choices);
    assert_string_equal(out.insert, "candidate-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_all_candidates_agree_on_is_put_in),
        cmocka_unit_test(a_single_word_is_finished_with_a_space),
        cmocka_unit_test(the_hidden_part_is_not_shown),
        cmocka_unit_test(more_candidates_than_fit_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
