#include "tui/mouse_control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/control_bench.h"
#include "tui/view_lab.h"

static void draw(const ControlBench *bench, CellGrid *grid)
{
    view_lab_draw(bench->fixed.state, &bench->fixed.view, grid);
}

/* Row and column of a text on the screen. */
static UiMouse mouse_at(const CellGrid *grid, const char *text, UiMouseKind kind)
{
    char *picture = cell_grid_to_text(grid);
    char *found = strstr(picture, text);
    assert_non_null(found);
    UiMouse mouse = {.kind = kind};
    char *line = picture;
    for (char *at = picture; at < found; at++) {
        if (*at == '\n') {
            mouse.row++;
            line = at + 1;
        }
    }
    for (; line < found; line++) {
        mouse.column += ((unsigned char)*line & 0xC0) != 0x80;
    }
    free(picture);
    return mouse;
}

static void take(ControlBench *bench, CellGrid *grid, const char *text, UiMouseKind kind)
{
    draw(bench, grid);
    const UiMouse mouse = mouse_at(grid, text, kind);
    mouse_control_take(&bench->control, grid, &mouse);
}

static void a_click_focuses_charts_lanes_and_knobs(void **unused)
{
    (void)unused;
    ControlBench bench;
    CellGrid grid = {0};
    ViewState *view = &bench.fixed.view;
    bench_open(&bench);
    assert_int_equal(cell_grid_create(&grid, 40, 120), STATUS_OK);
    take(&bench, &grid, "3 ||eps||", UI_MOUSE_PRESS);
    assert_int_equal(view->chart, 2);
    take(&bench, &grid, "x SAM", UI_MOUSE_PRESS);
    assert_int_equal(view->lane, 1);
    take(&bench, &grid, "adamw: ", UI_MOUSE_PRESS); /* the second line of the first lane */
    assert_int_equal(view->lane, 0);
    view->lane = 2;
    take(&bench, &grid, "  lr  ", UI_MOUSE_PRESS);
    assert_int_equal(view->knob, KNOB_LEARNING_RATE);
    take(&bench, &grid, "Events", UI_MOUSE_PRESS); /* nothing to choose there */
    assert_int_equal(view->lane, 2);
    bench_sent_nothing(&bench);
    cell_grid_destroy(&grid);
    bench_close(&bench);
}

/* The first chart: columns 39 to 79, inside of its axes 44 to 66; 200 steps. */
static void mouse_on_loss(ControlBench *bench, CellGrid *grid, UiMouseKind kind, int column)
{
    draw(bench, grid);
    mouse_control_take(&bench->control, grid, &(UiMouse){kind, 6, column});
}

static void the_wheel_zooms_a_chart_at_the_pointer(void **unused)
{
    (void)unused;
    ControlBench bench;
    CellGrid grid = {0};
    ViewState *view = &bench.fixed.view;
    bench_open(&bench);
    view->chart = 1;
    assert_int_equal(cell_grid_create(&grid, 40, 120), STATUS_OK);
    mouse_on_loss(&bench, &grid, UI_MOUSE_WHEEL_UP, 50);
    assert_int_equal(view->chart, 1); /* the focus is not the wheel's */
    const double width = view->window.high - view->window.low;
    assert_true(width > 99.0 && width < 101.0);
    assert_true(view->window.low > 0.0 && view->window.low < 50.0);
    const PlotWindow kept = view->window;
    give_steps(bench.fixed.state, 121, 140, 2000.0); /* new data */
    draw(&bench, &grid);
    assert_true(view->window.low == kept.low && view->window.high == kept.high);
    mouse_on_loss(&bench, &grid, UI_MOUSE_WHEEL_DOWN, 50);
    assert_true(view->window.high == 0.0);               /* all of it */
    mouse_on_loss(&bench, &grid, UI_MOUSE_WHEEL_UP, 40); /* beside the axes */
    assert_true(view->window.high == 0.0);
    bench_sent_nothing(&bench);
    cell_grid_destroy(&grid);
    bench_close(&bench);
}

static void dragging_moves_the_part_in_view(void **unused)
{
    (void)unused;
    ControlBench bench;
    CellGrid grid = {0};
    ViewState *view = &bench.fixed.view;
    bench_open(&bench);
    assert_int_equal(cell_grid_create(&grid, 40, 120), STATUS_OK);
    view->window = (PlotWindow){.low = 50.0, .high = 100.0};
    mouse_on_loss(&bench, &grid, UI_MOUSE_PRESS, 50);
    mouse_on_loss(&bench, &grid, UI_MOUSE_RELEASE, 60); /* to the right: what lies left of it */
    assert_true(view->window.low < 45.0 && view->window.low > 15.0);
    assert_true(view->window.high - view->window.low > 49.9);
    assert_false(view->cursor.is_on);
    mouse_on_loss(&bench, &grid, UI_MOUSE_RELEASE, 50); /* nothing was pressed */
    assert_false(view->cursor.is_on);
    cell_grid_destroy(&grid);
    bench_close(&bench);
}

