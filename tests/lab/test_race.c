#include "lab/race.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/race_record.h"
#include "lab/tiny_lab.h"

#include "lab/worker.h"
#include "optim/method_table.h"

static void lanes_share_start_and_batches_and_differ_by_method_only(void **state)
{
    TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    run_to_the_end(race);
    for (uint32_t lane = 1; lane < 3; lane++) {
        assert_true(metric_at(&record, lane, 1, METRIC_LOSS) ==
                    metric_at(&record, 0, 1, METRIC_LOSS));
        assert_true(metric_at(&record, lane, 0, METRIC_EVAL_LOSS) ==
                    metric_at(&record, 0, 0, METRIC_EVAL_LOSS));
    }
    /* TRAM's first step is AdamW's; SAM's is not. */
    assert_true(metric_at(&record, 2, 2, METRIC_LOSS) == metric_at(&record, 0, 2, METRIC_LOSS));
    assert_true(metric_at(&record, 1, 2, METRIC_LOSS) != metric_at(&record, 0, 2, METRIC_LOSS));
    assert_true(metric_at(&record, 2, 4, METRIC_LOSS) != metric_at(&record, 0, 4, METRIC_LOSS));
    race_close(race);
}

static void training_lowers_the_loss_and_moves_the_representation(void **state)
{
    TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    run_to_the_end(race);
    for (uint32_t lane = 0; lane < 3; lane++) {
        assert_true(metric_at(&record, lane, 8, METRIC_EVAL_LOSS) <
                    metric_at(&record, lane, 0, METRIC_EVAL_LOSS));
        assert_true(metric_at(&record, lane, 0, METRIC_KL_IN_DOMAIN) == 0.0);
        assert_true(metric_at(&record, lane, 2, METRIC_KL_IN_DOMAIN) > 0.0);
        assert_true(metric_at(&record, lane, 8, METRIC_KL_IN_DOMAIN) >
                    metric_at(&record, lane, 2, METRIC_KL_IN_DOMAIN));
        assert_true(metric_at(&record, lane, 8, METRIC_KL_OUT_OF_DOMAIN) > 0.0);
        assert_true(metric_at(&record, lane, 8, METRIC_KL_STEP) > 0.0);
        assert_true(metric_at(&record, lane, 8, METRIC_DISTANCE) >
                    metric_at(&record, lane, 1, METRIC_DISTANCE));
        assert_true(isfinite(metric_at(&record, lane, 8, METRIC_FINAL_LOSS)));
    }
    race_close(race);
}

static void metrics_that_a_method_does_not_have_are_absent(void **state)
{
    TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    run_to_the_end(race);
    assert_true(isnan(metric_at(&record, 0, 3, METRIC_PERTURBATION_NORM)));
    assert_true(isnan(metric_at(&record, 1, 3, METRIC_DIVERGENCE)));
    assert_true(fabs(metric_at(&record, 1, 3, METRIC_PERTURBATION_NORM) - 0.1) < 1e-4);
    assert_true(metric_at(&record, 2, 3, METRIC_DIVERGENCE) > 0.0);
    race_close(race);
}

static void zero_shot_perplexity_is_the_mean_over_the_domains(void **state)
{
    TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    const double beta = metric_at(&record, 0, 0, METRIC_DOMAIN_FIRST);
    const double gamma = metric_at(&record, 0, 0, METRIC_DOMAIN_FIRST + 1);
    assert_true(fabs(metric_at(&record, 0, 0, METRIC_ZERO_SHOT_PERPLEXITY) - 0.5 * (beta + gamma)) <
                1e-9 * beta);
    assert_true(fabs(metric_at(&record, 0, 0, METRIC_EVAL_PERPLEXITY) -
                     exp(metric_at(&record, 0, 0, METRIC_EVAL_LOSS))) < 1e-9);
    race_close(race);
}

/* Everything but the times must be the same to the bit. */
static void assert_same_samples(const Record *a, const Record *b)
{
    assert_int_equal(a->sample_count, b->sample_count);
    for (size_t i = 0; i < a->sample_count; i++) {
        assert_int_equal(a->samples[i].count, b->samples[i].count);
        for (uint32_t k = 0; k < a->samples[i].count; k++) {
            assert_int_equal(a->samples[i].metrics[k], b->samples[i].metrics[k]);
            if (a->samples[i].metrics[k] != METRIC_TOKENS_PER_SECOND) {
                assert_memory_equal(&a->samples[i].values[k], &b->samples[i].values[k],
                                    sizeof(double));
            }
        }
    }
}

