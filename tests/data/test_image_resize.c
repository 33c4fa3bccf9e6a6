/* tests/data/test_image_resize.c -- means of areas against counting fine squares, and what must stay the same. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "data/image_resize.h"

static void make_set(ImageSet *set, size_t count, size_t channels, size_t height, size_t width)
{
    Random random = random_stream(4, RANDOM_STREAM_NOISE, height);
    assert_int_equal(image_set_init(set, count, channels, height, width), STATUS_OK);
    set->class_count = 10;
    for (size_t i = 0; i < count * image_set_image_bytes(set); i++) {
        set->pixels[i] = (uint8_t)random_bits(&random);
    }
    for (size_t i = 0; i < count; i++) {
        set->labels[i] = (uint32_t)(i % 10);
        set->keys[i] = (uint32_t)(100 + i);
    }
}

static void the_same_size_is_the_same_set(void **state)
{
    (void)state;
    ImageSet set;
    ImageSet same;
    make_set(&set, 5, 3, 7, 9);
    assert_int_equal(image_set_resize(&set, 7, 9, &same), STATUS_OK);
    assert_memory_equal(set.pixels, same.pixels, 5 * image_set_image_bytes(&set));
    assert_memory_equal(set.labels, same.labels, 5 * sizeof *set.labels);
    assert_memory_equal(set.keys, same.keys, 5 * sizeof *set.keys);
    assert_int_equal(same.class_count, 10);
    image_set_clear(&same);
    /* Twice as large and back. */
    ImageSet large;
    assert_int_equal(image_set_resize(&set, 14, 18, &large), STATUS_OK);
    assert_int_equal(large.pixels[1], set.pixels[0]);
    assert_int_equal(image_set_resize(&large, 7, 9, &same), STATUS_OK);
    assert_memory_equal(set.pixels, same.pixels, 5 * image_set_image_bytes(&set));
    image_set_clear(&same);
    image_set_clear(&large);
    image_set_clear(&set);
}

/* MNIST's 28 to the bundled 16: each new pixel is 7/4 old ones wide, so 4 x 4 squares of an old pixel tell it exactly. */
static void pixels_are_means_of_the_areas_they_cover(void **state)
{
    (void)state;
    ImageSet set;
    ImageSet small;
    make_set(&set, 3, 2, 28, 28);
    assert_int_equal(image_set_resize(&set, 16, 16, &small), STATUS_OK);
    for (size_t i = 0; i < 3 * 2 * 256; i++) {
        const uint8_t *plane = set.pixels + i / 256 * 784;
        unsigned sum = 0;
        for (size_t s = 0; s < 49; s++) {
            const size_t y = (i % 256 / 16 * 7 + s / 7) / 4;
            const size_t x = (i % 16 * 7 + s % 7) / 4;
            sum += plane[y * 28 + x];
        }
        assert_int_equal(small.pixels[i], lround(sum / 49.0));
    }
    image_set_clear(&small);
    image_set_clear(&set);
}

static void refuses_sizes_beyond_the_limit(void **state)
{
    (void)state;
    ImageSet set;
    ImageSet untouched = {.count = 77};
    make_set(&set, 1, 1, 2, 2);
    assert_int_equal(image_set_resize(&set, IMAGE_SIDE_MAX + 1, 2, &untouched),
                     STATUS_OUT_OF_MEMORY);
    assert_int_equal(untouched.count, 77);
    image_set_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_size_is_the_same_set),
        cmocka_unit_test(pixels_are_means_of_the_areas_they_cover),
        cmocka_unit_test(refuses_sizes_beyond_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
