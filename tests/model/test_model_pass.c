/* model/test_model_pass.c -- masks of their own for every layer and place. */
#include "model/model_pass.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_pass_without_dropout_drops_nothing(void **state)
{
    (void)state;
    const ModelPass pass = {.dropout_seed = 4, .first_window = 2};
    assert_true(model_pass_dropout(&pass, 0.5, 3, DROPOUT_PLACE_MLP_OUT).rate == 0.0);
}

static void every_layer_and_place_has_a_key_of_its_own(void **state)
{
    (void)state;
    enum { LAYERS = 5, COUNT = LAYERS * DROPOUT_PLACE_COUNT };
    uint64_t keys[2 * COUNT];
    for (size_t i = 0; i < 2 * COUNT; i++) {
        const ModelPass pass = {.has_dropout = true, .dropout_seed = i / COUNT, .first_window = 2};
        const DropoutPlace place = (DropoutPlace)(i % DROPOUT_PLACE_COUNT);
        const Dropout dropout =
            model_pass_dropout(&pass, 0.5, i % COUNT / DROPOUT_PLACE_COUNT, place);
        assert_true(dropout.rate == 0.5 && dropout.first_window == 2);
        keys[i] = dropout.key;
        for (size_t other = 0; other < i; other++) {
            assert_true(keys[other] != keys[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pass_without_dropout_drops_nothing),
        cmocka_unit_test(every_layer_and_place_has_a_key_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
