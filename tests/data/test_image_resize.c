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

static void the_same_form_is_the_same_image(void **state)
{
    (void)state;
    enum { BYTES = 3 * 7 * 9 };
    ImageSet set;
    uint8_t same[BYTES];
    make_set(&set, 5, 3, 7, 9);
    image_resize(&set, 4, &(ImageForm){3, 7, 9}, same);
    assert_memory_equal(same, set.pixels + 4 * BYTES, BYTES);
    /* Twice as large and back. */
    ImageSet large;
    make_set(&large, 1, 3, 14, 18);
    image_resize(&set, 4, &(ImageForm){3, 14, 18}, large.pixels);
    assert_int_equal(large.pixels[1], set.pixels[4 * BYTES]);
    assert_int_equal(large.pixels[2], set.pixels[4 * BYTES + 1]);
    image_resize(&large, 0, &(ImageForm){3, 7, 9}, same);
    assert_memory_equal(same, set.pixels + 4 * BYTES, BYTES);
    image_set_clear(&large);
    image_set_clear(&set);
}

/* MNIST's 28 to the bundled 16: each new pixel is 7/4 old ones wide, so 4 x 4 squares of an old pixel tell it exactly. */
static void pixels_are_means_of_the_areas_they_cover(void **state)
{
    (void)state;
    ImageSet set;
    uint8_t small[3 * 256];
    make_set(&set, 2, 3, 28, 28);
    image_resize(&set, 1, &(ImageForm){3, 16, 16}, small);
    for (size_t i = 0; i < 3 * 256; i++) {
        const uint8_t *plane = set.pixels + (3 + i / 256) * 784;
        unsigned sum = 0;
        for (size_t s = 0; s < 49; s++) {
            const size_t y = (i % 256 / 16 * 7 + s / 7) / 4;
            const size_t x = (i % 16 * 7 + s % 7) / 4;
            sum += plane[y * 28 + x];
        }
        assert_int_equal(small[i], lround(sum / 49.0));
    }
    image_set_clear(&set);
}

static void gray_becomes_colours_and_colours_gray(void **state)
{
    (void)state;
    ImageSet set;
    uint8_t pixels[3 * 4];
    make_set(&set, 1, 1, 2, 2);
    image_resize(&set, 0, &(ImageForm){3, 2, 2}, pixels);
    for (size_t c = 0; c < 3; c++) {
        assert_memory_equal(pixels + 4 * c, set.pixels, 4);
    }
    image_set_clear(&set);
    make_set(&set, 1, 3, 1, 4);
    static const uint8_t colours[] = {255, 0, 0, 100, 0, 255, 0, 150, 0, 0, 255, 200};
    memcpy(set.pixels, colours, sizeof colours);
    image_resize(&set, 0, &(ImageForm){1, 1, 4}, pixels);
    assert_int_equal(pixels[0], 76);
    assert_int_equal(pixels[1], 150);
    assert_int_equal(pixels[2], 29);
    assert_int_equal(pixels[3], lround(29.9 + 88.05 + 22.8));
    /* One pixel from four. */
    image_resize(&set, 0, &(ImageForm){1, 1, 1}, pixels);
    assert_int_equal(pixels[0], lround((76.245 + 149.685 + 29.07 + 140.75) / 4.0));
    image_set_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_form_is_the_same_image),
        cmocka_unit_test(pixels_are_means_of_the_areas_they_cover),
        cmocka_unit_test(gray_becomes_colours_and_colours_gray),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
