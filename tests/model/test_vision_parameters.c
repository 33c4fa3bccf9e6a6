/* model/test_vision_parameters.c -- known sizes, names, shapes in files, and first weights. */
#include "model/vision_parameters.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/model_check.h"
#include "model/safetensors.h"

static const VisionShape BASE = {.stack = {.C = 768, .L = 12, .H = 12, .F = 3072},
                                 .image_size = 224,
                                 .patch_size = 16,
                                 .channel_count = 3,
                                 .label_count = 1000};
static const VisionShape SMALL = {.stack = {.C = 8, .L = 2, .H = 2, .F = 20},
                                  .image_size = 6,
                                  .patch_size = 2,
                                  .channel_count = 3,
                                  .label_count = 5};

static void vit_base_has_its_known_size(void **state)
{
    (void)state;
    ParameterTable table;
    assert_int_equal(vision_table_create(&BASE, &table), STATUS_OK);
    assert_int_equal(table.size, 86567656);
    parameter_table_clear(&table);
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
    assert_int_equal(vision_table_create(&SMALL, &table), STATUS_OK);
    const size_t second = VISION_TENSOR_FIRST_BLOCK + STACK_TENSOR_COUNT;
    assert_place(&table, "vit.embeddings.cls_token", VISION_TENSOR_FIRST_TOKEN,
                 PARAMETER_GROUP_EMBEDDING);
    assert_place(&table, "vit.embeddings.patch_embeddings.projection.weight",
                 VISION_TENSOR_PATCH_WEIGHT, PARAMETER_GROUP_EMBEDDING);
    assert_place(&table, "vit.encoder.layer.1.attention.attention.value.bias",
                 second + STACK_VALUE_BIAS, PARAMETER_GROUP_ATTENTION);
    assert_place(&table, "vit.encoder.layer.1.layernorm_after.weight", second + STACK_NORM_2_GAIN,
                 PARAMETER_GROUP_NORM);
    assert_place(&table, "vit.layernorm.bias", vision_head_tensor(&SMALL, VISION_HEAD_NORM_BIAS),
                 PARAMETER_GROUP_NORM);
    assert_place(&table, "classifier.weight", vision_head_tensor(&SMALL, VISION_HEAD_OUT_WEIGHT),
                 PARAMETER_GROUP_HEAD);
    assert_int_equal(parameter_table_find(&table, "layernorm.bias"),
                     vision_head_tensor(&SMALL, VISION_HEAD_NORM_BIAS)); /* without "vit." */
    assert_true(parameter_table_skips(&table, "vit.pooler.dense.weight"));
    assert_true(parameter_table_skips(&table, "pooler.dense.weight"));
    assert_false(parameter_table_skips(&table, "vit.layernorm.weight"));
    parameter_table_clear(&table);
}

/* [1, 1, C], [1, T, C] and [C, channels, p, p] */
static void files_keep_the_shapes_of_hugging_face(void **state)
{
    (void)state;
    char path[] = "/tmp/tramlab-vision-XXXXXX";
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(close(descriptor), 0);
    ParameterTable table;
    assert_int_equal(vision_table_create(&SMALL, &table), STATUS_OK);
    Real *const params = calloc(2 * table.size, sizeof *params);
    assert_non_null(params);
    Real *const again = params + table.size;
    vision_initialise(&table, 3, params);
    assert_int_equal(safetensors_write_model(path, &table, params, NULL), STATUS_OK);
    assert_int_equal(safetensors_read(path, &table, again, NULL), STATUS_OK);
    for (size_t i = 0; i < table.size; i++) {
        assert_near((double)again[i], (double)params[i], 1e-7, "params", i);
    }
    char header[4096] = {0};
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 8, SEEK_SET), 0);
    assert_true(fread(header, 1, sizeof header - 1, file) > 1000);
    assert_int_equal(fclose(file), 0);
    assert_non_null(
        strstr(header, "\"vit.embeddings.cls_token\":{\"dtype\":\"F32\",\"shape\":[1,1,8]"));
    assert_non_null(strstr(
        header, "\"vit.embeddings.position_embeddings\":{\"dtype\":\"F32\",\"shape\":[1,10,8]"));
    assert_non_null(strstr(header, "projection.weight\":{\"dtype\":\"F32\",\"shape\":[8,3,2,2]"));
    /* A model for other patches is refused with the shape that was wanted. */
    parameter_table_clear(&table);
    VisionShape other = SMALL;
    other.patch_size = 3;
    Problem problem = {0};
    assert_int_equal(vision_table_create(&other, &table), STATUS_OK);
    Real *const more = calloc(table.size, sizeof *more);
    assert_non_null(more);
    assert_int_equal(safetensors_read(path, &table, more, &problem), STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "position_embeddings"));
    assert_non_null(strstr(problem.text, "[1, 5, 8]"));
    assert_int_equal(unlink(path), 0);
    free(more);
    free(params);
    parameter_table_clear(&table);
}

static void first_weights_are_normal(void **state)
{
    (void)state;
    ParameterTable table;
    assert_int_equal(vision_table_create(&SMALL, &table), STATUS_OK);
    Real *const params = calloc(table.size, sizeof *params);
    assert_non_null(params);
    vision_initialise(&table, 4, params);
    const ParameterTensor *const patch = &table.tensors[VISION_TENSOR_PATCH_WEIGHT];
    const double n = (double)(patch->rows * patch->cols);
    double squares = 0;
    for (size_t i = 0; i < patch->rows * patch->cols; i++) {
        squares += (double)params[patch->offset + i] * (double)params[patch->offset + i];
    }
    assert_true(fabs(sqrt(squares / n) / 0.02 - 1) < 5 / sqrt(2 * n));
    assert_true(fabs((double)params[0]) > 0); /* the first token is no bias */
    assert_near((double)params[table.tensors[VISION_TENSOR_PATCH_BIAS].offset], 0, 0, "bias", 0);
    assert_near(
        (double)params[table.tensors[vision_head_tensor(&SMALL, VISION_HEAD_NORM_GAIN)].offset], 1,
        0, "gain", 0);
    free(params);
    parameter_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vit_base_has_its_known_size),
        cmocka_unit_test(names_lead_to_places_and_groups),
        cmocka_unit_test(files_keep_the_shapes_of_hugging_face),
        cmocka_unit_test(first_weights_are_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