static void any_number_of_workers_gives_the_same_bits(void **state)
{
    TinyLab *lab = *state;
    Record expected;
    Race *race = open_race(&lab->spec, task_runner_serial(), &expected);
    run_to_the_end(race);
    race_close(race);
    for (size_t workers = 2; workers <= 7; workers += 5) {
        WorkerPool *pool = NULL;
        Record record;
        assert_int_equal(worker_pool_create(workers, &pool), STATUS_OK);
        race = open_race(&lab->spec, worker_pool_runner(pool), &record);
        run_to_the_end(race);
        assert_same_samples(&record, &expected);
        race_close(race);
        worker_pool_destroy(pool);
    }
}

/* The windows of a step, their order, dropout and noise included, are those of one large batch. */
static void accumulated_batches_make_the_step_of_a_large_one(void **state)
{
    const TinyLab *lab = *state;
    static const double BATCHES[] = {6, 3, 1};
    Record whole;
    for (size_t i = 0; i < 3; i++) {
        Record record;
        ExperimentSpec spec = lab->spec;
        spec.batch_size = BATCHES[i];
        spec.accumulation_steps = 6 / BATCHES[i];
        Race *race = open_race(&spec, task_runner_serial(), i == 0 ? &whole : &record);
        run_to_the_end(race);
        race_close(race);
        for (uint32_t lane = 0; lane < 3 && i > 0; lane++) {
            for (uint32_t step = 1; step <= 8; step++) {
                const double expected = metric_at(&whole, lane, step, METRIC_LOSS);
                assert_true(fabs(metric_at(&record, lane, step, METRIC_LOSS) - expected) < 2e-4);
            }
            assert_true(fabs(metric_at(&record, lane, 8, METRIC_FINAL_LOSS) -
                             metric_at(&whole, lane, 8, METRIC_FINAL_LOSS)) < 2e-3);
            assert_true(metric_at(&record, lane, 8, METRIC_EVAL_LOSS) > 0.0);
        }
    }
}

static void evaluating_more_often_does_not_change_the_training(void **state)
{
    TinyLab *lab = *state;
    Record seldom;
    Record often;
    ExperimentSpec spec = lab->spec;
    Race *race = open_race(&spec, task_runner_serial(), &seldom);
    run_to_the_end(race);
    race_close(race);
    spec.eval_steps = 1;
    spec.probe_steps = 1;
    race = open_race(&spec, task_runner_serial(), &often);
    run_to_the_end(race);
    race_close(race);
    for (uint32_t lane = 0; lane < 3; lane++) {
        assert_true(metric_at(&seldom, lane, 8, METRIC_LOSS) ==
                    metric_at(&often, lane, 8, METRIC_LOSS));
        assert_true(metric_at(&seldom, lane, 8, METRIC_FINAL_LOSS) ==
                    metric_at(&often, lane, 8, METRIC_FINAL_LOSS));
    }
}

static void a_knob_is_in_force_from_the_next_step_on(void **state)
{
    TinyLab *lab = *state;
    Record record;
    Problem problem = {0};
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    race_step(race, &problem);
    race_step(race, &problem);
    const RunCommand command = {
        .kind = RUN_COMMAND_SET_KNOB, .id = 77, .lane = 1, .knob = KNOB_RHO, .value = 0.3};
    assert_int_equal(race_apply(race, &command, &problem), STATUS_OK);
    race_step(race, &problem);
    const RunEvent event = find_event(&record, RUN_EVENT_KNOB_APPLIED);
    assert_int_equal(event.step, 2);
    assert_int_equal(event.command, 77);
    assert_true(event.old_value == 0.1 && event.value == 0.3);
    assert_true(fabs(metric_at(&record, 1, 2, METRIC_PERTURBATION_NORM) - 0.1) < 1e-4);
    assert_true(fabs(metric_at(&record, 1, 3, METRIC_PERTURBATION_NORM) - 0.3) < 1e-4);
    race_close(race);
}

static void a_knob_for_all_lanes_reaches_those_that_have_it(void **state)
{
    TinyLab *lab = *state;
    Record record;
    Problem problem = {0};
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    const RunCommand command = {
        .kind = RUN_COMMAND_SET_KNOB, .lane = LANE_ALL, .knob = KNOB_RHO, .value = 0.2};
    assert_int_equal(race_apply(race, &command, &problem), STATUS_OK);
    size_t applied = 0;
    for (size_t i = 0; i < record.event_count; i++) {
        applied += record.events[i].kind == RUN_EVENT_KNOB_APPLIED ? 1 : 0;
    }
    assert_int_equal(applied, 2);
    race_close(race);
}

