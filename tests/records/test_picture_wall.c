#include "records/picture_wall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void small_pictures_stay_as_they_are(void **state)
{
    (void)state;
    WallPicture picture = {.truth = 3};
    uint8_t pixels[3 * 2 * 4];
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)(10 * i);
    }
    wall_picture_set(&picture, pixels, 3, 2, 4);
    assert_int_equal(picture.channels, 3);
    assert_int_equal(picture.height, 2);
    assert_int_equal(picture.width, 4);
    assert_memory_equal(picture.pixels, pixels, sizeof pixels);
    assert_int_equal(picture.truth, 3);
}

static void large_ones_are_reduced_with_their_proportions(void **state)
{
    (void)state;
    WallPicture picture = {.truth = 0};
    uint8_t *pixels = malloc(64 * 28);
    assert_non_null(pixels);
    memset(pixels, 77, 64 * 28);
    wall_picture_set(&picture, pixels, 1, 64, 28);
    assert_int_equal(picture.height, 16);
    assert_int_equal(picture.width, 7);
    for (size_t i = 0; i < 16 * 7; i++) {
        assert_int_equal(picture.pixels[i], 77);
    }
    wall_picture_set(&picture, pixels, 1, 1, 1000); /* a thread of one row */
    assert_int_equal(picture.height, 1);
    assert_int_equal(picture.width, 16);
    wall_picture_set(&picture, pixels, 2, 8, 8);
    assert_int_equal(picture.channels, 1);
    free(pixels);
}

static void a_reduced_pixel_is_the_mean_of_its_area(void **state)
{
    (void)state;
    const uint8_t pixels[2 * 3] = {0, 90, 200, 60, 30, 100};
    uint8_t out[2] = {0, 0};
    /* 3 columns into 2: each takes one and a half */
    wall_pixels_reduce(pixels, 1, (const size_t[2]){2, 3}, (const size_t[2]){1, 2}, out);
    assert_int_equal(out[0], 40);  /* (0 + 45 + 60 + 15) / 3 */
    assert_int_equal(out[1], 120); /* (45 + 200 + 15 + 100) / 3 */
    /* the same lying down, 3 rows into 2 */
    const uint8_t lying[3 * 2] = {0, 60, 90, 30, 200, 100};
    wall_pixels_reduce(lying, 1, (const size_t[2]){3, 2}, (const size_t[2]){2, 1}, out);
    assert_int_equal(out[0], 40);
    assert_int_equal(out[1], 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_pictures_stay_as_they_are),
        cmocka_unit_test(large_ones_are_reduced_with_their_proportions),
        cmocka_unit_test(a_reduced_pixel_is_the_mean_of_its_area),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
