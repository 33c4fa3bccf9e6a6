#include "app/table_commands.h"

#include "app/run_main.h"

#include "optim/method_table.h"
#include "records/knob_choice.h"
#include "records/metric_sample.h"

static Json *json_of(const TinyLab *lab, const char *command)
{
    MainRun run = {0};
    Json *json = NULL;
    Problem problem = {0};
    main_run(lab, (const char *[]){command, "--json", NULL}, &run);
    expect_exit_status(&run, 0);
    if (json_parse(run.out, strlen(run.out), command, &json, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    main_clear(&run);
    return json;
}

static const Json *find(const Json *array, const char *key, const char *value)
{
    for (const Json *item = json_first(array); item != NULL; item = json_next(item)) {
        if (strcmp(json_string(json_member(item, key)), value) == 0) {
            return item;
        }
    }
    fail_msg("no %s is %s", key, value);
    return NULL;
}

static void expect_knob(const MethodInfo *method, const Json *knobs, KnobId id)
{
    const KnobInfo *info = knob_info(id);
    const Json *knob = find(knobs, "key", info->key);
    assert_true(json_string(json_member(knob, "meaning"))[0] != '\0');
    if (info->choices != NULL) {
        const double count = (double)json_count(json_member(knob, "choices"));
        assert_true(count == method_knob_maximum(method, id) + 1.0);
        return;
    }
    assert_true(json_number(json_member(knob, "minimum")) == info->minimum);
    assert_true(json_number(json_member(knob, "maximum")) == method_knob_maximum(method, id));
}

static void expect_default(const Json *knobs, const MethodKnob *own)
{
    char word[KNOB_CHOICE_BYTES];
    const Json *knob = find(knobs, "key", knob_info(own->id)->key);
    if (knob_choice_name(own->id, own->default_value, word)) {
        assert_string_equal(json_string(json_member(knob, "default")), word);
    } else {
        assert_true(json_number(json_member(knob, "default")) == own->default_value);
    }
}

static void methods_in_json_hold_every_method_with_its_knobs_and_ranges(void **state)
{
    const MethodList list = method_table();
    Json *json = json_of(*state, "methods");
    assert_int_equal(json_count(json), list.count);
    for (size_t i = 0; i < list.count; i++) {
        const MethodInfo *method = &list.methods[i];
        const Json *object = find(json, "id", method->id);
        const Json *knobs = json_member(object, "knobs");
        assert_string_equal(json_string(json_member(object, "equation")), method->equation);
        assert_true(json_number(json_member(object, "forward_passes")) == method->forward_passes);
        assert_int_equal(json_count(knobs), method->knob_count + 3);
        expect_knob(method, knobs, KNOB_LEARNING_RATE);
        expect_knob(method, knobs, KNOB_WEIGHT_DECAY);
        expect_knob(method, knobs, KNOB_MAX_GRAD_NORM);
        for (size_t k = 0; k < method->knob_count; k++) {
            expect_knob(method, knobs, method->knobs[k].id);
            expect_default(knobs, &method->knobs[k]);
        }
    }
    json_destroy(json);
}

static void metrics_in_json_hold_every_metric_with_unit_and_meaning(void **state)
{
    Json *json = json_of(*state, "metrics");
    for (MetricId id = 0; id < METRIC_FIXED_COUNT; id++) {
        const Json *metric = find(json, "name", metric_info(id)->name);
        assert_string_equal(json_string(json_member(metric, "unit")), metric_info(id)->unit);
        assert_string_equal(json_string(json_member(metric, "meaning")), metric_info(id)->meaning);
    }
    find(json, "name", "perplexity/<domain>");
    find(json, "name", "final_perplexity/<domain>");
    find(json, "name", "accuracy/<domain>");
    find(json, "name", "final_accuracy/<domain>");
    assert_int_equal(json_count(json), METRIC_FIXED_COUNT + 4);
    json_destroy(json);
}

static void the_texts_for_people_name_the_same(void **state)
{
    const MethodList list = method_table();
    static const char *const FORMS[] = {NULL, "--markdown"};
    for (size_t form = 0; form < 2; form++) {
        MainRun run = {0};
        main_run(*state, (const char *[]){"methods", FORMS[form], NULL}, &run);
        expect_exit_status(&run, 0);
        for (size_t i = 0; i < list.count; i++) {
            expect_text(run.out, list.methods[i].id);
            expect_text(run.out, list.methods[i].name);
        }
        main_clear(&run);
    }
    MainRun run = {0};
    main_run(*state, (const char *[]){"metrics", NULL}, &run);
    expect_exit_status(&run, 0);
    for (MetricId id = 0; id < METRIC_FIXED_COUNT; id++) {
        expect_text(run.out, metric_info(id)->name);
    }
    main_clear(&run);
}

static void every_row_of_the_markdown_table_has_its_four_cells(void **state)
{
    MainRun run = {0};
    size_t rows = 0;
    main_run(*state, (const char *[]){"methods", "--markdown", NULL}, &run);
    for (const char *c = run.out; *c != '\0'; rows++) {
        size_t bars = 0;
        for (; *c != '\n' && *c != '\0'; c++) {
            bars += *c == '|' && (c == run.out || c[-1] != '\\');
        }
        assert_int_equal(*c, '\n');
        assert_int_equal(bars, 5);
        c++;
    }
    assert_int_equal(rows, method_table().count + 2);
    main_clear(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_in_json_hold_every_method_with_its_knobs_and_ranges),
        cmocka_unit_test(metrics_in_json_hold_every_metric_with_unit_and_meaning),
        cmocka_unit_test(the_texts_for_people_name_the_same),
        cmocka_unit_test(every_row_of_the_markdown_table_has_its_four_cells),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
