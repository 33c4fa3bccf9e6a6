#include "tui/dot_canvas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const DotBrush BLUE = {.role = ROLE_LANE_0, .mark = 'o'};
static const DotBrush RED = {.role = ROLE_LANE_1, .mark = 'x'};

static DotCanvas make_canvas(CellGrid *grid, GlyphLevel level)
{
    assert_int_equal(cell_grid_create(grid, 3, 4), STATUS_OK);
    return (DotCanvas){
        .grid = grid, .area = {.row = 1, .column = 1, .rows = 2, .columns = 3}, .level = level};
}

static void braille_dots_of_a_role_join(void **state)
{
    (void)state;
    static const int32_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    CellGrid grid;
    const DotCanvas canvas = make_canvas(&grid, GLYPH_BRAILLE);
    int32_t glyph = 0x2800;
    for (int row = 0; row < 4; ++row) {
        for (int column = 0; column < 2; ++column) {
            dot_canvas_dot(&canvas, 2 + column, 4 + row, BLUE);
            glyph |= bits[row][column];
            assert_int_equal(cell_grid_at(&grid, 2, 2).glyph, glyph);
        }
    }
    cell_grid_destroy(&grid);
}

static void the_later_role_owns_the_cell(void **state)
{
    (void)state;
    CellGrid grid;
    const DotCanvas canvas = make_canvas(&grid, GLYPH_BRAILLE);
    dot_canvas_dot(&canvas, 0, 0, BLUE);
    dot_canvas_dot(&canvas, 1, 3, RED);
    assert_int_equal(cell_grid_at(&grid, 1, 1).glyph, 0x2880);
    assert_int_equal(cell_grid_at(&grid, 1, 1).role, ROLE_LANE_1);
    cell_grid_destroy(&grid);
}

static void half_blocks_join_into_a_full_one(void **state)
{
    (void)state;
    CellGrid grid;
    const DotCanvas canvas = make_canvas(&grid, GLYPH_BLOCK);
    dot_canvas_dot(&canvas, 0, 0, BLUE);
    assert_int_equal(cell_grid_at(&grid, 1, 1).glyph, 0x2580);
    dot_canvas_dot(&canvas, 0, 1, BLUE);
    dot_canvas_dot(&canvas, 0, 1, BLUE);
    assert_int_equal(cell_grid_at(&grid, 1, 1).glyph, 0x2588);
    dot_canvas_dot(&canvas, 0, 1, RED);
    assert_int_equal(cell_grid_at(&grid, 1, 1).glyph, 0x2584);
    cell_grid_destroy(&grid);
}

static void ascii_draws_the_letter_of_the_lane(void **state)
{
    (void)state;
    CellGrid grid;
    const DotCanvas canvas = make_canvas(&grid, GLYPH_ASCII);
    dot_canvas_line(&canvas, (Dot){0, 0}, (Dot){2, 1}, BLUE);
    dot_canvas_dot(&canvas, 2, 0, (DotBrush){.role = ROLE_RAW_0, .mark = 'o', .is_loose = true});
    char *text = cell_grid_to_text(&grid);
    assert_string_equal(text, "\n o .\n  oo\n");
    free(text);
    cell_grid_destroy(&grid);
}

static void lines_are_connected_in_every_direction(void **state)
{
    (void)state;
    static const int ends[8][2] = {{5, 0}, {5, 3}, {5, 7}, {2, 7}, {0, 7}, {0, 4}, {0, 0}, {3, 0}};
    for (int i = 0; i < 8; ++i) {
        CellGrid grid;
        assert_int_equal(cell_grid_create(&grid, 8, 6), STATUS_OK);
        const DotCanvas canvas = {.grid = &grid, .area = {0, 0, 8, 6}, .level = GLYPH_ASCII};
        dot_canvas_line(&canvas, (Dot){2, 3}, (Dot){ends[i][0], ends[i][1]}, BLUE);
        const int across = abs(ends[i][0] - 2);
        const int down = abs(ends[i][1] - 3);
        int dots = 0;
        for (int cell = 0; cell < 48; ++cell) {
            dots += grid.cells[cell].glyph == 'o';
        }
        assert_int_equal(dots, 1 + (across > down ? across : down));
        assert_int_equal(cell_grid_at(&grid, 3, 2).glyph, 'o');
        assert_int_equal(cell_grid_at(&grid, ends[i][1], ends[i][0]).glyph, 'o');
        cell_grid_destroy(&grid);
    }
}

