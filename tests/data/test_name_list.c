/* tests/data/test_name_list.c -- names keep their numbers until they are sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data/name_list.h"

static void fill(NameList *list, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t number = 0;
        assert_int_equal(name_list_add(list, names[i], &number), STATUS_OK);
    }
}

static void a_name_has_one_number(void **state)
{
    (void)state;
    NameList list = {0};
    static const char *const names[] = {"b", "a", "b", ""};
    fill(&list, names, 4);
    assert_int_equal(list.count, 3);
    assert_int_equal(name_list_find(&list, "b"), 0);
    assert_int_equal(name_list_find(&list, "a"), 1);
    assert_int_equal(name_list_find(&list, ""), 2);
    assert_int_equal(name_list_find(&list, "c"), NAME_NOT_FOUND);
    name_list_clear(&list);
    name_list_clear(&list);
}

static void sorts_numbers_by_value_and_before_words(void **state)
{
    (void)state;
    NameList list = {0};
    static const char *const names[] = {"10", "no", "2", "yes", "maybe", "0"};
    static const char *const sorted[] = {"0", "2", "10", "maybe", "no", "yes"};
    static const uint32_t expected[] = {2, 4, 1, 5, 3, 0};
    fill(&list, names, 6);
    uint32_t order[6];
    name_list_sort(&list, order);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(list.names[i], sorted[i]);
        assert_int_equal(order[i], expected[i]);
    }
    name_list_clear(&list);
}

static void a_hundred_names_end_up_sorted(void **state)
{
    (void)state;
    NameList list = {0};
    uint32_t order[100];
    for (unsigned i = 0; i < 100; i++) {
        char name[16];
        uint32_t number = 0;
        snprintf(name, sizeof name, "%u", i * 37 % 100);
        assert_int_equal(name_list_add(&list, name, &number), STATUS_OK);
    }
    name_list_sort(&list, order);
    for (unsigned i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        assert_string_equal(list.names[i], name);
        assert_int_equal(order[i], i * 37 % 100);
    }
    name_list_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_one_number),
        cmocka_unit_test(sorts_numbers_by_value_and_before_words),
        cmocka_unit_test(a_hundred_names_end_up_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
