#include "lab/race_task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/session.h"
#include "lab/traced_cases.h"

static void all_lanes_together_say_what_is_needed(void **state)
{
    const TracedLab *lab = *state;
    ExperimentSpec spec = lab->text.spec;
    const TaskNeeds three = race_task_needs(&spec); /* AdamW, SAM, TRAM-theta_{t-1} */
    assert_true(three.keeps_outputs);
    assert_false(three.has_twin || three.keeps_deltas);
    spec.lane_count = 2;
    const TaskNeeds two = race_task_needs(&spec);
    assert_false(two.keeps_outputs);
    assert_true(two.vectors == SESSION_SCRATCH_VECTORS + 2 * SESSION_VECTORS);
    assert_true(three.vectors > two.vectors + SESSION_VECTORS); /* and theta_{t-1} */
}

/* Weights, tensors, positions of a batch, and the width of an embedding. */
typedef struct Expected {
    size_t n;
    const char *last_tensor;
    double positions;
    size_t embedding_width;
    size_t tensors;
} Expected;

static void expect_task(const ExperimentSpec *spec, const Expected *expected)
{
    RaceTask task;
    NamedTensors batch = {0};
    Problem problem = {0};
    if (race_task_open(spec, race_task_needs(spec), task_runner_serial(), &task, &problem) !=
        STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    task.set_batch(task.context, 0);
    const TaskDisclosure *told = &task.disclosure;
    assert_int_equal(task.table->size, expected->n);
    assert_int_equal(task.objective(task.context).n, expected->n);
    assert_string_equal(task.table->tensors[task.table->count - 1].name, expected->last_tensor);
    assert_true(task.positions == expected->positions);
    assert_int_equal(told->embedding_rows, spec->block_size);
    assert_int_equal(told->embedding_width, expected->embedding_width);
    assert_int_equal(told->keep_batch(told->context, &batch), STATUS_OK);
    assert_int_equal(batch.count, expected->tensors);
    Json *config = told->config(told->context);
    assert_true(json_is_string(json_member(config, "model_type")));
    json_destroy(config);
    named_tensors_clear(&batch);
    task.close(task.context);
}

static void opens_the_task_that_the_spec_names(void **state)
{
    const TracedLab *lab = *state;
    const Expected language = {.n = 11328,
                               .last_tensor = "ln_f.bias",
                               .positions = 96.0,
                               .embedding_width = 16,
                               .tensors = 2};
    const Expected classifier = {.n = 7538,
                                 .last_tensor = "classifier.out_proj.bias",
                                 .positions = 10.0,
                                 .embedding_width = 16,
                                 .tensors = 3};
    const Expected masked = {.n = 7816,
                             .last_tensor = "lm_head.bias",
                             .positions = 240.0,
                             .embedding_width = 16,
                             .tensors = 4};
    expect_task(&lab->text.spec, &language);
    expect_task(&lab->encoder.classification, &classifier);
    expect_task(&lab->encoder.pretraining, &masked);
}

static void a_task_that_cannot_be_loaded_is_left_alone(void **state)
{
    const TracedLab *lab = *state;
    Problem problem = {0};
    RaceTask task = {.positions = 7.0};
    ExperimentSpec spec = lab->encoder.classification;
    snprintf(spec.data, sizeof spec.data, "/nowhere");
    assert_int_not_equal(
        race_task_open(&spec, race_task_needs(&spec), task_runner_serial(), &task, &problem),
        STATUS_OK);
    assert_non_null(strstr(problem.text, "/nowhere"));
    assert_true(task.positions == 7.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_lanes_together_say_what_is_needed),
        cmocka_unit_test(opens_the_task_that_the_spec_names),
        cmocka_unit_test(a_task_that_cannot_be_loaded_is_left_alone),
    };
    return cmocka_run_group_tests(tests, open_traced_lab, close_traced_lab);
}
