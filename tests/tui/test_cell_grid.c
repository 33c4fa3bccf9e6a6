#include "tui/cell_grid.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int make_grid(void **state)
{
    CellGrid *grid = malloc(sizeof *grid);
    *state = grid;
    return grid == NULL || cell_grid_create(grid, 3, 10) != STATUS_OK;
}

static int free_grid(void **state)
{
    cell_grid_destroy(*state);
    free(*state);
    return 0;
}

static void expect_text(const CellGrid *grid, const char *expected)
{
    char *text = cell_grid_to_text(grid);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void starts_as_spaces_of_plain_text(void **state)
{
    const CellGrid *grid = *state;
    assert_int_equal(cell_grid_at(grid, 2, 9).glyph, ' ');
    assert_int_equal(cell_grid_at(grid, 2, 9).role, ROLE_TEXT);
    expect_text(grid, "\n\n\n");
}

static void two_pixels_share_a_cell_and_the_brighter_one_is_the_glyph(void **state)
{
    (void)state;
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 1, 6), STATUS_OK);
    cell_grid_put(&grid, 0, 0, 0x4F60, ROLE_TITLE); /* wide: its right half is overwritten */
    cell_grid_put_pixels(&grid, 0, 1, 16, 231);
    cell_grid_put_pixels(&grid, 0, 2, 231, 16);
    cell_grid_put_pixels(&grid, 0, 3, 231, 231);
    cell_grid_put_pixels(&grid, 0, 4, 16, 16);
    cell_grid_put_pixels(&grid, 0, 9, 16, 16);
    cell_grid_put_pixels(&grid, -1, 0, 16, 16);
    char *text = cell_grid_to_text(&grid);
    assert_string_equal(text, " \u2584\u2580\u2588\n");
    free(text);
    const Cell lower = cell_grid_at(&grid, 0, 1);
    assert_true(lower.has_colours && lower.ink == 231 && lower.paper == 16);
    const Cell upper = cell_grid_at(&grid, 0, 2);
    assert_true(upper.has_colours && upper.ink == 231 && upper.paper == 16);
    cell_grid_put(&grid, 0, 2, 'x', ROLE_TEXT);
    assert_false(cell_grid_at(&grid, 0, 2).has_colours);
    cell_grid_destroy(&grid);
}

static void refuses_a_grid_without_cells(void **state)
{
    (void)state;
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, 0, 10), STATUS_BAD_VALUE);
    assert_null(grid.cells);
    cell_grid_destroy(&grid);
    cell_grid_destroy(NULL);
}

static void keeps_glyph_and_role_of_a_cell(void **state)
{
    CellGrid *grid = *state;
    cell_grid_put(grid, 1, 2, 0x2807, ROLE_LANE_2);
    assert_int_equal(cell_grid_at(grid, 1, 2).glyph, 0x2807);
    assert_int_equal(cell_grid_at(grid, 1, 2).role, ROLE_LANE_2);
    cell_grid_clear(grid);
    assert_int_equal(cell_grid_at(grid, 1, 2).glyph, ' ');
}

static void writes_text_no_wider_than_asked(void **state)
{
    CellGrid *grid = *state;
    assert_int_equal(cell_grid_text(grid, 0, 1, 4, "validation", ROLE_TITLE), 4);
    assert_int_equal(cell_grid_text(grid, 1, 0, 4, "ab", ROLE_TITLE), 2);
    assert_int_equal(cell_grid_text(grid, 2, 0, 0, "ab", ROLE_TITLE), 0);
    assert_int_equal(cell_grid_text(grid, 2, 0, -5, "ab", ROLE_TITLE), 0);
    expect_text(grid, " vali\nab\n\n");
}

static void a_sentence_that_is_cut_says_so(void **state)
{
    CellGrid *grid = *state;
    assert_int_equal(cell_grid_sentence(grid, 0, 1, 6, "sample", ROLE_TITLE), 6);
    assert_int_equal(cell_grid_sentence(grid, 1, 1, 6, "samples", ROLE_TITLE), 6);
    assert_int_equal(cell_grid_sentence(grid, 2, 1, 6, "one two", ROLE_TITLE), 5); /* no gap */
    assert_int_equal(cell_grid_sentence(grid, 2, 8, 2, "three", ROLE_TITLE), 2);
    expect_text(grid, " sample\n samp..\n one..  th\n");
}

static void clips_at_every_edge(void **state)
{
    CellGrid *grid = *state;
    assert_int_equal(cell_grid_text(grid, 0, -2, 99, "abcd", ROLE_TEXT), 4);
    assert_int_equal(cell_grid_text(grid, 1, 8, 99, "abcd", ROLE_TEXT), 4);
    (void)cell_grid_text(grid, -1, 0, 99, "above", ROLE_TEXT);
    (void)cell_grid_text(grid, 3, 0, 99, "below", ROLE_TEXT);
    (void)cell_grid_text(grid, INT_MIN, INT_MIN, INT_MAX, "far", ROLE_TEXT);
    (void)cell_grid_text(grid, INT_MAX, INT_MAX, INT_MAX, "far", ROLE_TEXT);
    cell_grid_put(grid, 0, INT_MAX, 'x', ROLE_TEXT);
    cell_grid_put(grid, INT_MIN, 0, 'x', ROLE_TEXT);
    expect_text(grid, "cd\n        ab\n\n");
    assert_int_equal(cell_grid_at(grid, -1, 0).glyph, ' ');
    assert_int_equal(cell_grid_at(grid, 0, 10).glyph, ' ');
}