static void a_click_into_the_focused_chart_puts_the_cursor_there(void **unused)
{
    (void)unused;
    ControlBench bench;
    CellGrid grid = {0};
    ViewState *view = &bench.fixed.view;
    bench_open(&bench);
    view->chart = 1;
    assert_int_equal(cell_grid_create(&grid, 40, 120), STATUS_OK);
    mouse_on_loss(&bench, &grid, UI_MOUSE_PRESS, 50);
    mouse_on_loss(&bench, &grid, UI_MOUSE_RELEASE, 50);
    assert_true(view->chart == 0 && !view->cursor.is_on); /* that was the focus */
    mouse_on_loss(&bench, &grid, UI_MOUSE_PRESS, 50);
    mouse_on_loss(&bench, &grid, UI_MOUSE_RELEASE, 50);
    assert_true(view->cursor.is_on && view->cursor.x > 20.0 && view->cursor.x < 80.0);
    assert_true(view->cursor.x == (double)(int)view->cursor.x); /* a logged step */
    mouse_on_loss(&bench, &grid, UI_MOUSE_PRESS, 46);
    mouse_on_loss(&bench, &grid, UI_MOUSE_RELEASE, 46);
    assert_true(view->cursor.x < 25.0);
    view->cursor.is_on = false;
    view->page = VIEW_PAGE_GRID; /* there, too */
    view->grid_rows = 2;
    view->grid_columns = 3;
    draw(&bench, &grid);
    mouse_control_take(&bench.control, &grid, &(UiMouse){UI_MOUSE_PRESS, 30, 100});
    assert_int_equal(view->chart, 5);
    cell_grid_destroy(&grid);
    bench_close(&bench);
}

static void the_wheel_moves_along_lists(void **unused)
{
    (void)unused;
    ControlBench bench;
    CellGrid grid = {0};
    ViewState *view = &bench.fixed.view;
    bench_open(&bench);
    assert_int_equal(cell_grid_create(&grid, 40, 120), STATUS_OK);
    view->lane = 1;
    take(&bench, &grid, "x SAM", UI_MOUSE_WHEEL_DOWN);
    assert_int_equal(view->lane, 2);
    take(&bench, &grid, "x SAM", UI_MOUSE_WHEEL_UP);
    assert_int_equal(view->lane, 1);
    view->page = VIEW_PAGE_STRIP;
    take(&bench, &grid, "* TRAM", UI_MOUSE_WHEEL_DOWN);
    assert_int_equal(view->strip_scroll, 5);
    take(&bench, &grid, "* TRAM", UI_MOUSE_PRESS);
    assert_int_equal(view->lane, 2);
    view->page = VIEW_PAGE_LAB;
    view->knob = KNOB_RHO;
    take(&bench, &grid, "  lr  ", UI_MOUSE_WHEEL_DOWN);
    assert_int_not_equal(view->knob, KNOB_RHO);
    view->is_help_open = true;
    draw(&bench, &grid);
    mouse_control_take(&bench.control, &grid, &(UiMouse){UI_MOUSE_WHEEL_DOWN, 5, 5});
    assert_int_equal(view->help_scroll, 3);
    bench_sent_nothing(&bench);
    cell_grid_destroy(&grid);
    bench_close(&bench);
}

static void questions_and_places_outside_take_no_clicks(void **unused)
{
    (void)unused;
    ControlBench bench;
    CellGrid grid = {0};
    ViewState *view = &bench.fixed.view;
    bench_open(&bench);
    assert_int_equal(cell_grid_create(&grid, 40, 120), STATUS_OK);
    draw(&bench, &grid);
    view->is_quit_open = true;
    for (int row = 0; row < 40; row++) {
        mouse_control_take(&bench.control, &grid, &(UiMouse){UI_MOUSE_PRESS, row, 60});
    }
    assert_true(view->is_quit_open && view->chart == 0);
    view->is_quit_open = false;
    mouse_control_take(&bench.control, &grid, &(UiMouse){UI_MOUSE_PRESS, 900, 900});
    mouse_control_take(&bench.control, &grid, &(UiMouse){UI_MOUSE_RELEASE, 20, 60});
    assert_int_equal(view->chart, 0);
    cell_grid_destroy(&grid);
    assert_int_equal(cell_grid_create(&grid, 1, 1), STATUS_OK);
    mouse_control_take(&bench.control, &grid, &(UiMouse){UI_MOUSE_PRESS, 0, 0});
    cell_grid_destroy(&grid);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_focuses_charts_lanes_and_knobs),
        cmocka_unit_test(the_wheel_zooms_a_chart_at_the_pointer),
        cmocka_unit_test(dragging_moves_the_part_in_view),
        cmocka_unit_test(a_click_into_the_focused_chart_puts_the_cursor_there),
        cmocka_unit_test(the_wheel_moves_along_lists),
        cmocka_unit_test(questions_and_places_outside_take_no_clicks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
