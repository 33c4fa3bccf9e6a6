#include "tui/view_quit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_quit(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)state;
    (void)rect;
    view_quit_draw(view, grid);
}

static void three_ways_out_are_offered(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    expect_pane(draw_quit, &fixed, 9, 60, "quit");
    expect_pane(draw_quit, &fixed, 10, 40, "quit-40x10");
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_ways_out_are_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
