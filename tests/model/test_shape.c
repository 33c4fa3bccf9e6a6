/* model/test_shape.c -- configurations that are read, and those that are refused with the key named. */
#include "model/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define GOOD                                                                                       \
    "\"model_type\":\"gpt2\",\"activation_function\":\"gelu_new\",\"vocab_size\":50257,"           \
    "\"n_positions\":1024,\"n_embd\":768,\"n_layer\":12,\"n_head\":12,\"n_inner\":null,"           \
    "\"layer_norm_epsilon\":1e-05"

static Status read_text(const char *text, CausalLmShape *out, Problem *problem)
{
    Json *config = NULL;
    assert_int_equal(json_parse(text, strlen(text), "config.json", &config, NULL), STATUS_OK);
    const Status status = shape_from_json(config, "config.json", out, problem);
    json_destroy(config);
    return status;
}

static void reads_the_configuration_of_gpt2(void **state)
{
    (void)state;
    CausalLmShape shape;
    assert_int_equal(read_text("{" GOOD ",\"n_ctx\":1024,\"attn_pdrop\":0.25,\"embd_pdrop\":0.125,"
                               "\"scale_attn_weights\":true}",
                               &shape, NULL),
                     STATUS_OK);
    assert_int_equal(shape.V, 50257);
    assert_int_equal(shape.P, 1024);
    assert_int_equal(shape.C, 768);
    assert_int_equal(shape.L, 12);
    assert_int_equal(shape.H, 12);
    assert_int_equal(shape.F, 4 * 768);
    assert_true(shape.layer_norm_epsilon > 0.99e-5 && shape.layer_norm_epsilon < 1.01e-5);
    assert_true(shape.attention_dropout == 0.25 && shape.embedding_dropout == 0.125);
    assert_true(shape.residual_dropout == 0.0); /* not there: none */
}

static void refuses_a_wrong_value_and_names_its_key(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"\"n_embd\":0", "n_embd"},
        {"\"n_embd\":-768", "n_embd"},
        {"\"n_embd\":768.5", "n_embd"},
        {"\"n_embd\":1048577", "n_embd"},
        {"\"n_embd\":\"768\"", "n_embd"},
        {"\"n_embd\":null", "n_embd"},
        {"\"n_embd\":1e300", "n_embd"},
        {"\"n_head\":5", "n_head"},
        {"\"n_inner\":0", "n_inner"},
        {"\"n_inner\":\"wide\"", "n_inner"},
        {"\"layer_norm_epsilon\":0", "layer_norm_epsilon"},
        {"\"layer_norm_epsilon\":\"small\"", "layer_norm_epsilon"},
        {"\"attn_pdrop\":1", "attn_pdrop"},
        {"\"embd_pdrop\":-0.1", "embd_pdrop"},
        {"\"resid_pdrop\":\"some\"", "resid_pdrop"},
        {"\"resid_pdrop\":null", "resid_pdrop"},
        {"\"model_type\":\"llama\"", "model_type"},
        {"\"model_type\":1", "model_type"},
        {"\"activation_function\":\"relu\"", "activation_function"},
        {"\"tie_word_embeddings\":false", "tie_word_embeddings"},
        {"\"tie_word_embeddings\":\"yes\"", "tie_word_embeddings"},
        {"\"scale_attn_weights\":false", "scale_attn_weights"},
        {"\"scale_attn_by_inverse_layer_idx\":true", "scale_attn_by_inverse_layer_idx"},
        {"\"reorder_and_upcast_attn\":true", "reorder_and_upcast_attn"},
        {"\"add_cross_attention\":true", "add_cross_attention"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* The good document with one member replaced: repeated keys are refused by the parser, so
         * it is cut out first. */
        char text[1024] = "{" GOOD "}";
        const size_t key_length = strlen(cases[i][1]) + 2;
        char *const place = strstr(text, cases[i][1]);
        if (place != NULL) {
            char *const start = place - 1;
            char *end = start + key_length;
            end += strcspn(end, ",}");
            memmove(start, end, strlen(end) + 1);
            if (*start == ',') {
                memmove(start, start + 1, strlen(start));
            } else if (*start == '}') {
                memmove(start - 1, start, strlen(start) + 1);
            }
        }
        const size_t length = strlen(text);
        (void)snprintf(text + length - 1, sizeof text - length, ",%s}", cases[i][0]);
        CausalLmShape shape = {.V = 123};
        Problem problem = {0};
        assert_int_equal(read_text(text, &shape, &problem), STATUS_BAD_VALUE);
        assert_int_equal(problem.status, STATUS_BAD_VALUE);
        assert_non_null(strstr(problem.text, cases[i][1]));
        assert_non_null(strstr(problem.text, "config.json"));
        assert_int_equal(shape.V, 123);
    }
}

static void refuses_a_missing_size(void **state)
{
    (void)state;
    CausalLmShape shape;
    Problem problem = {0};
    assert_int_equal(read_text("{\"model_type\":\"gpt2\",\"vocab_size\":9,\"n_positions\":9,\"n_"
                               "embd\":8,\"n_head\":2}",
                               &shape, &problem),
                     STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "n_layer"));
    assert_int_equal(read_text("[]", &shape, &problem), STATUS_BAD_VALUE);
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    const CausalLmShape shape = {.V = 2048,
                                 .P = 128,
                                 .C = 128,
                                 .L = 4,
                                 .H = 4,
                                 .F = 500,
                                 .layer_norm_epsilon = 2e-5,
                                 .embedding_dropout = 0.1,
                                 .residual_dropout = 0.3};
    Json *const config = shape_to_json(&shape);
    assert_non_null(config);
    assert_string_equal(json_string(json_first(json_member(config, "architectures"))),
                        "GPT2LMHeadModel");
    CausalLmShape again = {0};
    assert_true(json_is_number(json_member(config, "attn_pdrop"))); /* 0 is written too */
    assert_int_equal(shape_from_json(config, "config.json", &again, NULL), STATUS_OK);
    json_destroy(config);
    assert_int_equal(again.V, shape.V);
    assert_int_equal(again.P, shape.P);
    assert_int_equal(again.C, shape.C);
    assert_int_equal(again.L, shape.L);
    assert_int_equal(again.H, shape.H);
    assert_int_equal(again.F, shape.F);
    assert_true(again.embedding_dropout == 0.1 && again.attention_dropout == 0.0);
    assert_true(again.residual_dropout == 0.3);
    assert_true(again.layer_norm_epsilon <= 2e-5 && again.layer_norm_epsilon >= 2e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_configuration_of_gpt2),
        cmocka_unit_test(refuses_a_wrong_value_and_names_its_key),
        cmocka_unit_test(refuses_a_missing_size),
        cmocka_unit_test(what_is_written_reads_back_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
