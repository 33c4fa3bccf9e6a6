/* tests/data/test_image_batch.c -- pixels come scaled, in the order asked for. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/image_batch.h"

static void fills_scaled_pixels_and_labels(void **state)
{
    (void)state;
    ImageSet set;
    assert_int_equal(image_set_init(&set, 3, 2, 1, 2), STATUS_OK);
    for (size_t i = 0; i < 12; i++) {
        set.pixels[i] = (uint8_t)(i * 20);
    }
    set.labels[0] = 5;
    set.labels[2] = 7;
    const ImageScaling scaling = {.mean = {0.5, 0.25}, .deviation = {2.0, 0.5}};
    ImageBatch batch;
    assert_int_equal(image_batch_init(&batch, 2, &set), STATUS_OK);
    image_batch_fill(&batch, &set, &scaling, (uint32_t[]){2, 0});
    const double expected[] = {(160 / 255.0 - 0.5) / 2.0,
                               (180 / 255.0 - 0.5) / 2.0,
                               (200 / 255.0 - 0.25) * 2.0,
                               (220 / 255.0 - 0.25) * 2.0,
                               -0.25,
                               (20 / 255.0 - 0.5) / 2.0,
                               (40 / 255.0 - 0.25) * 2.0,
                               (60 / 255.0 - 0.25) * 2.0};
    for (size_t i = 0; i < 8; i++) {
        assert_true(fabs((double)batch.pixels[i] - expected[i]) < 1e-6);
    }
    assert_int_equal(batch.labels[0], 7);
    assert_int_equal(batch.labels[1], 5);
    image_batch_clear(&batch);
    assert_int_equal(image_batch_init(&batch, SIZE_MAX, &set), STATUS_OUT_OF_MEMORY);
    image_batch_clear(&batch);
    image_set_clear(&set);
}

/* Scaled by their own mean and deviation, the numbers have mean 0 and deviation 1. */
static void what_was_measured_comes_out_as_zero_and_one(void **state)
{
    (void)state;
    enum { COUNT = 50, PLANE = 12 };
    ImageSet set;
    assert_int_equal(image_set_init(&set, COUNT, 1, 3, 4), STATUS_OK);
    uint32_t all[COUNT];
    for (size_t i = 0; i < COUNT * PLANE; i++) {
        set.pixels[i] = (uint8_t)(i * i % 251);
        all[i / PLANE] = (uint32_t)(i / PLANE);
    }
    ImageScaling scaling;
    image_set_measure(&set, NULL, COUNT, scaling.mean, scaling.deviation);
    ImageBatch batch;
    assert_int_equal(image_batch_init(&batch, COUNT, &set), STATUS_OK);
    image_batch_fill(&batch, &set, &scaling, all);
    double sum = 0.0;
    double squares = 0.0;
    for (size_t i = 0; i < COUNT * PLANE; i++) {
        sum += (double)batch.pixels[i];
        squares += (double)batch.pixels[i] * (double)batch.pixels[i];
    }
    assert_true(fabs(sum / (COUNT * PLANE)) < 1e-6);
    assert_true(fabs(squares / (COUNT * PLANE) - 1.0) < 1e-6);
    image_batch_clear(&batch);
    image_set_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_scaled_pixels_and_labels),
        cmocka_unit_test(what_was_measured_comes_out_as_zero_and_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
