/* model/test_vision_shape.c -- a Vision Transformer's configurations that are read, and those that are refused with the key named. */
#include "model/vision_shape.h"

#include "model/config_text.h"

/* As google/vit-base-patch16-224 has it. */
static const char GOOD[] =
    "\"model_type\":\"vit\",\"attention_probs_dropout_prob\":0.0,\"encoder_stride\":16,"
    "\"hidden_act\":\"gelu\",\"hidden_dropout_prob\":0.125,\"hidden_size\":768,"
    "\"image_size\":224,\"initializer_range\":0.02,\"intermediate_size\":3072,"
    "\"layer_norm_eps\":1e-12,\"num_attention_heads\":12,\"num_channels\":3,"
    "\"num_hidden_layers\":12,\"patch_size\":16,\"qkv_bias\":true";

static void reads_the_configuration_of_vit_base(void **state)
{
    (void)state;
    VisionShape shape;
    Json *const config =
        config_with(GOOD, "\"id2label\":{\"0\":\"cat\",\"1\":\"dog\",\"2\":\"owl\"}");
    assert_int_equal(vision_shape_from_json(config, "config.json", &shape, NULL), STATUS_OK);
    json_destroy(config);
    assert_int_equal(shape.stack.C, 768);
    assert_int_equal(shape.stack.L, 12);
    assert_int_equal(shape.image_size, 224);
    assert_int_equal(shape.patch_size, 16);
    assert_int_equal(shape.channel_count, 3);
    assert_int_equal(shape.label_count, 3);
    assert_int_equal(vision_patch_count(&shape), 196);
    assert_int_equal(vision_patch_width(&shape), 768);
    assert_int_equal(vision_image_numbers(&shape), 3 * 224 * 224);
    assert_true(shape.stack.hidden_dropout == 0.125 && shape.stack.layer_norm_epsilon == 1e-12);
}

static void refuses_a_wrong_value_and_names_its_key(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"\"model_type\":\"deit\"", "model_type"},
        {"\"hidden_act\":\"gelu_fast\"", "hidden_act"},
        {"\"qkv_bias\":false", "qkv_bias"},
        {"\"image_size\":[224]", "image_size"},
        {"\"image_size\":4097", "image_size"},
        {"\"image_size\":225", "image_size"},
        {"\"patch_size\":0", "patch_size"},
        {"\"patch_size\":448", "patch_size"},
        {"\"patch_size\"", "patch_size"},
        {"\"num_channels\":65", "num_channels"},
        {"\"num_attention_heads\":11", "num_attention_heads"},
        {"\"num_labels\":1.5", "num_labels"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        VisionShape shape = {.image_size = 123};
        Problem problem = {0};
        Json *const config = config_with(GOOD, cases[i][0]);
        assert_int_equal(vision_shape_from_json(config, "config.json", &shape, &problem),
                         STATUS_BAD_VALUE);
        json_destroy(config);
        if (strstr(problem.text, cases[i][1]) == NULL ||
            strstr(problem.text, "config.json") == NULL) {
            fail_msg("\"%s\" does not name %s", problem.text, cases[i][1]);
        }
        assert_int_equal(shape.image_size, 123);
    }
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    const VisionShape shape = {.stack = {.C = 12,
                                         .L = 3,
                                         .H = 4,
                                         .F = 50,
                                         .layer_norm_epsilon = 2e-5,
                                         .initializer_range = 0.05,
                                         .attention_dropout = 0.2},
                               .image_size = 30,
                               .patch_size = 10,
                               .channel_count = 1,
                               .label_count = 4};
    VisionShape again;
    Json *const config = vision_shape_to_json(&shape, NULL);
    assert_non_null(config);
    assert_string_equal(json_string(json_first(json_member(config, "architectures"))),
                        "ViTForImageClassification");
    assert_string_equal(json_string(json_member(json_member(config, "id2label"), "3")), "LABEL_3");
    assert_int_equal(vision_shape_from_json(config, "config.json", &again, NULL), STATUS_OK);
    json_destroy(config);
    assert_int_equal(again.stack.C, 12);
    assert_int_equal(again.stack.F, 50);
    assert_int_equal(again.image_size, 30);
    assert_int_equal(again.patch_size, 10);
    assert_int_equal(again.channel_count, 1);
    assert_int_equal(again.label_count, 4);
    assert_true(again.stack.attention_dropout == 0.2 && again.stack.hidden_dropout == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_configuration_of_vit_base),
        cmocka_unit_test(refuses_a_wrong_value_and_names_its_key),
        cmocka_unit_test(what_is_written_reads_back_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
