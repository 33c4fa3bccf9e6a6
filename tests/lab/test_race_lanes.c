/* lab/test_race_lanes.c -- lanes that join a running race, copy another lane, and leave. */
#include "lab/race.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lab/race_record.h"
#include "lab/tiny_lab.h"

static LaneSpec lane_spec(const char *name, const char *method)
{
    LaneSpec lane = {0};
    snprintf(lane.name, sizeof lane.name, "%s", name);
    snprintf(lane.method, sizeof lane.method, "%s", method);
    return lane;
}

static LaneSpec control_spec(const char *name, const char *method, const char *follow)
{
    LaneSpec lane = lane_spec(name, method);
    snprintf(lane.follow, sizeof lane.follow, "%s", follow);
    return lane;
}

static void set_knob(LaneSpec *lane, KnobId knob, double value)
{
    lane->knob_is_set[knob] = true;
    lane->knobs[knob] = value;
}

static void add_lane(Race *race, LaneSpec lane, uint32_t from)
{
    Problem problem = {0};
    const RunCommand command = {.kind = RUN_COMMAND_ADD_LANE, .id = 5, .lane = from, .added = lane};
    assert_int_equal(race_apply(race, &command, &problem), STATUS_OK);
}

static void remove_lane(Race *race, uint32_t lane)
{
    Problem problem = {0};
    const RunCommand command = {.kind = RUN_COMMAND_REMOVE_LANE, .id = 6, .lane = lane};
    assert_int_equal(race_apply(race, &command, &problem), STATUS_OK);
}

static void take_steps(Race *race, int count)
{
    Problem problem = {0};
    for (int i = 0; i < count; i++) {
        assert_int_equal(race_step(race, &problem), STATUS_OK);
    }
}

/* All that was measured of `lane` in one record and of `other` in the other, from `step` on, to the bit. */
static void assert_same_lane(const Record *a, uint32_t lane, const Record *b, uint32_t other,
                             uint32_t step)
{
    static const uint16_t METRICS[] = {METRIC_LOSS,         METRIC_GRAD_NORM, METRIC_RADIUS,
                                       METRIC_DISTANCE,     METRIC_EVAL_LOSS, METRIC_KL_IN_DOMAIN,
                                       METRIC_LEARNING_RATE};
    for (; step <= 8; step++) {
        for (size_t i = 0; i < sizeof METRICS / sizeof *METRICS; i++) {
            const double x = metric_at(a, lane, step, METRICS[i]);
            const double y = metric_at(b, other, step, METRICS[i]);
            assert_true(x == y || (isnan(x) && isnan(y)));
        }
    }
    const double x = metric_at(a, lane, 8, METRIC_FINAL_LOSS);
    assert_true(isfinite(x) && x == metric_at(b, other, 8, METRIC_FINAL_LOSS));
}

static void a_lane_that_joins_late_gets_where_it_would_have_got_from_the_start(void **state)
{
    const TinyLab *lab = *state;
    Record whole;
    Record late;
    Race *race = open_race(&lab->spec, task_runner_serial(), &whole);
    run_to_the_end(race);
    race_close(race);

    ExperimentSpec spec = lab->spec;
    spec.lane_count = 2;
    race = open_race(&spec, task_runner_serial(), &late);
    take_steps(race, 5);
    add_lane(race, lab->spec.lanes[2], LANE_ALL);
    const RunEvent event = find_event(&late, RUN_EVENT_LANE_ADDED);
    assert_int_equal(event.lane, 2);
    assert_int_equal(event.step, 0);
    assert_int_equal(event.command, 5);
    assert_int_equal(event.from, LANE_ALL);
    assert_string_equal(event.added.name, "TRAM");
    take_steps(race, 3);
    assert_int_equal(race_steps_done(race), 5); /* the others wait */
    assert_true(isnan(metric_at(&late, 0, 6, METRIC_LOSS)));
    run_to_the_end(race);
    assert_same_lane(&late, 2, &whole, 2, 0);
    assert_same_lane(&late, 0, &whole, 0, 0);
    race_close(race);
}

static void a_copy_goes_on_as_the_lane_it_was_copied_from(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    LaneSpec twin = lab->spec.lanes[2];
    snprintf(twin.name, sizeof twin.name, "twin");
    take_steps(race, 5);
    add_lane(race, twin, 2);
    assert_int_equal(find_event(&record, RUN_EVENT_LANE_ADDED).step, 5);
    assert_true(metric_at(&record, 3, 5, METRIC_DISTANCE) ==
                metric_at(&record, 2, 5, METRIC_DISTANCE));
    assert_true(isfinite(metric_at(&record, 3, 5, METRIC_EVAL_LOSS)));
    take_steps(race, 1);
    assert_int_equal(race_steps_done(race), 6);
    run_to_the_end(race);
    assert_same_lane(&record, 3, &record, 2, 6);
    double passes[2] = {0.0, 0.0};
    for (size_t i = 0; i < record.sample_count; i++) {
        if (record.samples[i].lane >= 2) {
            passes[record.samples[i].lane - 2] = record.samples[i].passes;
        }
    }
    assert_true(passes[0] == passes[1] && passes[0] > 0.0);
    race_close(race);
}

