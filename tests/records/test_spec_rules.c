#include "records/spec_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "records/spec_keys.h"

static ExperimentSpec good_spec(void)
{
    ExperimentSpec spec = spec_defaults();
    strcpy(spec.model, "models/base");
    strcpy(spec.data, "data");
    strcpy(spec.train_domains[0], "a");
    strcpy(spec.train_domains[1], "b");
    spec.train_domain_count = 2;
    strcpy(spec.zero_shot_domains[0], "c");
    strcpy(spec.zero_shot_domains[1], "d");
    spec.zero_shot_domain_count = 2;
    strcpy(spec.lanes[0].name, "A");
    strcpy(spec.lanes[0].method, "adamw");
    strcpy(spec.lanes[1].name, "S");
    strcpy(spec.lanes[1].method, "sam");
    spec.lane_count = 2;
    return spec;
}

static void assert_refused(const ExperimentSpec *spec, const char *sentence)
{
    Problem problem = {0};
    const SpecSource source = {.name = "", .folder = "", .problem = &problem};
    assert_int_equal(spec_rules_check(spec, &source), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, sentence);
}

static void accepts_a_spec_that_holds_together(void **state)
{
    (void)state;
    const ExperimentSpec spec = good_spec();
    const SpecSource source = {.name = "", .folder = ""};
    assert_int_equal(spec_rules_check(&spec, &source), STATUS_OK);
}

static void wants_a_model_or_a_model_config_with_a_tokenizer(void **state)
{
    (void)state;
    ExperimentSpec spec = good_spec();
    strcpy(spec.model_config, "{}");
    const SpecSource source = {.name = "", .folder = ""};
    assert_int_equal(spec_rules_check(&spec, &source), STATUS_OK); /* values to give anew */
    spec.model[0] = '\0';
    assert_refused(&spec, "tokenizer: missing: \"model_config\" brings no tokenizer of its own");
    spec.task = SPEC_TASK_IMAGE_CLASSIFICATION; /* which reads no text */
    assert_int_equal(spec_rules_check(&spec, &source), STATUS_OK);
    spec.model_config[0] = '\0';
    assert_refused(&spec, "model: missing: give the folder of a checkpoint, or \"model_config\" to "
                          "start anew");
}

static void keeps_training_and_zero_shot_domains_apart(void **state)
{
    (void)state;
    ExperimentSpec spec = good_spec();
    strcpy(spec.zero_shot_domains[1], "b");
    assert_refused(&spec, "zero_shot_domains.1: \"b\" is trained on, so it is not zero-shot");
    strcpy(spec.zero_shot_domains[1], "c");
    assert_refused(&spec, "zero_shot_domains.1: \"c\" is named twice");
    spec = good_spec();
    strcpy(spec.train_domains[0], "*");
    assert_refused(&spec, "train_domains.0: \"*\" means all domains and stands alone");
    spec.train_domain_count = 1;
    assert_refused(&spec, "zero_shot_domains.0: \"c\" is trained on, so it is not zero-shot");
    spec = good_spec();
    strcpy(spec.zero_shot_domains[0], "*");
    spec.zero_shot_domain_count = 1;
    assert_refused(&spec, "zero_shot_domains.0: \"*\" is not possible here; name the domains");
}

static void misses_data_and_training_domains(void **state)
{
    (void)state;
    ExperimentSpec spec = good_spec();
    spec.train_domain_count = 0;
    assert_refused(&spec, "train_domains: missing: name the domains to train on, or \"*\" for all");
    spec.data[0] = '\0';
    assert_refused(&spec, "data: missing: give the folder of the domains");
}

static void compares_the_counts_that_depend_on_each_other(void **state)
{
    (void)state;
    ExperimentSpec spec = good_spec();
    const SpecSource source = {.name = "", .folder = ""};
    spec.max_steps = 20;
    spec.warmup_steps = 20;
    assert_int_equal(spec_rules_check(&spec, &source), STATUS_OK);
    spec.warmup_steps = 21;
    assert_refused(&spec, "warmup_steps: 21 is more than max_steps, which is 20");
    spec.warmup_steps = 0;
    spec.batch_size = 8;
    spec.max_train_samples = 8;
    assert_int_equal(spec_rules_check(&spec, &source), STATUS_OK);
    spec.max_train_samples = 7;
    assert_refused(&spec, "max_train_samples: 7 windows do not fill a step of 8: "
                          "per_device_train_batch_size 8 times gradient_accumulation_steps 1 "
                          "(0 = all of the text)");
    spec.batch_size = 2;
    spec.accumulation_steps = 4;
    assert_refused(&spec, "max_train_samples: 7 windows do not fill a step of 8: "
                          "per_device_train_batch_size 2 times gradient_accumulation_steps 4 "
                          "(0 = all of the text)");
    spec = good_spec();
    spec.batch_size = 1024;
    spec.accumulation_steps = 65;
    assert_refused(&spec, "gradient_accumulation_steps: 65 times per_device_train_batch_size 1024 "
                          "are 66560 windows a step; at most 65536 fit");
}

static void points_at_the_other_key_when_the_first_is_only_a_default(void **state)
{
    (void)state;
    static const char text[] = "{\n\n\"max_steps\": 20 }";
    Problem problem = {0};
    const SpecSource source = {
        .name = "x.json", .text = text, .size = strlen(text), .folder = "", .problem = &problem};
    ExperimentSpec spec = good_spec();
    spec.max_steps = 20;
    spec.warmup_steps = 21;
    assert_int_equal(spec_rules_check(&spec, &source), STATUS_BAD_VALUE);
    assert_string_equal(problem.text,
                        "x.json:3: warmup_steps: 21 is more than max_steps, which is 20");
}

static void wants_lanes_of_different_names(void **state)
{
    (void)state;
    ExperimentSpec spec = good_spec();
    strcpy(spec.lanes[1].name, "A");
    assert_refused(&spec, "lanes.1: another lane is named \"A\" already");
    spec.lane_count = 0;
    assert_refused(&spec, "lanes: missing: a race has at least one lane");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_a_spec_that_holds_together),
        cmocka_unit_test(wants_a_model_or_a_model_config_with_a_tokenizer),
        cmocka_unit_test(keeps_training_and_zero_shot_domains_apart),
        cmocka_unit_test(misses_data_and_training_domains),
        cmocka_unit_test(compares_the_counts_that_depend_on_each_other),
        cmocka_unit_test(points_at_the_other_key_when_the_first_is_only_a_default),
        cmocka_unit_test(wants_lanes_of_different_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
