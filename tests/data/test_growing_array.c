/* tests/data/test_growing_array.c -- growing, and refusing what cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "data/growing_array.h"

static void keeps_the_items_while_it_grows(void **state)
{
    (void)state;
    size_t capacity = 0;
    int *items = NULL;
    for (size_t i = 0; i < 1000; i++) {
        items = array_with_room(items, &capacity, i + 1, sizeof *items);
        assert_non_null(items);
        assert_true(capacity >= i + 1);
        items[i] = (int)i;
    }
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(items[i], i);
    }
    free(items);
}

static void refuses_a_size_that_overflows_and_changes_nothing(void **state)
{
    (void)state;
    size_t capacity = 0;
    assert_null(array_with_room(NULL, &capacity, SIZE_MAX / 4, 16));
    assert_null(array_with_room(NULL, &capacity, SIZE_MAX, 1));
    assert_int_equal(capacity, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_items_while_it_grows),
        cmocka_unit_test(refuses_a_size_that_overflows_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
