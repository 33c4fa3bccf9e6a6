/* model/test_parameters.c -- the table's layout, its names, and the first weights. */
#include "model/parameters.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const CausalLmShape SMALL = {
    .V = 300, .P = 20, .C = 32, .L = 3, .H = 4, .F = 100, .layer_norm_epsilon = 1e-5};

static void tensors_fill_the_vector_without_gap_or_overlap(void **state)
{
    (void)state;
    ParameterTable table;
    assert_int_equal(parameter_table_create(&SMALL, &table), STATUS_OK);
    assert_int_equal(table.count, 2 + 3 * BLOCK_TENSOR_COUNT + 2);
    size_t next = 0;
    for (size_t i = 0; i < table.count; i++) {
        assert_int_equal(table.tensors[i].offset, next);
        next += table.tensors[i].rows * table.tensors[i].cols;
        assert_int_equal(table.tensors[i].is_vector, table.tensors[i].rows == 1);
    }
    assert_int_equal(next, table.size);
    parameter_table_clear(&table);
    assert_null(table.tensors);
    assert_int_equal(table.size, 0);
}

static void gpt2_small_has_its_known_size(void **state)
{
    (void)state;
    const CausalLmShape gpt2 = {
        .V = 50257, .P = 1024, .C = 768, .L = 12, .H = 12, .F = 3072, .layer_norm_epsilon = 1e-5};
    ParameterTable table;
    assert_int_equal(parameter_table_create(&gpt2, &table), STATUS_OK);
    assert_int_equal(table.size, 124439808);
    parameter_table_clear(&table);
}

static void names_lead_to_places_with_and_without_prefix(void **state)
{
    (void)state;
    ParameterTable table;
    assert_int_equal(parameter_table_create(&SMALL, &table), STATUS_OK);
    assert_int_equal(parameter_table_find(&table, "wte.weight"), TENSOR_TOKEN_EMBEDDING);
    assert_int_equal(parameter_table_find(&table, "transformer.wpe.weight"),
                     TENSOR_POSITION_EMBEDDING);
    const size_t place = parameter_table_find(&table, "h.2.mlp.c_fc.weight");
    assert_int_equal(place, TENSOR_FIRST_BLOCK + 2 * BLOCK_TENSOR_COUNT + BLOCK_MLP_IN_WEIGHT);
    assert_int_equal(table.tensors[place].rows, 32);
    assert_int_equal(table.tensors[place].cols, 100);
    assert_int_equal(table.tensors[place].group, PARAMETER_GROUP_MLP);
    const size_t bias = parameter_table_find(&table, "h.0.attn.c_attn.bias");
    assert_int_equal(bias, TENSOR_FIRST_BLOCK + BLOCK_QKV_BIAS);
    assert_int_equal(table.tensors[bias].group, PARAMETER_GROUP_ATTENTION);
    assert_true(table.tensors[bias].is_bias);
    assert_int_equal(table.tensors[parameter_table_find(&table, "transformer.ln_f.weight")].group,
                     PARAMETER_GROUP_NORM);
    assert_int_equal(table.tensors[0].group, PARAMETER_GROUP_EMBEDDING);
    assert_true(parameter_table_find(&table, "h.3.ln_1.weight") == SIZE_MAX);
    assert_true(parameter_table_find(&table, "lm_head.weight") == SIZE_MAX);
    assert_true(parameter_table_skips(&table, "lm_head.weight"));
    assert_true(parameter_table_skips(&table, "score.weight"));
    parameter_table_clear(&table);
}

static double deviation_of(const Real *values, size_t n)
{
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
    }
    return sqrt(squares / (double)n - (sum / (double)n) * (sum / (double)n));
}

static void first_weights_have_gpt2s_deviations_and_depend_only_on_the_seed(void **state)
{
    (void)state;
    ParameterTable table;
    assert_int_equal(parameter_table_create(&SMALL, &table), STATUS_OK);
    Real *const first = calloc(table.size, sizeof *first);
    Real *const second = calloc(table.size, sizeof *second);
    assert_non_null(first);
    assert_non_null(second);
    parameters_initialise(&table, &SMALL, 42, first);
    for (size_t i = 0; i < table.count; i++) {
        const ParameterTensor *const tensor = &table.tensors[i];
        const size_t n = tensor->rows * tensor->cols;
        if (tensor->is_vector) {
            for (size_t k = 0; k < n; k++) {
                assert_true(first[tensor->offset + k] == (tensor->is_bias ? 0 : 1));
            }
            continue;
        }
        const double wanted = strstr(tensor->name, "c_proj") != NULL ? 0.02 / sqrt(6.0) : 0.02;
        const double got = deviation_of(first + tensor->offset, n);
        assert_true(fabs(got / wanted - 1) < 5 / sqrt(2.0 * (double)n)); /* five standard errors */
    }
    parameters_initialise(&table, &SMALL, 42, second);
    assert_memory_equal(first, second, table.size * sizeof *first);
    parameters_initialise(&table, &SMALL, 43, second);
    assert_memory_not_equal(first, second, SMALL.V * SMALL.C * sizeof *first);
    free(first);
    free(second);
    parameter_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_fill_the_vector_without_gap_or_overlap),
        cmocka_unit_test(gpt2_small_has_its_known_size),
        cmocka_unit_test(names_lead_to_places_with_and_without_prefix),
        cmocka_unit_test(first_weights_have_gpt2s_deviations_and_depend_only_on_the_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
