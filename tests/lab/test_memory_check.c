#include "lab/memory_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_fits_is_let_through(void **state)
{
    (void)state;
    Problem problem = {0};
    assert_int_equal(memory_check(1e3, 1e3, &problem), STATUS_OK);
}

static void what_does_not_fit_is_refused_with_the_figures(void **state)
{
    (void)state;
    Problem problem = {0};
    assert_int_equal(memory_check(4e15, 1e15, &problem), STATUS_OUT_OF_MEMORY);
    assert_non_null(strstr(problem.text, "needs about 5000000.0 GB more (lanes 4000000.0"));
    assert_non_null(strstr(problem.text, "GB are free"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_let_through),
        cmocka_unit_test(what_does_not_fit_is_refused_with_the_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