static void dots_outside_the_area_are_left_out(void **state)
{
    (void)state;
    for (int level = 0; level < GLYPH_LEVEL_COUNT; ++level) {
        CellGrid grid;
        const DotCanvas canvas = make_canvas(&grid, (GlyphLevel)level);
        dot_canvas_dot(&canvas, -1, 0, BLUE);
        dot_canvas_dot(&canvas, 0, -1, BLUE);
        dot_canvas_dot(&canvas, dot_canvas_columns(&canvas), 0, BLUE);
        dot_canvas_dot(&canvas, 0, dot_canvas_rows(&canvas), BLUE);
        char *text = cell_grid_to_text(&grid);
        assert_string_equal(text, "\n\n\n");
        free(text);
        cell_grid_destroy(&grid);
    }
}

static void a_bar_is_its_dots_one_by_one(void **state)
{
    (void)state;
    for (int level = 0; level < GLYPH_LEVEL_COUNT; ++level) {
        for (int top = -3; top < 10; ++top) {
            for (int bottom = top - 1; bottom < 12; ++bottom) {
                CellGrid bar;
                CellGrid dots;
                const DotCanvas bar_canvas = make_canvas(&bar, (GlyphLevel)level);
                const DotCanvas dot_canvas = make_canvas(&dots, (GlyphLevel)level);
                dot_canvas_dot(&bar_canvas, 1, 2, RED);
                dot_canvas_dot(&dot_canvas, 1, 2, RED);
                dot_canvas_bar(&bar_canvas, 1, top, bottom, BLUE);
                for (int row = top; row <= bottom; ++row) {
                    dot_canvas_dot(&dot_canvas, 1, row, BLUE);
                }
                for (int cell = 0; cell < 12; ++cell) {
                    assert_int_equal(bar.cells[cell].glyph, dots.cells[cell].glyph);
                    assert_int_equal(bar.cells[cell].role, dots.cells[cell].role);
                }
                cell_grid_destroy(&bar);
                cell_grid_destroy(&dots);
            }
        }
    }
}

/* What stood there before is not half there afterwards; what lies outside the grid is left out. */
static void a_bar_splits_wide_glyphs_and_stays_on_the_grid(void **state)
{
    (void)state;
    for (int column = 0; column < 6; ++column) {
        CellGrid bar;
        CellGrid dots;
        DotCanvas bar_canvas = make_canvas(&bar, GLYPH_BRAILLE);
        DotCanvas dot_canvas = make_canvas(&dots, GLYPH_BRAILLE);
        cell_grid_put(&bar, 1, 1, 0x4E2D, ROLE_TEXT); /* columns 1 and 2 */
        cell_grid_put(&dots, 1, 1, 0x4E2D, ROLE_TEXT);
        bar_canvas.area.rows = 5; /* the grid has three rows */
        dot_canvas.area.rows = 5;
        dot_canvas_bar(&bar_canvas, column, 0, 15, BLUE);
        for (int row = 0; row <= 15; ++row) {
            dot_canvas_dot(&dot_canvas, column, row, BLUE);
        }
        for (size_t cell = 0; cell < 12; ++cell) {
            assert_int_equal(bar.cells[cell].glyph, dots.cells[cell].glyph);
            assert_int_equal(bar.cells[cell].role, dots.cells[cell].role);
        }
        cell_grid_destroy(&bar);
        cell_grid_destroy(&dots);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(braille_dots_of_a_role_join),
        cmocka_unit_test(the_later_role_owns_the_cell),
        cmocka_unit_test(half_blocks_join_into_a_full_one),
        cmocka_unit_test(ascii_draws_the_letter_of_the_lane),
        cmocka_unit_test(lines_are_connected_in_every_direction),
        cmocka_unit_test(dots_outside_the_area_are_left_out),
        cmocka_unit_test(a_bar_is_its_dots_one_by_one),
        cmocka_unit_test(a_bar_splits_wide_glyphs_and_stays_on_the_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
