/* lab/test_race_pictures.c -- what a race over images shows of them: classes and pictures once, answers of a lane at each of its evaluations. */
#include "lab/race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/race_record.h"
#include "lab/tiny_vision.h"
#include "lab/worker.h"

enum { SHOWN_MAX = 100, PICTURES = 3 * WALL_DOMAIN_PICTURES };

typedef struct Shown {
    Record record; /* first: the sinks of race_record.h take it */
    RunReport reports[SHOWN_MAX];
    size_t count;
} Shown;

static void keep_report(void *context, const RunReport *report)
{
    Shown *shown = context;
    assert_true(shown->count < SHOWN_MAX);
    shown->reports[shown->count++] = *report;
}

/* Opened, and not begun. */
static Race *open_silent(const ExperimentSpec *spec, TaskRunner runner, Shown *shown)
{
    Race *race = NULL;
    Problem problem = {0};
    const RaceOptions options = {
        .runner = runner,
        .clock = wall_clock_monotonic(),
        .sink = {
            .context = shown, .sample = keep_sample, .event = keep_event, .show = keep_report}};
    if (race_open(spec, &options, &race, &problem) != STATUS_OK) {
        fail_msg("%s", problem.text);
    }
    return race;
}

static Race *open_shown(const ExperimentSpec *spec, TaskRunner runner, Shown *shown)
{
    Problem problem = {0};
    Race *race = open_silent(spec, runner, shown);
    assert_int_equal(race_begin(race, &problem), STATUS_OK);
    return race;
}

static void expect_answers(const RunReport *report, uint32_t lane, uint32_t step)
{
    assert_int_equal(report->kind, RUN_REPORT_ANSWERS);
    assert_int_equal(report->as.answers.lane, lane);
    assert_int_equal(report->as.answers.step, step);
    assert_int_equal(report->as.answers.count, PICTURES);
}

static void classes_and_pictures_come_once_and_answers_with_each_evaluation(void **state)
{
    const TinyVision *lab = *state;
    Shown *shown = calloc(1, sizeof *shown);
    assert_non_null(shown);
    WorkerPool *pool = NULL;
    assert_int_equal(worker_pool_create(2, &pool), STATUS_OK);
    Race *race = open_shown(&lab->spec, worker_pool_runner(pool), shown);
    assert_int_equal(shown->count, 4 + PICTURES + 2);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(shown->reports[i].kind, RUN_REPORT_CLASS);
        assert_int_equal(shown->reports[i].as.picture_class.number, i);
    }
    for (uint32_t i = 0; i < PICTURES; i++) {
        assert_int_equal(shown->reports[4 + i].kind, RUN_REPORT_PICTURE);
        assert_int_equal(shown->reports[4 + i].as.picture.number, i);
        assert_int_equal(shown->reports[4 + i].as.picture.domain, i / WALL_DOMAIN_PICTURES);
    }
    expect_answers(&shown->reports[4 + PICTURES], 0, 0);
    expect_answers(&shown->reports[4 + PICTURES + 1], 1, 0);
    shown->count = 0;
    run_to_the_end(race);
    assert_int_equal(shown->count, 3 * 2);
    for (uint32_t i = 0; i < 6; i++) {
        expect_answers(&shown->reports[i], i % 2, 50 + i / 2 * 50);
    }
    race_close(race);
    worker_pool_destroy(pool);
    free(shown);
}

static void a_lane_that_joins_says_what_theta_0_says(void **state)
{
    const TinyVision *lab = *state;
    Shown *shown = calloc(1, sizeof *shown);
    assert_non_null(shown);
    Problem problem = {0};
    WorkerPool *pool = NULL;
    assert_int_equal(worker_pool_create(1, &pool), STATUS_OK);
    Race *race = open_shown(&lab->spec, worker_pool_runner(pool), shown);
    const WallAnswers theta_0 = shown->reports[4 + PICTURES].as.answers;
    while (race_steps_done(race) < 50) {
        assert_int_equal(race_step(race, &problem), STATUS_OK);
    }
    const WallAnswers trained = shown->reports[shown->count - 1].as.answers;
    assert_int_equal(trained.step, 50);
    assert_memory_not_equal(trained.confidences, theta_0.confidences, sizeof trained.confidences);
    RunCommand add = {.kind = RUN_COMMAND_ADD_LANE, .lane = LANE_ALL, .added = {.name = "late"}};
    strcpy(add.added.method, "adamw");
    assert_int_equal(race_apply(race, &add, &problem), STATUS_OK);
    const RunReport *late = &shown->reports[shown->count - 1];
    expect_answers(late, 2, 0);
    assert_memory_equal(late->as.answers.confidences, theta_0.confidences,
                        sizeof theta_0.confidences);
    add.lane = 1; /* a copy of the lane that was evaluated last */
    strcpy(add.added.name, "copy");
    assert_int_equal(race_apply(race, &add, &problem), STATUS_OK);
    const RunReport *copy = &shown->reports[shown->count - 1];
    expect_answers(copy, 3, 50);
    assert_memory_equal(copy->as.answers.classes, trained.classes, sizeof trained.classes);
    race_close(race);
    worker_pool_destroy(pool);
    free(shown);
}

static void step_to(Race *race, uint64_t step)
{
    Problem problem = {0};
    while (race_steps_done(race) < step) {
        assert_int_equal(race_step(race, &problem), STATUS_OK);
    }
}

/* Between two evaluations, too; and what follows is what would have followed. */
static void a_race_that_goes_on_says_at_once_what_its_lanes_see(void **state)
{
    const TinyVision *lab = *state;
    Shown *whole = calloc(1, sizeof *whole);
    Shown *shown = calloc(1, sizeof *shown);
    assert_true(whole != NULL && shown != NULL);
    Problem problem = {0};
    Race *race = open_shown(&lab->spec, task_runner_serial(), whole);
    step_to(race, 60);
    assert_int_equal(race_save_state(race, lab->folder, (RunRecordBytes){0}, &problem), STATUS_OK);
    step_to(race, 100);
    race_close(race);
    race = open_silent(&lab->spec, task_runner_serial(), shown);
    assert_int_equal(race_resume(race, lab->folder, &problem), STATUS_OK);
    assert_int_equal(shown->record.sample_count, 0); /* the record has them not */
    assert_int_equal(shown->count, 4 + PICTURES + 2);
    const RunReport *resumed = &shown->reports[4 + PICTURES];
    const RunReport *before = &whole->reports[whole->count - 4]; /* at step 50 */
    for (uint32_t lane = 0; lane < 2; lane++) {
        expect_answers(&before[lane], lane, 50);
        expect_answers(&resumed[lane], lane, 60);
        assert_memory_not_equal(resumed[lane].as.answers.confidences,
                                before[lane].as.answers.confidences,
                                sizeof before->as.answers.confidences);
    }
    step_to(race, 100);
    for (uint32_t lane = 0; lane < 2; lane++) {
        const RunReport *now = &shown->reports[shown->count - 2 + lane];
        const RunReport *then = &whole->reports[whole->count - 2 + lane];
        expect_answers(now, lane, 100);
        assert_memory_equal(now->as.answers.confidences, then->as.answers.confidences,
                            sizeof then->as.answers.confidences);
    }
    race_close(race);
    free(whole);
    free(shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_and_pictures_come_once_and_answers_with_each_evaluation),
        cmocka_unit_test(a_lane_that_joins_says_what_theta_0_says),
        cmocka_unit_test(a_race_that_goes_on_says_at_once_what_its_lanes_see),
    };
    return cmocka_run_group_tests(tests, open_vision_lab, close_vision_lab);
}
