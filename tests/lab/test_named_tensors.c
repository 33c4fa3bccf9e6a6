#include "lab/named_tensors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_tensor_is_found_by_its_name_with_its_shape(void **state)
{
    (void)state;
    NamedTensors list = {0};
    int32_t *labels = NULL;
    Real *pixels = NULL;
    const TensorShape image = {{2, 3, 4, 5}, 4};
    assert_int_equal(named_tensors_add_integers(&list, "y", (TensorShape){{2}, 1}, &labels),
                     STATUS_OK);
    assert_int_equal(named_tensors_add_reals(&list, "pixels", image, &pixels), STATUS_OK);
    assert_int_equal(labels[0] | labels[1], 0);
    labels[1] = 7;
    pixels[119] = 1;
    const NamedTensor *found = named_tensors_find(&list, "pixels");
    assert_int_equal(found->count, 120);
    assert_memory_equal(&found->shape, &image, sizeof image);
    assert_ptr_equal(found->reals, pixels);
    assert_null(found->integers);
    assert_int_equal(named_tensors_find(&list, "y")->integers[1], 7);
    assert_null(named_tensors_find(&list, "pixel"));
    named_tensors_clear(&list);
    assert_int_equal(list.count, 0);
}

static void what_memory_has_no_room_for_is_not_listed(void **state)
{
    (void)state;
    NamedTensors list = {0};
    int32_t *integers = NULL;
    Real *reals = NULL;
    const TensorShape huge = {{SIZE_MAX / 64}, 1};
    assert_int_equal(named_tensors_add_integers(&list, "x", huge, &integers), STATUS_OUT_OF_MEMORY);
    assert_int_equal(named_tensors_add_reals(&list, "z", huge, &reals), STATUS_OUT_OF_MEMORY);
    assert_int_equal(list.count, 0);
    assert_null(integers);
    assert_null(reals);
    named_tensors_clear(&list);
}

static void takes_as_many_as_it_says(void **state)
{
    (void)state;
    NamedTensors list = {0};
    for (int i = 0; i < NAMED_TENSORS_MAX; i++) {
        char name[NAMED_TENSOR_NAME_BYTES];
        int32_t *values = NULL;
        snprintf(name, sizeof name, "tensor %d", i);
        assert_int_equal(named_tensors_add_integers(&list, name, (TensorShape){{1}, 1}, &values),
                         STATUS_OK);
        *values = i;
    }
    assert_int_equal(named_tensors_find(&list, "tensor 7")->integers[0], 7);
    named_tensors_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tensor_is_found_by_its_name_with_its_shape),
        cmocka_unit_test(what_memory_has_no_room_for_is_not_listed),
        cmocka_unit_test(takes_as_many_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
