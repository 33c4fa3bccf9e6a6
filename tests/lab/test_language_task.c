#include "lab/language_task.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_lab.h"

static RaceTask open_task(const ExperimentSpec *spec)
{
    RaceTask task = {0};
    Problem problem = {0};
    if (language_task_open(spec, (TaskNeeds){0}, task_runner_serial(), &task, &problem) !=
        STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return task;
}

static double loss_of(const RaceTask *task, uint64_t step)
{
    PassResult result = {0};
    const PassRequest request = {.params = task->theta_0};
    task->set_batch(task->context, step);
    const Objective objective = task->objective(task->context);
    assert_int_equal(objective.run_pass(objective.context, &request, &result), STATUS_OK);
    return result.loss_nats;
}

static void a_batch_is_a_function_of_its_step_alone(void **state)
{
    const TinyLab *lab = *state;
    const RaceTask task = open_task(&lab->spec);
    const double first = loss_of(&task, 0);
    const double third = loss_of(&task, 2);
    assert_true(first != third);
    MetricSample sample = {0};
    task.add_evaluation(task.context, task.theta_0, &sample);
    assert_true(loss_of(&task, 0) == first);
    assert_true(loss_of(&task, 2) == third);
    assert_true(task.positions == 6.0 * 16.0);
    task.close(task.context);
}

static void an_epoch_is_what_the_sampler_goes_through(void **state)
{
    const TinyLab *lab = *state;
    ExperimentSpec spec = lab->spec; /* batches of 6 windows */
    spec.max_train_samples = 9;
    const RaceTask task = open_task(&spec);
    assert_true(task.steps_per_epoch == 1.5);
    task.close(task.context);
}

static double metric_of(const MetricSample *sample, uint16_t metric)
{
    double value = (double)NAN;
    metric_sample_get(sample, metric, &value);
    return value;
}

static void probes_see_where_the_weights_have_gone(void **state)
{
    const TinyLab *lab = *state;
    const RaceTask task = open_task(&lab->spec);
    const size_t n = task.table->size;
    Real *moved = malloc(n * sizeof *moved);
    MetricSample still = {0};
    MetricSample gone = {0};
    MetricSample home = {0};
    MetricSample asked = {0};
    assert_non_null(moved);
    for (size_t i = 0; i < n; i++) {
        moved[i] = task.theta_0[i] * (Real)1.25;
    }
    task.add_home_probes(task.context, &home);
    task.begin_probes(task.context);
    task.probe_before(task.context, moved);
    task.add_probes(task.context, task.theta_0, true, &still);
    assert_true(metric_of(&still, METRIC_KL_IN_DOMAIN) == 0.0);
    assert_true(metric_of(&still, METRIC_KL_OUT_OF_DOMAIN) == 0.0);
    assert_true(metric_of(&still, METRIC_KL_STEP) > 0.0);
    task.add_probes(task.context, task.theta_0, false, &asked);
    assert_int_equal(home.count, asked.count);
    assert_memory_equal(home.metrics, asked.metrics, home.count * sizeof *home.metrics);
    assert_memory_equal(home.values, asked.values, home.count * sizeof *home.values);
    task.add_probes(task.context, moved, true, &gone);
    assert_true(metric_of(&gone, METRIC_KL_IN_DOMAIN) > 0.0);
    assert_true(metric_of(&gone, METRIC_KL_OUT_OF_DOMAIN) > 0.0);
    assert_true(metric_of(&gone, METRIC_KL_STEP) == 0.0);
    free(moved);
    task.close(task.context);
}

static void evaluations_tell_loss_perplexity_and_every_domain(void **state)
{
    const TinyLab *lab = *state;
    const RaceTask task = open_task(&lab->spec);
    MetricSample sample = {0};
    MetricSample final = {0};
    task.add_evaluation(task.context, task.theta_0, &sample);
    const double loss = task.add_final(task.context, task.theta_0, &final);
    assert_true(fabs(exp(metric_of(&sample, METRIC_EVAL_LOSS)) -
                     metric_of(&sample, METRIC_EVAL_PERPLEXITY)) < 1e-9);
    assert_true(loss == metric_of(&final, METRIC_FINAL_LOSS));
    assert_true(isfinite(metric_of(&final, METRIC_FINAL_LOSS_ERROR)));
    for (uint16_t domain = 0; domain < 2; domain++) {
        assert_true(metric_of(&sample, (uint16_t)(METRIC_DOMAIN_FIRST + domain)) > 1.0);
        assert_true(metric_of(&final, (uint16_t)(METRIC_FINAL_DOMAIN_FIRST + domain)) > 1.0);
    }
    task.close(task.context);
}

/* The dev split is both the one on the way and the last one here: read as far, it says the same. */
static void the_last_evaluation_reads_no_more_than_it_may(void **state)
{
    const TinyLab *lab = *state;
    ExperimentSpec spec = lab->spec;
    spec.max_eval_samples = spec.eval_windows = 1;
    const RaceTask task = open_task(&spec);
    MetricSample sample = {0};
    MetricSample final = {0};
    task.add_evaluation(task.context, task.theta_0, &sample);
    const double little = task.add_final(task.context, task.theta_0, &final);
    task.close(task.context);
    assert_int_equal(spec.final_split, SPEC_FINAL_DEV);
    assert_true(little == metric_of(&sample, METRIC_EVAL_LOSS));
    spec.max_eval_samples = 0;
    const RaceTask whole = open_task(&spec);
    MetricSample all = {0};
    assert_true(whole.add_final(whole.context, whole.theta_0, &all) != little);
    whole.close(whole.context);
}

static void what_cannot_be_loaded_leaves_nothing_behind(void **state)
{
    const TinyLab *lab = *state;
    ExperimentSpec spec = lab->spec;
    RaceTask task = {0};
    Problem problem = {0};
    snprintf(spec.data, sizeof spec.data, "%s/nowhere", lab->folder);
    assert_int_not_equal(
        language_task_open(&spec, (TaskNeeds){0}, task_runner_serial(), &task, &problem),
        STATUS_OK);
    assert_null(task.context);
    assert_non_null(strstr(problem.text, "nowhere"));
}

static void what_does_not_fit_into_memory_is_refused_with_the_figures(void **state)
{
    const TinyLab *lab = *state;
    RaceTask task = {0};
    Problem problem = {0};
    assert_int_equal(language_task_open(&lab->spec, (TaskNeeds){.vectors = 1e9},
                                        task_runner_serial(), &task, &problem),
                     STATUS_OUT_OF_MEMORY);
    assert_null(task.context);
    assert_non_null(strstr(problem.text, "GB more (lanes "));
    assert_non_null(strstr(problem.text, "GB are free"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_a_function_of_its_step_alone),
        cmocka_unit_test(an_epoch_is_what_the_sampler_goes_through),
        cmocka_unit_test(probes_see_where_the_weights_have_gone),
        cmocka_unit_test(evaluations_tell_loss_perplexity_and_every_domain),
        cmocka_unit_test(the_last_evaluation_reads_no_more_than_it_may),
        cmocka_unit_test(what_does_not_fit_into_memory_is_refused_with_the_figures),
        cmocka_unit_test(what_cannot_be_loaded_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