static void a_copy_with_another_method_begins_its_memory_where_it_stands(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    LaneSpec tram = lane_spec("from-sam", "tram-prev");
    set_knob(&tram, KNOB_SCALE, 1000.0);
    take_steps(race, 5);
    add_lane(race, tram, 1);
    run_to_the_end(race);
    /* theta_{t-1} is theta_t at the first step, as at the start of a race. */
    assert_true(metric_at(&record, 3, 6, METRIC_DIVERGENCE) == 0.0);
    assert_true(metric_at(&record, 3, 6, METRIC_LOSS) == metric_at(&record, 1, 6, METRIC_LOSS));
    assert_true(metric_at(&record, 3, 7, METRIC_DIVERGENCE) > 0.0);
    race_close(race);
}

static void a_control_that_joins_late_follows_from_the_first_step_on(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    take_steps(race, 6);
    add_lane(race, control_spec("replay", "asam-replay-d", "TRAM"), LANE_ALL);
    run_to_the_end(race);
    for (uint32_t step = 2; step <= 8; step++) {
        const double d = metric_at(&record, 2, step, METRIC_RADIUS);
        assert_true(d > 0.0 && metric_at(&record, 3, step, METRIC_RADIUS) == d);
    }
    race_close(race);
}

static void what_a_copy_has_used_can_be_followed(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    LaneSpec twin = lab->spec.lanes[2];
    snprintf(twin.name, sizeof twin.name, "twin");
    take_steps(race, 5);
    add_lane(race, twin, 2);
    remove_lane(race, 2);
    add_lane(race, control_spec("replay", "asam-replay-d", "twin"), LANE_ALL);
    run_to_the_end(race);
    for (uint32_t step = 2; step <= 8; step++) {
        const uint32_t source = step <= 5 ? 2 : 3;
        assert_true(metric_at(&record, 4, step, METRIC_RADIUS) ==
                    metric_at(&record, source, step, METRIC_RADIUS));
    }
    race_close(race);
}

static void knobs_of_an_added_lane_are_told_and_in_force(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    LaneSpec sam = lane_spec("wide", "sam");
    set_knob(&sam, KNOB_RHO, 0.4);
    take_steps(race, 2);
    record.event_count = 0;
    add_lane(race, sam, LANE_ALL);
    size_t told = 0;
    for (size_t i = 0; i < record.event_count; i++) {
        const RunEvent *event = &record.events[i];
        if (event->kind == RUN_EVENT_KNOB_IN_FORCE && event->knob == KNOB_RHO) {
            assert_int_equal(event->lane, 3);
            assert_true(event->value == 0.4);
            told++;
        }
    }
    assert_int_equal(told, 1);
    run_to_the_end(race);
    assert_true(fabs(metric_at(&record, 3, 3, METRIC_PERTURBATION_NORM) - 0.4) < 1e-4);
    race_close(race);
}

static void a_removed_lane_takes_no_steps_and_is_not_saved(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Problem problem = {0};
    char directory[300];
    char path[400];
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    take_steps(race, 3);
    remove_lane(race, 0);
    assert_int_equal(find_event(&record, RUN_EVENT_LANE_REMOVED).step, 3);
    const RunCommand knob = {
        .kind = RUN_COMMAND_SET_KNOB, .lane = LANE_ALL, .knob = KNOB_LEARNING_RATE, .value = 0.001};
    assert_int_equal(race_apply(race, &knob, &problem), STATUS_OK);
    run_to_the_end(race);
    assert_true(isfinite(metric_at(&record, 0, 3, METRIC_LOSS)));
    assert_true(isnan(metric_at(&record, 0, 4, METRIC_LOSS)));
    assert_true(isnan(metric_at(&record, 0, 3, METRIC_FINAL_LOSS)));
    assert_true(isfinite(metric_at(&record, 1, 8, METRIC_FINAL_LOSS)));
    for (size_t i = 0; i < record.event_count; i++) {
        assert_false(record.events[i].kind == RUN_EVENT_KNOB_APPLIED && record.events[i].lane == 0);
    }
    snprintf(directory, sizeof directory, "%s/removed-run", lab->folder);
    assert_int_equal(mkdir(directory, 0777), 0);
    assert_int_equal(race_save_models(race, directory, &problem), STATUS_OK);
    snprintf(path, sizeof path, "%s/model/AdamW", directory);
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/model/SAM/model.safetensors", directory);
    assert_int_equal(access(path, R_OK), 0);
    race_close(race);
}