static void wrong_commands_are_refused_with_a_reason(void **state)
{
    TinyLab *lab = *state;
    Record record;
    Problem problem = {0};
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    const RunCommand wrong[] = {
        {.kind = RUN_COMMAND_SET_KNOB, .lane = 0, .knob = KNOB_RHO, .value = 0.2},
        {.kind = RUN_COMMAND_SET_KNOB, .lane = 1, .knob = KNOB_RHO, .value = -1.0},
        {.kind = RUN_COMMAND_SET_KNOB, .lane = 1, .knob = KNOB_RHO, .value = (double)NAN},
        {.kind = RUN_COMMAND_SET_KNOB, .lane = 1, .knob = KNOB_INTERVAL, .value = 1.5},
        {.kind = RUN_COMMAND_SET_KNOB, .lane = 1, .knob = KNOB_PERTURB, .value = 99.0},
        {.kind = RUN_COMMAND_SET_KNOB, .lane = 9, .knob = KNOB_RHO, .value = 0.2},
        {.kind = RUN_COMMAND_SET_MAX_STEPS, .count = 0},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        record.event_count = 0;
        assert_int_equal(race_apply(race, &wrong[i], &problem), STATUS_OK);
        assert_int_equal(record.event_count, 1);
        assert_int_equal(record.events[0].kind, RUN_EVENT_COMMAND_REFUSED);
        assert_true(strlen(record.events[0].text) > 10);
    }
    race_close(race);
}

static void an_absurd_learning_rate_ends_one_lane_and_not_the_others(void **state)
{
    TinyLab *lab = *state;
    Record record;
    ExperimentSpec spec = lab->spec;
    spec.max_steps = 30;
    spec.lanes[1].knob_is_set[KNOB_LEARNING_RATE] = true;
    spec.lanes[1].knobs[KNOB_LEARNING_RATE] = 1e6;
    Race *race = open_race(&spec, task_runner_serial(), &record);
    run_to_the_end(race);
    const RunEvent event = find_event(&record, RUN_EVENT_DIVERGED);
    assert_int_equal(event.lane, 1);
    assert_true(event.step < 30);
    assert_true(isfinite(metric_at(&record, 0, 30, METRIC_LOSS)));
    assert_true(isfinite(metric_at(&record, 2, 30, METRIC_LOSS)));
    assert_true(isnan(metric_at(&record, 1, 30, METRIC_LOSS)));
    race_close(race);
}

/* Two lanes of the spec replaced by a TRAM with a visible d and one control. */
static ExperimentSpec with_control(const ExperimentSpec *base, const char *method)
{
    ExperimentSpec spec = *base;
    spec.lane_count = 2;
    spec.lanes[0] =
        (LaneSpec){.name = "Control", .follow = "TRAM"}; /* before the lane it follows */
    snprintf(spec.lanes[0].method, sizeof spec.lanes[0].method, "%s", method);
    spec.lanes[1] = base->lanes[2];
    spec.lanes[1].knobs[KNOB_SCALE] = 10.0;
    spec.lanes[1].knobs[KNOB_RHO] = 0.0;
    return spec;
}

static void controls_take_the_d_of_the_lane_they_follow(void **state)
{
    const TinyLab *lab = *state;
    Record replay;
    Record mean;
    double sum = 0.0;
    ExperimentSpec spec = with_control(&lab->spec, "asam-replay-d");
    Race *race = open_race(&spec, task_runner_serial(), &replay);
    run_to_the_end(race);
    race_close(race);
    spec = with_control(&lab->spec, "asam-mean-d");
    race = open_race(&spec, task_runner_serial(), &mean);
    run_to_the_end(race);
    race_close(race);
    for (uint32_t step = 1; step <= 8; step++) {
        const double d = metric_at(&replay, 1, step, METRIC_RADIUS);
        assert_true(d > 0.0 || step == 1);
        sum += d;
        assert_true(metric_at(&replay, 0, step, METRIC_RADIUS) == d);
        assert_true(fabs(metric_at(&mean, 0, step, METRIC_RADIUS) - sum / step) < 1e-12);
    }
    /* The same radius at every step, from the same start: the control is TRAM without its cost. */
    assert_true(metric_at(&replay, 0, 8, METRIC_LOSS) == metric_at(&replay, 1, 8, METRIC_LOSS));
    assert_true(metric_at(&mean, 0, 8, METRIC_LOSS) != metric_at(&mean, 1, 8, METRIC_LOSS));
}

