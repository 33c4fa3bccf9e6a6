#include "tui/view_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/pane_picture.h"

static void draw_frame(const LabState *state, const ViewState *view, CellGrid *grid, CellRect rect)
{
    (void)state;
    view_frame_draw(grid, rect, "A title that may be too long", ROLE_FRAME,
                    view_state_is_ascii(view));
}

static void a_frame_leaves_its_inside_free(void **unused)
{
    (void)unused;
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 5, 20), STATUS_OK);
    const CellRect inside = view_frame_draw(&grid, (CellRect){1, 2, 4, 10}, "x", ROLE_FRAME, true);
    assert_int_equal(inside.row, 2);
    assert_int_equal(inside.column, 3);
    assert_int_equal(inside.rows, 2);
    assert_int_equal(inside.columns, 8);
    assert_int_equal(cell_grid_at(&grid, 1, 2).glyph, '+');
    assert_int_equal(cell_grid_at(&grid, 4, 11).glyph, '+');
    assert_int_equal(cell_grid_at(&grid, 2, 3).glyph, ' ');
    cell_grid_destroy(&grid);
}

static void ascii_frames_hold_nothing_but_ascii(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    fixed.view.is_utf8 = false;
    expect_pane(draw_frame, &fixed, 4, 24, "frame-ascii");
    fixed_state_destroy(&fixed);
}

static void any_rectangle_can_be_drawn(void **unused)
{
    (void)unused;
    FixedState fixed;
    fixed_state_create(&fixed);
    draw_at_all_sizes(draw_frame, &fixed);
    fixed_state_destroy(&fixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_leaves_its_inside_free),
        cmocka_unit_test(ascii_frames_hold_nothing_but_ascii),
        cmocka_unit_test(any_rectangle_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
