/* model/test_stack_shape.c -- the keys that encoders have in common (their refusals are tested with the models'). */
#include "model/stack_shape.h"

#include "model/config_text.h"

static void what_is_added_reads_back_the_same(void **state)
{
    (void)state;
    const StackShape shape = {.C = 12,
                              .L = 3,
                              .H = 4,
                              .F = 50,
                              .layer_norm_epsilon = 2e-5,
                              .hidden_dropout = 0.1,
                              .attention_dropout = 0.2,
                              .initializer_range = 0.05};
    StackShape again = {0};
    Json *const config = json_new_object();
    assert_true(stack_shape_add(config, &shape));
    assert_int_equal(stack_shape_read((ConfigSource){config, "x.json", NULL}, &again), STATUS_OK);
    json_destroy(config);
    assert_int_equal(again.C, 12);
    assert_int_equal(again.L, 3);
    assert_int_equal(again.H, 4);
    assert_int_equal(again.F, 50);
    assert_true(again.layer_norm_epsilon == 2e-5);
    assert_true(again.hidden_dropout == 0.1 && again.attention_dropout == 0.2);
    assert_true(again.initializer_range == 0.05);
}

static void a_dropout_of_zero_is_written_too(void **state)
{
    (void)state;
    const StackShape shape = {.C = 1, .L = 1, .H = 1, .F = 1, .layer_norm_epsilon = 1e-5};
    Json *const config = json_new_object();
    assert_true(stack_shape_add(config, &shape));
    assert_true(json_is_number(json_member(config, "hidden_dropout_prob")));
    assert_true(json_is_number(json_member(config, "attention_probs_dropout_prob")));
    json_destroy(config);
}

static void a_refusal_leaves_the_shape_alone(void **state)
{
    (void)state;
    StackShape shape = {.C = 77};
    Problem problem = {0};
    Json *const config = config_with("\"hidden_size\":10,\"num_hidden_layers\":1,"
                                     "\"num_attention_heads\":3,\"intermediate_size\":5",
                                     "");
    assert_int_equal(stack_shape_read((ConfigSource){config, "x.json", &problem}, &shape),
                     STATUS_BAD_VALUE);
    json_destroy(config);
    assert_int_equal(shape.C, 77);
    assert_non_null(strstr(problem.text, "num_attention_heads"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_reads_back_the_same),
        cmocka_unit_test(a_dropout_of_zero_is_written_too),
        cmocka_unit_test(a_refusal_leaves_the_shape_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