static void a_followed_lane_can_go_on_for_longer_than_planned(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Problem problem = {0};
    const ExperimentSpec spec = with_control(&lab->spec, "tram-shuffled-d");
    Race *race = open_race(&spec, task_runner_serial(), &record);
    const RunCommand longer = {.kind = RUN_COMMAND_SET_MAX_STEPS, .count = 20};
    assert_int_equal(race_apply(race, &longer, &problem), STATUS_OK);
    run_to_the_end(race);
    assert_int_equal(race_steps_done(race), 20);
    assert_true(metric_at(&record, 0, 20, METRIC_RADIUS) >= 0.0);
    race_close(race);
}

static void every_method_races(void **state)
{
    const TinyLab *lab = *state;
    const MethodList list = method_table();
    for (size_t first = 0; first < list.count; first += 6) {
        Record record;
        ExperimentSpec spec = lab->spec;
        spec.max_steps = 4;
        spec.lanes[0] = (LaneSpec){.name = "followed", .method = "tram-prev"};
        spec.lane_count = 1;
        for (size_t i = first; i < list.count && i < first + 6; i++) {
            LaneSpec *lane = &spec.lanes[spec.lane_count++];
            *lane = (LaneSpec){0};
            snprintf(lane->name, sizeof lane->name, "lane-%s", list.methods[i].id);
            snprintf(lane->method, sizeof lane->method, "%s", list.methods[i].id);
            snprintf(lane->follow, sizeof lane->follow, "%s",
                     list.methods[i].is_control ? "followed" : "");
        }
        Race *race = open_race(&spec, task_runner_serial(), &record);
        run_to_the_end(race);
        for (uint32_t lane = 0; lane < spec.lane_count; lane++) {
            assert_true(isfinite(metric_at(&record, lane, 4, METRIC_FINAL_LOSS)));
            assert_true(metric_at(&record, lane, 4, METRIC_SKIPPED_STEPS) == 0.0);
        }
        race_close(race);
    }
}

static void the_best_lane_is_saved_where_scripts_look(void **state)
{
    TinyLab *lab = *state;
    Record record;
    Problem problem = {0};
    char directory[300];
    char path[400];
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    run_to_the_end(race);
    snprintf(directory, sizeof directory, "%s/saved-run", lab->folder);
    assert_int_equal(mkdir(directory, 0777), 0);
    assert_int_equal(race_save_models(race, directory, &problem), STATUS_OK);
    static const char *const FILES[] = {"model/config.json", "model/model.safetensors",
                                        "model/tokenizer.json", "model/AdamW/model.safetensors",
                                        "model/TRAM/config.json"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, FILES[i]);
        assert_int_equal(access(path, R_OK), 0);
    }
    race_close(race);
}

static void probes_and_evaluations_leave_the_steps_alone(void **state)
{
    const TinyLab *lab = *state;
    expect_looking_changes_nothing(&lab->spec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_and_evaluations_leave_the_steps_alone),
        cmocka_unit_test(lanes_share_start_and_batches_and_differ_by_method_only),
        cmocka_unit_test(training_lowers_the_loss_and_moves_the_representation),
        cmocka_unit_test(metrics_that_a_method_does_not_have_are_absent),
        cmocka_unit_test(zero_shot_perplexity_is_the_mean_over_the_domains),
        cmocka_unit_test(any_number_of_workers_gives_the_same_bits),
        cmocka_unit_test(accumulated_batches_make_the_step_of_a_large_one),
        cmocka_unit_test(evaluating_more_often_does_not_change_the_training),
        cmocka_unit_test(a_knob_is_in_force_from_the_next_step_on),
        cmocka_unit_test(a_knob_for_all_lanes_reaches_those_that_have_it),
        cmocka_unit_test(wrong_commands_are_refused_with_a_reason),
        cmocka_unit_test(controls_take_the_d_of_the_lane_they_follow),
        cmocka_unit_test(a_followed_lane_can_go_on_for_longer_than_planned),
        cmocka_unit_test(every_method_races),
        cmocka_unit_test(an_absurd_learning_rate_ends_one_lane_and_not_the_others),
        cmocka_unit_test(the_best_lane_is_saved_where_scripts_look),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
