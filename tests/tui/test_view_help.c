#include "tui/view_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/command.h"
#include "tui/pane_picture.h"

static void draw_help(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)state;
    (void)rect;
    (void)view_help_draw(view, grid);
}

static void the_help_lists_the_key_table(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    expect_pane(draw_help, &fixed, 60, 80, "help");
    fixed_state_destroy(&fixed);
}

static void scrolling_stops_at_the_last_line(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.view.help_scroll = 199;
    assert_true(pane_shows(draw_help, &fixed, 24, 80, "help    quit"));
    fixed_state_destroy(&fixed);
}

static void every_command_is_listed(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    CommandCompletion all = {.count = 0};
    command_complete("", 0, fixed.state, 0, NULL, &all);
    size_t count = 0;
    char *rest = NULL;
    for (char *name = strtok_r(all.choices, " ", &rest); name != NULL;
         name = strtok_r(NULL, " ", &rest)) {
        char words[64];
        (void)snprintf(words, sizeof words, "  %s",
                       name); /* at the start of a line or behind a gap */
        if (!pane_shows(draw_help, &fixed, 160, 80, words)) {
            fail_msg("the help does not list the command %s", name);
        }
        count++;
    }
    assert_int_equal(count, all.count);
    fixed_state_destroy(&fixed);
}

static void the_help_says_what_a_command_says_of_itself(void **unused)
{
    (void)unused;
    FixedState fixed;
    Command command;
    Problem problem = {0};
    fixed_state_create(&fixed);
    assert_int_equal(command_parse("grid 4x4", fixed.state, 0, &command, &problem),
                     STATUS_BAD_USAGE);
    assert_non_null(strstr(problem.text, "1x1 to 4x3 or 3x4"));
    assert_true(pane_shows(draw_help, &fixed, 160, 80, "1x1 to 4x3 or 3x4"));
    assert_int_equal(command_parse("last 0", fixed.state, 0, &command, &problem), STATUS_BAD_USAGE);
    assert_non_null(strstr(problem.text, "steps (epochs, passes, seconds)"));
    assert_true(pane_shows(draw_help, &fixed, 160, 80,
                           "last N                      of steps, epochs, passes or seconds"));
    fixed_state_destroy(&fixed);
}

static void on_a_narrow_screen_lines_are_wrapped(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    assert_true(pane_shows(draw_help, &fixed, 200, 60, "take the lane in focus out of the race "));
    assert_true(pane_shows(draw_help, &fixed, 200, 60, "               (asks first) "));
    fixed.view.help_scroll = 199;
    assert_true(pane_shows(draw_help, &fixed, 16, 60, "help    quit"));
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_help_lists_the_key_table),
        cmocka_unit_test(scrolling_stops_at_the_last_line),
        cmocka_unit_test(every_command_is_listed),
        cmocka_unit_test(the_help_says_what_a_command_says_of_itself),
        cmocka_unit_test(on_a_narrow_screen_lines_are_wrapped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
