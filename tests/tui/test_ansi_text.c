#include "tui/ansi_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_text(const CellGrid *grid, int colours, const char *wanted)
{
    const Theme theme = theme_default();
    char *text = ansi_text(grid, &theme, colours);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static void a_row_switches_style_where_it_changes_and_ends_normal(void **unused)
{
    (void)unused;
    CellGrid grid = {0};
    assert_int_equal(cell_grid_create(&grid, 2, 12), STATUS_OK);
    (void)cell_grid_text(&grid, 0, 0, 12, "a \xE4\xBD\xA0", ROLE_TEXT);
    (void)cell_grid_text(&grid, 0, 5, 12, "bc", ROLE_LANE_0);
    expect_text(&grid, 256, "a \xE4\xBD\xA0 \033[;38;5;39mbc\033[m\n\n");
    expect_text(&grid, 0, "a \xE4\xBD\xA0 bc\n\n");
    cell_grid_destroy(&grid);
}

static void a_coloured_blank_is_kept(void **unused)
{
    (void)unused;
    CellGrid grid = {0};
    assert_int_equal(cell_grid_create(&grid, 1, 3), STATUS_OK);
    cell_grid_put(&grid, 0, 1, ' ', ROLE_STATUS);
    expect_text(&grid, 256, " \033[;38;5;254;48;5;236m \033[m\n");
    expect_text(&grid, 0, "\n");
    cell_grid_destroy(&grid);
}

static void pixels_have_their_own_colours(void **unused)
{
    (void)unused;
    const Theme theme = theme_default();
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 1, 4), STATUS_OK);
    cell_grid_put_pixels(&grid, 0, 0, 231, 196);
    cell_grid_put_pixels(&grid, 0, 1, 231, 196);
    cell_grid_put_pixels(&grid, 0, 2, 16, 16);
    char *text = ansi_text(&grid, &theme, 256);
    assert_string_equal(text,
                        "\033[;38;5;231;48;5;196m\u2580\u2580\033[;38;5;16;48;5;16m \033[m\n");
    free(text);
    text = ansi_text(&grid, &theme, 16);
    assert_non_null(strstr(text, "\033[;97;101m\u2580"));
    free(text);
    cell_grid_destroy(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_switches_style_where_it_changes_and_ends_normal),
        cmocka_unit_test(a_coloured_blank_is_kept),
        cmocka_unit_test(pixels_have_their_own_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
