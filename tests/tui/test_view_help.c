#include "tui/view_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_help(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)state;
    (void)rect;
    view_help_draw(view, grid);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_help_lists_the_key_table),
        cmocka_unit_test(scrolling_stops_at_the_last_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
