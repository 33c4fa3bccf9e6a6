/* tests/data/test_image_set.c -- sets that are joined, and sets that do not fit together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/image_set.h"

static void two_sets_become_one(void **state)
{
    (void)state;
    ImageSet set;
    ImageSet more;
    assert_int_equal(image_set_init(&set, 2, 1, 1, 3), STATUS_OK);
    assert_int_equal(image_set_init(&more, 1, 1, 1, 3), STATUS_OK);
    set.class_count = 4;
    more.class_count = 6;
    set.pixels[5] = 50;
    set.labels[1] = 3;
    set.keys[1] = 31;
    more.pixels[0] = 60;
    more.labels[0] = 5;
    more.keys[0] = 51;
    assert_int_equal(image_set_append(&set, &more), STATUS_OK);
    assert_int_equal(set.count, 3);
    assert_int_equal(set.class_count, 6);
    static const uint8_t pixels[] = {0, 0, 0, 0, 0, 50, 60, 0, 0};
    static const uint32_t labels[] = {0, 3, 5};
    static const uint32_t keys[] = {0, 31, 51};
    assert_memory_equal(set.pixels, pixels, sizeof pixels);
    assert_memory_equal(set.labels, labels, sizeof labels);
    assert_memory_equal(set.keys, keys, sizeof keys);
    image_set_clear(&set);
    image_set_clear(&set);
    image_set_clear(&more);
}

static void names_two_sets_that_differ(void **state)
{
    (void)state;
    ImageSet a;
    ImageSet b;
    Problem problem = {0};
    assert_int_equal(image_set_init(&a, 1, 1, 28, 28), STATUS_OK);
    assert_int_equal(image_set_init(&b, 1, 1, 16, 16), STATUS_OK);
    assert_int_equal(image_set_check_alike(&a, "a.idx", &b, "b.bin", &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "b.bin: its images are 16x16 with 1 channels, but those of "
                                      "a.idx 28x28 with 1; in one data set they must be alike.");
    assert_int_equal(image_set_check_alike(&a, "a", &a, "a", NULL), STATUS_OK);
    image_set_clear(&a);
    image_set_clear(&b);
    assert_int_equal(image_set_init(&a, 1, 1, IMAGE_SIDE_MAX + 1, 1), STATUS_OUT_OF_MEMORY);
    assert_int_equal(image_set_init(&a, SIZE_MAX / 2, 1, 1, 1), STATUS_OUT_OF_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_sets_become_one),
        cmocka_unit_test(names_two_sets_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
