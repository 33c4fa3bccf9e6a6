/* tests/data/test_image_set.c -- means against sums by hand, centring that loses no light, and sets that do not fit together. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "data/image_set.h"

static void measures_mean_and_deviation_of_each_channel(void **state)
{
    (void)state;
    ImageSet set;
    assert_int_equal(image_set_init(&set, 3, 2, 1, 2), STATUS_OK);
    static const uint8_t pixels[] = {0, 255, 7, 7, 51, 102, 7, 7, 9, 9, 9, 9};
    memcpy(set.pixels, pixels, sizeof pixels);
    double mean[2];
    double deviation[2];
    image_set_measure(&set, NULL, 2, mean, deviation);
    /* 0, 1, 0.2, 0.4: mean 0.4, squares 1.2 / 4 - 0.16 */
    assert_true(fabs(mean[0] - 0.4) < 1e-12);
    assert_true(fabs(deviation[0] - sqrt(0.14)) < 1e-12);
    assert_true(fabs(mean[1] - 7.0 / 255.0) < 1e-12);
    assert_true(deviation[1] == 1.0);
    image_set_measure(&set, (uint32_t[]){2}, 1, mean, deviation);
    assert_true(fabs(mean[0] - 9.0 / 255.0) < 1e-12);
    image_set_clear(&set);
    image_set_clear(&set);
}

static void light_moves_to_the_middle_as_a_whole(void **state)
{
    (void)state;
    ImageSet set;
    assert_int_equal(image_set_init(&set, 1, 2, 5, 7), STATUS_OK);
    set.pixels[0] = 100;          /* channel 0, (0, 0) */
    set.pixels[35 + 1] = 100;     /* channel 1, (0, 1) */
    set.pixels[7] = 100;          /* channel 0, (1, 0) */
    set.pixels[35 + 7 + 1] = 100; /* channel 1, (1, 1) */
    image_set_centre(&set);
    /* The centre of mass was (0.5, 0.5) and comes to (2.5, 2.5), as near as whole pixels come to (2, 3): 1.5 and 2.5
     * round away from zero. */
    assert_int_equal(set.pixels[2 * 7 + 3], 100);
    assert_int_equal(set.pixels[35 + 2 * 7 + 4], 100);
    assert_int_equal(set.pixels[3 * 7 + 3], 100);
    assert_int_equal(set.pixels[35 + 3 * 7 + 4], 100);
    image_set_clear(&set);
}

static double centre_x(const uint8_t *pixels, size_t side)
{
    double moment = 0.0;
    double total = 0.0;
    for (size_t i = 0; i < side * side; i++) {
        moment += pixels[i] * (double)(i % side);
        total += pixels[i];
    }
    return total > 0.0 ? moment / total : ((double)side - 1.0) / 2.0;
}

static int compare_bytes(const void *a, const void *b)
{
    return *(const uint8_t *)a - *(const uint8_t *)b;
}

static void random_blots_are_centred_without_losing_light(void **state)
{
    (void)state;
    enum { SIDE = 16, COUNT = 200 };
    Random random = random_stream(3, RANDOM_STREAM_NOISE, 0);
    ImageSet set;
    assert_int_equal(image_set_init(&set, COUNT, 1, SIDE, SIDE), STATUS_OK);
    for (size_t i = 1; i < COUNT; i++) { /* the first stays black */
        const size_t width = 1 + random_below(&random, SIDE);
        const size_t height = 1 + random_below(&random, SIDE);
        const size_t left = random_below(&random, SIDE - width + 1);
        const size_t top = random_below(&random, SIDE - height + 1);
        for (size_t p = 0; p < width * height; p++) {
            set.pixels[i * SIDE * SIDE + (top + p / width) * SIDE + left + p % width] =
                (uint8_t)random_bits(&random);
        }
    }
    uint8_t *before = malloc(COUNT * SIDE * SIDE);
    assert_non_null(before);
    memcpy(before, set.pixels, COUNT * SIDE * SIDE);
    image_set_centre(&set);
    for (size_t i = 0; i < COUNT; i++) {
        uint8_t *now = set.pixels + i * SIDE * SIDE;
        uint8_t *then = before + i * SIDE * SIDE;
        const double off = fabs(centre_x(now, SIDE) - 7.5);
        const double off_then = fabs(centre_x(then, SIDE) - 7.5);
        assert_true(off <= off_then + 1e-9);
        /* Nearer than half a pixel, unless an edge is in the way. */
        int edge = 0;
        for (size_t y = 0; y < SIDE; y++) {
            edge |= now[y * SIDE] | now[y * SIDE + SIDE - 1];
        }
        assert_true(off <= 0.5 + 1e-9 || edge != 0);
        qsort(now, SIDE * SIDE, 1, compare_bytes);
        qsort(then, SIDE * SIDE, 1, compare_bytes);
        assert_memory_equal(now, then, SIDE * SIDE);
    }
    free(before);
    image_set_clear(&set);
}

static void light_at_the_edges_holds_an_image_where_it_is(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        ImageSet set;
        assert_int_equal(image_set_init(&set, 1, 1, 9, 9), STATUS_OK);
        set.pixels[2] = i == 0 ? 255 : 1; /* two of the first row */
        set.pixels[8] = i == 0 ? 1 : 255;
        set.pixels[6 * 9 + 5] = 1;
        uint8_t expected[81] = {0};
        /* To the right there is no room; to the left there are two columns. Down there are two rows. */
        const size_t left = i == 0 ? 0 : 2;
        expected[2 * 9 + 2 - left] = set.pixels[2];
        expected[2 * 9 + 8 - left] = set.pixels[8];
        expected[8 * 9 + 5 - left] = 1;
        image_set_centre(&set);
        assert_memory_equal(set.pixels, expected, sizeof expected);
        image_set_clear(&set);
    }
}

static void names_two_sets_that_differ(void **state)
{
    (void)state;
    ImageSet a;
    ImageSet b;
    Problem problem = {0};
    assert_int_equal(image_set_init(&a, 1, 1, 28, 28), STATUS_OK);
    assert_int_equal(image_set_init(&b, 1, 1, 16, 16), STATUS_OK);
    a.class_count = b.class_count = 10;
    assert_int_equal(image_set_check_alike(&a, "a.idx", &b, "b.bin", &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "b.bin: its images are 16x16 with 1 channels, but those of "
                                      "a.idx 28x28 with 1; one model cannot take both.");
    assert_int_equal(image_set_check_alike(&a, "a", &a, "a", NULL), STATUS_OK);
    ImageSet c = a;
    c.class_count = 8;
    assert_int_equal(image_set_check_alike(&a, "a", &c, "c", &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "c: has 8 classes, but a has 10"));
    image_set_clear(&a);
    image_set_clear(&b);
    assert_int_equal(image_set_init(&a, 1, 1, IMAGE_SIDE_MAX + 1, 1), STATUS_OUT_OF_MEMORY);
    assert_int_equal(image_set_init(&a, SIZE_MAX / 2, 1, 1, 1), STATUS_OUT_OF_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_mean_and_deviation_of_each_channel),
        cmocka_unit_test(light_moves_to_the_middle_as_a_whole),
        cmocka_unit_test(random_blots_are_centred_without_losing_light),
        cmocka_unit_test(light_at_the_edges_holds_an_image_where_it_is),
        cmocka_unit_test(names_two_sets_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
