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
#include "tui/role_map.h"
#include "tui/view_lab.h"
#include "tui/wall_state.h"

/* The pages, then the help and the question behind q on top of the first one. */
enum { SHOTS = VIEW_PAGE_COUNT + 2 };

typedef struct SizeClass {
    int rows;
    int columns;
} SizeClass;

static const SizeClass SIZES[] = {{16, 60}, {24, 80}, {40, 120}, {60, 200}};
enum { SIZE_COUNT = sizeof SIZES / sizeof *SIZES };

/* A race over text, and one over images for the pages that only such a race fills. */
typedef struct Races {
    FixedState text;
    FixedState images;
} Races;

static void choose_shot(ViewState *view, int shot)
{
    view->page = shot < VIEW_PAGE_COUNT ? (ViewPage)shot : VIEW_PAGE_LAB;
    view->is_help_open = shot == VIEW_PAGE_COUNT;
    view->is_quit_open = shot == VIEW_PAGE_COUNT + 1;
}

static FixedState *race_of(Races *races, int shot)
{
    return shot == VIEW_PAGE_STRIP || shot == VIEW_PAGE_WALL ? &races->images : &races->text;
}

/* One below the other. */
static void draw_all(Races *races, SizeClass size, int colours, CellGrid *all)
{
    assert_int_equal(cell_grid_create(all, SHOTS * size.rows, size.columns), STATUS_OK);
    for (int shot = 0; shot < SHOTS; shot++) {
        CellGrid grid;
        FixedState *race = race_of(races, shot);
        assert_int_equal(cell_grid_create(&grid, size.rows, size.columns), STATUS_OK);
        choose_shot(&race->view, shot);
        race->view.colours = colours;
        (void)view_lab_draw(race->state, &race->view, &grid);
        const size_t cells = (size_t)size.rows * (size_t)size.columns;
        memcpy(all->cells + (size_t)shot * cells, grid.cells, cells * sizeof *grid.cells);
        cell_grid_destroy(&grid);
    }
}

static void choose_glyphs(ViewState *view, GlyphLevel glyphs)
{
    view->glyphs = glyphs;
    view->is_utf8 = glyphs != GLYPH_ASCII;
}

static void begin(FixedState *fixed, GlyphLevel glyphs)
{
    fixed_state_create(fixed);
    fixed_state_run(fixed);
    choose_glyphs(&fixed->view, glyphs);
    fixed->view.chart = CHART_KL;
}

static void begin_races(Races *races, GlyphLevel glyphs)
{
    begin(&races->text, glyphs);
    wall_state_create(&races->images, 3, 16);
    choose_glyphs(&races->images.view, glyphs);
}

static void end_races(Races *races)
{
    fixed_state_destroy(&races->text);
    fixed_state_destroy(&races->images);
}

static void every_page_at_every_size_in_every_kind_of_glyphs(void **unused)
{
    (void)unused;
    for (int level = 0; level < GLYPH_LEVEL_COUNT; level++) {
        Races races;
        begin_races(&races, (GlyphLevel)level);
        for (int i = 0; i < SIZE_COUNT; i++) {
            CellGrid all;
            char name[64];
            draw_all(&races, SIZES[i], 256, &all);
            (void)snprintf(name, sizeof name, "every-%dx%d-%s", SIZES[i].columns, SIZES[i].rows,
                           view_state_glyphs_name((GlyphLevel)level));
            expect_screen(&all, name);
            cell_grid_destroy(&all);
        }
        end_races(&races);
    }
}

static const int COLOURS[] = {256, 16, 8, 0};
enum { COLOURS_COUNT = sizeof COLOURS / sizeof *COLOURS };

