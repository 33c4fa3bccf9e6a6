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

/* A lab on a screen that is clicked on. */
typedef struct MouseBench {
    ControlBench bench;
    CellGrid grid;
    ViewState *view;
} MouseBench;

static void mouse_open(MouseBench *on)
{
    on->grid = (CellGrid){0};
    bench_open(&on->bench);
    on->view = &on->bench.fixed.view;
    assert_int_equal(cell_grid_create(&on->grid, 40, 120), STATUS_OK);
}

/* Clicks never ask anything of the race. */
static void mouse_close(MouseBench *on)
{
    bench_sent_nothing(&on->bench);
    cell_grid_destroy(&on->grid);
    bench_close(&on->bench);
}

static void act(MouseBench *on, UiMouse mouse)
{
    (void)view_lab_draw(on->bench.fixed.state, on->view, &on->grid);
    mouse_control_take(&on->bench.control, &on->grid, &mouse);
}

static void click(MouseBench *on, int row, int column)
{
    act(on, (UiMouse){UI_MOUSE_PRESS, row, column});
    act(on, (UiMouse){UI_MOUSE_RELEASE, row, column});
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

/* On the first letter of a text, or so many columns on. */
static void act_beside(MouseBench *on, const char *text, int columns, UiMouseKind kind)
{
    (void)view_lab_draw(on->bench.fixed.state, on->view, &on->grid);
    UiMouse mouse = mouse_at(&on->grid, text, kind);
    mouse.column += columns;
    mouse_control_take(&on->bench.control, &on->grid, &mouse);
}

static void act_on(MouseBench *on, const char *text, UiMouseKind kind)
{
    act_beside(on, text, 0, kind);
}

static void a_click_focuses_charts_lanes_and_knobs(void **unused)
{
    (void)unused;
    MouseBench on;
    mouse_open(&on);
    act_on(&on, "3 ||eps||", UI_MOUSE_PRESS);
    assert_int_equal(on.view->chart, 2);
    act_beside(&on, "x SAM", 2, UI_MOUSE_PRESS);
    assert_int_equal(on.view->lane, 1);
    act_on(&on, "adamw: ", UI_MOUSE_PRESS); /* the second line of the first lane */
    assert_int_equal(on.view->lane, 0);
    on.view->is_pinned[1] = true;
    act_beside(&on, "x!SAM", 2, UI_MOUSE_PRESS);
    assert_int_equal(on.view->lane, 1);
    on.view->lane = 2;
    act_on(&on, "  lr  ", UI_MOUSE_PRESS);
    assert_int_equal(on.view->knob, KNOB_LEARNING_RATE);
    act_on(&on, "Events", UI_MOUSE_PRESS); /* nothing to choose there */
    assert_int_equal(on.view->lane, 2);
    on.view->page = VIEW_PAGE_FINALS;
    act_beside(&on, "x SAM", 2, UI_MOUSE_PRESS);
    assert_int_equal(on.view->lane, 1);
    mouse_close(&on);
}

static void a_recorded_lane_takes_no_clicks(void **unused)
{
    (void)unused;
    MouseBench on;
    mouse_open(&on);
    (void)lab_control_line(&on.bench.control, "open sample-runs/recorded/cross-domain/trio-seed-1");
    on.view->page = VIEW_PAGE_TABLE;
    on.view->lane = 1;
    act_beside(&on, "A ref AdamW", 2, UI_MOUSE_PRESS); /* right below the last lane */
    assert_int_equal(on.view->lane, 1);
    act_on(&on, "A ref AdamW", UI_MOUSE_PRESS);
    assert_int_equal(on.view->lane, 1);
    assert_false(on.view->is_hidden[0]);
    act_beside(&on, "* TRAM", 2, UI_MOUSE_PRESS);
    assert_int_equal(on.view->lane, 2);
    mouse_close(&on);
}

static void a_click_on_a_lanes_mark_hides_it_and_shows_it(void **unused)
{
    (void)unused;
    MouseBench on;
    mouse_open(&on);
    act_on(&on, "x SAM", UI_MOUSE_PRESS);
    assert_true(on.view->is_hidden[1] && on.view->lane == 1);
    act_beside(&on, "x-SAM", 2, UI_MOUSE_PRESS); /* its name only chooses */
    assert_true(on.view->is_hidden[1]);
    act_on(&on, "x-SAM", UI_MOUSE_PRESS);
    assert_false(on.view->is_hidden[1]);
    act_beside(&on, "sam: ", -2, UI_MOUSE_PRESS); /* below the mark there is none */
    assert_true(!on.view->is_hidden[1] && on.view->lane == 1);
    mouse_close(&on);
}

/* The first chart: columns 39 to 79, inside of its axes 44 to 66; 200 steps. */
enum { LOSS_ROW = 6 };

static void act_on_loss(MouseBench *on, UiMouseKind kind, int column)
{
    act(on, (UiMouse){kind, LOSS_ROW, column});
}

static void the_wheel_zooms_a_chart_at_the_pointer(void **unused)
{
    (void)unused;
    MouseBench on;
    mouse_open(&on);
    on.view->chart = 1;
    act_on_loss(&on, UI_MOUSE_WHEEL_UP, 50);
    assert_int_equal(on.view->chart, 1); /* the focus is not the wheel's */
    const double width = on.view->window.high - on.view->window.low;
    assert_true(width > 99.0 && width < 101.0);
    assert_true(on.view->window.low > 0.0 && on.view->window.low < 50.0);
    const PlotWindow kept = on.view->window;
    give_steps(on.bench.fixed.state, 121, 140, 2000.0); /* new data */
    (void)view_lab_draw(on.bench.fixed.state, on.view, &on.grid);
    assert_true(on.view->window.low == kept.low && on.view->window.high == kept.high);
    act_on_loss(&on, UI_MOUSE_WHEEL_DOWN, 50);
    assert_true(on.view->window.high == 0.0); /* all of it */
    act_on_loss(&on, UI_MOUSE_WHEEL_UP, 40);  /* beside the axes */
    assert_true(on.view->window.high == 0.0);
    mouse_close(&on);
}

static void dragging_moves_the_part_in_view(void **unused)
{
    (void)unused;
    MouseBench on;
    mouse_open(&on);
    on.view->window = (PlotWindow){.low = 50.0, .high = 100.0};
    act_on_loss(&on, UI_MOUSE_PRESS, 50);
    act_on_loss(&on, UI_MOUSE_RELEASE, 60); /* to the right: what lies left of it */
    assert_true(on.view->window.low < 45.0 && on.view->window.low > 15.0);
    assert_true(on.view->window.high - on.view->window.low > 49.9);
    assert_false(on.view->cursor.is_on);
    act_on_loss(&on, UI_MOUSE_RELEASE, 50); /* nothing was pressed */
    assert_false(on.view->cursor.is_on);
    mouse_close(&on);
}

static void a_click_into_the_focused_chart_puts_the_cursor_there(void **unused)
{
    (void)unused;
    MouseBench on;
    mouse_open(&on);
    on.view->chart = 1;
    click(&on, LOSS_ROW, 50);
    assert_true(on.view->chart == 0 && !on.view->cursor.is_on); /* that was the focus */
    click(&on, LOSS_ROW, 50);
    assert_true(on.view->cursor.is_on && on.view->cursor.x > 20.0 && on.view->cursor.x < 80.0);
    assert_true(on.view->cursor.x == (double)(int)on.view->cursor.x); /* a logged step */
    click(&on, LOSS_ROW, 46);
    assert_true(on.view->cursor.x < 25.0);
    on.view->cursor.is_on = false;
    on.view->page = VIEW_PAGE_GRID; /* there, too */
    on.view->grid_rows = 2;
    on.view->grid_columns = 3;
    act(&on, (UiMouse){UI_MOUSE_PRESS, 30, 100});
    assert_int_equal(on.view->chart, 5);
    mouse_close(&on);
}

static void the_wheel_moves_along_lists(void **unused)
{
    (void)unused;
    MouseBench on;
    mouse_open(&on);
    on.view->lane = 1;
    act_on(&on, "x SAM", UI_MOUSE_WHEEL_DOWN);
    assert_int_equal(on.view->lane, 2);
    act_on(&on, "x SAM", UI_MOUSE_WHEEL_UP);
    assert_int_equal(on.view->lane, 1);
    on.view->page = VIEW_PAGE_STRIP;
    act_on(&on, "* TRAM", UI_MOUSE_WHEEL_DOWN);
    assert_int_equal(on.view->strip_scroll, 5);
    act_on(&on, "* TRAM", UI_MOUSE_PRESS);
    assert_int_equal(on.view->lane, 2);
    on.view->page = VIEW_PAGE_LAB;
    on.view->knob = KNOB_RHO;
    act_on(&on, "  lr  ", UI_MOUSE_WHEEL_DOWN);
    assert_int_not_equal(on.view->knob, KNOB_RHO);
    on.view->is_help_open = true;
    act(&on, (UiMouse){UI_MOUSE_WHEEL_DOWN, 5, 5});
    assert_int_equal(on.view->help_scroll, 3);
    mouse_close(&on);
}

static void questions_and_places_outside_take_no_clicks(void **unused)
{
    (void)unused;
    MouseBench on;
    mouse_open(&on);
    on.view->is_quit_open = true;
    for (int row = 0; row < 40; row++) {
        act(&on, (UiMouse){UI_MOUSE_PRESS, row, 60});
    }
    assert_true(on.view->is_quit_open && on.view->chart == 0);
    on.view->is_quit_open = false;
    act(&on, (UiMouse){UI_MOUSE_PRESS, 900, 900});
    act(&on, (UiMouse){UI_MOUSE_RELEASE, 20, 60});
    assert_int_equal(on.view->chart, 0);
    cell_grid_destroy(&on.grid);
    assert_int_equal(cell_grid_create(&on.grid, 1, 1), STATUS_OK);
    act(&on, (UiMouse){UI_MOUSE_PRESS, 0, 0});
    mouse_close(&on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_focuses_charts_lanes_and_knobs),
        cmocka_unit_test(a_recorded_lane_takes_no_clicks),
        cmocka_unit_test(a_click_on_a_lanes_mark_hides_it_and_shows_it),
        cmocka_unit_test(the_wheel_zooms_a_chart_at_the_pointer),
        cmocka_unit_test(dragging_moves_the_part_in_view),
        cmocka_unit_test(a_click_into_the_focused_chart_puts_the_cursor_there),
        cmocka_unit_test(the_wheel_moves_along_lists),
        cmocka_unit_test(questions_and_places_outside_take_no_clicks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
