#include "tui/knob_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static void a_knob_is_found_by_key_and_symbol(void **unused)
{
    (void)unused;
    KnobId knob = KNOB_RHO;
    assert_true(knob_words_find("learning_rate", &knob));
    assert_int_equal(knob, KNOB_LEARNING_RATE);
    assert_true(knob_words_find("s", &knob));
    assert_int_equal(knob, KNOB_SCALE);
    assert_false(knob_words_find("scal", &knob));
    assert_false(knob_words_find("", &knob));
}

static void an_unknown_key_gets_the_nearest_one(void **unused)
{
    (void)unused;
    Problem problem = {0};
    assert_int_equal(knob_words_refuse_key("scal", &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "no knob \"scal\"; did you mean \"scale\"?");
    (void)knob_words_refuse_key("zzzzzzzz", &problem);
    assert_string_equal(problem.text, "no knob \"zzzzzzzz\"; Tab lists what there is");
}

static void numbers_and_words_are_read_and_checked(void **unused)
{
    (void)unused;
    Problem problem = {0};
    double value = -1.0;
    assert_int_equal(knob_words_read(KNOB_RHO, 1e6, NULL, ".05", &value, &problem), STATUS_OK);
    assert_true(value == 0.05);
    assert_int_equal(knob_words_read(KNOB_DIVERGENCE, 2.0, "trpo", "reverse-kl", &value, &problem),
                     STATUS_OK);
    assert_true(value == 1.0);
    assert_int_equal(knob_words_read(KNOB_DIVERGENCE, 2.0, "trpo", "l2", &value, &problem),
                     STATUS_BAD_VALUE);
    assert_string_equal(
        problem.text, "divergence of trpo takes forward-kl, reverse-kl, symmetric-kl, not \"l2\"");
    assert_int_equal(knob_words_read(KNOB_RHO, 1e6, NULL, "much", &value, &problem),
                     STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "\"much\" is not a number");
    assert_int_equal(knob_words_read(KNOB_RHO, 1e6, NULL, "-1", &value, &problem),
                     STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "rho must lie between 0 and 1e+06, not -1");
    assert_int_equal(knob_words_read(KNOB_INTERVAL, 1e6, NULL, "1.5", &value, &problem),
                     STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "interval must be a whole number, not 1.5");
    assert_true(value == 1.0); /* untouched */
    assert_int_equal(knob_words_check(KNOB_RHO, 1e6, NULL, NAN, &problem), STATUS_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_knob_is_found_by_key_and_symbol),
        cmocka_unit_test(an_unknown_key_gets_the_nearest_one),
        cmocka_unit_test(numbers_and_words_are_read_and_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
