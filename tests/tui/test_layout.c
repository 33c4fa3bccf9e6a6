#include "tui/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_MAX = 100, COLUMNS_MAX = 300 };

/* Marks a rectangle's cells; fails if it leaves the screen or meets another one. */
static void claim(unsigned char *taken, int rows, int columns, CellRect rect)
{
    if (rect.rows == 0) {
        return;
    }
    assert_true(rect.rows > 0 && rect.columns > 0);
    assert_true(rect.row >= 0 && rect.column >= 0);
    assert_true(rect.row + rect.rows <= rows && rect.column + rect.columns <= columns);
    for (int row = rect.row; row < rect.row + rect.rows; row++) {
        for (int column = rect.column; column < rect.column + rect.columns; column++) {
            assert_int_equal(taken[row * columns + column], 0);
            taken[row * columns + column] = 1;
        }
    }
}

static void check_layout(const Layout *layout, int rows, int columns)
{
    static unsigned char taken[ROWS_MAX * COLUMNS_MAX];
    memset(taken, 0, sizeof taken);
    claim(taken, rows, columns, layout->status);
    for (size_t chart = 0; chart < CHART_COUNT; chart++) {
        claim(taken, rows, columns, layout->charts[chart]);
    }
    claim(taken, rows, columns, layout->table);
    claim(taken, rows, columns, layout->knobs);
    claim(taken, rows, columns, layout->events);
    claim(taken, rows, columns, layout->details);
    claim(taken, rows, columns, layout->methods);
    claim(taken, rows, columns, layout->words);
    claim(taken, rows, columns, layout->message);
    claim(taken, rows, columns, layout->hint);
}

static void nothing_overlaps_or_leaves_the_screen_at_any_size(void **unused)
{
    (void)unused;
    for (int rows = 1; rows <= ROWS_MAX; rows += rows < 60 ? 1 : 7) {
        for (int columns = 1; columns <= COLUMNS_MAX; columns += columns < 60    ? 13
                                                                 : columns < 165 ? 1
                                                                                 : 19) {
            const size_t lanes = (size_t)(rows * 7 + columns) % 17;
            const ViewPage page = (ViewPage)((rows + columns) % VIEW_PAGE_COUNT);
            const Layout normal =
                layout_for(rows, columns, VIEW_PAGE_LAB, (size_t)columns % CHART_COUNT, lanes);
            check_layout(&normal, rows, columns);
            const Layout paged = layout_for(rows, columns, page, (size_t)rows % CHART_COUNT, lanes);
            check_layout(&paged, rows, columns);
        }
    }
}

static void size_classes_begin_where_they_should(void **unused)
{
    (void)unused;
    assert_int_equal(layout_for(9, 60, VIEW_PAGE_LAB, 0, 3).size, SCREEN_TOO_SMALL);
    assert_int_equal(layout_for(16, 39, VIEW_PAGE_LAB, 0, 3).size, SCREEN_TOO_SMALL);
    assert_int_equal(layout_for(10, 40, VIEW_PAGE_LAB, 0, 3).size, SCREEN_TINY);
    assert_int_equal(layout_for(16, 60, VIEW_PAGE_LAB, 0, 3).size, SCREEN_TINY);
    assert_int_equal(layout_for(24, 80, VIEW_PAGE_LAB, 0, 3).size, SCREEN_SMALL);
    assert_int_equal(layout_for(30, 99, VIEW_PAGE_LAB, 0, 3).size, SCREEN_SMALL);
    assert_int_equal(layout_for(30, 100, VIEW_PAGE_LAB, 0, 3).size, SCREEN_MEDIUM);
    assert_int_equal(layout_for(50, 160, VIEW_PAGE_LAB, 0, 3).size, SCREEN_LARGE);
}

static void medium_and_large_screens_show_all_four_charts(void **unused)
{
    (void)unused;
    for (size_t lanes = 1; lanes <= 16; lanes++) {
        const Layout medium = layout_for(30, 100, VIEW_PAGE_LAB, 2, lanes);
        const Layout large = layout_for(50, 160, VIEW_PAGE_LAB, 2, lanes);
        for (size_t chart = 0; chart < CHART_COUNT; chart++) {
            assert_true(medium.charts[chart].rows >= 12 && medium.charts[chart].columns >= 30);
            assert_true(large.charts[chart].rows >= 20);
        }
        assert_true(medium.knobs.rows >= 10 && medium.events.rows >= 4);
        assert_true(large.details.rows > 0);
    }
}

static void a_small_screen_shows_the_focused_chart_big(void **unused)
{
    (void)unused;
    for (size_t focus = 0; focus < CHART_COUNT; focus++) {
        const Layout layout = layout_for(24, 80, VIEW_PAGE_LAB, focus, 3);
        assert_int_equal(layout.charts[focus].columns, 80);
        assert_true(layout.charts[focus].rows >= 11);
        const Layout page = layout_for(24, 80, VIEW_PAGE_CHART, focus, 3);
        assert_true(page.charts[focus].rows >= 18);
    }
}

static void check_grid(int rows, int columns, int grid_rows, int grid_columns, size_t focus)
{
    static unsigned char taken[ROWS_MAX * COLUMNS_MAX];
    Layout layout = layout_for(rows, columns, VIEW_PAGE_GRID, focus, 3);
    if (layout.size == SCREEN_TOO_SMALL) {
        return;
    }
    const int placed = layout_place_grid(&layout, grid_rows, grid_columns, focus);
    int shown = 0;
    memset(taken, 0, sizeof taken);
    claim(taken, rows, columns, layout.status);
    claim(taken, rows, columns, layout.words);
    for (size_t chart = 0; chart < VIEW_CHARTS_MAX; chart++) {
        claim(taken, rows, columns, layout.charts[chart]);
        shown += layout.charts[chart].rows > 0;
    }
    assert_int_equal(shown, placed);
    assert_true(layout.charts[focus].rows >= 5 && layout.charts[focus].columns >= 18);
}

static void a_grid_fills_the_screen_and_holds_the_focused_chart(void **unused)
{
    (void)unused;
    for (int rows = 16; rows <= ROWS_MAX; rows += 7) {
        for (int columns = 60; columns <= COLUMNS_MAX; columns += 23) {
            for (int grid = 0; grid < 16; grid++) {
                const int count = (grid / 4 + 1) * (grid % 4 + 1);
                for (size_t focus = 0; (int)focus < count && focus < VIEW_CHARTS_MAX; focus++) {
                    check_grid(rows, columns, grid / 4 + 1, grid % 4 + 1, focus);
                }
            }
        }
    }
    Layout layout = layout_for(40, 120, VIEW_PAGE_GRID, 0, 3);
    assert_int_equal(layout_place_grid(&layout, 3, 4, 0), 12);
    layout = layout_for(24, 80, VIEW_PAGE_GRID, 0, 3);
    assert_int_equal(layout_place_grid(&layout, 3, 4, 0), 12);
    layout = layout_for(16, 60, VIEW_PAGE_GRID, 0, 3);
    assert_int_equal(layout_place_grid(&layout, 3, 4, 0), 6); /* 2 x 3: more would be too small */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_overlaps_or_leaves_the_screen_at_any_size),
        cmocka_unit_test(size_classes_begin_where_they_should),
        cmocka_unit_test(medium_and_large_screens_show_all_four_charts),
        cmocka_unit_test(a_small_screen_shows_the_focused_chart_big),
        cmocka_unit_test(a_grid_fills_the_screen_and_holds_the_focused_chart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