static void lets_no_control_character_through(void **state)
{
    CellGrid *grid = *state;
    (void)cell_grid_text(grid, 0, 0, 10, "a\x1b[2Jb\n\x7f", ROLE_TEXT);
    (void)cell_grid_text(grid, 1, 0, 10,
                         "\xc2\x9b"
                         "c\xff"
                         "d",
                         ROLE_TEXT); /* C1 CSI; a byte that is not UTF-8 */
    cell_grid_put(grid, 2, 0, 0x1b, ROLE_TEXT);
    cell_grid_put(grid, 2, 1, -1, ROLE_TEXT);
    cell_grid_put(grid, 2, 2, 0x301, ROLE_TEXT); /* combining: no width */
    expect_text(grid, "a?[2Jb??\n?c?d\n???\n");
}

static void leaves_out_marks_without_width(void **state)
{
    CellGrid *grid = *state;
    assert_int_equal(cell_grid_text(grid, 0, 0, 10, "e\xcc\x81x\xe2\x80\xaey", ROLE_TEXT), 3);
    expect_text(grid, "exy\n\n\n");
}

static void gives_a_wide_glyph_two_cells(void **state)
{
    CellGrid *grid = *state;
    assert_int_equal(cell_grid_text(grid, 0, 0, 10, "\xe7\x8c\xab!", ROLE_TEXT), 3);
    assert_int_equal(cell_grid_at(grid, 0, 1).glyph, 0);
    assert_int_equal(cell_grid_text(grid, 1, 0, 3, "a\xe7\x8c\xab\xe7\x8c\xab", ROLE_TEXT), 3);
    assert_int_equal(cell_grid_text(grid, 2, 0, 2, "a\xe7\x8c\xab", ROLE_TEXT), 1);
    expect_text(grid, "\xe7\x8c\xab!\na\xe7\x8c\xab\na\n");
}

static void never_leaves_half_a_wide_glyph(void **state)
{
    CellGrid *grid = *state;
    cell_grid_put(grid, 0, 2, 0x732B, ROLE_TEXT);
    cell_grid_put(grid, 0, 3, 'x', ROLE_TEXT); /* on its right half */
    assert_int_equal(cell_grid_at(grid, 0, 2).glyph, ' ');
    cell_grid_put(grid, 1, 2, 0x732B, ROLE_TEXT);
    cell_grid_put(grid, 1, 2, 'x', ROLE_TEXT); /* on its left half */
    assert_int_equal(cell_grid_at(grid, 1, 3).glyph, ' ');
    cell_grid_put(grid, 2, 2, 0x732B, ROLE_TEXT);
    cell_grid_put(grid, 2, 1, 0x732B, ROLE_TEXT); /* a wide one over half a wide one */
    assert_int_equal(cell_grid_at(grid, 2, 1).glyph, 0x732B);
    assert_int_equal(cell_grid_at(grid, 2, 2).glyph, 0);
    assert_int_equal(cell_grid_at(grid, 2, 3).glyph, ' ');
}

static void shows_no_wide_glyph_that_the_edge_cuts(void **state)
{
    CellGrid *grid = *state;
    cell_grid_put(grid, 0, 9, 0x732B, ROLE_TEXT);
    cell_grid_put(grid, 1, -1, 0x732B, ROLE_TEXT);
    expect_text(grid, "\n\n\n");
}

static void formats_like_printf(void **state)
{
    CellGrid *grid = *state;
    assert_int_equal(cell_grid_printf(grid, 0, 1, 9, ROLE_KNOB, "%s=%.2f", "rho", 0.05), 8);
    expect_text(grid, " rho=0.05\n\n\n");
    assert_int_equal(cell_grid_at(grid, 0, 1).role, ROLE_KNOB);
}

static void fills_only_what_is_inside(void **state)
{
    CellGrid *grid = *state;
    cell_grid_fill(grid, (CellRect){-5, 8, INT_MAX, INT_MAX}, '#', ROLE_FRAME);
    cell_grid_fill(grid, (CellRect){1, 0, 1, 3}, 0x732B, ROLE_FRAME);
    cell_grid_fill(grid, (CellRect){0, 0, -1, 5}, '!', ROLE_FRAME);
    cell_grid_fill(grid, (CellRect){INT_MIN, INT_MIN, 5, 5}, '!', ROLE_FRAME);
    expect_text(grid, "        ##\n\xe7\x8c\xab      ##\n        ##\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(starts_as_spaces_of_plain_text, make_grid, free_grid),
        cmocka_unit_test(refuses_a_grid_without_cells),
        cmocka_unit_test(two_pixels_share_a_cell_and_the_brighter_one_is_the_glyph),
        cmocka_unit_test_setup_teardown(keeps_glyph_and_role_of_a_cell, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(writes_text_no_wider_than_asked, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(a_sentence_that_is_cut_says_so, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(clips_at_every_edge, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(lets_no_control_character_through, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(leaves_out_marks_without_width, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(gives_a_wide_glyph_two_cells, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(never_leaves_half_a_wide_glyph, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(shows_no_wide_glyph_that_the_edge_cuts, make_grid,
                                        free_grid),
        cmocka_unit_test_setup_teardown(formats_like_printf, make_grid, free_grid),
        cmocka_unit_test_setup_teardown(fills_only_what_is_inside, make_grid, free_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
