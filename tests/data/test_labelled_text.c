/* tests/data/test_labelled_text.c -- examples keep their texts, and label numbers do not depend on the order of rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data/labelled_text.h"

static void add(LabelledText *set, const char *first, const char *second, const char *label)
{
    const LabelledRow row = {first, second, label, strlen(first) % 2 == 0 ? "en" : "sw", "train"};
    assert_int_equal(labelled_text_add(set, &row), STATUS_OK);
}

static void keeps_texts_through_growth(void **state)
{
    (void)state;
    LabelledText set = {0};
    char text[32];
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "text %d", i);
        add(&set, text, "second", i % 3 == 0 ? "b" : "a");
    }
    assert_int_equal(set.count, 3000);
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "text %d", i);
        assert_string_equal(labelled_text_first(&set, (size_t)i), text);
        assert_string_equal(labelled_text_second(&set, (size_t)i), "second");
    }
    labelled_text_clear(&set);
}

static void numbers_labels_alike_whatever_the_order_of_rows(void **state)
{
    (void)state;
    static const char *const labels[] = {"10", "no", "9", "maybe"};
    static const uint32_t sorted[] = {1, 3, 0, 2};
    for (size_t shift = 0; shift < 4; shift++) {
        LabelledText set = {0};
        for (size_t i = 0; i < 4; i++) {
            add(&set, "x", NULL, labels[(i + shift) % 4]);
        }
        assert_int_equal(labelled_text_sort_labels(&set), STATUS_OK);
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(set.examples[i].label, sorted[(i + shift) % 4]);
        }
        labelled_text_clear(&set);
    }
}

static void numbers_labels_as_a_model_does(void **state)
{
    (void)state;
    static const char *const names[] = {"no", "maybe", "yes"};
    static const char *const strange[][3] = {
        {"no", "maybe", "?"}, {"no", "no", "yes"}, {"no", "maybe", "yes"}};
    static const size_t counts[] = {3, 3, 2};
    LabelledText set = {0};
    for (size_t i = 0; i < 3; i++) {
        add(&set, "x", NULL, names[2 - i]);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(labelled_text_number_labels(&set, strange[i], counts[i]),
                         STATUS_BAD_VALUE);
        assert_string_equal(set.labels.names[0], "yes");
        assert_int_equal(set.examples[2].label, 2);
    }
    assert_int_equal(labelled_text_number_labels(&set, names, 3), STATUS_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(set.examples[i].label, 2 - i);
        assert_string_equal(set.labels.names[i], names[i]);
    }
    labelled_text_clear(&set);
}

static void chooses_by_language_and_split(void **state)
{
    (void)state;
    LabelledText set = {0};
    add(&set, "even", NULL, "a");
    add(&set, "odd", NULL, "a");
    add(&set, "also even", NULL, "a");
    add(&set, "four", NULL, "a");
    uint32_t chosen[4];
    assert_int_equal(labelled_text_choose(&set, "en", "train", chosen), 2);
    assert_int_equal(chosen[0], 0);
    assert_int_equal(chosen[1], 3);
    assert_int_equal(labelled_text_choose(&set, NULL, NULL, NULL), 4);
    assert_int_equal(labelled_text_choose(&set, "sw", NULL, chosen), 2);
    assert_int_equal(chosen[1], 2);
    assert_int_equal(labelled_text_choose(&set, "en", "test", NULL), 0);
    labelled_text_clear(&set);
}

static void refuses_to_mix_and_to_have_too_many_labels(void **state)
{
    (void)state;
    LabelledText set = {0};
    add(&set, "x", "y", "a");
    const LabelledRow single = {"x", NULL, "a", "en", ""};
    assert_int_equal(labelled_text_add(&set, &single), STATUS_BAD_VALUE);
    assert_int_equal(set.count, 1);
    labelled_text_clear(&set);
    for (int i = 0; i < LABEL_COUNT_MAX; i++) {
        char label[16];
        snprintf(label, sizeof label, "%d", i);
        add(&set, "x", NULL, label);
    }
    const LabelledRow more = {"x", NULL, "one more", "en", ""};
    assert_int_equal(labelled_text_add(&set, &more), STATUS_BAD_VALUE);
    assert_int_equal(set.count, LABEL_COUNT_MAX);
    labelled_text_clear(&set);
    labelled_text_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_texts_through_growth),
        cmocka_unit_test(numbers_labels_alike_whatever_the_order_of_rows),
        cmocka_unit_test(numbers_labels_as_a_model_does),
        cmocka_unit_test(chooses_by_language_and_split),
        cmocka_unit_test(refuses_to_mix_and_to_have_too_many_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
