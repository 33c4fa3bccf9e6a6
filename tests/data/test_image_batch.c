/* tests/data/test_image_batch.c -- pixels come scaled, in the order asked for and in one form. */
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
    assert_int_equal(image_set_init(&set, 3, 3, 1, 2), STATUS_OK);
    for (size_t i = 0; i < 18; i++) {
        set.pixels[i] = (uint8_t)(i * 14);
    }
    set.labels[0] = 5;
    set.labels[2] = 7;
    const ImageScaling scaling = {.mean = {0.5, 0.25, 0.0}, .deviation = {2.0, 0.5, 1.0}};
    ImageBatch batch;
    const ImageForm form = {3, 1, 2};
    assert_int_equal(image_batch_init(&batch, 2, &form), STATUS_OK);
    image_batch_put(&batch, 0, &set, 2, &scaling);
    image_batch_put(&batch, 1, &set, 0, &scaling);
    for (size_t i = 0; i < 12; i++) {
        const size_t c = i % 6 / 2;
        const double byte = (double)((i < 6 ? 12 + i : i - 6) * 14);
        const double expected = (byte / 255.0 - scaling.mean[c]) / scaling.deviation[c];
        assert_true(fabs((double)batch.pixels[i] - expected) < 1e-6);
    }
    assert_int_equal(batch.labels[0], 7);
    assert_int_equal(batch.labels[1], 5);
    image_batch_clear(&batch);
    assert_int_equal(image_batch_init(&batch, SIZE_MAX, &form), STATUS_OUT_OF_MEMORY);
    image_batch_clear(&batch);
    image_set_clear(&set);
}

static void images_of_two_forms_meet_in_a_batch(void **state)
{
    (void)state;
    ImageSet gray;
    ImageSet colours;
    assert_int_equal(image_set_init(&gray, 1, 1, 2, 2), STATUS_OK);
    assert_int_equal(image_set_init(&colours, 1, 3, 1, 1), STATUS_OK);
    gray.pixels[0] = 204; /* a quarter of it is 51: 0.2 */
    colours.pixels[1] = 255;
    const ImageScaling scaling = {.deviation = {1.0, 1.0, 1.0}};
    const ImageForm form = {3, 1, 1};
    ImageBatch batch;
    assert_int_equal(image_batch_init(&batch, 2, &form), STATUS_OK);
    image_batch_put(&batch, 0, &gray, 0, &scaling);
    image_batch_put(&batch, 1, &colours, 0, &scaling);
    static const double expected[] = {0.2, 0.2, 0.2, 0.0, 1.0, 0.0};
    for (size_t i = 0; i < 6; i++) {
        assert_true(fabs((double)batch.pixels[i] - expected[i]) < 1e-6);
    }
    image_batch_clear(&batch);
    image_set_clear(&gray);
    image_set_clear(&colours);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_scaled_pixels_and_labels),
        cmocka_unit_test(images_of_two_forms_meet_in_a_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
