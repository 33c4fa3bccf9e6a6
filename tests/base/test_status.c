/* base/test_status.c -- every code has its sentence. */
#include "base/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_code_has_a_sentence_of_its_own_without_full_stop(void **state)
{
    (void)state;
    for (unsigned i = 0; i < (unsigned)STATUS_COUNT; i++) {
        const char *const sentence = status_sentence((Status)i);
        assert_non_null(sentence);
        assert_true(strlen(sentence) > 3);
        assert_int_not_equal(sentence[strlen(sentence) - 1], '.');
        for (unsigned j = 0; j < i; j++) {
            assert_string_not_equal(sentence, status_sentence((Status)j));
        }
    }
    assert_string_equal(status_sentence(STATUS_OUT_OF_MEMORY), "not enough memory");
    assert_string_equal(status_sentence(STATUS_TERMINAL_UNUSABLE),
                        "the terminal cannot show the screen");
}

static void a_number_that_is_no_code_still_gives_a_sentence(void **state)
{
    (void)state;
    volatile int count =
        STATUS_COUNT; /* volatile: hides the value from the compiler's range warnings */
    volatile int negative = -1;
    assert_string_equal(status_sentence((Status)count), "an unknown problem");
    assert_string_equal(status_sentence((Status)negative), "an unknown problem");
}

static Status doubled(Status inner, int *value)
{
    TRY(inner);
    *value *= 2;
    return STATUS_OK;
}

static void try_hands_a_failure_on_and_stops_there(void **state)
{
    (void)state;
    int value = 21;
    assert_int_equal(doubled(STATUS_BAD_VALUE, &value), STATUS_BAD_VALUE);
    assert_int_equal(value, 21);
    assert_int_equal(doubled(STATUS_OK, &value), STATUS_OK);
    assert_int_equal(value, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_sentence_of_its_own_without_full_stop),
        cmocka_unit_test(a_number_that_is_no_code_still_gives_a_sentence),
        cmocka_unit_test(try_hands_a_failure_on_and_stops_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
