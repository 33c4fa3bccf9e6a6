#include "records/spec_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Read `"key": json` as a key of an experiment in folder "dir" (no file, so no lines). */
static Status read_key(const char *key, const char *json, ExperimentSpec *spec, Problem *problem)
{
    const SpecSource source = {.name = "", .folder = "dir", .problem = problem};
    const SpecPlace root = spec_place_root(&source);
    Json *value = NULL;
    assert_int_equal(json_parse(json, strlen(json), "value", &value, problem), STATUS_OK);
    const Status status = spec_key_read(&root, key, value, spec);
    json_destroy(value);
    return status;
}

static void assert_refused(const char *key, const char *json, const char *sentence)
{
    ExperimentSpec spec = spec_defaults();
    Problem problem = {0};
    assert_int_equal(read_key(key, json, &spec, &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, sentence);
}

static void starts_with_the_defaults_of_the_table(void **state)
{
    (void)state;
    const ExperimentSpec spec = spec_defaults();
    assert_true(spec.learning_rate == 1e-3);
    assert_true(spec.micro_batch_count == 8);
    assert_int_equal(spec.lr_scheduler_type, LR_SCHEDULER_POLYNOMIAL);
    assert_int_equal(spec.lane_count, 0);
}

static void reads_every_number_at_both_ends_of_its_range_and_refuses_beyond(void **state)
{
    (void)state;
    ExperimentSpec spec = spec_defaults();
    const SpecSource source = {.name = "", .folder = ""};
    const SpecPlace root = spec_place_root(&source);
#define CHECK_NUMBER(field, key, minimum, maximum, default_value, is_integer, meaning)             \
    assert_int_equal(spec_key_form(key), SPEC_FORM_NUMBER);                                        \
    assert_int_equal(spec_number_read(&root, key, minimum, &spec), STATUS_OK);                     \
    assert_true(spec.field == (minimum));                                                          \
    assert_int_equal(spec_number_read(&root, key, maximum, &spec), STATUS_OK);                     \
    assert_true(spec.field == (maximum));                                                          \
    assert_int_equal(spec_number_read(&root, key, (minimum)-1.0, &spec), STATUS_BAD_VALUE);        \
    assert_int_equal(spec_number_read(&root, key, 2.0 * (maximum), &spec), STATUS_BAD_VALUE);      \
    assert_true(spec.field == (maximum));
    SPEC_NUMBER_TABLE(CHECK_NUMBER)
#undef CHECK_NUMBER
}

static void says_which_range_a_number_missed(void **state)
{
    (void)state;
    assert_refused("learning_rate", "-1", "learning_rate: -1 is outside 0 .. 1e+06");
    assert_refused("adam_beta2", "1", "adam_beta2: 1 is outside 0 .. 0.99999999");
    assert_refused("learning_rate", "1e999", "learning_rate: inf is outside 0 .. 1e+06");
    assert_refused("max_steps", "2.5", "max_steps: 2.5 is not a whole number");
    assert_refused("max_steps", "\"20\"", "max_steps: expected a number, found a string");
    assert_refused("max_steps", "null", "max_steps: expected a number, found null");
}

static void suggests_the_nearest_key_only_if_it_is_near(void **state)
{
    (void)state;
    assert_refused("learning_rte", "1",
                   "unknown key \"learning_rte\"; did you mean \"learning_rate\"?");
    assert_refused("lane", "[]", "unknown key \"lane\"; did you mean \"lanes\"?");
    assert_refused("zzzzz", "1", "unknown key \"zzzzz\"");
    assert_refused("", "1", "unknown key \"\"");
}

static void passes_over_comments(void **state)
{
    (void)state;
    ExperimentSpec spec = spec_defaults();
    const ExperimentSpec before = spec;
    assert_int_equal(read_key("_why", "{\"anything\": [1, 2]}", &spec, NULL), STATUS_OK);
    assert_memory_equal(&before, &spec, sizeof spec);
}

static void resolves_relative_paths_against_the_folder(void **state)
{
    (void)state;
    ExperimentSpec spec = spec_defaults();
    assert_int_equal(read_key("model", "\"../models/a\"", &spec, NULL), STATUS_OK);
    assert_string_equal(spec.model, "dir/../models/a");
    assert_int_equal(read_key("data", "\"/data\"", &spec, NULL), STATUS_OK);
    assert_string_equal(spec.data, "/data");
    assert_int_equal(read_key("tokenizer", "\"\"", &spec, NULL), STATUS_OK);
    assert_string_equal(spec.tokenizer, "");
}

static void measures_texts_before_it_copies_them(void **state)
{
    (void)state;
    char json[SPEC_PATH_BYTES + 8];
    ExperimentSpec spec = spec_defaults();
    Problem problem = {0};
    for (int length = SPEC_PATH_BYTES - 8; length < SPEC_PATH_BYTES + 2; length++) {
        memset(json, 'p', sizeof json);
        json[0] = '"';
        json[length + 1] = '"';
        json[length + 2] = '\0';
        const bool fits = length + (int)strlen("dir/") < SPEC_PATH_BYTES;
        assert_int_equal(read_key("model", json, &spec, &problem),
                         fits ? STATUS_OK : STATUS_BAD_VALUE);
    }
    assert_string_equal(problem.text, "model: longer than 1023 bytes");
    json[SPEC_NAME_BYTES + 1] = '"';
    json[SPEC_NAME_BYTES + 2] = '\0';
    assert_refused("name", json, "name: longer than 63 bytes");
}

static void refuses_texts_that_could_steer_a_terminal(void **state)
{
    (void)state;
    assert_refused("about", "\"a\\u001b[2J\"",
                   "about: holds a control character or a byte that is not UTF-8");
    assert_refused("data", "\"a\xFF\"",
                   "data: holds a control character or a byte that is not UTF-8");
}

static void refuses_names_that_lead_out_of_the_folder(void **state)
{
    (void)state;
    assert_refused("train_domains", "[\"a\", \"../b\"]",
                   "train_domains.1: \"../b\" is not a name: it must not be empty, begin with '.' "
                   "or contain '/'");
    assert_refused("name", "\"\"",
                   "name: \"\" is not a name: it must not be empty, begin with '.' or contain '/'");
    assert_refused("train_domains", "\"sotu\"",
                   "train_domains: expected an array of names or \"*\", found a string");
}

static void takes_the_star_for_all_domains(void **state)
{
    (void)state;
    ExperimentSpec spec = spec_defaults();
    assert_int_equal(read_key("train_domains", "\"*\"", &spec, NULL), STATUS_OK);
    assert_int_equal(spec.train_domain_count, 1);
    assert_string_equal(spec.train_domains[0], "*");
}

static void reads_words_of_a_list(void **state)
{
    (void)state;
    ExperimentSpec spec = spec_defaults();
    assert_int_equal(read_key("train_pool", "\"pretrain\"", &spec, NULL), STATUS_OK);
    assert_int_equal(spec.train_pool, SPEC_POOL_PRETRAIN);
    assert_int_equal(read_key("final_split", "\"test\"", &spec, NULL), STATUS_OK);
    assert_int_equal(spec.final_split, SPEC_FINAL_TEST);
    assert_int_equal(read_key("lr_scheduler_type", "\"cosine\"", &spec, NULL), STATUS_OK);
    assert_int_equal(spec.lr_scheduler_type, LR_SCHEDULER_COSINE);
    assert_refused("train_pool", "\"all\"",
                   "train_pool: \"all\" is not one of \"fine-tune\", \"pretrain\"");
}

static void keeps_a_model_configuration_as_text(void **state)
{
    (void)state;
    ExperimentSpec spec = spec_defaults();
    assert_int_equal(read_key("model_config", "{ \"n_embd\": 8, \"x\": 1e-5 }", &spec, NULL),
                     STATUS_OK);
    Json *config = NULL;
    assert_int_equal(
        json_parse(spec.model_config, strlen(spec.model_config), "config", &config, NULL),
        STATUS_OK);
    assert_true(json_number(json_member(config, "n_embd")) == 8.0);
    assert_true(json_number(json_member(config, "x")) == 1e-5);
    json_destroy(config);
    assert_refused("model_config", "[]", "model_config: expected an object, found an array");
}

static void reads_a_lane_whatever_the_order_of_its_keys(void **state)
{
    (void)state;
    ExperimentSpec spec = spec_defaults();
    assert_int_equal(read_key("lanes",
                              "[{\"rho\": 0.5, \"learning_rate\": 0.1, \"_c\": 1,"
                              "  \"method\": \"sam\", \"name\": \"S.1\"}, {\"method\": \"adamw\"}]",
                              &spec, NULL),
                     STATUS_OK);
    assert_int_equal(spec.lane_count, 2);
    assert_string_equal(spec.lanes[0].name, "S.1");
    assert_true(spec.lanes[0].knob_is_set[KNOB_RHO] && spec.lanes[0].knobs[KNOB_RHO] == 0.5);
    assert_true(spec.lanes[0].knob_is_set[KNOB_LEARNING_RATE]);
    assert_false(spec.lanes[0].knob_is_set[KNOB_SCALE]);
    assert_string_equal(spec.lanes[1].name, "adamw");
}

static void shows_a_lane_by_its_name_if_it_has_one(void **state)
{
    (void)state;
    assert_refused("lanes", "[{\"rho\": -1, \"name\": \"TRAM\", \"method\": \"tram-prev\"}]",
                   "lanes.TRAM.rho: -1 is outside 0 .. 1e+06");
    assert_refused("lanes", "[{\"method\": \"sam\", \"rho\": \"1\"}]",
                   "lanes.0.rho: expected a number, found a string");
    assert_refused("lanes", "[{\"name\": \"S\", \"method\": \"sam\", \"sclae\": 1}]",
                   "lanes.S: unknown key \"sclae\"; did you mean \"scale\"?");
    assert_refused("lanes", "[{\"name\": \"S\"}]", "lanes.S: \"method\" is missing");
    assert_refused("lanes", "[{\"name\": \"a b\", \"method\": \"sam\"}]",
                   "lanes.0.name: \"a b\" may hold only letters, digits and . _ + -, and not "
                   "begin with a dot");
    assert_refused("lanes", "[7]", "lanes.0: expected an object, found a number");
    assert_refused("lanes", "{}", "lanes: expected an array of lanes, found an object");
}

static void counts_before_it_fills(void **state)
{
    (void)state;
    char json[4096] = "[";
    for (int i = 0; i < SPEC_LANES_MAX + 1; i++) {
        strcat(json, i > 0 ? ",{\"method\":\"sam\"}" : "{\"method\":\"sam\"}");
    }
    strcat(json, "]");
    assert_refused("lanes", json, "lanes: 25 lanes; at most 24 fit");
    memcpy(json, "[", 2);
    for (int i = 0; i < SPEC_DOMAINS_MAX + 1; i++) {
        strcat(json, i > 0 ? ",\"d\"" : "\"d\"");
    }
    strcat(json, "]");
    assert_refused("zero_shot_domains", json, "zero_shot_domains: 61 names; at most 60 fit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_with_the_defaults_of_the_table),
        cmocka_unit_test(reads_every_number_at_both_ends_of_its_range_and_refuses_beyond),
        cmocka_unit_test(says_which_range_a_number_missed),
        cmocka_unit_test(suggests_the_nearest_key_only_if_it_is_near),
        cmocka_unit_test(passes_over_comments),
        cmocka_unit_test(resolves_relative_paths_against_the_folder),
        cmocka_unit_test(measures_texts_before_it_copies_them),
        cmocka_unit_test(refuses_texts_that_could_steer_a_terminal),
        cmocka_unit_test(refuses_names_that_lead_out_of_the_folder),
        cmocka_unit_test(takes_the_star_for_all_domains),
        cmocka_unit_test(reads_words_of_a_list),
        cmocka_unit_test(keeps_a_model_configuration_as_text),
        cmocka_unit_test(reads_a_lane_whatever_the_order_of_its_keys),
        cmocka_unit_test(shows_a_lane_by_its_name_if_it_has_one),
        cmocka_unit_test(counts_before_it_fills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
