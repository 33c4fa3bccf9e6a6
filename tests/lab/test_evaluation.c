#include "lab/evaluation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/tiny_lab.h"

#include "lab/model_folder.h"

static void loss_and_error_of_known_windows(void **state)
{
    (void)state;
    /* Two windows of 10 targets with 20 and 40 nats: mean 3; residuals -10 and +10. */
    const TextScore score = {.nats = 60,
                             .targets = 20,
                             .windows = 2,
                             .squares = 400 + 1600,
                             .cross = 200 + 400,
                             .target_squares = 200};
    assert_true(text_score_loss(&score) == 3.0);
    assert_true(fabs(text_score_error(&score) - sqrt(200.0 / 2.0) / 10.0) < 1e-12);
    const TextScore none = {0};
    assert_true(isnan(text_score_loss(&none)));
    assert_true(isnan(text_score_error(&none)));
}

static void overlapping_windows_count_every_target_once_with_more_context(void **state)
{
    TinyLab *lab = *state;
    ModelStart start;
    HeldOut dev;
    Problem problem = {0};
    TextObjective *objective = NULL;
    int32_t inputs[4 * 16];
    int32_t targets[4 * 16];
    double nats[4];
    assert_int_equal(model_start_load(&lab->spec, &start, &problem), STATUS_OK);
    assert_int_equal(held_out_load(&lab->spec, start.tokenizer, TEXT_SPLIT_DEV, &dev, &problem),
                     STATUS_OK);
    const TextObjectiveOptions options = {.shape = &start.shape,
                                          .table = &start.table,
                                          .B = 4,
                                          .B_evaluation = 4,
                                          .T = 16,
                                          .micro_batch_count = 2,
                                          .runner = task_runner_serial()};
    assert_int_equal(text_objective_create(&options, &objective), STATUS_OK);
    EvaluationPlan plan = {.objective = objective,
                           .inputs = inputs,
                           .targets = targets,
                           .window_nats = nats,
                           .B = 4,
                           .T = 16,
                           .stride = 16,
                           .window_limit = SIZE_MAX};
    TextScore apart = {0};
    TextScore overlapping = {0};
    TextScore limited = {0};
    evaluate_texts(&plan, dev.texts, 1, start.theta_0, &apart);
    plan.stride = 4;
    evaluate_texts(&plan, dev.texts, 1, start.theta_0, &overlapping);
    plan.stride = 16;
    plan.window_limit = 2;
    evaluate_texts(&plan, dev.texts, 1, start.theta_0, &limited);
    /* In one go with others a text scores the same. */
    TextScore together[3];
    plan.window_limit = SIZE_MAX;
    evaluate_texts(&plan, dev.texts, 3, start.theta_0, together);
    assert_int_equal(together[0].windows, apart.windows);
    assert_int_equal(together[0].targets, apart.targets);
    assert_true(fabs(together[0].nats - apart.nats) < 1e-5 * apart.nats);
    assert_int_equal(together[2].targets, dev.texts[2].stream.count - 1);
    assert_int_equal(apart.targets, dev.texts[0].stream.count - 1);
    assert_int_equal(overlapping.targets, dev.texts[0].stream.count - 1);
    assert_int_equal(limited.targets, 32);
    assert_true(overlapping.windows > 3 * apart.windows);
    text_objective_destroy(objective);
    held_out_clear(&dev);
    model_start_clear(&start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_and_error_of_known_windows),
        cmocka_unit_test(overlapping_windows_count_every_target_once_with_more_context),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
