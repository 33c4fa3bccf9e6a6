#include "tui/lane_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fixed_state.h"

static void expect_refusal(const FixedState *fixed, const char *words, const char *text)
{
    LaneRequest request;
    Problem problem = {0};
    assert_int_not_equal(lane_request_parse(words, fixed->state, 0, &request, &problem), STATUS_OK);
    assert_string_equal(problem.text, text);
}

static LaneRequest expect_request(const FixedState *fixed, const char *words, size_t focus)
{
    LaneRequest request;
    Problem problem = {0};
    const Status status = lane_request_parse(words, fixed->state, focus, &request, &problem);
    assert_string_equal(problem.text, "");
    assert_int_equal(status, STATUS_OK);
    return request;
}

static void words_make_a_lane(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    LaneRequest request = expect_request(&fixed, "sam", 0);
    assert_string_equal(request.lane.name, "sam");
    assert_string_equal(request.lane.method, "sam");
    assert_int_equal(request.from, LANE_ALL);
    assert_false(request.lane.knob_is_set[KNOB_RHO]);
    request = expect_request(&fixed, "  trpo name=x.1   divergence=reverse-kl lr=.01", 0);
    assert_string_equal(request.lane.name, "x.1");
    assert_true(request.lane.knob_is_set[KNOB_DIVERGENCE]);
    assert_true(request.lane.knobs[KNOB_DIVERGENCE] == 1.0);
    assert_true(request.lane.knobs[KNOB_LEARNING_RATE] == 0.01);
    fixed_state_destroy(&fixed);
}

static void a_name_of_ones_own_is_made_where_none_is_given(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    give_event(fixed.state, added_lane(3, "sam", LANE_ALL));
    assert_string_equal(expect_request(&fixed, "sam", 0).lane.name, "sam-2");
    const RunCommand asked = {.kind = RUN_COMMAND_ADD_LANE, .id = 5, .added = {.name = "sam-2"}};
    lab_state_expect(fixed.state, &asked);
    assert_string_equal(expect_request(&fixed, "sam", 0).lane.name, "sam-3");
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 3});
    assert_string_equal(expect_request(&fixed, "sam", 0).lane.name, "sam-3");
    expect_refusal(&fixed, "sam name=sam",
                   "the name \"sam\" is taken by a lane that was removed; choose another");
    fixed_state_destroy(&fixed);
}

static void a_copy_keeps_the_knobs_that_mean_the_same(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.state->lanes[1].knobs[KNOB_RHO].value = 0.2;
    fixed.state->lanes[1].knobs[KNOB_LEARNING_RATE].value = 0.004;
    LaneRequest request = expect_request(&fixed, "sam from=SAM", 0);
    assert_int_equal(request.from, 1);
    assert_true(request.lane.knob_is_set[KNOB_RHO] && request.lane.knobs[KNOB_RHO] == 0.2);
    assert_true(request.lane.knobs[KNOB_LEARNING_RATE] == 0.004);
    assert_false(request.lane.knob_is_set[KNOB_WEIGHT_DECAY]); /* is the experiment's anyway */
    request = expect_request(&fixed, "sam from=SAM rho=.3", 0);
    assert_true(request.lane.knobs[KNOB_RHO] == 0.3);
    request = expect_request(&fixed, "asam from=SAM", 0);
    assert_false(request.lane.knob_is_set[KNOB_RHO]);
    assert_true(request.lane.knobs[KNOB_LEARNING_RATE] == 0.004);
    fixed_state_destroy(&fixed);
}

static void a_control_follows_the_focused_lane_if_it_has_a_d(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create_lanes(&fixed, 8);
    assert_string_equal(expect_request(&fixed, "asam-mean-d", 6).lane.follow, "TRAM-0");
    assert_string_equal(expect_request(&fixed, "asam-mean-d", 0).lane.follow, "TRAM");
    assert_string_equal(expect_request(&fixed, "asam-mean-d follow=TRAM-0", 0).lane.follow,
                        "TRAM-0");
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 1, .lane = 2});
    assert_int_equal(lane_request_leader(fixed.state, 0), 6); /* it goes on */
    fixed_state_destroy(&fixed);
}

static void what_cannot_be_had_is_refused_in_one_line(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    expect_refusal(&fixed, "",
                   "usage: add METHOD [name=NAME] [from=LANE] [follow=LANE] "
                   "[KNOB=VALUE ...]");
    expect_refusal(&fixed, "sm", "no method \"sm\"; did you mean \"sam\"?");
    expect_refusal(&fixed, "frobnicate",
                   "no method \"frobnicate\"; Tab lists them, m explains them");
    expect_refusal(&fixed, "sam name=SAM", "the name \"SAM\" is taken; choose another");
    expect_refusal(&fixed, "sam name=a/b",
                   "the name \"a/b\" may hold only letters, digits and . _ + -, and not begin "
                   "with a dot");
    expect_refusal(&fixed, "sam from=SAN", "no lane \"SAN\"; there are AdamW, SAM, TRAM");
    expect_refusal(&fixed, "sam scale=2",
                   "sam has no scale; it has rho, learning_rate, weight_decay, max_grad_norm");
    expect_refusal(&fixed, "sam roh=2", "no knob \"roh\"; did you mean \"rho\"?");
    expect_refusal(&fixed, "sam rho=-2", "rho must lie between 0 and 1e+06, not -2");
    expect_refusal(&fixed, "trpo divergence=l2",
                   "divergence of trpo takes forward-kl, reverse-kl, symmetric-kl, not \"l2\"");
    expect_refusal(&fixed, "sam follow=TRAM", "sam follows no lane; only controls do");
    expect_refusal(&fixed, "asam-mean-d name=m follow=m",
                   "a control cannot follow itself; with a d there are: TRAM");
    expect_refusal(&fixed, "asam-mean-d follow=SAM",
                   "SAM has no d to follow; with a d there are: TRAM");
    expect_refusal(&fixed, "asam-mean-d follow=X",
                   "no lane \"X\" to follow; with a d there are: TRAM");
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_DIVERGED, .step = 1, .lane = 1});
    expect_refusal(&fixed, "sam from=SAM", "SAM has diverged: there is nothing to go on from");
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 2});
    expect_refusal(&fixed, "asam-mean-d",
                   "asam-mean-d takes the d of another lane, and none in the race has one; add "
                   "tram-prev, tram-0 or tram-x first");
    fixed_state_destroy(&fixed);
}

