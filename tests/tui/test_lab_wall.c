#include "tui/lab_wall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/wall_state.h"

static void pictures_are_kept_by_domain(void **unused)
{
    (void)unused;
    FixedState fixed;
    size_t first = 0;
    wall_state_create(&fixed, 1, 16);
    const LabWall *wall = fixed.state->wall;
    assert_non_null(wall);
    assert_int_equal(wall->picture_count, 24);
    assert_int_equal(lab_wall_domain(wall, 2, &first), FAKE_DOMAIN_PICTURES);
    assert_int_equal(first, 12);
    assert_int_equal(lab_wall_domain(wall, 4, &first), 0);
    assert_int_equal(wall->pictures[13].truth, 1);
    fixed_state_destroy(&fixed);
}

static void answers_are_of_one_lane_and_the_newest(void **unused)
{
    (void)unused;
    FixedState fixed;
    wall_state_create(&fixed, 1, 16);
    const LabWall *wall = fixed.state->wall;
    assert_false(lab_wall_is_right(wall, 0, 1));
    assert_true(lab_wall_is_right(wall, 0, 2));
    assert_false(lab_wall_is_right(wall, 2, 1));
    assert_true(lab_wall_is_right(wall, 2, 3));
    assert_false(lab_wall_is_right(wall, 7, 0)); /* it has said nothing */
    RunReport report = {.kind = RUN_REPORT_ANSWERS, .as.answers = fake_answers(0, 100)};
    report.as.answers.classes[1] = 1;
    lab_state_take(fixed.state, &report);
    assert_true(lab_wall_is_right(wall, 0, 1));
    assert_int_equal(wall->answers[0].step, 100);
    assert_int_equal(wall->answers[1].step, 50);
    fixed_state_destroy(&fixed);
}

static void classes_have_clean_names_or_their_numbers(void **unused)
{
    (void)unused;
    FixedState fixed;
    char name[WALL_NAME_BYTES];
    wall_state_create(&fixed, 1, 16);
    give_class(fixed.state, 2, "cat\033[31m");
    lab_wall_class(fixed.state->wall, 2, name);
    assert_string_equal(name, "cat?[31m");
    lab_wall_class(fixed.state->wall, 3, name);
    assert_string_equal(name, "3");
    lab_wall_class(fixed.state->wall, 999, name);
    assert_string_equal(name, "999");
    fixed_state_destroy(&fixed);
}

static void what_does_not_fit_is_ignored(void **unused)
{
    (void)unused;
    LabWall *wall = NULL;
    RunReport report = {.kind = RUN_REPORT_EVENT};
    assert_int_equal(lab_wall_take(&wall, &report), STATUS_OK);
    assert_null(wall);
    report = (RunReport){.kind = RUN_REPORT_PICTURE, .as.picture = fake_picture(3, 1, 16)};
    report.as.picture.number = report.as.picture.count;
    assert_int_equal(lab_wall_take(&wall, &report), STATUS_OK);
    report.as.picture.number = 1;
    report.as.picture.count = WALL_PICTURES_MAX + 1;
    assert_int_equal(lab_wall_take(&wall, &report), STATUS_OK);
    report.as.picture.count = 4;
    report.as.picture.channels = 2;
    assert_int_equal(lab_wall_take(&wall, &report), STATUS_OK);
    report = (RunReport){.kind = RUN_REPORT_ANSWERS, .as.answers = {.lane = SPEC_LANES_MAX}};
    assert_int_equal(lab_wall_take(&wall, &report), STATUS_OK);
    report = (RunReport){.kind = RUN_REPORT_CLASS, .as.picture_class = {.number = 5000}};
    assert_int_equal(lab_wall_take(&wall, &report), STATUS_OK);
    assert_non_null(wall);
    assert_int_equal(wall->picture_count, 0);
    free(wall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_kept_by_domain),
        cmocka_unit_test(answers_are_of_one_lane_and_the_newest),
        cmocka_unit_test(classes_have_clean_names_or_their_numbers),
        cmocka_unit_test(what_does_not_fit_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