static void assert_refused(Race *race, Record *record, const RunCommand *command,
                           const char *reason)
{
    Problem problem = {0};
    record->event_count = 0;
    assert_int_equal(race_apply(race, command, &problem), STATUS_OK);
    assert_int_equal(record->event_count, 1);
    assert_int_equal(record->events[0].kind, RUN_EVENT_COMMAND_REFUSED);
    if (strstr(record->events[0].text, reason) == NULL) {
        fail_msg("expected \"%s\", found \"%s\"", reason, record->events[0].text);
    }
}

static void lanes_that_cannot_join_or_leave_are_refused_with_a_reason(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    LaneSpec wide = lane_spec("wide", "sam");
    LaneSpec foreign = lane_spec("foreign", "adamw");
    set_knob(&wide, KNOB_RHO, -1.0);
    set_knob(&foreign, KNOB_RHO, 0.1);
    const struct {
        LaneSpec lane;
        uint32_t from;
        const char *reason;
    } cases[] = {
        {lane_spec("SAM", "sam"), LANE_ALL, "is or was named"},
        {lane_spec("../x", "sam"), LANE_ALL, "letters, digits"},
        {lane_spec("..", "sam"), LANE_ALL, "letters, digits"},
        {lane_spec("new", "saam"), LANE_ALL, "no method"},
        {wide, LANE_ALL, "outside"},
        {foreign, LANE_ALL, "no such knob"},
        {lane_spec("c", "asam-replay-d"), LANE_ALL, "missing"},
        {control_spec("c", "asam-replay-d", "c"), LANE_ALL, "cannot follow itself"},
        {control_spec("c", "asam-replay-d", "nobody"), LANE_ALL, "no lane is named"},
        {control_spec("c", "asam-replay-d", "SAM"), LANE_ALL, "no d to follow"},
        {lane_spec("new", "sam"), 3, "no such lane to start from"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const RunCommand command = {
            .kind = RUN_COMMAND_ADD_LANE, .lane = cases[i].from, .added = cases[i].lane};
        assert_refused(race, &record, &command, cases[i].reason);
    }
    const RunCommand nobody = {.kind = RUN_COMMAND_REMOVE_LANE, .lane = LANE_ALL};
    assert_refused(race, &record, &nobody, "no such lane");
    add_lane(race, control_spec("replay", "asam-replay-d", "TRAM"), LANE_ALL);
    const RunCommand followed = {.kind = RUN_COMMAND_REMOVE_LANE, .lane = 2};
    assert_refused(race, &record, &followed, "a control follows");
    remove_lane(race, 3);
    remove_lane(race, 2);
    assert_refused(race, &record, &followed, "no such lane");
    const RunCommand late = {.kind = RUN_COMMAND_ADD_LANE,
                             .lane = LANE_ALL,
                             .added = control_spec("late", "asam-mean-d", "TRAM")};
    assert_refused(race, &record, &late, "has been removed");
    remove_lane(race, 0);
    const RunCommand last = {.kind = RUN_COMMAND_REMOVE_LANE, .lane = 1};
    assert_refused(race, &record, &last, "last lane");
    run_to_the_end(race);
    race_close(race);
}

static void a_race_has_only_so_many_places(void **state)
{
    const TinyLab *lab = *state;
    Record record;
    Race *race = open_race(&lab->spec, task_runner_serial(), &record);
    char name[16];
    for (size_t i = lab->spec.lane_count; i < SPEC_LANES_MAX; i++) {
        snprintf(name, sizeof name, "lane-%zu", i);
        record.event_count = 0;
        add_lane(race, lane_spec(name, "adamw"), LANE_ALL);
        assert_int_equal(record.events[0].kind, RUN_EVENT_LANE_ADDED);
        record.sample_count = 0;
    }
    remove_lane(race, 3); /* frees no place: what it recorded keeps its name */
    const RunCommand more = {
        .kind = RUN_COMMAND_ADD_LANE, .lane = LANE_ALL, .added = lane_spec("more", "adamw")};
    assert_refused(race, &record, &more, "no place");
    race_close(race);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lane_that_joins_late_gets_where_it_would_have_got_from_the_start),
        cmocka_unit_test(a_copy_goes_on_as_the_lane_it_was_copied_from),
        cmocka_unit_test(a_copy_with_another_method_begins_its_memory_where_it_stands),
        cmocka_unit_test(a_control_that_joins_late_follows_from_the_first_step_on),
        cmocka_unit_test(what_a_copy_has_used_can_be_followed),
        cmocka_unit_test(knobs_of_an_added_lane_are_told_and_in_force),
        cmocka_unit_test(a_removed_lane_takes_no_steps_and_is_not_saved),
        cmocka_unit_test(lanes_that_cannot_join_or_leave_are_refused_with_a_reason),
        cmocka_unit_test(a_race_has_only_so_many_places),
    };
    return cmocka_run_group_tests(tests, open_lab, close_lab);
}