static void there_is_room_for_so_many_lanes_in_the_life_of_a_race(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    char name[16];
    for (uint32_t lane = 3; lane < SPEC_LANES_MAX; lane++) {
        (void)snprintf(name, sizeof name, "l%u", lane);
        (void)expect_request(&fixed, "sam", 0);
        give_event(fixed.state, added_lane(lane, name, LANE_ALL));
    }
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 5});
    expect_refusal(&fixed, "sam",
                   "no room for sam: a race has 24 lanes in its life, those removed included");
    fixed_state_destroy(&fixed);
}

static Preset preset_of(void)
{
    return (Preset){.name = "some",
                    .lanes = {{.name = "mean", .method = "asam-mean-d", .follow = "TRAM"},
                              {.name = "SAM", .method = "sam"},
                              {.name = "TRAM", .method = "tram-prev", .line = 4},
                              {.name = "ASAM", .method = "asam"}},
                    .lane_count = 4};
}

static void a_preset_brings_what_is_missing_and_controls_last(void **unused)
{
    (void)unused;
    FixedState fixed;
    LaneRequestList list;
    Problem problem = {0};
    const Preset preset = preset_of();
    fixed_state_create_lanes(&fixed, 2); /* AdamW, SAM */
    assert_int_equal(lane_request_of_preset(fixed.state, &preset, &list, &problem), STATUS_OK);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.lanes[0].name, "TRAM");
    assert_string_equal(list.lanes[1].name, "ASAM");
    assert_string_equal(list.lanes[2].name, "mean");
    assert_string_equal(list.lanes[2].follow, "TRAM");
    fixed_state_destroy(&fixed);
}

static void a_lane_that_was_removed_comes_back_under_another_name(void **unused)
{
    (void)unused;
    FixedState fixed;
    LaneRequestList list;
    Problem problem = {0};
    const Preset preset = preset_of();
    fixed_state_create(&fixed);
    give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = 2});
    assert_int_equal(lane_request_of_preset(fixed.state, &preset, &list, &problem), STATUS_OK);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.lanes[0].name, "TRAM-2");
    assert_string_equal(list.lanes[2].follow, "TRAM-2");
    fixed_state_destroy(&fixed);
}

static void a_preset_with_a_lane_that_cannot_be_had_is_refused_whole(void **unused)
{
    (void)unused;
    FixedState fixed;
    LaneRequestList list;
    Problem problem = {0};
    Preset preset = preset_of();
    preset.lanes[3].method[0] = 'q';
    fixed_state_create(&fixed);
    assert_int_equal(lane_request_of_preset(fixed.state, &preset, &list, &problem),
                     STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "ASAM: no method \"qsam\"; did you mean \"sam\"?");
    fixed_state_destroy(&fixed);
}

static void a_lane_may_leave_unless_it_is_the_last_or_followed(void **unused)
{
    (void)unused;
    FixedState fixed;
    Problem problem = {0};
    fixed_state_create(&fixed);
    RunEvent control = added_lane(3, "mean", LANE_ALL);
    (void)snprintf(control.added.follow, sizeof control.added.follow, "TRAM");
    give_event(fixed.state, control);
    assert_int_equal(lane_request_removal(fixed.state, 0, &problem), STATUS_OK);
    assert_int_equal(lane_request_removal(fixed.state, 2, &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text, "mean takes the d of TRAM; remove mean first");
    assert_int_equal(lane_request_removal(fixed.state, VIEW_ALL_LANES, &problem), STATUS_BAD_VALUE);
    for (uint32_t lane = 1; lane < 4; lane++) {
        give_event(fixed.state, (RunEvent){.kind = RUN_EVENT_LANE_REMOVED, .lane = lane});
    }
    assert_int_equal(lane_request_removal(fixed.state, 0, &problem), STATUS_BAD_VALUE);
    assert_string_equal(problem.text,
                        "AdamW is the last lane: it cannot be removed; q leaves the race");
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_make_a_lane),
        cmocka_unit_test(a_name_of_ones_own_is_made_where_none_is_given),
        cmocka_unit_test(a_copy_keeps_the_knobs_that_mean_the_same),
        cmocka_unit_test(a_control_follows_the_focused_lane_if_it_has_a_d),
        cmocka_unit_test(what_cannot_be_had_is_refused_in_one_line),
        cmocka_unit_test(there_is_room_for_so_many_lanes_in_the_life_of_a_race),
        cmocka_unit_test(a_preset_brings_what_is_missing_and_controls_last),
        cmocka_unit_test(a_lane_that_was_removed_comes_back_under_another_name),
        cmocka_unit_test(a_preset_with_a_lane_that_cannot_be_had_is_refused_whole),
        cmocka_unit_test(a_lane_may_leave_unless_it_is_the_last_or_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
