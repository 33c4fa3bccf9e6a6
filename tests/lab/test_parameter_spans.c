#include "lab/parameter_spans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void spans_cover_every_weight_once_and_know_the_tied_head(void **state)
{
    (void)state;
    const CausalLmShape shape = {.V = 11, .P = 4, .C = 8, .L = 2, .H = 2, .F = 32};
    ParameterTable table;
    ParameterSpan *spans = NULL;
    size_t heads = 0;
    size_t biases = 0;
    size_t norms = 0;
    size_t past = 0;
    assert_int_equal(parameter_table_create(&shape, &table), STATUS_OK);
    assert_int_equal(parameter_spans_create(&table, &spans), STATUS_OK);
    for (size_t i = 0; i < table.count; i++) {
        assert_int_equal(spans[i].offset, past);
        past += spans[i].size;
        heads += spans[i].is_head ? 1 : 0;
        biases += spans[i].is_bias ? 1 : 0;
        norms += spans[i].group == SPAN_NORM ? 1 : 0;
    }
    assert_int_equal(past, table.size);
    assert_int_equal(heads, 1);
    assert_true(spans[TENSOR_TOKEN_EMBEDDING].is_head);
    assert_int_equal(spans[TENSOR_TOKEN_EMBEDDING].group, SPAN_EMBEDDING);
    assert_int_equal(biases, 2 * 6 + 1);
    assert_int_equal(norms, 2 * 4 + 2);
    free(spans);
    parameter_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_cover_every_weight_once_and_know_the_tied_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
