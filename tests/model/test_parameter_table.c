/* model/test_parameter_table.c -- laying out, names with and without prefix, and first values. */
#include "model/parameter_table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const SKIPPED[] = {"pooler.*", "*.position_ids", NULL};
static const CheckpointNames HELD = {
    .prefix = "base.", .is_prefix_in_table = true, .skipped = SKIPPED};
static const CheckpointNames ADDED = {.prefix = "base.", .skipped = SKIPPED};

static const ParameterTensor WEIGHT = {.name = "weight", .rows = 40, .cols = 50};
static const ParameterTensor GAIN = {
    .name = "gain", .rows = 1, .cols = 7, .group = PARAMETER_GROUP_HEAD, .is_vector = 1};
static const ParameterTensor BIAS = {.name = "bias",
                                     .rows = 1,
                                     .cols = 5,
                                     .group = PARAMETER_GROUP_HEAD,
                                     .is_vector = 1,
                                     .is_bias = 1};
static const ParameterTensor OUT = {
    .name = "out", .rows = 30, .cols = 20, .group = PARAMETER_GROUP_HEAD};

static ParameterTable four_tensors(const CheckpointNames *files)
{
    ParameterTable table;
    const char *const prefix = files != NULL && files->is_prefix_in_table ? "base.x." : "x.";
    assert_int_equal(parameter_table_begin(&table, 4, files), STATUS_OK);
    parameter_table_append(&table, prefix, &WEIGHT);
    parameter_table_append(&table, prefix, &GAIN);
    parameter_table_append(&table, "", &BIAS);
    parameter_table_append(&table, "", &OUT);
    assert_int_equal(parameter_table_end(&table), STATUS_OK);
    return table;
}

static void tensors_stand_one_behind_the_other(void **state)
{
    (void)state;
    ParameterTable table = four_tensors(&HELD);
    const size_t offsets[] = {0, 2000, 2007, 2012};
    assert_int_equal(table.count, 4);
    assert_int_equal(table.size, 2612);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(table.tensors[i].offset, offsets[i]);
    }
    assert_string_equal(table.tensors[0].name, "base.x.weight");
    parameter_table_clear(&table);
    assert_null(table.tensors);
}

static void a_vector_too_large_for_memory_is_refused(void **state)
{
    (void)state;
    const ParameterTensor huge = {.name = "w", .rows = (size_t)1 << 31, .cols = (size_t)1 << 31};
    ParameterTable table;
    assert_int_equal(parameter_table_begin(&table, 2, NULL), STATUS_OK);
    parameter_table_append(&table, "a.", &huge);
    parameter_table_append(&table, "b.", &huge);
    assert_int_equal(parameter_table_end(&table), STATUS_OUT_OF_MEMORY);
    assert_null(table.tensors);
}

static void names_are_found_and_saved_with_the_prefix_of_the_files(void **state)
{
    (void)state;
    const CheckpointNames *const files[] = {&HELD, &ADDED};
    for (size_t k = 0; k < 2; k++) {
        ParameterTable table = four_tensors(files[k]);
        char name[PARAMETER_NAME_BYTES];
        assert_int_equal(parameter_table_find(&table, "base.x.gain"), 1);
        assert_int_equal(parameter_table_find(&table, "x.gain"), 1);
        assert_int_equal(parameter_table_find(&table, "out"), 3);
        assert_true(parameter_table_find(&table, "gain") == SIZE_MAX);
        assert_true(parameter_table_find(&table, "other.x.gain") == SIZE_MAX);
        parameter_table_saved_name(&table, 1, name);
        assert_string_equal(name, "base.x.gain");
        parameter_table_saved_name(&table, 3, name);
        assert_string_equal(name, k == 0 ? "out" : "base.out");
        parameter_table_clear(&table);
    }
}

static void a_table_without_names_of_files_takes_them_as_they_are(void **state)
{
    (void)state;
    ParameterTable table = four_tensors(NULL);
    char name[PARAMETER_NAME_BYTES];
    assert_int_equal(parameter_table_find(&table, "x.weight"), 0);
    assert_true(parameter_table_find(&table, "base.x.weight") == SIZE_MAX);
    parameter_table_saved_name(&table, 0, name);
    assert_string_equal(name, "x.weight");
    assert_false(parameter_table_skips(&table, "pooler.weight"));
    parameter_table_clear(&table);
}

static void skips_what_the_patterns_say(void **state)
{
    (void)state;
    ParameterTable table = four_tensors(&HELD);
    assert_true(parameter_table_skips(&table, "pooler.dense.weight"));
    assert_true(parameter_table_skips(&table, "base.embeddings.position_ids"));
    assert_false(parameter_table_skips(&table, "base.pooler.dense.weight"));
    assert_false(parameter_table_skips(&table, "base.x.weight"));
    parameter_table_clear(&table);
}

static void a_new_head_is_normal_and_leaves_the_body_alone(void **state)
{
    (void)state;
    ParameterTable table = four_tensors(&HELD);
    Real *const params = calloc(2 * table.size, sizeof *params);
    assert_non_null(params);
    Real *const again = params + table.size;
    parameter_head_initialise(&table, 9, params);
    double squares = 0;
    for (size_t i = 0; i < 2012; i++) {
        const double wanted = i >= 2000 && i < 2007 ? 1 : 0;
        assert_true(fabs((double)params[i] - wanted) < 1e-12);
    }
    for (size_t i = 2012; i < 2612; i++) {
        squares += (double)params[i] * (double)params[i];
    }
    assert_true(fabs(sqrt(squares / 600) / 0.02 - 1) < 5 / sqrt(1200.0)); /* five standard errors */
    parameter_head_initialise(&table, 9, again);
    assert_memory_equal(params, again, table.size * sizeof *params);
    parameter_head_initialise(&table, 10, again);
    assert_memory_not_equal(params + 2012, again + 2012, 600 * sizeof *params);
    free(params);
    parameter_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_stand_one_behind_the_other),
        cmocka_unit_test(a_vector_too_large_for_memory_is_refused),
        cmocka_unit_test(names_are_found_and_saved_with_the_prefix_of_the_files),
        cmocka_unit_test(a_table_without_names_of_files_takes_them_as_they_are),
        cmocka_unit_test(skips_what_the_patterns_say),
        cmocka_unit_test(a_new_head_is_normal_and_leaves_the_body_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
