/* model/test_text_encoder_parameters.c -- known sizes, names, groups, what files may hold besides, and first weights. */
#include "model/text_encoder_parameters.h"

#include <string.h>

#include "model/model_check.h"

static TextEncoderShape base_shape(size_t V, TextEncoderHead head)
{
    return (TextEncoderShape){.stack = {.C = 768, .L = 12, .H = 12, .F = 3072},
                              .head = head,
                              .V = V,
                              .P = 514,
                              .type_count = 1,
                              .padding = 1,
                              .label_count = 3};
}

static const TextEncoderShape SMALL = {
    .stack = {.C = 8, .L = 2, .H = 2, .F = 20, .initializer_range = 0.07},
    .head = TEXT_HEAD_CLASSIFIER,
    .V = 300,
    .P = 40,
    .type_count = 2,
    .padding = 1,
    .label_count = 5};

static void the_published_models_have_their_known_sizes(void **state)
{
    (void)state;
    const TextEncoderShape shapes[] = {base_shape(250002, TEXT_HEAD_MASKED_LM),
                                       base_shape(50265, TEXT_HEAD_MASKED_LM),
                                       base_shape(250002, TEXT_HEAD_CLASSIFIER)};
    const size_t sizes[] = {278295186, 124697433, 277453056 + 768 * 768 + 768 + 3 * 768 + 3};
    for (size_t i = 0; i < 3; i++) {
        ParameterTable table;
        assert_int_equal(text_encoder_table_create(&shapes[i], &table), STATUS_OK);
        assert_int_equal(table.size, sizes[i]);
        parameter_table_clear(&table);
    }
}

static void assert_place(const ParameterTable *table, const char *name, size_t place,
                         ParameterGroup group)
{
    assert_int_equal(parameter_table_find(table, name), place);
    assert_string_equal(table->tensors[place].name, name);
    assert_int_equal(table->tensors[place].group, group);
}

static void names_lead_to_places_and_groups(void **state)
{
    (void)state;
    ParameterTable table;
    assert_int_equal(text_encoder_table_create(&SMALL, &table), STATUS_OK);
    const size_t second = TEXT_TENSOR_FIRST_BLOCK + STACK_TENSOR_COUNT;
    assert_place(&table, "roberta.embeddings.word_embeddings.weight", TEXT_TENSOR_WORD_EMBEDDING,
                 PARAMETER_GROUP_EMBEDDING);
    assert_place(&table, "roberta.embeddings.token_type_embeddings.weight",
                 TEXT_TENSOR_TYPE_EMBEDDING, PARAMETER_GROUP_EMBEDDING);
    assert_place(&table, "roberta.embeddings.LayerNorm.bias", TEXT_TENSOR_NORM_BIAS,
                 PARAMETER_GROUP_NORM);
    assert_place(&table, "roberta.encoder.layer.1.attention.self.key.weight",
                 second + STACK_KEY_WEIGHT, PARAMETER_GROUP_ATTENTION);
    assert_place(&table, "roberta.encoder.layer.1.attention.output.LayerNorm.weight",
                 second + STACK_NORM_1_GAIN, PARAMETER_GROUP_NORM);
    assert_place(&table, "roberta.encoder.layer.1.intermediate.dense.bias",
                 second + STACK_MLP_IN_BIAS, PARAMETER_GROUP_MLP);
    assert_place(&table, "classifier.out_proj.weight",
                 text_encoder_first_head_tensor(&SMALL) + CLASSIFIER_OUT_WEIGHT,
                 PARAMETER_GROUP_HEAD);
    assert_int_equal(parameter_table_find(&table, "encoder.layer.0.output.dense.bias"),
                     TEXT_TENSOR_FIRST_BLOCK + STACK_MLP_OUT_BIAS); /* of a file without head */
    assert_true(parameter_table_find(&table, "roberta.encoder.layer.2.output.dense.bias") ==
                SIZE_MAX);
    assert_int_equal(table.tensors[TEXT_TENSOR_WORD_EMBEDDING].is_tied_head, 0);
    parameter_table_clear(&table);
    TextEncoderShape shape = SMALL;
    shape.head = TEXT_HEAD_MASKED_LM;
    assert_int_equal(text_encoder_table_create(&shape, &table), STATUS_OK);
    assert_place(&table, "lm_head.bias", text_encoder_first_head_tensor(&shape) + MASKED_LM_BIAS,
                 PARAMETER_GROUP_HEAD);
    assert_int_equal(table.tensors[TEXT_TENSOR_WORD_EMBEDDING].is_tied_head, 1);
    parameter_table_clear(&table);
}

