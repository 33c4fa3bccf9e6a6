/* Every page at every size class, drawn with each kind of glyphs, with and without colours: one picture a size and kind, compared whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/ansi_text.h"
#include "tui/expect_screen.h"
#include "tui/fixed_state.h"
#include "tui/view_lab.h"

/* The pages, then the help and the question behind q on top of the first one. */
enum { SHOTS = VIEW_PAGE_COUNT + 2 };

typedef struct SizeClass {
    int rows;
    int columns;
} SizeClass;

static const SizeClass SIZES[] = {{16, 60}, {24, 80}, {40, 120}, {60, 200}};
enum { SIZE_COUNT = sizeof SIZES / sizeof *SIZES };

static void choose_shot(ViewState *view, int shot)
{
    view->page = shot < VIEW_PAGE_COUNT ? (ViewPage)shot : VIEW_PAGE_LAB;
    view->is_help_open = shot == VIEW_PAGE_COUNT;
    view->is_quit_open = shot == VIEW_PAGE_COUNT + 1;
}

/* One below the other. */
static void draw_all(FixedState *fixed, SizeClass size, CellGrid *all)
{
    assert_int_equal(cell_grid_create(all, SHOTS * size.rows, size.columns), STATUS_OK);
    for (int shot = 0; shot < SHOTS; shot++) {
        CellGrid grid;
        assert_int_equal(cell_grid_create(&grid, size.rows, size.columns), STATUS_OK);
        choose_shot(&fixed->view, shot);
        view_lab_draw(fixed->state, &fixed->view, &grid);
        const size_t cells = (size_t)size.rows * (size_t)size.columns;
        memcpy(all->cells + (size_t)shot * cells, grid.cells, cells * sizeof *grid.cells);
        cell_grid_destroy(&grid);
    }
}

static void begin(FixedState *fixed, GlyphLevel glyphs)
{
    fixed_state_create(fixed);
    fixed_state_run(fixed);
    fixed->view.glyphs = glyphs;
    fixed->view.is_utf8 = glyphs != GLYPH_ASCII;
    fixed->view.chart = CHART_KL;
}

static void every_page_at_every_size_in_every_kind_of_glyphs(void **unused)
{
    (void)unused;
    for (int level = 0; level < GLYPH_LEVEL_COUNT; level++) {
        FixedState fixed;
        begin(&fixed, (GlyphLevel)level);
        for (int i = 0; i < SIZE_COUNT; i++) {
            CellGrid all;
            char name[64];
            draw_all(&fixed, SIZES[i], &all);
            (void)snprintf(name, sizeof name, "every-%dx%d-%s", SIZES[i].columns, SIZES[i].rows,
                           view_state_glyphs_name((GlyphLevel)level));
            expect_screen(&all, name);
            cell_grid_destroy(&all);
        }
        fixed_state_destroy(&fixed);
    }
}

static void every_page_in_256_16_8_and_no_colours(void **unused)
{
    (void)unused;
    static const int COLOURS[] = {256, 16, 8, 0};
    const Theme theme = theme_default();
    FixedState fixed;
    CellGrid all;
    begin(&fixed, GLYPH_BRAILLE);
    draw_all(&fixed, SIZES[1], &all);
    for (size_t i = 0; i < sizeof COLOURS / sizeof *COLOURS; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "every-80x24-colours-%d", COLOURS[i]);
        expect_text_picture(ansi_text(&all, &theme, COLOURS[i]), name);
    }
    cell_grid_destroy(&all);
    fixed_state_destroy(&fixed);
}

/* How often the lane's mark stands at the end of a line or on it: cells of its colour that hold nothing else. */
static int count_marks(const CellGrid *grid, Role role, int32_t mark)
{
    int count = 0;
    for (int i = 0; i < grid->rows * grid->columns; i++) {
        count += grid->cells[i].role == role && grid->cells[i].glyph == mark;
    }
    return count;
}

/* Which role draws a lane is of no use to a reader without colours: what is asked for is its mark beside its name, and on its line. */
static void expect_lanes_named(const FixedState *fixed, SizeClass size, GlyphLevel level)
{
    static const char MARKS[] = "ox*";
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, size.rows, size.columns), STATUS_OK);
    view_lab_draw(fixed->state, &fixed->view, &grid);
    char *picture = cell_grid_to_text(&grid);
    assert_non_null(picture);
    for (size_t lane = 0; lane < fixed->state->lane_count; lane++) {
        char name[SPEC_NAME_BYTES + 4];
        (void)snprintf(name, sizeof name, "%c %s", MARKS[lane], fixed->state->lanes[lane].name);
        const int marks = count_marks(&grid, (Role)(ROLE_LANE_0 + (int)lane), MARKS[lane]);
        if (strstr(picture, name) == NULL || marks < 2) {
            fail_msg("page %d at %dx%d, %s: \"%s\" is not named, or has %d marks only\n%s",
                     (int)fixed->view.page, size.columns, size.rows, view_state_glyphs_name(level),
                     name, marks, picture);
        }
    }
    free(picture);
    cell_grid_destroy(&grid);
}

static void without_colours_each_lane_can_be_named(void **unused)
{
    (void)unused;
    static const ViewPage PAGES[] = {VIEW_PAGE_LAB, VIEW_PAGE_CHART, VIEW_PAGE_GRID};
    for (int level = 0; level < GLYPH_LEVEL_COUNT; level++) {
        FixedState fixed;
        begin(&fixed, (GlyphLevel)level);
        fixed.view.chart = CHART_LOSS;
        for (size_t page = 0; page < sizeof PAGES / sizeof *PAGES; page++) {
            for (int i = 0; i < SIZE_COUNT; i++) {
                choose_shot(&fixed.view, (int)PAGES[page]);
                expect_lanes_named(&fixed, SIZES[i], (GlyphLevel)level);
            }
        }
        fixed_state_destroy(&fixed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_at_every_size_in_every_kind_of_glyphs),
        cmocka_unit_test(every_page_in_256_16_8_and_no_colours),
        cmocka_unit_test(without_colours_each_lane_can_be_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
