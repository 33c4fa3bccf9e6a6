#include "lab/masked_lm_task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/race_record.h"
#include "lab/tiny_encoder.h"

#include "lab/worker.h"

static void pretraining_lowers_the_loss_on_bundles_kept_apart(void **state)
{
    const TinyEncoder *lab = *state;
    Record record;
    Race *race = open_race(&lab->pretraining, task_runner_serial(), &record);
    run_to_the_end(race);
    const double before = metric_at(&record, 0, 0, METRIC_EVAL_LOSS);
    assert_true(before > 5.0 && before < 6.5); /* log 280 = 5.6 */
    assert_true(metric_at(&record, 0, 30, METRIC_EVAL_LOSS) < before - 0.5);
    assert_true(metric_at(&record, 0, 30, METRIC_KL_IN_DOMAIN) > 0.0);
    assert_true(metric_at(&record, 0, 30, METRIC_FINAL_LOSS) < before);
    race_close(race);
}

static void any_number_of_workers_gives_the_same_bits(void **state)
{
    const TinyEncoder *lab = *state;
    Record serial;
    Record record;
    WorkerPool *pool = NULL;
    ExperimentSpec spec = lab->pretraining;
    spec.max_steps = 4;
    Race *race = open_race(&spec, task_runner_serial(), &serial);
    run_to_the_end(race);
    race_close(race);
    assert_int_equal(worker_pool_create(3, &pool), STATUS_OK);
    race = open_race(&spec, worker_pool_runner(pool), &record);
    run_to_the_end(race);
    assert_true(metric_at(&record, 0, 4, METRIC_LOSS) == metric_at(&serial, 0, 4, METRIC_LOSS));
    assert_true(metric_at(&record, 0, 4, METRIC_FINAL_LOSS) ==
                metric_at(&serial, 0, 4, METRIC_FINAL_LOSS));
    race_close(race);
    worker_pool_destroy(pool);
}

static void a_pretrained_body_takes_a_classifiers_head(void **state)
{
    const TinyEncoder *lab = *state;
    Record record;
    Problem problem = {0};
    char folder[200];
    ExperimentSpec spec = lab->pretraining;
    spec.max_steps = 2;
    Race *race = open_race(&spec, task_runner_serial(), &record);
    run_to_the_end(race);
    snprintf(folder, sizeof folder, "%s/pretrained", lab->folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(race_save_models(race, folder, &problem), STATUS_OK);
    race_close(race);
    spec = lab->emoji;
    spec.max_steps = 2;
    snprintf(spec.model, sizeof spec.model, "%s/model", folder);
    spec.model_config[0] = '\0';
    spec.tokenizer[0] = '\0';
    race = open_race(&spec, task_runner_serial(), &record);
    run_to_the_end(race);
    assert_true(metric_at(&record, 0, 2, METRIC_FINAL_LOSS) > 0.0);
    race_close(race);
}

static void too_short_windows_are_refused(void **state)
{
    const TinyEncoder *lab = *state;
    ExperimentSpec spec = lab->pretraining;
    RaceTask task = {0};
    Problem problem = {0};
    spec.block_size = 5;
    assert_int_equal(
        masked_lm_task_open(&spec, (TaskNeeds){0}, task_runner_serial(), &task, &problem),
        STATUS_BAD_VALUE);
    assert_non_null(strstr(problem.text, "block_size 5"));
    assert_null(task.context);
}

static void probes_and_evaluations_leave_the_steps_alone(void **state)
{
    const TinyEncoder *lab = *state;
    expect_looking_changes_nothing(&lab->pretraining);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_and_evaluations_leave_the_steps_alone),
        cmocka_unit_test(pretraining_lowers_the_loss_on_bundles_kept_apart),
        cmocka_unit_test(any_number_of_workers_gives_the_same_bits),
        cmocka_unit_test(a_pretrained_body_takes_a_classifiers_head),
        cmocka_unit_test(too_short_windows_are_refused),
    };
    return cmocka_run_group_tests(tests, open_encoder_lab, close_encoder_lab);
}