static void the_longest_name_fits(void **state)
{
    (void)state;
    TextEncoderShape shape = SMALL;
    shape.stack = (StackShape){.C = 1, .L = 100001, .H = 1, .F = 1};
    ParameterTable table;
    assert_int_equal(text_encoder_table_create(&shape, &table), STATUS_OK);
    const size_t last = TEXT_TENSOR_FIRST_BLOCK + 100000 * STACK_TENSOR_COUNT;
    assert_string_equal(table.tensors[last + STACK_NORM_1_GAIN].name,
                        "roberta.encoder.layer.100000.attention.output.LayerNorm.weight");
    parameter_table_clear(&table);
}

static void files_may_hold_the_other_head_a_pooler_and_buffers(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        TextEncoderShape shape = SMALL;
        shape.head = k == 0 ? TEXT_HEAD_CLASSIFIER : TEXT_HEAD_MASKED_LM;
        ParameterTable table;
        assert_int_equal(text_encoder_table_create(&shape, &table), STATUS_OK);
        assert_true(parameter_table_skips(&table, "roberta.pooler.dense.weight"));
        assert_true(parameter_table_skips(&table, "pooler.dense.bias"));
        assert_true(parameter_table_skips(&table, "roberta.embeddings.position_ids"));
        assert_true(parameter_table_skips(&table, "embeddings.position_ids"));
        assert_true(parameter_table_skips(&table, "lm_head.decoder.weight"));
        assert_true(parameter_table_skips(&table, "classifier.weight"));
        assert_true(parameter_table_skips(&table, "classifier.bias"));
        assert_true(parameter_table_skips(&table, "qa_outputs.weight"));
        assert_int_equal(parameter_table_skips(&table, "lm_head.dense.weight"), k == 0);
        assert_int_equal(parameter_table_skips(&table, "classifier.dense.weight"), k == 1);
        assert_false(parameter_table_skips(&table, "roberta.encoder.layer.9.output.dense.bias"));
        parameter_table_clear(&table);
    }
}

static void first_weights_are_normal_with_nothing_for_padding(void **state)
{
    (void)state;
    ParameterTable table;
    assert_int_equal(text_encoder_table_create(&SMALL, &table), STATUS_OK);
    Real *const params = calloc(2 * table.size, sizeof *params);
    assert_non_null(params);
    Real *const again = params + table.size;
    text_encoder_initialise(&table, &SMALL, 4, params);
    text_encoder_initialise(&table, &SMALL, 4, again);
    assert_memory_equal(params, again, table.size * sizeof *params);
    double squares = 0;
    const size_t words = SMALL.V * SMALL.stack.C;
    for (size_t i = 0; i < words; i++) {
        squares += (double)params[i] * (double)params[i];
    }
    assert_true(fabs(sqrt(squares / (double)words) / 0.07 - 1) < 5 / sqrt(2.0 * (double)words));
    for (size_t j = 0; j < SMALL.stack.C; j++) {
        const size_t positions = table.tensors[TEXT_TENSOR_POSITION_EMBEDDING].offset;
        assert_near((double)params[SMALL.stack.C + j], 0, 0, "word", j);
        assert_near((double)params[positions + SMALL.stack.C + j], 0, 0, "position", j);
        assert_true(fabs((double)params[j]) > 0 && fabs((double)params[positions + j]) > 0);
    }
    assert_near((double)params[table.tensors[TEXT_TENSOR_NORM_GAIN].offset], 1, 0, "gain", 0);
    free(params);
    parameter_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_models_have_their_known_sizes),
        cmocka_unit_test(names_lead_to_places_and_groups),
        cmocka_unit_test(the_longest_name_fits),
        cmocka_unit_test(files_may_hold_the_other_head_a_pooler_and_buffers),
        cmocka_unit_test(first_weights_are_normal_with_nothing_for_padding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
