/* model/test_stack_parameters.c -- a block's tensors: names, sizes, and query, key and value side by side. */
#include "model/stack_parameters.h"

#include "model/model_check.h"

static const StackNames NAMES = {.layer_prefix = "m.layer.",
                                 .tensors = {"qw", "kw", "vw", "qb", "kb", "vb", "ow", "ob", "n1g",
                                             "n1b", "iw", "ib", "uw", "ub", "n2g", "n2b"}};
static const StackShape SHAPE = {.C = 6, .L = 3, .H = 2, .F = 10};

static ParameterTable make_table(void)
{
    ParameterTable table;
    assert_int_equal(parameter_table_begin(&table, 3 * STACK_TENSOR_COUNT, NULL), STATUS_OK);
    stack_parameters_append(&table, &SHAPE, &NAMES);
    assert_int_equal(parameter_table_end(&table), STATUS_OK);
    return table;
}

static void every_block_has_its_tensors_under_its_number(void **state)
{
    (void)state;
    ParameterTable table = make_table();
    assert_int_equal(table.count, 3 * STACK_TENSOR_COUNT);
    assert_int_equal(table.size, 3 * (4 * 36 + 4 * 6 + 2 * 60 + 10 + 6 + 4 * 6));
    assert_string_equal(table.tensors[2 * STACK_TENSOR_COUNT + STACK_MLP_OUT_WEIGHT].name,
                        "m.layer.2.uw");
    const ParameterTensor *const in = &table.tensors[STACK_TENSOR_COUNT + STACK_MLP_IN_WEIGHT];
    assert_int_equal(in->rows, 10); /* [out, in] */
    assert_int_equal(in->cols, 6);
    assert_int_equal(in->group, PARAMETER_GROUP_MLP);
    assert_true(table.tensors[STACK_NORM_1_GAIN].is_vector &&
                !table.tensors[STACK_NORM_1_GAIN].is_bias);
    assert_int_equal(table.tensors[STACK_NORM_2_BIAS].group, PARAMETER_GROUP_NORM);
    assert_true(table.tensors[STACK_VALUE_BIAS].is_bias);
    parameter_table_clear(&table);
}

static void query_key_and_value_are_one_matrix_and_one_bias(void **state)
{
    (void)state;
    ParameterTable table = make_table();
    const ParameterTensor *const block = &table.tensors[STACK_TENSOR_COUNT];
    assert_int_equal(block[STACK_KEY_WEIGHT].offset, block[STACK_QUERY_WEIGHT].offset + 36);
    assert_int_equal(block[STACK_VALUE_WEIGHT].offset, block[STACK_QUERY_WEIGHT].offset + 72);
    assert_int_equal(block[STACK_KEY_BIAS].offset, block[STACK_QUERY_BIAS].offset + 6);
    assert_int_equal(block[STACK_VALUE_BIAS].offset, block[STACK_QUERY_BIAS].offset + 12);
    parameter_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_has_its_tensors_under_its_number),
        cmocka_unit_test(query_key_and_value_are_one_matrix_and_one_bias),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