/* The roles of all cells, then a digest of the whole pictures in each number of colours. */
static char *coloured_pictures(Races *races, SizeClass size)
{
    const Theme theme = theme_default();
    CellGrid all;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    print_role_legend(out);
    draw_all(races, size, 256, &all);
    print_roles(out, &all);
    cell_grid_destroy(&all);
    (void)fputs("\nthe pictures with escape sequences, in\n", out);
    for (int i = 0; i < COLOURS_COUNT; i++) {
        draw_all(races, size, COLOURS[i], &all);
        char *picture = ansi_text(&all, &theme, COLOURS[i]);
        assert_non_null(picture);
        (void)fprintf(out, "%3d colours: %zu bytes, digest %016" PRIx64 "\n", COLOURS[i],
                      strlen(picture), text_digest(picture));
        free(picture);
        cell_grid_destroy(&all);
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

/* What colour every cell has: the map beside each picture says what it stands for, every-80x24-colours-* how that looks. */
static void every_picture_in_256_16_8_and_no_colours(void **unused)
{
    (void)unused;
    for (int level = 0; level < GLYPH_LEVEL_COUNT; level++) {
        Races races;
        begin_races(&races, (GlyphLevel)level);
        for (int i = 0; i < SIZE_COUNT; i++) {
            char name[64];
            (void)snprintf(name, sizeof name, "every-%dx%d-%s-roles", SIZES[i].columns,
                           SIZES[i].rows, view_state_glyphs_name((GlyphLevel)level));
            expect_text_picture(coloured_pictures(&races, SIZES[i]), name);
        }
        end_races(&races);
    }
}

static void every_page_in_256_16_8_and_no_colours(void **unused)
{
    (void)unused;
    const Theme theme = theme_default();
    Races races;
    begin_races(&races, GLYPH_BRAILLE);
    for (int i = 0; i < COLOURS_COUNT; i++) {
        CellGrid all;
        char name[64];
        draw_all(&races, SIZES[1], COLOURS[i], &all);
        (void)snprintf(name, sizeof name, "every-80x24-colours-%d", COLOURS[i]);
        expect_text_picture(ansi_text(&all, &theme, COLOURS[i]), name);
        cell_grid_destroy(&all);
    }
    end_races(&races);
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

/* Which role draws a lane is of no use to a reader without colours: what is asked for is its mark beside its name and, where there are
 * lines, on its line. */
static void expect_lanes_named(const FixedState *fixed, SizeClass size, bool has_lines)
{
    static const char MARKS[] = "ox*";
    CellGrid grid;
    assert_int_equal(cell_grid_create(&grid, size.rows, size.columns), STATUS_OK);
    (void)view_lab_draw(fixed->state, &fixed->view, &grid);
    char *picture = cell_grid_to_text(&grid);
    assert_non_null(picture);
    for (size_t lane = 0; lane < fixed->state->lane_count; lane++) {
        char name[SPEC_NAME_BYTES + 4];
        (void)snprintf(name, sizeof name, "%c %s", MARKS[lane], fixed->state->lanes[lane].name);
        const int marks = count_marks(&grid, (Role)(ROLE_LANE_0 + (int)lane), MARKS[lane]);
        if (strstr(picture, name) == NULL || (has_lines && marks < 2)) {
            fail_msg("page %d at %dx%d, %s: \"%s\" is not named, or has %d marks only\n%s",
                     (int)fixed->view.page, size.columns, size.rows,
                     view_state_glyphs_name(fixed->view.glyphs), name, marks, picture);
        }
    }
    free(picture);
    cell_grid_destroy(&grid);
}

static void without_colours_each_lane_can_be_named(void **unused)
{
    (void)unused;
    static const struct {
        ViewPage page;
        bool has_lines;
    } PAGES[] = {{VIEW_PAGE_LAB, true},    {VIEW_PAGE_CHART, true},   {VIEW_PAGE_GRID, true},
                 {VIEW_PAGE_TABLE, false}, {VIEW_PAGE_FINALS, false}, {VIEW_PAGE_STRIP, false}};
    for (int level = 0; level < GLYPH_LEVEL_COUNT; level++) {
        Races races;
        begin_races(&races, (GlyphLevel)level);
        races.text.view.chart = CHART_LOSS;
        for (size_t page = 0; page < sizeof PAGES / sizeof *PAGES; page++) {
            FixedState *race = race_of(&races, (int)PAGES[page].page);
            choose_shot(&race->view, (int)PAGES[page].page);
            race->view.colours = 0;
            for (int i = 0; i < SIZE_COUNT; i++) {
                expect_lanes_named(race, SIZES[i], PAGES[page].has_lines);
            }
        }
        end_races(&races);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_at_every_size_in_every_kind_of_glyphs),
        cmocka_unit_test(every_page_in_256_16_8_and_no_colours),
        cmocka_unit_test(every_picture_in_256_16_8_and_no_colours),
        cmocka_unit_test(without_colours_each_lane_can_be_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
