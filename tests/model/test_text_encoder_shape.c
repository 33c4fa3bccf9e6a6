/* model/test_text_encoder_shape.c -- XLM-R's configurations that are read, and those that are refused with the key named. */
#include "model/text_encoder_shape.h"

#include "model/config_text.h"

/* As xlm-roberta-base has it. */
static const char GOOD[] =
    "\"model_type\":\"xlm-roberta\",\"attention_probs_dropout_prob\":0.1,\"bos_token_id\":0,"
    "\"classifier_dropout\":null,\"eos_token_id\":2,\"hidden_act\":\"gelu\","
    "\"hidden_dropout_prob\":0.2,\"hidden_size\":768,\"initializer_range\":0.02,"
    "\"intermediate_size\":3072,\"layer_norm_eps\":1e-05,\"max_position_embeddings\":514,"
    "\"num_attention_heads\":12,\"num_hidden_layers\":12,\"output_past\":true,\"pad_token_id\":1,"
    "\"position_embedding_type\":\"absolute\",\"type_vocab_size\":1,\"use_cache\":true,"
    "\"vocab_size\":250002";

static TextEncoderShape read_with(const char *member, TextEncoderHead head)
{
    TextEncoderShape shape;
    Problem problem = {0};
    Json *const config = config_with(GOOD, member);
    if (text_encoder_shape_from_json(config, "config.json", head, &shape, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    json_destroy(config);
    return shape;
}

static void reads_the_configuration_of_xlm_r(void **state)
{
    (void)state;
    const TextEncoderShape shape = read_with("", TEXT_HEAD_CLASSIFIER);
    assert_int_equal(shape.family, TEXT_ENCODER_XLM_ROBERTA);
    assert_int_equal(shape.V, 250002);
    assert_int_equal(shape.P, 514);
    assert_int_equal(shape.stack.C, 768);
    assert_int_equal(shape.stack.L, 12);
    assert_int_equal(shape.stack.H, 12);
    assert_int_equal(shape.stack.F, 3072);
    assert_int_equal(shape.type_count, 1);
    assert_int_equal(shape.padding, 1);
    assert_int_equal(shape.label_count, 2);
    assert_int_equal(text_encoder_longest(&shape), 512);
    assert_int_equal(text_encoder_output_width(&shape), 2);
    assert_true(shape.stack.layer_norm_epsilon > 0.99e-5 &&
                shape.stack.layer_norm_epsilon < 1.01e-5);
    assert_true(shape.stack.attention_dropout == 0.1 && shape.stack.hidden_dropout == 0.2);
    assert_true(shape.classifier_dropout == 0.2); /* null: as the hidden one */
}

static void reads_what_may_differ(void **state)
{
    (void)state;
    assert_int_equal(read_with("\"model_type\":\"roberta\"", TEXT_HEAD_MASKED_LM).family,
                     TEXT_ENCODER_ROBERTA);
    const TextEncoderShape masked_lm = read_with("", TEXT_HEAD_MASKED_LM);
    assert_int_equal(text_encoder_output_width(&masked_lm), 250002);
    assert_int_equal(read_with("\"num_labels\":5", TEXT_HEAD_CLASSIFIER).label_count, 5);
    assert_int_equal(
        read_with("\"id2label\":{\"0\":\"a\",\"1\":\"b\",\"2\":\"c\"}", TEXT_HEAD_CLASSIFIER)
            .label_count,
        3);
    assert_true(read_with("\"classifier_dropout\":0.4", TEXT_HEAD_CLASSIFIER).classifier_dropout ==
                0.4);
    /* Not there: none, and Hugging Face's defaults. */
    assert_true(read_with("\"hidden_dropout_prob\"", TEXT_HEAD_CLASSIFIER).classifier_dropout ==
                0.0);
    assert_int_equal(read_with("\"pad_token_id\"", TEXT_HEAD_CLASSIFIER).padding, 1);
    assert_true(read_with("\"initializer_range\"", TEXT_HEAD_CLASSIFIER).stack.initializer_range ==
                0.02);
    assert_true(
        read_with("\"initializer_range\":0.1", TEXT_HEAD_CLASSIFIER).stack.initializer_range ==
        0.1);
    assert_true(read_with("\"layer_norm_eps\"", TEXT_HEAD_CLASSIFIER).stack.layer_norm_epsilon ==
                1e-12);
    (void)read_with("\"position_embedding_type\"", TEXT_HEAD_CLASSIFIER);
    (void)read_with("\"hidden_act\"", TEXT_HEAD_CLASSIFIER);
}

static void refuses_a_wrong_value_and_names_its_key(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"\"model_type\":\"bert\"", "model_type"},
        {"\"model_type\"", "model_type"},
        {"\"hidden_act\":\"gelu_new\"", "hidden_act"},
        {"\"position_embedding_type\":\"relative_key\"", "position_embedding_type"},
        {"\"is_decoder\":true", "is_decoder"},
        {"\"add_cross_attention\":true", "add_cross_attention"},
        {"\"tie_word_embeddings\":false", "tie_word_embeddings"},
        {"\"hidden_size\":0", "hidden_size"},
        {"\"hidden_size\":770", "hidden_size"},
        {"\"hidden_size\"", "hidden_size"},
        {"\"num_hidden_layers\":0", "num_hidden_layers"},
        {"\"num_attention_heads\":\"12\"", "num_attention_heads"},
        {"\"intermediate_size\":2.5", "intermediate_size"},
        {"\"vocab_size\":1048577", "vocab_size"},
        {"\"type_vocab_size\":0", "type_vocab_size"},
        {"\"max_position_embeddings\":2", "pad_token_id"},
        {"\"pad_token_id\":-1", "pad_token_id"},
        {"\"pad_token_id\":250002", "pad_token_id"},
        {"\"pad_token_id\":513", "pad_token_id"},
        {"\"layer_norm_eps\":0", "layer_norm_eps"},
        {"\"hidden_dropout_prob\":1", "hidden_dropout_prob"},
        {"\"attention_probs_dropout_prob\":-0.1", "attention_probs_dropout_prob"},
        {"\"classifier_dropout\":1.5", "classifier_dropout"},
        {"\"num_labels\":0", "num_labels"},
        {"\"id2label\":{}", "id2label"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TextEncoderShape shape = {.V = 123};
        Problem problem = {0};
        Json *const config = config_with(GOOD, cases[i][0]);
        assert_int_equal(text_encoder_shape_from_json(config, "config.json", TEXT_HEAD_CLASSIFIER,
                                                      &shape, &problem),
                         STATUS_BAD_VALUE);
        json_destroy(config);
        if (strstr(problem.text, cases[i][1]) == NULL ||
            strstr(problem.text, "config.json") == NULL) {
            fail_msg("\"%s\" does not name %s", problem.text, cases[i][1]);
        }
        assert_int_equal(shape.V, 123);
    }
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    static const char *const names[] = {"entailment", "neutral", "contradiction"};
    const TextEncoderShape shape = {.stack = {.C = 12,
                                              .L = 3,
                                              .H = 4,
                                              .F = 50,
                                              .layer_norm_epsilon = 2e-5,
                                              .hidden_dropout = 0.1,
                                              .attention_dropout = 0.2,
                                              .initializer_range = 0.05},
                                    .family = TEXT_ENCODER_ROBERTA,
                                    .head = TEXT_HEAD_CLASSIFIER,
                                    .V = 2048,
                                    .P = 130,
                                    .type_count = 2,
                                    .padding = 0,
                                    .label_count = 3,
                                    .classifier_dropout = 0};
    TextEncoderShape again;
    memset(&again, 0, sizeof again);
    Json *const config = text_encoder_shape_to_json(&shape, names);
    assert_non_null(config);
    assert_string_equal(json_string(json_first(json_member(config, "architectures"))),
                        "RobertaForSequenceClassification");
    assert_string_equal(json_string(json_member(json_member(config, "id2label"), "2")),
                        "contradiction");
    assert_true(json_number(json_member(json_member(config, "label2id"), "neutral")) == 1.0);
    assert_int_equal(
        text_encoder_shape_from_json(config, "config.json", TEXT_HEAD_CLASSIFIER, &again, NULL),
        STATUS_OK);
    json_destroy(config);
    assert_int_equal(again.stack.C, 12);
    assert_int_equal(again.stack.L, 3);
    assert_int_equal(again.stack.H, 4);
    assert_int_equal(again.stack.F, 50);
    assert_int_equal(again.family, TEXT_ENCODER_ROBERTA);
    assert_int_equal(again.V, 2048);
    assert_int_equal(again.P, 130);
    assert_int_equal(again.type_count, 2);
    assert_int_equal(again.padding, 0);
    assert_int_equal(again.label_count, 3);
    assert_true(again.stack.layer_norm_epsilon == 2e-5 && again.stack.hidden_dropout == 0.1);
    assert_true(again.stack.attention_dropout == 0.2 && again.classifier_dropout == 0.0);
    assert_true(again.stack.initializer_range == 0.05);
}

static void each_head_and_family_has_its_architecture(void **state)
{
    (void)state;
    static const char *const wanted[] = {"RobertaForSequenceClassification", "RobertaForMaskedLM",
                                         "XLMRobertaForSequenceClassification",
                                         "XLMRobertaForMaskedLM"};
    for (size_t i = 0; i < 4; i++) {
        TextEncoderShape shape = read_with("", TEXT_HEAD_CLASSIFIER);
        shape.family = i / 2 == 0 ? TEXT_ENCODER_ROBERTA : TEXT_ENCODER_XLM_ROBERTA;
        shape.head = i % 2 == 0 ? TEXT_HEAD_CLASSIFIER : TEXT_HEAD_MASKED_LM;
        Json *const config = text_encoder_shape_to_json(&shape, NULL);
        assert_string_equal(json_string(json_first(json_member(config, "architectures"))),
                            wanted[i]);
        assert_string_equal(json_string(json_member(json_member(config, "id2label"), "1")),
                            i % 2 == 0 ? "LABEL_1" : "");
        json_destroy(config);
    }
}

static void any_rate_above_0_is_dropout(void **state)
{
    (void)state;
    TextEncoderShape shape = {.head = TEXT_HEAD_CLASSIFIER};
    assert_false(text_encoder_has_dropout(&shape));
    shape.classifier_dropout = 0.1;
    assert_true(text_encoder_has_dropout(&shape));
    shape.head = TEXT_HEAD_MASKED_LM; /* which has none in its head */
    assert_false(text_encoder_has_dropout(&shape));
    shape.stack.hidden_dropout = 0.1;
    assert_true(text_encoder_has_dropout(&shape));
    shape.stack = (StackShape){.attention_dropout = 0.1};
    assert_true(text_encoder_has_dropout(&shape));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_rate_above_0_is_dropout),
        cmocka_unit_test(reads_the_configuration_of_xlm_r),
        cmocka_unit_test(reads_what_may_differ),
        cmocka_unit_test(refuses_a_wrong_value_and_names_its_key),
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(each_head_and_family_has_its_architecture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
